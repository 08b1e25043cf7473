"""How a classification writes its codes, which its files take for granted."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property

import attrs

from codekit.types import CodeReference


@attrs.frozen(kw_only=True)
class Notation:
    """The form of the codes of a classification whose categories are longer by a dot and further characters.

    Args:
        code: Regular expression for a category or code as printed.
        category: Length of a category.
        filler: What stands in an empty place in front of a further character; empty where no place is ever empty.
        common: Regular expression for what a reference says of the character in which all the codes that it names
            end, with that character as a group; empty where no reference does.
    """

    code: str
    category: int = 3
    filler: str = ""
    common: str = ""

    def matches(self, text: str) -> bool:
        """Tell whether a text is a category or code as printed."""
        return self._code.fullmatch(text) is not None

    def bare(self, code: str) -> str:
        """Give a code without its dot."""
        return code.replace(".", "")

    def extended(self, code: str, character: str, position: int) -> str:
        """Add a character to a code at a place.

        Args:
            code: A category, or a code with further characters.
            character: The character, or several, with or without the dot.
            position: Its place in the code, from 1, the dot not counted; with the filler, places before it may be
                empty.

        Returns:
            The longer code; a category `AB` of length 2 with `.2` at 3 is `AB.2`.
        """
        bare = self.bare(code)
        if self.filler:
            bare = bare.ljust(position - 1, self.filler)
        bare += character.lstrip(".")
        return f"{bare[: self.category]}.{bare[self.category :]}"

    def references(self, text: str) -> tuple[CodeReference, ...]:
        """Find the codes and ranges in a text, in order of appearance, each once.

        Args:
            text: Such as a note, with ranges joined by a dash, and `.-` behind a category for all that is below it.
        """
        found: dict[CodeReference, None] = {}
        for match in self._reference.finditer(text):
            first, last = match["first"], match["last"]
            if last is None or last == first:
                found[CodeReference(first=first)] = None
            else:
                found[CodeReference(first=min(first, last), last=max(first, last))] = None
        return tuple(found)

    def named_codes(self, text: str, known: Sequence[str]) -> list[str]:
        """List the codes that a reference stands for.

        Args:
            text: One or several codes or ranges, perhaps with the character in which all of them end.
            known: Every code of the release, sorted.

        Returns:
            Codes of the release in order; a category stands for itself, a range for its categories.
        """
        ending = re.search(self.common, text, re.I) if self.common else None
        character = next(filter(None, ending.groups()), "") if ending else ""
        found: dict[str, None] = {}
        for reference in self.references(text):
            first, last = reference.first, reference.last or reference.first
            between = known[bisect_left(known, first) : bisect_right(known, last)]
            for code in between:
                wanted = f"{code}.{character}" if character else code
                if len(code) == len(first) and _holds(known, wanted):
                    found[wanted] = None
        return list(found)

    @cached_property
    def _code(self) -> re.Pattern[str]:
        return re.compile(self.code)

    @cached_property
    def _reference(self) -> re.Pattern[str]:
        return re.compile(
            rf"(?<![\w.])(?P<first>{self.code})(?:\.-)?(?:\s*[-–]\s*(?P<last>{self.code})(?:\.-)?)?[*†+]?(?!\w)"
        )


def _holds(known: Sequence[str], code: str) -> bool:
    at = bisect_left(known, code)
    return at < len(known) and known[at] == code
