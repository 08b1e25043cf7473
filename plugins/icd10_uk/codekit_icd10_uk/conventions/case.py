"""What a convention of ICD-10 UK reads and asks besides what every system's does, and the sequence it changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from codekit import plugin
from codekit.plugin import DraftCode, Edit

_PAST = "past_history"


@attrs.frozen(kw_only=True)
class Case(plugin.Case):
    """A case that tells what the note only lists as history."""

    def only_history(self, one: DraftCode) -> bool:
        """Say whether the note names a condition under past history and nowhere else."""
        told = {(s.mention.start, s.mention.end) for s in self.draft.statements if s.mention.section == _PAST}
        return all((each.start, each.end) in told for each in one.evidence)

    def ask(self, one: DraftCode, topic: str, options: Iterable[str], reason: str) -> Edit:
        """Ask the clinician for a detail of a condition; no code hangs on the answer yet."""
        edit = self.query("detail", topic=topic, indicators=one.evidence, options=options, reason=reason)
        return attrs.evolve(edit, code=one.code)


@attrs.define
class Sequence:
    """The order of a draft while a rule changes it, with the moves that lead there.

    Args:
        case: The case.
        codes: Codes in sequence.
    """

    case: Case
    codes: list[str]

    def move(self, code: str, before: str, reason: str) -> Iterator[Edit]:
        """Move a code in front of one that stands before it; yields nothing where it stands there already."""
        if self.codes.index(code) > self.codes.index(before):
            self.codes.remove(code)
            self.codes.insert(self.codes.index(before), code)
            yield self.case.move(code, before, reason)

    def behind(self, code: str, leader: str, reason: str, company: Iterable[str] = ()) -> Iterator[Edit]:
        """Move a code straight behind another; `company` may stand between the two."""
        yield from self.move(leader, code, reason)
        at = self.codes.index(leader) + 1
        while self.codes[at] in company and self.codes[at] != code:
            at += 1
        yield from self.move(code, self.codes[at], reason)
