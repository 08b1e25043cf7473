"""Chapters 2 and 3 of the guidelines: neoplasms, their treatment, their complications and their history."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codekit.plugin import (
    COMBINE,
    ORDER,
    SAID,
    Assertion,
    Case,
    Code,
    DraftCode,
    Edit,
    HistoryCodes,
    NoteKind,
    rule,
)
from codekit_icd10cm.checks import is_symptom
from codekit_icd10cm.conventions.words import rests_within, said_of
from codekit_icd10cm.mentions.neoplasms import STATUS
from codekit_icd10cm.mentions.purpose import PURPOSE
from codekit_icd10cm.mentions.titles import best_row

_PRIMARY, _SECONDARY = ("C00-C75",), ("C77-C79",)
_NEOPLASMS, _MALIGNANT = ("C00-D49",), ("C00-C96",)
_UNSPECIFIED_SECONDARY, _UNSPECIFIED_PRIMARY, _DISSEMINATED = "C79.9", "C80.1", "C80.0"
_THERAPIES = ("Z51.0", "Z51.1")
_RADIATION_THERAPY = "Z51.0"
_BRACHYTHERAPY = re.compile(
    r"\bbrachytherapy|radioactive (?:seed|implant|element|isotope)s?|seed implant", re.IGNORECASE
)
_DRUG_THERAPY = frozenset(("chemotherapy", "immunotherapy", "antineoplastic", "chemoradiation", "chemo"))
_RADIATION = frozenset(("radiation", "radiotherapy", "chemoradiation", "brachytherapy"))
_ADVERSE_EFFECT, _AFTER_RADIATION = "T45.1X5A", "Y84.2"
_ANEMIA, _IN_NEOPLASM, _OF_CHEMOTHERAPY, _OTHER_ANEMIA = ("D63.0", "D64.9"), "D63.0", "D64.81", "D64.89"
# Source: ICD-10-CM alphabetic index, Anemia, in (due to), chronic disease; CKD and neoplasms have their own codes.
_IN_CHRONIC_DISEASE = "D63.8"
_CHRONIC = ("A15-A19", "B18", "B20", "E00-E89", "I50", "J44", "K50-K52", "K70-K76", "M05-M14", "M30-M36", "M86")
_OTHER_FRACTURE, _NEOPLASM_FRACTURE = "M84.4", "M84.5"
_CELLS = {
    "C91": frozenset(("lymphocytic", "lymphoid", "lymphoblastic", "lymphatic")),
    "C92": frozenset(("myeloid", "myeloblastic", "granulocytic")),
    "C93": frozenset(("monocytic", "monoblastic")),
}
_HISTORY = "Z85"
_GONE = re.compile(
    r"\bexcis|\bresect|\bremov|\beradicat|\bcured\b|ectomy\b|\bcompleted\b|\bablat|\btreated\b", re.IGNORECASE
)
_DONE = re.compile(
    r"\bno (?:further|additional|current|active|ongoing|subsequent) (?:\w+ )?(?:treatment|therapy)|"
    r"\bno treatment since|"
    r"\bno evidence of (?:\w+ )?(?:disease|recurren|residual|cancer|tumou?r|malignan|metast)|disease[- ]free|\bcured\b|"
    r"\b(?:no|without) (?:evidence of )?recurren|(?-i:\bNED\b)|\bin (?:19|20)\d\d\b|\byears? ago\b|undetectable|"
    r"\btreatment (?:is |was )?completed",
    re.IGNORECASE,
)
# What is taken first of what an encounter is for: never a state, an external cause, a drug's adverse effect.
_NOT_TREATED = ("V00-Y99", "Z00-Z50", "Z52-Z99", "T36-T50", "C80")


@rule(
    "therapy-encounter",
    says="An encounter for antineoplastic therapy is coded only where the encounter is for it.",
    sections=["I.C.2.e.2", "I.C.2.e.1"],
    stage=SAID,
    codes=[_RADIATION_THERAPY, *_THERAPIES],
)
def therapy_encounter(case: Case) -> Iterator[Edit]:
    """Drop an encounter for therapy where the note only speaks of the therapy."""
    purposes = list(_purposes(case))
    for one in case.under(*_THERAPIES) if case.draft.statements else ():
        if any(one in case.causes(other) for other in case.draft):
            yield case.drop(one.code, "the note names the therapy as a cause, and the encounter is for what it caused")
            continue
        spoken = [text for start, end, text in purposes if rests_within(one, start, end)]
        if not spoken and not any(
            PURPOSE.search(each.text) or "encounter" in each.text.lower() for each in one.evidence
        ):
            yield case.drop(one.code, "the note speaks of the therapy, but the encounter is not for it")
    for one in case.under(_RADIATION_THERAPY):
        if any(_BRACHYTHERAPY.search(text) for _, _, text in purposes):
            yield case.drop(
                one.code, "for the implantation of radioactive elements the malignancy is coded first, without it"
            )


def _purposes(case: Case) -> Iterator[tuple[int, int, str]]:
    """Yield the spans and texts in which the note says what the encounter is for."""
    for statement in case.draft.statements:
        mention = statement.mention
        if PURPOSE.match(mention.text):
            yield mention.start, mention.end, mention.text


@rule(
    "specified-sites",
    says="An unspecified site of a malignancy is not coded beside a named one.",
    sections=["I.C.2.j", "I.C.2.k"],
    stage=SAID,
    after=["history-of-malignancy", "follow-up-recurrence"],
    codes=[*_PRIMARY, _UNSPECIFIED_SECONDARY, _UNSPECIFIED_PRIMARY, _DISSEMINATED, *_SECONDARY, "C81-C96"],
)
def specified_sites(case: Case) -> Iterator[Edit]:
    """Drop an unspecified site of a malignancy beside a named one."""
    secondary = [one for one in case.under(*_SECONDARY) if one.code != _UNSPECIFIED_SECONDARY]
    primary = case.under(*_PRIMARY, "C81-C96")
    for one in case.under(_UNSPECIFIED_SECONDARY) if secondary else ():
        yield case.drop(one.code, f"{secondary[0].code} names the secondary site")
    for one in case.under(_UNSPECIFIED_PRIMARY) if primary else ():
        yield case.drop(one.code, f"{primary[0].code} names the primary site")
    for one in case.under(_DISSEMINATED) if secondary or primary else ():
        yield case.drop(one.code, "it is only for cases without a known primary or secondary site")


@rule(
    "history-of-malignancy",
    says="A malignancy that was eradicated and is not treated is history; one under treatment is present.",
    sections=["I.C.2.m", "I.C.2.d"],
    stage=SAID,
    codes=[_HISTORY, *_PRIMARY],
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
    named = [one.references[0].first for one in notes if one.kind is NoteKind.INCLUSION_TERM and one.references]
    row = case.edition.find(named[0]) if named else None
    while row is not None and not row.assignable:
        row = _open_child(case, row)
    return row.code if row is not None else None


def _open_child(case: Case, row: Code) -> Code | None:
    children = case.edition.children(row.code)
    sex = case.encounter.sex or "female"
    fitting = [one for one in children if "male" not in one.title.lower().split() or sex == "male"]
    return next((one for one in fitting if "unspecified" in one.title.lower()), fitting[0] if fitting else None)


@rule(
    "anemia-of-therapy",
    says="Anemia due to the treatment of a malignancy is coded by the treatment.",
    sections=["I.C.2.c.2"],
    stage=COMBINE,
    codes=[*_ANEMIA, _OF_CHEMOTHERAPY, _OTHER_ANEMIA],
)
def anemia_of_therapy(case: Case) -> Iterator[Edit]:
    """Code anemia that comes of the treatment of a malignancy by the kind of treatment."""
    for one in case.under(*_ANEMIA):
        words = set(one.cause.words) if one.cause else set()
        code = _OF_CHEMOTHERAPY if words & {"chemotherapy", "chemo", "chemoradiation"} else _OTHER_ANEMIA
        if words & (_DRUG_THERAPY | _RADIATION) and case.knows(code):
            yield case.replace(one.code, code, "the note gives the treatment as its cause")


@rule(
    "anemia-by-cause",
    says="Anemia is coded by the loss of blood or the chronic disease that caused it.",
    sections=["I.A.15"],
    stage=COMBINE,
    after=["hypertensive-disease", "diabetes-complications"],
    codes=[_IN_CHRONIC_DISEASE, *_CHRONIC, "D50.0 D50.9 D62 D64.9"],
)
def anemia_by_cause(case: Case) -> Iterator[Edit]:
    """Code an unspecified anemia by a loss of blood or a chronic disease that the note names as its cause."""
    for one in case.under("D64.9", "D50.9"):
        words = set(one.cause.words) if one.cause else set()
        chronic = next((cause for cause in case.causes(one) if cause in case.under(*_CHRONIC)), None)
        code = None
        if words >= {"blood", "loss"} or words & {"hemorrhage"}:
            acute = "acute" in words | said_of(case, one) and one in case.under("D64.9")
            code = "D62" if acute else "D50.0"
        elif chronic is not None and one in case.under("D64.9"):
            code = _IN_CHRONIC_DISEASE
        if code is not None and case.knows(code):
            yield case.replace(one.code, code, "the note gives its cause, by which anemia is coded")


@rule(
    "effects-of-therapy",
    says="What antineoplastic treatment causes takes the code of its adverse effect.",
    sections=["I.C.2.c.2", "I.C.2.e.3", "I.C.19.e.5.a"],
    stage=COMBINE,
    codes=[_ADVERSE_EFFECT, _AFTER_RADIATION, *_NEOPLASMS, "S00-Y99 T45.1 Z00-Z99"],
)
def effects_of_therapy(case: Case) -> Iterator[Edit]:
    """Add the adverse effect of antineoplastic drugs, or of radiotherapy, behind what it caused."""
    for one in case.draft:
        words = set(one.cause.words) if one.cause else set()
        if one in case.under(*_NEOPLASMS, "S00-Y99", "Z00-Z99"):
            continue
        if words & _DRUG_THERAPY and not case.has("T45.1") and case.knows(_ADVERSE_EFFECT):
            yield case.add(_ADVERSE_EFFECT, "the note gives the antineoplastic treatment as its cause", after=one.code)
        if words & _RADIATION and case.knows(_AFTER_RADIATION):
            yield case.add(_AFTER_RADIATION, "the note gives the radiotherapy as its cause", after=one.code)


@rule(
    "neoplastic-fracture",
    says="A pathological fracture due to a neoplasm is coded as such.",
    sections=["I.C.2.l.6"],
    stage=COMBINE,
    codes=[_OTHER_FRACTURE, _NEOPLASM_FRACTURE, *_NEOPLASMS],
)
def neoplastic_fracture(case: Case) -> Iterator[Edit]:
    """Code a pathological fracture that a neoplasm caused as such."""
    for one in case.under(_OTHER_FRACTURE):
        neoplasm = next((cause for cause in case.causes(one) if cause in case.under(*_NEOPLASMS)), None)
        code = one.code.replace(_OTHER_FRACTURE, _NEOPLASM_FRACTURE)
        if neoplasm is not None and case.knows(code):
            yield case.replace(one.code, code, f"the note gives {neoplasm.code} as its cause")


@rule(
    "relapse",
    says="A leukemia or myeloma that has relapsed is coded so.",
    sections=["I.C.2.n"],
    stage=COMBINE,
    codes=["C90-C95"],
)
def relapse(case: Case) -> Iterator[Edit]:
    """Say that a leukemia or a myeloma is in relapse."""
    for one in case.under("C90-C95"):
        words = said_of(case, one)
        row = case.edition.get(one.code)
        siblings = case.edition.children(row.parent) if row.parent and "relapse" in words else ()
        other = next((each for each in siblings if each.title.lower().endswith("in relapse")), None)
        if other is not None and other.code != one.code and other.assignable:
            yield case.replace(one.code, other.code, "the note says that it has relapsed")


@rule(
    "leukemia-course",
    says="A leukemia that the note calls acute or chronic is coded so.",
    sections=["I.C.2", "I.B.2"],
    stage=COMBINE,
    codes=["C91 C91-C95 C92 C93 C95"],
)
def leukemia_course(case: Case) -> Iterator[Edit]:
    """Say that a leukemia is acute or chronic, where its code leaves it open."""
    for one in case.under("C91-C95"):
        words = said_of(case, one)
        said = [course for course in ("acute", "chronic") if course in words]
        title = case.title(one.code)
        if len(said) != 1 or title.startswith(tuple(said)) or not ("unspecified" in title or title.startswith("other")):
            continue
        cells = (category for category, names in _CELLS.items() if not words.isdisjoint(names))
        category = next(cells, one.code[:3]) if one in case.under("C95") else one.code[:3]
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
    codes=[*_MALIGNANT, *_NEOPLASMS, *_NOT_TREATED, "O00-O9A"],
)
def treated_first(case: Case) -> Iterator[Edit]:
    """Move what the encounter is for to the front, where it is a neoplasm, its complication or its therapy."""
    if not case.has(*_NEOPLASMS) or case.has("O00-O9A"):
        return
    malignant = case.has(*_MALIGNANT)
    treated = [one for one in case.draft if one not in case.under(*_NOT_TREATED)]
    for start, end, _ in _purposes(case):
        inside = [
            one
            for one in treated
            if rests_within(one, start, end) and not (malignant and is_symptom(case.edition, one.code))
        ]
        if inside:
            reason = f"the encounter is for {inside[0].code}"
            yield case.move(_earliest(inside, start).code, case.draft.codes[0].code, reason)
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
)
def symptom_behind(case: Case) -> Iterator[Edit]:
    """Move a malignancy in front of the symptoms that come of it."""
    malignant = case.under(*_MALIGNANT)
    for symptom in case.draft:
        if malignant and is_symptom(case.edition, symptom.code):
            yield case.move(malignant[0].code, symptom.code, "a symptom does not take the place of the malignancy")
