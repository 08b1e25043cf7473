"""Chapter 2 of the guidelines: neoplasms, their treatment and their history; see also `neoplasm_complications`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codekit.plugin import (
    CHOOSE,
    COMBINE,
    ORDER,
    SAID,
    Assertion,
    Case,
    Code,
    DraftCode,
    Edit,
    Example,
    HistoryCodes,
    NoteKind,
    Sex,
    rule,
)
from codekit_icd10cm.checks import is_symptom
from codekit_icd10cm.conventions.words import rests_within, said_of
from codekit_icd10cm.mentions.neoplasms import STATUS
from codekit_icd10cm.mentions.purpose import PURPOSE, purposes
from codekit_icd10cm.mentions.titles import best_row

_PRIMARY, _SECONDARY = ("C00-C75",), ("C77-C79",)
_LYMPHOID = ("C81-C96",)
_NEOPLASMS, _MALIGNANT = ("C00-D49",), ("C00-C96",)
_UNSPECIFIED_SECONDARY, _UNSPECIFIED_PRIMARY, _DISSEMINATED = "C79.9", "C80.1", "C80.0"
_RADIATION_THERAPY = "Z51.0"
_THERAPIES = (_RADIATION_THERAPY, "Z51.1")
_BRACHYTHERAPY = re.compile(
    r"\bbrachytherapy|radioactive (?:seed|implant|element|isotope)s?|seed implant", re.IGNORECASE
)
# Kinds of cells by which a leukemia is found in its category, where the index led to one of unspecified cells.
_CELLS = {
    "C91": frozenset(("lymphocytic", "lymphatic")),
    "C92": frozenset(("myelocytic",)),
    "C93": frozenset(("monoblastic",)),
}
_ANY_CELLS = ("C95",)
_LEUKEMIAS = ("C91-C95",)
_HISTORY = "Z85"
_GONE = re.compile(
    r"\bexcis|\bresect|\bremov|\beradicat|\bcured\b|ectomy\b|\bcompleted\b|\bablat|\btreated\b|"
    r"\b(?:s/p|status[- ]post) (?:\w+ )?(?:XRT|radi(?:ation|otherapy)|chemo\w*)",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\bno (?:further|additional|current|active|ongoing|subsequent) (?:\w+ )?(?:treatment|therapy)|"
    r"\bno treatment since|"
    r"\bno evidence of (?:\w+ )?(?:disease|recurren|residual|cancer|tumou?r|malignan|metast)|disease[- ]free|\bcured\b|"
    r"\b(?:no|without) (?:evidence of )?recurren|(?-i:\bNED\b)|\bin (?:19|20)\d\d\b|\byears? ago\b|undetectable|"
    r"\btreatment (?:is |was )?completed",
    re.IGNORECASE,
)
_PREGNANCY = ("O00-O9A",)
# Rows of neoplasms of which only the site is said, each with those of the same sites. Source: titles of C00-D49.
_BEHAVIOR = {
    "D49.0": ("C00-C26", "D00-D01", "D10-D13", "D37"),
    "D49.1": ("C30-C39", "D02", "D14-D15", "D38"),
    "D49.2": ("C40-C49", "D03-D04", "D16-D18", "D20-D23", "D48.0-D48.2"),
    "D49.3": ("C50", "D05", "D24", "D48.6"),
    "D49.4": ("C67", "D09.0", "D30.3", "D41.4"),
    "D49.5": ("C51-C66", "C68", "D06-D07", "D25-D29", "D39-D40"),
    "D49.6": ("C71", "C79.31", "D32.0", "D32.9", "D33.0-D33.2", "D42.0", "D42.9", "D43.0-D43.2"),
    "D49.7": ("C72-C75", "D32-D35", "D42-D44"),
    "D49.9": ("C00-C96", "D00-D48"),
}
# What is taken first of what an encounter is for: never a state, an external cause, a drug's adverse effect.
_NOT_TREATED = ("V00-Y99", "Z00-Z50", "Z52-Z99", "T36-T50", "C80")


@rule(
    "therapy-encounter",
    says="An encounter for antineoplastic therapy is coded only where the encounter is for it.",
    sections=["I.C.2.e.2", "I.C.2.e.1"],
    stage=SAID,
    codes=[*_THERAPIES],
    examples=[
        Example("Colon cancer. Chemotherapy was changed.", gives="C18.9", without="Z51.11 C18.9"),
        Example("Rectal cancer. Radiation therapy went well.", gives="C20", without="Z51.0 C20"),
        Example("Melanoma of the back on immunotherapy.", gives="C43.59", without="Z51.12 C43.59"),
        Example(
            "Seen for diarrhea due to radiation therapy for prostate cancer.",
            gives="C61 R19.7 Y84.2",
            without="Z51.0 C61 R19.7 Y84.2",
        ),
        Example(
            "Encounter for radiation therapy with seed implants for prostate cancer.", gives="C61", without="Z51.0 C61"
        ),
        Example(
            "Here for radiation therapy, brachytherapy of the cervix, cervical cancer.",
            gives="C53.9",
            without="Z51.0 C53.9",
        ),
        Example("Encounter for radiation therapy for prostate cancer.", gives="Z51.0 C61"),
        Example("Radiation therapy encounter, prostate cancer.", gives="Z51.0 C61"),
        Example("Here for chemotherapy, colon cancer.", gives="Z51.11 C18.9"),
    ],
)
def therapy_encounter(case: Case) -> Iterator[Edit]:
    """Drop an encounter for therapy where the note only speaks of the therapy."""
    said = list(purposes(case.draft.statements))
    for one in case.under(*_THERAPIES) if case.draft.statements else ():
        if any(one in case.causes(other) for other in case.draft):
            yield case.drop(one.code, "the note names the therapy as a cause, and the encounter is for what it caused")
            continue
        spoken = any(rests_within(one, mention.start, mention.end) for mention in said)
        if not spoken and not any(
            PURPOSE.search(each.text) or "encounter" in each.text.lower() for each in one.evidence
        ):
            yield case.drop(one.code, "the note speaks of the therapy, but the encounter is not for it")
    for one in case.under(_RADIATION_THERAPY):
        if any(_BRACHYTHERAPY.search(mention.text) for mention in said):
            yield case.drop(
                one.code, "for the implantation of radioactive elements the malignancy is coded first, without it"
            )


@rule(
    "specified-sites",
    says="An unspecified site of a malignancy is not coded beside a named one.",
    sections=["I.C.2.j", "I.C.2.k"],
    stage=SAID,
    after=["history-of-malignancy", "follow-up-recurrence"],
    codes=[*_PRIMARY, *_SECONDARY, *_LYMPHOID, _UNSPECIFIED_SECONDARY, _UNSPECIFIED_PRIMARY, _DISSEMINATED],
    examples=[
        Example(codes="C79.9 C78.7", gives="C78.7", without="C79.9 C78.7"),
        Example(codes="C79.9 C50.911", gives="C79.9 C50.911"),
        Example(codes="C80.1 C18.2", gives="C18.2", without="C80.1 C18.2"),
        Example(codes="C80.1 C83.30", gives="C83.30", without="C80.1 C83.30"),
        Example(codes="C80.1 C79.31", gives="C80.1 C79.31"),
        Example(codes="C80.0 C18.2", gives="C18.2", without="C80.0 C18.2"),
        Example(codes="C80.0 C79.31", gives="C79.31", without="C80.0 C79.31"),
    ],
)
def specified_sites(case: Case) -> Iterator[Edit]:
    """Drop an unspecified site of a malignancy beside a named one."""
    secondary = [one for one in case.under(*_SECONDARY) if one.code != _UNSPECIFIED_SECONDARY]
    primary = case.under(*_PRIMARY, *_LYMPHOID)
    for one in case.under(_UNSPECIFIED_SECONDARY) if secondary else ():
        yield case.drop(one.code, f"{secondary[0].code} names the secondary site")
    for one in case.under(_UNSPECIFIED_PRIMARY) if primary else ():
        yield case.drop(one.code, f"{primary[0].code} names the primary site")
    for one in case.under(_DISSEMINATED) if secondary or primary else ():
        yield case.drop(one.code, "it is only for cases without a known primary or secondary site")


@rule(
    "known-behavior",
    says="A neoplasm of unspecified behavior is not coded beside one of its site of which the behavior is known.",
    sections=["I.B.2", "I.C.2"],
    stage=CHOOSE,
    codes=[*_BEHAVIOR, *(row for rows in _BEHAVIOR.values() for row in rows)],
    examples=[
        Example(codes="C67.9 D49.4", gives="C67.9", without="C67.9 D49.4"),
        Example(codes="D49.6 C71.9", gives="C71.9", without="D49.6 C71.9"),
        Example(codes="D49.9 C18.2", gives="C18.2", without="D49.9 C18.2"),
        Example("Meningioma. Brain tumor.", gives="D32.9", without="D32.9 D49.6"),
        Example(codes="D49.4 C61", gives="D49.4 C61"),
    ],
)
def known_behavior(case: Case) -> Iterator[Edit]:
    """Drop a neoplasm of which only the site is said beside one of that site."""
    for row, sites in _BEHAVIOR.items():
        known = case.under(*sites)
        for one in case.under(row) if known else ():
            yield case.drop(one.code, f"{known[0].code} says what it is")


@rule(
    "history-of-malignancy",
    says="A malignancy that was eradicated and is not treated is history; one under treatment is present.",
    sections=["I.C.2.m", "I.C.2.d"],
    stage=SAID,
    codes=[_HISTORY, *_PRIMARY],
    examples=[
        Example(
            "Prostate cancer, prostatectomy in 2015, no further treatment, no evidence of disease.",
            gives="Z85.46 Z90.79",
            without="C61 Z90.79",
        ),
        Example("Bladder cancer resected, disease-free.", gives="Z85.51", without="C67.9"),
        Example(
            "Cancer of the left kidney, removed three years ago, no evidence of recurrence.",
            gives="Z85.528",
            without="C64.2",
        ),
        Example(
            "Cancer of the cecum, resected, no evidence of residual disease, now on adjuvant chemotherapy.",
            gives="C18.0",
        ),
        Example(
            "Bladder cancer resected in 2010, no evidence of recurrence. Prostate cancer.",
            gives="C61 Z85.51",
            without="C67.9 C61",
        ),
        Example("Cancer of the cecum, resected last month.", gives="C18.0"),
        Example("Prostate cancer, no evidence of metastasis.", gives="C61"),
        Example("History of colon cancer, on adjuvant chemotherapy.", gives="C18.9", without="Z85.038"),
        Example("History of rectal cancer, now under treatment.", gives="C20", without="Z85.048"),
        Example("History of melanoma, on immunotherapy.", gives="C43.9", without="Z85.820"),
        Example("History of breast cancer, on chemotherapy.", sex=Sex.FEMALE, gives="C50.919", without="Z85.3"),
        Example("History of breast cancer, on chemotherapy.", sex=Sex.MALE, gives="C50.929", without="Z85.3"),
        Example("History of bladder cancer, on immunotherapy.", gives="C67.9", without="Z85.51"),
        Example("History of prostate cancer, now under treatment.", gives="C61", without="Z85.46"),
        Example("History of ovarian cancer, on chemotherapy.", sex=Sex.FEMALE, gives="C56.9", without="Z85.43"),
        Example("History of colon cancer, resected last year.", gives="Z85.038"),
    ],
)
def history_of_malignancy(case: Case) -> Iterator[Edit]:
    """Code a primary that was eradicated and is no longer treated as history, and one that is treated as present."""
    histories = HistoryCodes(case.edition)
    for one in case.under(*_PRIMARY):
        said = " ".join(_status(case, one))
        ended = _GONE.search(said) and _DONE.search(said)
        row = histories.find(one.code, Assertion.HISTORICAL) if ended and not STATUS.search(said) else None
        if row is not None and not row.assignable:
            row = best_row(case.edition, (row.code,), case.edition.lexicon.term_words(case.title(one.code)))
        if row is not None and row.assignable:
            yield case.replace(one.code, row.code, "it was eradicated, is not treated, and there is no evidence of it")
    for one in case.under(_HISTORY):
        current = _condition(case, one) if STATUS.search(" ".join(_status(case, one))) else None
        if current is not None and case.knows(current):
            yield case.replace(one.code, current, "it is still being treated, so that it is coded as present")


def _status(case: Case, one: DraftCode) -> Iterator[str]:
    """Yield what the sentences of a malignancy say of its treatment."""
    for statement in case.draft.statements:
        mention = statement.mention
        start, end = mention.scope
        if statement.code is None and rests_within(one, start, end):
            yield mention.text


def _condition(case: Case, history: DraftCode) -> str | None:
    """Give the unspecified code of the condition that a history code's note names."""
    notes = case.edition.get(history.code).notes
    named = (one.references[0] for one in notes if one.kind is NoteKind.INCLUSION_TERM and one.references)
    reference = next(named, None)
    row = case.edition.find(reference.first) if reference else None
    if row is not None and row.parent and reference is not None and reference.last:
        within = [one.code for one in case.edition.children(row.parent) if case.edition.covers(reference, one.code)]
        row = best_row(case.edition, within, said_of(case, history))
    if row is None:
        row = _named_by(case, history)
    while row is not None and not row.assignable:
        row = _open_child(case, row)
    return row.code if row is not None else None


def _named_by(case: Case, history: DraftCode) -> Code | None:
    """Give the category or code whose title a history code's title names behind `personal history of`."""
    named = case.title(history.code).removeprefix("personal history of ")
    return next((row for row in case.edition.titled(named) if case.edition.is_under(row.code, _PRIMARY)), None)


def _open_child(case: Case, row: Code) -> Code | None:
    """Give the child of a row that leaves most open, the last of several: the residual category stands behind."""
    other = "female" if case.encounter.sex is Sex.MALE else "male"
    fitting = [one for one in case.edition.children(row.code) if other not in one.title.lower().split()]
    return max(fitting, key=lambda one: (one.title.lower().count("unspecified"), one.code), default=None)


@rule(
    "leukemia-course",
    says="A leukemia that the note calls acute or chronic is coded so.",
    sections=["I.C.2", "I.B.2"],
    stage=COMBINE,
    codes=[*_LEUKEMIAS, *_ANY_CELLS, *_CELLS],
    examples=[
        Example("Acute lymphoid leukemia.", gives="C91.00", without="C91.90"),
        Example("Chronic granulocytic leukemia.", gives="C92.10", without="C92.90"),
        Example("Myeloid leukemia, chronic.", gives="C92.10", without="C92.Z0"),
        Example("Acute monocytic leukemia.", gives="C93.00", without="C93.90"),
        Example("Chronic lymphocytic leukemia in remission.", gives="C91.11", without="C95.91"),
        Example("Acute leukemia, lymphocytic type.", gives="C91.00", without="C95.00"),
        Example("Chronic lymphatic leukemia.", gives="C91.10", without="C95.10"),
        Example("Acute lymphatic leukemia, relapsed.", gives="C91.02", without="C95.92"),
        Example("Acute myelocytic leukemia in remission.", gives="C92.01", without="C95.91"),
        Example("Chronic monoblastic leukemia in remission.", gives="C93.11", without="C95.91"),
        Example("Acute promyelocytic leukemia.", gives="C92.40"),
        Example("Acute adult T-cell leukemia.", gives="C91.50"),
        Example("Leukemia. Acute bronchitis.", gives="C95.90 J20.9"),
    ],
)
def leukemia_course(case: Case) -> Iterator[Edit]:
    """Say that a leukemia is acute or chronic, where its code leaves it open."""
    for one in case.under(*_LEUKEMIAS):
        words = said_of(case, one)
        said = [course for course in ("acute", "chronic") if course in words]
        title = case.title(one.code)
        if len(said) != 1 or not ("unspecified" in title or title.startswith("other")):
            continue
        cells = (category for category, names in _CELLS.items() if not words.isdisjoint(names))
        category = next(cells, one.code[:3]) if one in case.under(*_ANY_CELLS) else one.code[:3]
        rows = case.edition.children(category) if case.edition.find(category) else ()
        row = next((row for row in rows if row.title.lower().startswith(said[0])), None)
        code = row.code + one.code[-1] if row is not None else one.code
        if case.knows(code):
            yield case.replace(one.code, code, f"the note calls it {said[0]}")


@rule(
    "treated-first",
    says="What the encounter treats stands first: a site, a complication or the therapy.",
    sections=["I.C.2.a", "I.C.2.b", "I.C.2.e.2", "I.C.2.e.3", "I.C.2.f"],
    stage=ORDER,
    after=["complication-first", "symptom-behind-malignancy"],
    codes=[*_MALIGNANT, *_NEOPLASMS, *_NOT_TREATED, *_PREGNANCY],
    examples=[
        Example(
            "Prostate cancer with bone metastases. Seen for treatment of the bone metastases.",
            gives="C79.51 C61",
        ),
        Example("Colon cancer. Seen for treatment of dehydration.", gives="E86.0 C18.9"),
        Example("Hypertension and breast cancer. Seen for the breast cancer.", gives="C50.919 I10"),
        Example("Uterine fibroids. Seen for syncope.", gives="R55 D25.9", without="D25.9 R55"),
        Example("Uterine fibroids. Seen for iron deficiency anemia.", gives="D50.9 D25.9"),
        Example("Lung cancer. Here for cough.", gives="C34.90 R05.9"),
        Example("Lung cancer. Here for chemotherapy.", gives="Z51.11 C34.90"),
        Example("Hypertension. Seen for gout.", gives="M10.9 I10"),
        Example(
            "22 weeks pregnant. Asthma. Melanoma of the back. Admitted for treatment of the melanoma.",
            sex=Sex.FEMALE,
            gives="O9A.112 O99.512 C43.59 Z3A.22 J45.909",
        ),
    ],
)
def treated_first(case: Case) -> Iterator[Edit]:
    """Move what the encounter is for to the front, where it is a neoplasm, its complication or its therapy."""
    if not case.has(*_NEOPLASMS) or case.has(*_PREGNANCY):
        return
    malignant = case.has(*_MALIGNANT)
    treated = [one for one in case.draft if one not in case.under(*_NOT_TREATED)]
    for purpose in purposes(case.draft.statements):
        inside = [
            one
            for one in treated
            if rests_within(one, purpose.start, purpose.end) and not (malignant and is_symptom(case.edition, one.code))
        ]
        if inside:
            reason = f"the encounter is for {inside[0].code}"
            yield case.move(_earliest(inside, purpose.start).code, case.draft.codes[0].code, reason)
            return


def _earliest(inside: list[DraftCode], start: int) -> DraftCode:
    return min(inside, key=lambda one: min(each.start for each in one.evidence if each.start >= start))


@rule(
    "symptom-behind-malignancy",
    says="A symptom does not stand before the malignancy.",
    sections=["I.C.2.g"],
    stage=ORDER,
    after=["history-behind"],
    codes=[*_MALIGNANT],
    examples=[
        Example(codes="R05.9 C34.11", gives="C34.11 R05.9", without="R05.9 C34.11"),
        Example(codes="R11.0 I10 C18.2", gives="C18.2 R11.0 I10", without="R11.0 I10 C18.2"),
        Example(codes="R63.4 C79.51", gives="C79.51 R63.4", without="R63.4 C79.51"),
        Example(codes="R05.9 D14.31", gives="R05.9 D14.31"),
        Example(codes="J18.9 C34.11", gives="J18.9 C34.11"),
    ],
)
def symptom_behind(case: Case) -> Iterator[Edit]:
    """Move a malignancy in front of the symptoms that come of it."""
    malignant = case.under(*_MALIGNANT)
    for symptom in case.draft:
        if malignant and is_symptom(case.edition, symptom.code):
            yield case.move(malignant[0].code, symptom.code, "a symptom does not take the place of the malignancy")
