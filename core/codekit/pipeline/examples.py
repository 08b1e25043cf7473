"""Runs the examples of rules: each with its rule and without it."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import attrs

from codekit.conventions import Convention, DraftCode, Example
from codekit.pipeline.code_reconciler import RulesCodeReconciler
from codekit.pipeline.coder import Coder
from codekit.pipeline.progress import NoteInProgress
from codekit.pipeline.steps import Tentative
from codekit.text.reader import ReadNote
from codekit.types import Assertion, ClaimLine, CodingResult, Evidence, Mention, Note

_CERTAIN = 0.9


@attrs.frozen(kw_only=True)
class Outcome:
    """What an example gave.

    Args:
        codes: Codes in sequence, as lines of a claim, separated by spaces.
        reports: Ids of the findings, sorted.
        asks: Topics of the questions, sorted.
    """

    codes: str
    reports: tuple[str, ...]
    asks: tuple[str, ...]

    @classmethod
    def of(cls, result: CodingResult) -> Outcome:
        """Read what a result says of them."""
        lines = (ClaimLine(code=one.code, modifiers=one.modifiers, units=one.units) for one in result.assignments)
        return cls(
            codes=" ".join(map(str, lines)),
            reports=tuple(sorted(one.rule for one in result.findings)),
            asks=tuple(sorted(one.topic for one in result.queries)),
        )


class ExampleRunner:
    """Runs examples on one edition.

    Args:
        coder: A coder of the rules alone.
    """

    def __init__(self, coder: Coder) -> None:
        self._coder = coder
        self._conventions = coder.system.conventions(coder.edition.release)

    def holds_for(self, example: Example) -> bool:
        """Say whether an example is pinned on no edition, or on this one."""
        return example.edition in ("", self._coder.edition.release.version)

    def run(self, convention: Convention, example: Example, *, without: bool = False) -> Outcome:
        """Run an example.

        Args:
            convention: Its rule.
            example: The example.
            without: Whether to leave the rule out.

        Returns:
            What comes out.
        """
        note, tentative = self._read(example, convention)
        kept = [one for one in self._conventions if not without or one.id != convention.id]
        rules = self._coder.system.specificity(self._coder.edition.release)
        reconciler = RulesCodeReconciler(self._coder.edition, kept, rules)
        return Outcome.of(reconciler.reconcile(note, tentative))

    def faults(self, convention: Convention, example: Example) -> list[str]:
        """Say what an example promises and does not hold.

        Args:
            convention: Its rule.
            example: The example.

        Returns:
            A sentence for each; none where it holds.
        """
        given, left = self.run(convention, example), self.run(convention, example, without=True)
        faults = []
        if given.codes != " ".join(example.gives.split()):
            faults.append(f"with the rule it gives {given.codes or 'nothing'!r}, expected {example.gives!r}")
        for name, wanted, there, gone in (
            ("finding", example.reports, given.reports, left.reports),
            ("question", example.asks, given.asks, left.asks),
        ):
            if wanted and wanted not in there:
                faults.append(f"with the rule there is no {name} {wanted!r}, but {', '.join(there) or 'none'}")
            elif wanted and there.count(wanted) == gone.count(wanted):
                faults.append(f"without the rule the {name} {wanted!r} is there as well, so the example proves nothing")
        expected = " ".join((example.gives if example.without is None else example.without).split())
        if left.codes != expected:
            faults.append(f"without the rule it gives {left.codes or 'nothing'!r}, expected {expected!r}")
        if not example.bites and left != given:
            faults.append(f"it is to be left alone, but the rule changes {left} to {given}")
        return faults

    @functools.lru_cache(maxsize=1)  # noqa: B019  the runner lives as long as its tests
    def _read(self, example: Example, convention: Convention) -> tuple[ReadNote, Sequence[Tentative]]:
        encounter = example.encounter(convention.setting)
        if example.codes:
            note = self._coder.read(Note(id="example", text=example.codes, encounter=encounter))
            return note, tuple(_drafted(example.codes, example.assertion))
        note = self._coder.read(Note(id="example", text=example.text, encounter=encounter))
        case = NoteInProgress(note=note)
        located = [[(one.mention, one.candidates) for one in each] for each in self._coder.find([case])]
        return note, self._coder.assign([case], located)[0]


def _drafted(codes: str, assertion: Assertion) -> list[Tentative]:
    """Make tentative codes of a draft: each stands for itself, one behind the other."""
    found: list[Tentative] = []
    end = 0
    for word in codes.split():
        start = codes.index(word, end)
        end = start + len(word)
        line = ClaimLine.read(word)
        mention = Mention(
            start=start,
            end=end,
            text=word,
            assertion=assertion,
            section="assessment",
            heading=True,
            normalized=(),
            scope=(start, end),
        )
        code = DraftCode(
            code=line.code,
            confidence=_CERTAIN,
            evidence=(Evidence(start=start, end=end, text=word),),
            position=start,
            assertion=assertion,
            modifiers=line.modifiers,
            units=line.units,
        )
        found.append(Tentative(mention=mention, row=line.code, draft=(code,)))
    return found
