"""Sections of the guidelines that changed, also where a section before them moved their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from codekit.editions.diff.changes import Change, Omission, SectionChange
from codekit.editions.edition import Edition
from codekit.types import GuidelineSection

Partners = Mapping[str, GuidelineSection]
"""For the id of a new section the old one."""

_LEAST_COMMON = 0.5


def changed_sections(old: Edition, new: Edition) -> Iterator[SectionChange]:
    """Yield the sections that differ, in the new edition's order and then those that were removed.

    Sections are the same that have the same id and title; then those of the same title under the same section above;
    then those under the same section above whose texts have most in common, if it is half or more. Differences of white
    space, which come from the pages, do not count.
    """
    before, after = old.guidelines(), new.guidelines()
    partners = _partners(before, after)
    one_sided = not _lacks_guidelines(before, after)
    for section in after:
        former = partners.get(section.id)
        if former is None and one_sided:
            yield _change(section, Change.ADDED, after=_text(section))
        elif former is not None and (former.id != section.id or _words(former) != _words(section)):
            moved = former.id if former.id != section.id else ""
            yield _change(section, Change.CHANGED, before=_text(former), after=_text(section), former_id=moved)
    kept = {section.id for section in partners.values()}
    for section in before if one_sided else ():
        if section.id not in kept:
            yield _change(section, Change.REMOVED, before=_text(section))


def omitted_sections(old: Edition, new: Edition) -> Iterator[Omission]:
    """Say that one of the editions was built without the guidelines, where it was."""
    before, after = old.guidelines(), new.guidelines()
    if _lacks_guidelines(before, after):
        without = old if len(before) < len(after) else new
        reason = f"{without.label} was built without the guidelines; only sections that both have were compared"
        yield Omission(part="guidelines", reason=reason)


def _lacks_guidelines(before: Sequence[GuidelineSection], after: Sequence[GuidelineSection]) -> bool:
    """Tell an edition without the document, with maybe a few sections from elsewhere, from one that lost sections."""
    return 2 * min(len(before), len(after)) < max(len(before), len(after))


def _partners(before: Sequence[GuidelineSection], after: Sequence[GuidelineSection]) -> Partners:
    left = {section.id: section for section in before}
    partners: dict[str, GuidelineSection] = {}

    def match(section: GuidelineSection, former: GuidelineSection | None) -> None:
        if former is not None and section.id not in partners:
            partners[section.id] = left.pop(former.id)

    for section in after:
        former = left.get(section.id)
        match(section, former if former and _fold(former.title) == _fold(section.title) else None)
    for section in after:
        alike = (one for one in left.values() if _place(one) == _place(section))
        match(section, next(alike, None) if section.id not in partners else None)
    for section in after:
        match(section, _nearest(section, left.values()) if section.id not in partners else None)
    return partners


def _nearest(section: GuidelineSection, others: Iterable[GuidelineSection]) -> GuidelineSection | None:
    words, best, most = _words(section), None, _LEAST_COMMON
    for other in others:
        if _above(other) == _above(section):
            common = SequenceMatcher(None, _words(other), words, autojunk=False).ratio()
            if common >= most:
                best, most = other, common
    return best


def _above(section: GuidelineSection) -> str:
    return section.id.rpartition(".")[0]


def _place(section: GuidelineSection) -> tuple[str, str]:
    return _above(section), _fold(section.title)


def _words(section: GuidelineSection) -> list[str]:
    return f"{section.title} {section.text}".split()


def _change(
    section: GuidelineSection, change: Change, *, before: str = "", after: str = "", former_id: str = ""
) -> SectionChange:
    return SectionChange(
        id=section.id,
        former_id=former_id,
        title=section.title,
        page=section.page,
        change=change,
        before=before,
        after=after,
    )


def _text(section: GuidelineSection) -> str:
    paragraphs = (" ".join(text.split()) for text in section.text.split("\n\n"))
    return "\n\n".join(filter(None, (" ".join(section.title.split()), *paragraphs)))


def _fold(text: str) -> str:
    return " ".join(text.split()).casefold()
