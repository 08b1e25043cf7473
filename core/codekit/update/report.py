"""What an update did, for the person who reads it and the scheduler that acts on it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import attrs

from codekit.errors import UsageError

SCHEMA = 1
"""Version of the JSON form of a report."""


class Outcome(StrEnum):
    """How an update ended."""

    CURRENT = "current"
    """The newest edition is the default already."""
    SWITCHED = "switched"
    """A new edition passed its checks and is the default now."""
    EARLY = "early"
    """A new edition passed its checks before its first day: it answers for its dates of service, and the first update
    from that day on makes it the default."""
    WAITING = "waiting"
    """A new edition passed its checks and waits for a person to approve it."""
    REFUSED = "refused"
    """A new edition failed a check; the default is as before."""


EXIT_CODES: Mapping[Outcome, int] = {
    Outcome.CURRENT: 0,
    Outcome.SWITCHED: 0,
    Outcome.EARLY: 0,
    Outcome.REFUSED: 3,
    Outcome.WAITING: 4,
}
"""The exit status of the command line for each outcome."""


class UpdateRunningError(UsageError):
    """Another update of the same system is under way."""

    exit_code = 5


class Verdict(StrEnum):
    """What a check found."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_RUN = "not run"


@attrs.frozen(kw_only=True)
class Check:
    """One check of a new edition.

    Args:
        name: Stable name, such as `contract`.
        verdict: What it found; only `FAILED` keeps the edition from becoming the default.
        detail: One sentence: what was compared, or why it was not run.
        failures: What is wrong, one sentence each; empty unless it failed.
    """

    name: str
    verdict: Verdict
    detail: str
    failures: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class UpdateReport:
    """What an update did.

    Args:
        system: Id of the code system.
        outcome: How it ended.
        before: Label of the default edition before; None where there was none.
        edition: Label of the newest edition.
        title: Title of its release.
        checks: In the order in which they ran; empty where nothing was new.
        changes: How many codes, notes, index entries and sections differ between the two, as `EditionDiff.counts`
            gives them; empty where there was nothing to compare.
        not_compared: What of the two could not be compared, and why, such as an index that only one of them has.
        files: Names of the files in the report's folder, such as `diff.html`.
    """

    system: str
    outcome: Outcome
    before: str | None
    edition: str
    title: str
    checks: tuple[Check, ...] = ()
    changes: Mapping[str, Mapping[str, int]] = attrs.field(factory=dict)
    not_compared: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """Exit status of the command line."""
        return EXIT_CODES[self.outcome]


def report_to_dict(report: UpdateReport) -> dict[str, object]:
    """Give the stable JSON form of a report."""
    return {"schema": SCHEMA, **attrs.asdict(report)}
