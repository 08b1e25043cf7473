"""Examples of rules: what a rule makes of a short text or a draft of codes, and what comes out without it."""

from __future__ import annotations

from datetime import date

import attrs

from codekit.types import Assertion, Encounter, Setting, Sex

_NOTHING = "nothing"


@attrs.frozen
class Example:
    """What a rule makes of a short text, or of a draft of codes, and what comes out without it.

    An example bites if something comes out differently without the rule; one that does not says that the rule leaves
    something alone. Codes are written as lines of a claim, `CODE-25x2`, separated by spaces.

    Args:
        text: A short text, as a note has it; empty where `codes` are given.
        gives: All codes that come out, in sequence.
        without: All codes that come out without the rule; None where they are the same.
        codes: A draft of codes in place of a text, in sequence: each certain, and named by nothing but itself.
        assertion: What is said of the conditions of the draft.
        reports: Id of the finding that the rule makes, and that is not there without it; empty where it makes none.
        asks: Topic of the question that the rule asks of the clinician, likewise.
        setting: Of the encounter; None takes the rule's own, else an outpatient's.
        age: In completed years.
        sex: Administrative sex.
        day: Date of service.
        edition: Version of the edition on which it holds; empty where it holds on any.
    """

    text: str = ""
    gives: str = attrs.field(default="", kw_only=True)
    without: str | None = attrs.field(default=None, kw_only=True)
    codes: str = attrs.field(default="", kw_only=True)
    assertion: Assertion = attrs.field(default=Assertion.PRESENT, kw_only=True)
    reports: str = attrs.field(default="", kw_only=True)
    asks: str = attrs.field(default="", kw_only=True)
    setting: Setting | None = attrs.field(default=None, kw_only=True)
    age: int | None = attrs.field(default=None, kw_only=True)
    sex: Sex | None = attrs.field(default=None, kw_only=True)
    day: date | None = attrs.field(default=None, kw_only=True)
    edition: str = attrs.field(default="", kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse an example that can prove nothing.

        Raises:
            ValueError: It has both a text and a draft, or neither; or without the rule the same comes out.
        """
        if bool(self.text) == bool(self.codes):
            raise ValueError("an example has either a text or `codes`")
        if self.without is not None and self.without.split() == self.gives.split():
            raise ValueError(
                f"an example gives {self.gives!r} with the rule and without it: leave `without` out where the rule "
                "leaves it alone"
            )

    @property
    def bites(self) -> bool:
        """Whether something comes out differently without the rule."""
        return self.without is not None or bool(self.reports or self.asks)

    def told(self) -> tuple[str, str, str]:
        """Say for people what it is about, what comes out, and what does without the rule."""
        age = f"{self.age} years" if self.age is not None else None
        said = None if self.assertion is Assertion.PRESENT else self.assertion
        about = ", ".join(str(one) for one in (said, self.setting, self.sex, age, self.day, self.edition) if one)
        shown = self.codes or f"“{' '.join(self.text.split())}”"
        reported = [f"reports {self.reports}"] if self.reports else []
        asked = [f"asks for {self.asks}"] if self.asks else []
        left = self.gives if self.without is None else self.without
        return (
            f"{shown} ({about})" if about else shown,
            ", ".join((self.gives or _NOTHING, *reported, *asked)),
            (left or _NOTHING) if self.bites else "the same",
        )

    def encounter(self, setting: Setting | None = None) -> Encounter:
        """Give its encounter.

        Args:
            setting: The only setting in which its rule holds; None where it holds in both.
        """
        return Encounter(
            setting=self.setting or setting or Setting.OUTPATIENT,
            age=self.age,
            sex=self.sex,
            date_of_service=self.day,
        )
