"""Chapter 10 of the guidelines: obstructive lung disease, respiratory failure, influenza, ventilators and vaping."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from codekit.plugin import (
    CHECK,
    COMBINE,
    SAID,
    Assertion,
    Case,
    Edit,
    Example,
    Setting,
    read_rules,
    rule,
)
from codekit_icd10cm import checks
from codekit_icd10cm.conventions.words import rests_within, said_of
from codekit_icd10cm.mentions.titles import best_row

_OBSTRUCTIVE = ("J44", "J47")
_WITH_INFECTION = "lower respiratory infection"
_LOWER_INFECTIONS = ("J09.X1", "J10.0", "J11.0", "J12-J18", "J20-J22", "J85.1", "A48.1")
_INFECTIONS_NAMED = {"bronchitis": "J20.9", "pneumonia": "J18.9"}
_EMPHYSEMA = "J43"
_COPD, _COPD_WITH_ASTHMA, _ASTHMA = "J44.9", "J44.89", "J45"
_FAILURE = ("J96.0", "J96.1", "J96.2", "J96.9")
_GASES = {"hypoxia": "1", "hypercapnia": "2"}
# What an influenza that is only suspected is coded as, by its manifestation (I.C.10.c).
_UNIDENTIFIED = (
    ("J09.X1", "J11.00"),
    ("J09.X2", "J11.1"),
    ("J09.X3", "J11.2"),
    ("J09.X9", "J11.89"),
    ("J10.01", "J11.08"),
)
_VENTILATOR, _ON_VENTILATOR = "J95.851", "Z99.11"
_PNEUMONIA, _UNSPECIFIED_PNEUMONIA = ("J12-J18",), ("J15.9", "J18.9", "J18.8")
_AGENTS = ("B95", "B96", "B97")
_DUE_TO = re.compile(r"pneumonia due to (?P<agent>.+)|^(?P<other>.+) pneumonia$")
# Code points between the words of one statement.
_NEAR = 3


@rule(
    "infection-of-obstructed-lung",
    says="An obstructive lung disease with a lower respiratory infection is coded so, with the infection.",
    sections=["I.A.15"],
    stage=COMBINE,
    codes=[*_OBSTRUCTIVE, *_LOWER_INFECTIONS, *_INFECTIONS_NAMED.values()],
    examples=[
        Example("COPD with acute bronchitis.", gives="J44.0 J20.9", without="J44.9 J20.9"),
        Example("Bronchiectasis with pneumonia.", gives="J47.0 J18.9", without="J47.9 J18.9"),
        Example("Bronchiectasis with acute bronchitis.", gives="J47.0 J20.9", without="J47.0"),
        Example(codes="J44.1 J18.9", gives="J44.0 J44.1 J18.9", without="J44.1 J18.9"),
        Example(codes="J47.9 J15.9", gives="J47.0 J15.9", without="J47.9 J15.9"),
        Example(codes="J44.9 J09.X1", gives="J44.0 J09.X1", without="J44.9 J09.X1"),
        Example(codes="J44.9 J10.00", gives="J44.0 J10.00", without="J44.9 J10.00"),
        Example(codes="J44.9 J11.00", gives="J44.0 J11.00", without="J44.9 J11.00"),
        Example(codes="J44.9 J22", gives="J44.0 J22", without="J44.9 J22"),
        Example(codes="J44.9 J85.1", gives="J44.0 J85.1", without="J44.9 J85.1"),
        Example(codes="J44.9 A48.1", gives="J44.0 A48.1", without="J44.9 A48.1"),
        Example(codes="J44.0 J18.9", gives="J44.0 J18.9"),
        Example(codes="J44.9 J06.9", gives="J44.9 J06.9"),
        Example("COPD. History of pneumonia.", gives="J44.9 Z87.01"),
    ],
)
def infection_of_obstructed_lung(case: Case) -> Iterator[Edit]:
    """Say that an obstructive lung disease has a lower respiratory infection, and code the infection as well."""
    infections = [one for one in case.under(*_LOWER_INFECTIONS) if one.assertion is not Assertion.HISTORICAL]
    for category in _OBSTRUCTIVE:
        found = case.under(category)
        code = _with_infection(case, category) if found else None
        if code is None:
            continue
        if not infections and any(one.code == code for one in found):
            yield from _name_infection(case, code)
        for one in found if infections and not any(one.code == code for one in found) else ():
            reason = f"{infections[0].code} is a lower respiratory infection, and {code} says that the disease has one"
            if checks.leaves_open(case.edition.get(one.code)):
                yield case.replace(one.code, code, reason)
            else:
                yield case.add(code, reason, before=one.code, triggers=(one.code, infections[0].code))
            break


def _with_infection(case: Case, category: str) -> str | None:
    rows = case.edition.children(category) if case.edition.find(category) else ()
    return next((row.code for row in rows if _WITH_INFECTION in row.title.lower() and row.assignable), None)


def _name_infection(case: Case, code: str) -> Iterator[Edit]:
    """Add the infection that the words behind the combination code name."""
    said = said_of(case, case.under(code)[0])
    for word, infection in _INFECTIONS_NAMED.items():
        if word in said and case.knows(infection):
            yield case.add(infection, f"{code} asks for the code of the infection", after=code)


@rule(
    "form-of-copd",
    says="COPD with asthma takes the code that includes it; COPD that is emphysema is coded as such.",
    sections=["I.A.17"],
    stage=COMBINE,
    codes=[_COPD, _EMPHYSEMA, _COPD_WITH_ASTHMA, _ASTHMA],
    examples=[
        Example(codes="J44.9 J43.2", gives="J43.2", without="J44.9 J43.2"),
        Example(codes="J44.9 J45.41", gives="J44.89 J45.41", without="J44.9 J45.41"),
        Example(codes="J44.9 J43.9 J45.909", gives="J43.9 J45.909", without="J44.9 J43.9 J45.909"),
        Example(codes="J44.1 J45.909", gives="J44.1 J45.909"),
    ],
)
def form_of_copd(case: Case) -> Iterator[Edit]:
    """Say that an obstructive lung disease goes with asthma, which is coded as well, or is emphysema."""
    for one in case.under(_COPD):
        for emphysema in case.under(_EMPHYSEMA)[:1]:
            yield case.drop(one.code, f"{emphysema.code} is the form of the disease")
    for one in case.under(_COPD) if case.knows(_COPD_WITH_ASTHMA) and not case.has(_EMPHYSEMA) else ():
        for asthma in case.under(_ASTHMA)[:1]:
            yield case.replace(
                one.code, _COPD_WITH_ASTHMA, f"it includes the disease with asthma; {asthma.code} says which"
            )


@rule(
    "failure-of-both-gases",
    says="Respiratory failure with hypoxia and hypercapnia takes both codes.",
    sections=["I.B.2"],
    stage=COMBINE,
    codes=[*_FAILURE],
    examples=[
        Example("Acute respiratory failure with hypoxia and hypercapnia.", gives="J96.02 J96.01", without="J96.02"),
        Example(
            "Acute on chronic respiratory failure with hypercapnia and hypoxia.",
            gives="J96.22 J96.21",
            without="J96.22",
        ),
        Example("Chronic respiratory failure with hypoxia and hypercapnia.", gives="J96.12 J96.11", without="J96.12"),
        Example("Respiratory failure with hypoxia and hypercapnia.", gives="J96.92 J96.91", without="J96.92"),
        Example("Acute respiratory failure with hypoxia.", gives="J96.01"),
        Example(
            "Acute respiratory failure with hypoxia. Chronic respiratory failure with hypercapnia.",
            gives="J96.01 J96.12",
        ),
    ],
)
def failure_of_both_gases(case: Case) -> Iterator[Edit]:
    """Code a respiratory failure with hypoxia and hypercapnia by both codes."""
    for one in case.under(*_FAILURE):
        said = said_of(case, one)
        for word, suffix in _GASES.items() if said.issuperset(_GASES) else ():
            code = one.code[:-1] + suffix
            if code != one.code and case.knows(code):
                yield case.add(code, f"the note says {word} as well", after=one.code)


@rule(
    "suspected-influenza",
    says="A suspected influenza of an identified virus is coded as of an unidentified one.",
    sections=["I.C.10.c"],
    stage=SAID,
    codes=[*chain(*_UNIDENTIFIED), "J09 J10"],
    setting=Setting.INPATIENT,
    examples=[
        Example("Suspected avian influenza.", gives="J11.1", without="J09.X2"),
        Example("Suspected avian influenza with pneumonia.", gives="J11.00", without="J09.X1"),
        Example("Suspected influenza A.", gives="J11.1", without="J10.1"),
        Example("Suspected influenza A with pneumonia.", gives="J11.00", without="J10.00"),
        Example("Influenza A.", gives="J10.1"),
        Example("Suspected influenza.", gives="J11.1"),
    ],
)
def suspected_influenza(case: Case) -> Iterator[Edit]:
    """Code a suspected influenza of an identified virus as one of an unidentified virus."""
    for one in case.under("J09", "J10"):
        if one.assertion is Assertion.POSSIBLE:
            code = dict(_UNIDENTIFIED).get(one.code, one.code.replace("J10.", "J11."))
            if case.knows(code):
                yield case.replace(one.code, code, f"{one.code} is coded only when confirmed")


@rule(
    "ventilator-pneumonia",
    says="A ventilator associated pneumonia takes the organism's code and none from J12-J18.",
    sections=["I.C.10.d.1", "I.C.10.d.2"],
    stage=COMBINE,
    codes=[_VENTILATOR, *_PNEUMONIA, *_AGENTS, *_UNSPECIFIED_PNEUMONIA],
    examples=[
        Example("VAP, MSSA pneumonia.", gives="J95.851 B95.61", without="J95.851 J15.211"),
        Example(codes="J95.851 J12.1", gives="J95.851 B97.4", without="J95.851 J12.1"),
        Example(codes="J95.851 J15.5", gives="J95.851 B96.20", without="J95.851 J15.5"),
        Example(codes="J95.851 J15.9", gives="J95.851", without="J95.851 J15.9"),
        Example(codes="J95.851 J18.9", gives="J95.851", without="J95.851 J18.9"),
        Example(codes="J95.851 J18.8", gives="J95.851", without="J95.851 J18.8"),
        Example(codes="J15.212 J95.851", gives="J15.212 J95.851"),
    ],
)
def ventilator_pneumonia(case: Case) -> Iterator[Edit]:
    """Say the organism of a ventilator associated pneumonia by a code of its own, and no second pneumonia."""
    for ventilator in case.under(_VENTILATOR):
        for one in case.under(*_PNEUMONIA):
            if not any(rests_within(one, each.start, each.end + _NEAR) for each in ventilator.evidence):
                continue
            agent = _agent(case, one.code)
            if agent is not None:
                yield case.replace(
                    one.code, agent, f"{_VENTILATOR} takes the code of the organism, and none from J12-J18"
                )
            elif one.code in _UNSPECIFIED_PNEUMONIA:
                yield case.drop(one.code, f"{_VENTILATOR} says the pneumonia")


@rule(
    "pneumonia-on-ventilator",
    says="Whether a pneumonia is due to the ventilator is asked of the provider.",
    sections=["I.C.10.d.1"],
    stage=CHECK,
    after=["code-also"],
    codes=[_VENTILATOR, *_PNEUMONIA, _ON_VENTILATOR],
    setting=Setting.INPATIENT,
    examples=[
        Example(
            "On mechanical ventilation, developed pneumonia; unclear whether it is due to the ventilator.",
            gives="J18.9 Z99.11",
            asks="relation of the pneumonia to the ventilator",
        ),
        Example(codes="J15.1 Z99.11", gives="J15.1 Z99.11", asks="relation of the pneumonia to the ventilator"),
        Example(codes="J95.851 Z99.11", gives="J95.851 Z99.11"),
        Example(codes="J95.851 J13 Z99.11", gives="J95.851 J13 Z99.11"),
        Example(codes="J18.9", gives="J18.9"),
    ],
)
def pneumonia_on_ventilator(case: Case) -> Iterator[Edit]:
    """Ask whether an inpatient's pneumonia is due to the ventilator, which only the provider can say."""
    for pneumonia in case.under(*_PNEUMONIA) if not case.has(_VENTILATOR) else ():
        for ventilator in case.under(_ON_VENTILATOR)[:1]:
            yield case.query(
                "conflict",
                topic="relation of the pneumonia to the ventilator",
                indicators=sorted({*pneumonia.evidence, *ventilator.evidence}, key=lambda one: (one.start, one.end)),
                options=("ventilator associated pneumonia", "pneumonia not due to the ventilator"),
                codes=(pneumonia.code,),
                reason=f"{_VENTILATOR} is coded only where the provider says that the ventilator caused it",
            )
            return


def _agent(case: Case, code: str) -> str | None:
    found = _DUE_TO.search(case.title(code))
    row = (
        best_row(case.edition, _AGENTS, case.edition.lexicon.term_words(found["agent"] or found["other"]))
        if found
        else None
    )
    return row.code if row is not None and row.assignable else None


ROWS = read_rules(__package__, "respiratory.toml")
