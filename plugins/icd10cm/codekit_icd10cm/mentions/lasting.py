"""What a note tells as past that is not over: a chronic disease in a history, and what resolved within the stay."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

import attrs

from codekit.plugin import Assertion, Candidate, LocatedMention, ReadNote, SectionKind, Setting
from codekit_icd10cm.chronic import chronicity

# Behind these, and no other words for what is past, "history" may be that of a disease that the patient still has.
_HISTORY = ("history of", "history", "hx of", "hx", "h/o")
_RESOLVED = ("resolved", "is ", "was ", "has ", "have ", "now ", "completely ", "fully ")
# Chronic by the list, yet cured, corrected or replaced often enough, or with a history code of its own: infections, new
# growths, anemias, an overactive thyroid, substances, cataracts, valves, ischemia, aneurysms, strokes, malformations;
# gout, of which M1A is the chronic one.
_ENDS = tuple(
    "A B0 B1 C D0 D1 D2 D3 D4 D50 D51 D52 D53 D59 D62 D63 D64 E05 F1 G45 H25 H26 "
    "I05 I06 I07 I08 I2 I34 I35 I36 I37 I6 I71 M10 O P Q R S T Z".split()
)
_STILL = ("I25.1", "I25.5", "I25.8", "I25.9", "I27")
_OF_THE_STAY = frozenset(
    (SectionKind.ASSESSMENT, SectionKind.DIAGNOSES, SectionKind.HOSPITAL_COURSE, SectionKind.NARRATIVE)
)


def keep(note: ReadNote, located: Sequence[LocatedMention]) -> Iterator[LocatedMention]:
    """Read a past condition as present where it is not over.

    Args:
        note: The note.
        located: What the index gave, in text order; what is past has the condition itself as its last candidate.

    Yields:
        All mentions.

    Source: ICD-10-CM Official Guidelines FY2026, sections I.C.21.c.4 and IV.I (chronic diseases), II and III (what was
        treated during the stay); AHRQ HCUP, Chronic Condition Indicator Refined v2023.1.
    """
    starts = [sentence.start for sentence in note.sentences]
    stay = note.encounter.setting is Setting.INPATIENT
    for one in located:
        if one.mention.assertion is not Assertion.HISTORICAL or not one.candidates:
            yield one
            continue
        itself = one.candidates[-1]
        front, behind = _told(note, starts, one)
        resolved = stay and one.mention.section in _OF_THE_STAY and bool(behind)
        if (resolved and itself.code[0] not in "Z") or (front and _lasts(itself)):
            mention = attrs.evolve(one.mention, assertion=Assertion.PRESENT)
            yield attrs.evolve(one, mention=mention, candidates=(itself, *one.candidates[:-1]))
        else:
            yield one


def _lasts(one: Candidate) -> bool:
    return bool(chronicity(one.code)) and (one.code.startswith(_STILL) or not one.code.startswith(_ENDS))


def _told(note: ReadNote, starts: Sequence[int], one: LocatedMention) -> tuple[bool, bool]:
    """Say whether all that makes a mention past is a "history of" in front of it, or a "resolved" behind it."""
    sentence = note.sentences[bisect_right(starts, one.mention.start) - 1]
    scopes = [
        scope
        for scope in sentence.reading.scopes
        if scope.assertion is Assertion.HISTORICAL and scope.start <= one.mention.start and one.mention.end <= scope.end
    ]
    front = [note.text[sentence.start : scope.start].rstrip().lower().endswith(_HISTORY) for scope in scopes]
    behind = [note.text[scope.end : sentence.end].lstrip(" ,:(-–").lower().startswith(_RESOLVED) for scope in scopes]
    return bool(front) and all(front), bool(behind) and all(behind)
