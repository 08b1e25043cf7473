"""Which sections of the official guidelines codekit carries out, and where: the source of `docs/reference/coverage.md`.

Conventions name their sections themselves, and so do facets. Here stands what other parts carry out, what is still
missing where only a part of a section is, and which sections ask nothing of software.

Source: CMS and NCHS, ICD-10-CM Official Guidelines for Coding and Reporting FY2026, section ids as printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

import attrs

from codekit.plugin import Convention, GuidelineSection, Specificity

_ID = re.compile(r"\b(?:I\.[ABC]|I{2,3}|IV)\.\w+(?:\.\w+)*")
_FACETS = "codekit_icd10cm.rules"


@attrs.frozen(kw_only=True)
class Elsewhere:
    """Sections that something other than a convention carries out.

    Args:
        sections: Ids as printed.
        by: What does it, in a short phrase.
        module: The module in which it is done, importable.
    """

    sections: tuple[str, ...]
    by: str
    module: str


@attrs.frozen(kw_only=True)
class Remark:
    """What is to be said of some sections.

    Args:
        sections: Ids as printed.
        text: A short phrase.
    """

    sections: tuple[str, ...]
    text: str


class State(StrEnum):
    """How far a section is carried out."""

    COVERED = "covered"
    IN_PART = "in part"
    NOT_YET = "not yet"
    NO_RULE = "no rule"
    HEADING = "see below"


@attrs.frozen(kw_only=True)
class Row:
    """One section of the guidelines.

    Args:
        section: Its id.
        title: Its title.
        state: How far it is carried out.
        rules: Ids of the conventions that name it, sorted.
        elsewhere: What else carries it out.
        remark: What is missing, or why there is no rule; empty where neither is.
    """

    section: str
    title: str
    state: State
    rules: tuple[str, ...]
    elsewhere: tuple[Elsewhere, ...]
    remark: str


ELSEWHERE = (
    Elsewhere(
        sections=("I.A.1", "I.A.18", "I.B.1"),
        by="a term is looked up in the index; without more detail its default code stands",
        module="codekit.pipeline.index_navigator",
    ),
    Elsewhere(
        sections=("I.B.1", "I.B.2", "I.A.3", "I.A.9.a", "I.A.9.b", "I.C.19.e.1", "IV.F.2", "IV.F.3"),
        by="every code is settled in the tabular list, down to an assignable one",
        module="codekit.pipeline.hierarchy",
    ),
    Elsewhere(
        sections=("I.A.3", "I.A.4", "I.A.5", "I.B.2", "IV.F.2"),
        by="`validate` names what is missing and gives the corrected code",
        module="codekit_icd10cm.corrections",
    ),
    Elsewhere(
        sections=("I.A.4", "I.A.5"),
        by="codes are written with placeholder and 7th character",
        module="codekit_icd10cm.seventh",
    ),
    Elsewhere(
        sections=("I.A.6.b", "I.A.7", "I.A.10", "I.A.11", "I.A.14"),
        by="titles, includes notes and inclusion terms are read into index entries",
        module="codekit_icd10cm.derive",
    ),
    Elsewhere(
        sections=("I.A.7",),
        by="nonessential modifiers and manifestation codes of the index",
        module="codekit_icd10cm.index",
    ),
    Elsewhere(
        sections=("I.A.6.a",),
        by="an entry with NEC is reached through the hierarchy only",
        module="codekit.editions.index.entries",
    ),
    Elsewhere(
        sections=("I.A.12.b",), by="only Excludes1 notes set codes against each other", module="codekit_icd10cm.checks"
    ),
    Elsewhere(
        sections=("I.A.13",),
        by="a condition that the note links to its etiology gets the manifestation's code",
        module="codekit_icd10cm.mentions.links",
    ),
    Elsewhere(sections=("I.A.16",), by="`see` and `see also` are followed", module="codekit.editions.index.crossrefs"),
    Elsewhere(
        sections=("I.A.17", "I.B.7"),
        by="`validate` asks for what is to be coded also or besides",
        module="codekit_icd10cm.sequence",
    ),
    Elsewhere(
        sections=("I.A.19",),
        by="a diagnosis is coded because the note states it",
        module="codekit.pipeline.evidence_extractor",
    ),
    Elsewhere(
        sections=("I.B.4", "I.B.6"),
        by="a symptom stays unless a diagnosis explains it",
        module="codekit_icd10cm.conventions.selection",
    ),
    Elsewhere(
        sections=("I.B.8",), by="two courses of one disease are two mentions", module="codekit.pipeline.coordination"
    ),
    Elsewhere(
        sections=("I.B.10", "I.C.9.d.1"),
        by="a deficit is coded as the sequela of its stroke",
        module="codekit_icd10cm.mentions.sequelae",
    ),
    Elsewhere(
        sections=("I.B.12", "I.C.19.e.3"),
        by="mentions of one code are joined",
        module="codekit.pipeline.code_reconciler",
    ),
    Elsewhere(sections=("I.B.12",), by="`validate` reports a code given twice", module="codekit_icd10cm.validate"),
    Elsewhere(
        sections=("I.B.14", "I.C.15.a.7", "I.C.18.i"),
        by="body mass index, stroke score and completed weeks are read as codes",
        module="codekit_icd10cm.mentions.numbers",
    ),
    Elsewhere(
        sections=("I.B.13", "I.C.12.a.3", "I.C.15.a.5"),
        by="the clinician is asked for what a code leaves open",
        module="codekit.pipeline.details",
    ),
    Elsewhere(
        sections=("I.C.1.b", "I.C.1.e.1.c", "I.C.1.e.1.d"),
        by="organisms as causes, and carriers",
        module="codekit_icd10cm.mentions.organisms",
    ),
    Elsewhere(
        sections=("I.C.1.e.1.a",),
        by="a disease with its organism is looked up as one entry",
        module="codekit.pipeline.index_navigator",
    ),
    Elsewhere(
        sections=("I.C.1.d.1.a.ii", "I.C.1.d.2"),
        by="urosepsis and septic shock are terms of their own",
        module="codekit_icd10cm.mentions.terms",
    ),
    Elsewhere(
        sections=("I.C.1.g.1.c.i",),
        by="pneumonia due to COVID-19 is its manifestation, J12.82",
        module="codekit_icd10cm.mentions.links",
    ),
    Elsewhere(
        sections=("I.C.1.g.1.e", "I.C.1.g.1.f"),
        by="the words for exposure and screening",
        module="codekit_icd10cm.mentions.encounters",
    ),
    Elsewhere(
        sections=("I.C.1.g.1.i", "I.C.21.c.4", "III.A", "IV.J"),
        by="what is past, or a relative's, gets its history code or none",
        module="codekit.conventions.history",
    ),
    Elsewhere(
        sections=(
            *("I.C.1.a.2.e", "I.C.1.g.1.n", "I.C.2.n", "I.C.2.s", "I.C.4.a.1.a", "I.C.4.a.1.b", "I.C.4.b.1"),
            *("I.C.5.d", "I.C.6.b.6", "I.C.9.a.8", "I.C.9.a.9", "I.C.9.e.2", "I.C.14.a.2", "I.C.15.o.5"),
            "I.C.15.p.1",
        ),
        by="the entry of the term leads to the code that the section names",
        module="codekit.pipeline.index_navigator",
    ),
    Elsewhere(
        sections=("I.C.2", "I.C.2.d", "I.C.2.k"),
        by="primary and secondary sites, and whether they are still treated",
        module="codekit_icd10cm.mentions.neoplasms",
    ),
    Elsewhere(sections=("I.C.4.a.2",), by="diabetes without its type is type 2", module="codekit_icd10cm.derive"),
    Elsewhere(
        sections=(
            *("I.C.4.a.3", "I.C.19.e.2", "I.C.19.e.4", "I.C.19.e.5.a", "I.C.19.e.5.b", "I.C.19.e.5.b.i"),
            *("I.C.19.e.5.b.ii", "I.C.19.e.5.b.iii", "I.C.19.e.5.b.iv", "I.C.19.e.5.c", "I.C.21.c.3"),
        ),
        by="each drug of the note, and why it is named",
        module="codekit_icd10cm.mentions.drugs",
    ),
    Elsewhere(
        sections=("I.C.7.b",),
        by="blindness and low vision by the eyes affected",
        module="codekit_icd10cm.mentions.eyes",
    ),
    Elsewhere(
        sections=("I.C.12.a.1", "I.C.12.a.2", "I.C.12.a.4", "I.C.12.a.5", "I.C.12.a.7", "I.C.12.b.1"),
        by="each pressure ulcer with its site and stage; healed ones are past",
        module="codekit_icd10cm.mentions.ulcers",
    ),
    Elsewhere(
        sections=(
            *("I.C.15.a.7", "I.C.15.b.1", "I.C.15.b.5", "I.C.15.i", "I.C.15.n.1", "I.C.16.a.2", "I.C.16.d"),
            *("I.C.21.c.11",),
        ),
        by="weeks, visits, deliveries, births and birth weights",
        module="codekit_icd10cm.mentions.births",
    ),
    Elsewhere(
        sections=("I.C.15.a.2", "I.C.16.a.1"),
        by="`validate` keeps the mother's record apart",
        module="codekit_icd10cm.records",
    ),
    Elsewhere(
        sections=("I.C.16.a.4",),
        by="only the notes that say so bind a perinatal code to newborns",
        module="codekit_icd10cm.demographics",
    ),
    Elsewhere(
        sections=("I.C.16.b.1", "I.C.21.c.6", "I.C.21.c.8", "I.C.21.c.12", "I.C.21.c.16", "IV.N", "IV.P"),
        by="examinations, follow-up, observation, diagnoses before and after surgery",
        module="codekit_icd10cm.mentions.visits",
    ),
    Elsewhere(
        sections=(
            *("I.C.18.d", "I.C.18.g", "I.C.21.c.1", "I.C.21.c.2", "I.C.21.c.3", "I.C.21.c.5", "I.C.21.c.7"),
            *("I.C.21.c.9", "I.C.21.c.10", "I.C.21.c.13", "I.C.21.c.17", "II.F", "IV.M"),
        ),
        by="the words for reasons of an encounter, states and circumstances",
        module="codekit_icd10cm.mentions.encounters",
    ),
    Elsewhere(
        sections=("I.C.19.d.2", "I.C.19.d.6", "I.C.19.f", "I.C.19.g.2", "I.C.20.b", "I.C.20.c", "I.C.20.g"),
        by="burns, abuse, complications of devices, events with place and activity",
        module="codekit_icd10cm.mentions.injuries",
    ),
    Elsewhere(
        sections=("I.C.1.d.3", "I.C.19.e.5.c", "I.C.20.a.6", "I.C.21.c.3", "I.C.21.c.15"),
        by="`validate` reports what may not, or may only, stand first",
        module="codekit_icd10cm.sequence",
    ),
    Elsewhere(
        sections=("II.D", "II.H", "III.C"),
        by="what an inpatient's note calls possible is coded as established",
        module="codekit.text.assertion",
    ),
    Elsewhere(
        sections=("Appendix I",),
        by="`validate` names the codes that are exempt from a POA indicator",
        module="codekit_icd10cm.poa",
    ),
)

MISSING = (
    Remark(
        sections=("I.A.15",), text="links of hypertension, diabetes, coronary and lung disease; not all of the index"
    ),
    Remark(sections=("I.A.19",), text="conflicting documentation is not asked about"),
    Remark(sections=("I.B.5",), text="only symptoms of the same statement"),
    Remark(sections=("I.B.9",), text="the combinations of some chapters, and acute with chronic; not all of the index"),
    Remark(sections=("I.B.10",), text="strokes, injuries and COVID-19 only"),
    Remark(sections=("I.B.14",), text="it is not known who wrote what"),
    Remark(sections=("I.C.1.d.1.b",), text="severe sepsis is not inferred from an organ's failure"),
    Remark(sections=("I.C.1.d.4",), text="sepsis that comes after admission is not told apart"),
    Remark(sections=("I.C.1.d.5.b",), text="not after obstetric surgery"),
    Remark(sections=("I.C.2",), text="overlapping sites, ectopic tissue and morphology are not read"),
    Remark(sections=("I.C.12.a.3",), text="terms for stages beyond those of the index are not known"),
    Remark(sections=("I.C.15.a.5",), text="the clinician is asked only where a code leaves the trimester open"),
    Remark(sections=("I.C.15.b.2",), text="sequence only; what makes a pregnancy one of high risk is not inferred"),
    Remark(sections=("I.C.15.b.5",), text="added to O80 alone where the note does not state it"),
    Remark(sections=("I.C.15.m", "I.C.15.r"), text="sequence only"),
    Remark(sections=("I.C.16.f",), text="sepsis of a newborn is not taken for congenital by default"),
    Remark(sections=("I.C.17",), text="manifestations without a code of their own are not looked for"),
    Remark(sections=("I.C.18.c",), text="only where the notes of the code name the symptom"),
    Remark(sections=("I.C.18.e", "I.C.18.e.1"), text="sequence and exclusions; sedation and times are not read"),
    Remark(sections=("I.C.19.b",), text="superficial injuries only; others are not ranked by severity"),
    Remark(sections=("I.C.19.c.1",), text="Gustilo types of open fractures are not read"),
    Remark(sections=("I.C.19.d.1",), text="internal burns are not ranked"),
    Remark(sections=("I.C.19.e.4",), text="several unspecified drugs have no rule"),
    Remark(sections=("I.C.19.e.5.b.iv",), text="the alcohol is not coded as a toxic effect"),
    Remark(sections=("I.C.19.e.5.d",), text="sequence only"),
    Remark(sections=("I.C.19.g.2",), text="the code of category G89 is not added"),
    Remark(sections=("I.C.19.g.3.a",), text="sequence only; what affects the organ's function is not inferred"),
    Remark(sections=("I.C.20.g",), text="of perpetrators only parents and spouses"),
    Remark(sections=("I.C.20.k",), text="the status is not added where the note is silent on it"),
    Remark(sections=("II.F",), text="the reason why is coded; the sequence is not set"),
    Remark(sections=("III.A",), text="whether a past condition bears on the stay is not judged"),
    Remark(sections=("Appendix I",), text="the indicators themselves are not assigned"),
)

NO_RULE = (
    Remark(sections=("I", "I.A", "I.C", "I.A.12", "I.C.21", "IV"), text="introduces the sections below it"),
    Remark(
        sections=("I.A.2", "I.C.4.a.1", "I.C.13.a", "I.C.13.d", "I.C.15.o.1", "I.C.16", "I.C.18", "IV.F.1"),
        text="describes or defines",
    ),
    Remark(sections=("I.B.3", "IV.B"), text="names the codes that there are"),
    Remark(sections=("I.C.3", "I.C.8", "I.C.11"), text="reserved"),
    Remark(sections=("I.C.18.f", "II.E"), text="deleted"),
    Remark(sections=("I.A.8",), text="refers to I.A.14"),
    Remark(sections=("I.C.1.d.7",), text="refers to I.C.15.j"),
    Remark(sections=("I.C.1.d.8",), text="refers to I.C.16.f"),
    Remark(sections=("I.C.2.h",), text="refers to I.C.6.b"),
    Remark(sections=("I.C.2.o", "I.C.2.p", "I.C.2.q"), text="refers to I.C.21.c"),
    Remark(sections=("I.C.4.a.4",), text="refers to I.C.15"),
    Remark(sections=("I.C.6.b.2",), text="refers to I.C.19.g.2"),
    Remark(sections=("I.C.13.e",), text="refers to I.C.1.g.1.l"),
    Remark(sections=("I.C.15.h",), text="refers to I.C.4.a.3"),
    Remark(sections=("I.C.19.g.1.a",), text="refers to I.B.16"),
    Remark(sections=("I.C.22",), text="refers to I.C.1.g.1 and I.C.10.e"),
    Remark(sections=("IV.O",), text="refers to I.C.15.b.1"),
    Remark(sections=("IV.Q",), text="refers to I.C.21.c.5"),
    Remark(sections=("I.C.21.b",), text="on procedure codes"),
    Remark(sections=("IV.C",), text="on what is to be documented"),
    Remark(sections=("IV.E",), text="says what Z codes are for"),
    Remark(sections=("IV.I",), text="each note is coded by itself"),
)


def coverage(
    sections: Sequence[GuidelineSection], conventions: Sequence[Convention], facets: Specificity
) -> Iterator[Row]:
    """Say how far each section is carried out; a convention that no example proves carries out none.

    Args:
        sections: Sections of the guidelines in printed order.
        conventions: The conventions of a release.
        facets: What distinguishes sibling codes; each facet names its section as its source.

    Yields:
        One row for each section, in printed order.
    """
    elsewhere = (*ELSEWHERE, *_by_facets(facets))
    missing, no_rule = _texts(MISSING), _texts(NO_RULE)
    parents = {section.id.rpartition(".")[0] for section in sections}
    for section in sections:
        named = [one for one in conventions if section.id in one.sections]
        others = tuple(one for one in elsewhere if section.id in one.sections)
        if not section.text and section.id in parents:
            state = State.HEADING
        elif others or any(one.proven for one in named):
            state = State.IN_PART if section.id in missing else State.COVERED
        else:
            state = State.NO_RULE if section.id in no_rule else State.NOT_YET
        remarks = {State.IN_PART: missing, State.NO_RULE: no_rule}.get(state, {})
        yield Row(
            section=section.id,
            title=section.title,
            state=state,
            rules=tuple(sorted(one.id for one in named)),
            elsewhere=others,
            remark=remarks.get(section.id, ""),
        )


def _by_facets(specificity: Specificity) -> Iterator[Elsewhere]:
    """Read off the facets which sections they carry out."""
    for facet in dict.fromkeys((*specificity.facets, *specificity.asked)):
        sections = tuple(_ID.findall(facet.source))
        if sections:
            yield Elsewhere(sections=sections, by=f"the detail “{facet.name}”", module=_FACETS)


def _texts(remarks: Iterable[Remark]) -> dict[str, str]:
    return {section: remark.text for remark in remarks for section in remark.sections}
