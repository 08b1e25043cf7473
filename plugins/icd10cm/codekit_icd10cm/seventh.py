"""Seventh characters: how a code is written with one, and to which codes one does not apply.

Source: ICD-10-CM Official Guidelines FY2026, section I.A.4 and I.A.5 (placeholder X, 7th characters).
"""

from __future__ import annotations

import re

import attrs

_EXCEPTION = re.compile(
    r"7th characters? (?P<sevenths>[0-9A-Z](?:(?:, | and | or )[0-9A-Z])*) (?:do|does) not apply to codes in "
    r"(?:sub)?category (?P<category>[0-9A-Z.]+) with 6th character (?P<sixths>.*)"
)
_CHARACTER = re.compile(r"\b[0-9A-Z]\b")
_SIXTH = re.compile(r"\b[0-9A-Z](?= - |$)")


@attrs.frozen(kw_only=True)
class SeventhException:
    """7th characters that some codes of a category do not take, such as D and S of a patient who died.

    Args:
        category: Code under which the exception holds.
        sixths: The 6th characters that it names.
        sevenths: The 7th characters that do not apply.
    """

    category: str
    sixths: frozenset[str]
    sevenths: frozenset[str]

    def bars(self, code: str, character: str) -> bool:
        """Say whether a code does not take a 7th character.

        Args:
            code: The code without 7th character, with its dot.
            character: The 7th character.

        Returns:
            True where the exception names both.
        """
        plain = code.replace(".", "")
        return (
            code.startswith(self.category)
            and len(plain) == 6
            and plain[5] in self.sixths
            and character in self.sevenths
        )


def parse_exception(note: str) -> SeventhException | None:
    """Read the exception that a note states.

    Args:
        note: Text such as `7th characters D and S do not apply to codes in category S06 with 6th
            character 7 - death due to brain injury ..., or 8 - death due to other cause ...`.

    Returns:
        The exception; None for any other note.
    """
    match = _EXCEPTION.search(note)
    if match is None:
        return None
    return SeventhException(
        category=match["category"],
        sixths=frozenset(_SIXTH.findall(match["sixths"])),
        sevenths=frozenset(_CHARACTER.findall(match["sevenths"])),
    )


def expand(code: str, character: str) -> str:
    """Write a code with its 7th character.

    Args:
        code: A code of 3 to 6 characters, with its dot.
        character: The 7th character.

    Returns:
        The code of seven characters, missing ones filled with X: `W19` and `A` give `W19.XXXA`.
    """
    padded = code.replace(".", "").ljust(6, "X")
    return f"{padded[:3]}.{padded[3:]}{character}"
