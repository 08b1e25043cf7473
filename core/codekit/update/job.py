"""The update: gather what is new, build it beside the live edition, check it, report, and switch."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import attrs

from codekit.editions.diff import diff, diff_to_html
from codekit.editions.edition import Edition
from codekit.editions.holds import NEW, TAKEN_BACK, let_go
from codekit.editions.progress import Progress, silent
from codekit.editions.store import EditionInfo, EditionStore
from codekit.errors import EditionError, UnknownEditionError
from codekit.files import write_whole
from codekit.search import publishing
from codekit.search.encoders import Model
from codekit.system import System
from codekit.types import Note
from codekit.update.checks import Subject, run_checks
from codekit.update.lock import only_update
from codekit.update.report import Outcome, UpdateReport, Verdict, report_to_dict

DIFF = "diff.html"
REPORT = "report.json"


@attrs.frozen(kw_only=True)
class VectorServer:
    """A Qdrant server that gets the vectors of the live edition.

    Args:
        url: Its address.
        model: Model of the dense layer; see `codekit.search.encoders.find_model`.
    """

    url: str
    model: str | Model

    def fill(self, edition: Edition, progress: Progress) -> None:
        """Write the vectors of an edition; nobody uses them before the switch."""
        publishing.publish(edition, self.model, self.url, progress)

    def switch(self, edition: Edition) -> None:
        """Make an edition the live one there, at once."""
        publishing.switch(edition, self.model, self.url)


def update(
    system: System,
    store: EditionStore,
    gather: Callable[[Progress], Sequence[Path]],
    *,
    cases: Sequence[Note] | None = None,
    approve: bool = False,
    vectors: VectorServer | None = None,
    today: date | None = None,
    progress: Progress = silent,
) -> UpdateReport:
    """Bring a system to its newest release; doing it again changes nothing.

    The live edition answers at every moment: a new one is built and checked beside it, held meanwhile so that it
    answers for no date of service, and becomes the default in one step. Whoever is killed in between leaves at most a
    folder that the next run takes up or clears away. An edition that a person went back from waits for approval, and
    one whose first day is yet to come answers for its dates of service, but is not the default before that day.

    Args:
        system: The code system.
        store: Its editions.
        gather: Gives the files of the newest release, and tells how far it is; called while the lock of the system's
            editions is held.
        cases: Saved notes that the new edition must be able to code.
        approve: Whether a person has to approve the new edition, with `EditionStore.use`, before it is the default.
        vectors: A server that gets the vectors of what becomes live; filled before the switch, and switched after it.
        today: The day of the update; by default the one of this computer's clock.
        progress: Told about the stages.

    Returns:
        What was done; it lies in `folder_of` the edition too, where there was anything new.

    Raises:
        UpdateRunningError: Another update of this system is under way.
        SourceError: The files cannot be got or read.
        EditionError: The edition, or the report, cannot be written.
        VectorServerError: The vector server is lost or refuses; the next run goes on from there.
    """
    with only_update(store.root / system.info.id):
        paths = gather(progress)
        before = _live(store)
        new = store.add(paths, progress, held=NEW)
        report = UpdateReport(
            system=system.info.id,
            outcome=Outcome.CURRENT,
            before=before.label if before else None,
            edition=new.label,
            title=new.title,
        )
        if not _is_newer(new, before):
            if new.held == NEW:  # an earlier release answers for its own days, as one that is added by hand does
                let_go(new.path)
            _serve(before, vectors, progress)
            return report
        folder = folder_of(store, system, new.label)
        with Edition(new.path) as edition:
            subject = Subject(system=system, edition=edition, paths=paths, cases=cases)
            report = _examine(subject, report, before, folder, progress)
            passed = all(check.verdict is not Verdict.FAILED for check in report.checks)
            if passed and vectors:
                vectors.fill(edition, progress)
        outcome = _outcome(new, before, passed, approve, today or date.today())
        report = attrs.evolve(report, outcome=outcome)
        # The report comes first: whoever is killed between the two finds the old edition live, and runs again.
        _write(folder / REPORT, json.dumps(report_to_dict(report), indent=1, ensure_ascii=False) + "\n")
        if outcome is Outcome.EARLY and before:
            store.use(before.label)  # where nobody has chosen, the newest would be the default
            let_go(new.path)
        if outcome is Outcome.SWITCHED:
            store.use(new.label)
        _serve(new if outcome is Outcome.SWITCHED else before, vectors, progress)
        return report


def _outcome(new: EditionInfo, before: EditionInfo | None, passed: bool, approve: bool, today: date) -> Outcome:
    if not passed:
        return Outcome.REFUSED
    if approve or new.held == TAKEN_BACK:
        return Outcome.WAITING
    is_early = before is not None and new.valid_from is not None and today < new.valid_from
    return Outcome.EARLY if is_early else Outcome.SWITCHED


def _serve(live: EditionInfo | None, vectors: VectorServer | None, progress: Progress) -> None:
    """Make the live edition the live one of the server too, also where an earlier run or a person left that undone."""
    if live is None or vectors is None:
        return
    with Edition(live.path) as edition:
        vectors.fill(edition, progress)
        vectors.switch(edition)


def folder_of(store: EditionStore, system: System, label: str) -> Path:
    """Say where the report on an edition lies, and what belongs to it.

    Args:
        store: The editions of the system.
        system: The code system.
        label: Label of the edition.

    Returns:
        The folder, whether or not it is there.
    """
    return store.root.parent / "reports" / system.info.id / label


def _live(store: EditionStore) -> EditionInfo | None:
    """Give the edition that answers now; None where there is none, or none that can be opened.

    Raises:
        EditionError: It is not known which one it is; to choose is for a person.
    """
    store.default.labels()
    try:
        with store.open() as edition:
            return store.info(edition)
    except (UnknownEditionError, EditionError):
        return None


def _is_newer(new: EditionInfo, before: EditionInfo | None) -> bool:
    """Tell whether an edition is another than the live one, and of no earlier release."""
    if before is None:
        return True
    return new.label != before.label and (new.valid_from or date.min) >= (before.valid_from or date.min)


def _examine(
    subject: Subject, report: UpdateReport, before: EditionInfo | None, folder: Path, progress: Progress
) -> UpdateReport:
    """Check the new edition, and compare it with the live one."""
    report = attrs.evolve(report, checks=tuple(run_checks(subject, progress)))
    if before is None:
        return report
    with Edition(before.path) as old:
        found = diff(old, subject.edition, progress)
    _write(folder / DIFF, diff_to_html(found))
    omitted = tuple(f"{one.part}: {one.reason}" for one in found.omitted)
    return attrs.evolve(report, changes=found.counts(), not_compared=omitted, files=(DIFF,))


def _write(path: Path, content: str) -> None:
    try:
        write_whole(path, content)
    except OSError as error:
        raise EditionError(
            f"cannot write {path}: {error.strerror or error}; the default edition is as before"
        ) from error
