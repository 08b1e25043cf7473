"""The checks that a new edition must pass before it becomes the default."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import attrs

from codekit.editions.builder import scratch
from codekit.editions.edition import Edition
from codekit.editions.progress import Progress
from codekit.editions.source import Source
from codekit.pipeline.coder import Coder
from codekit.serialize import safe_message
from codekit.system import System
from codekit.types import Note, Severity
from codekit.update.report import Check, Verdict

_CONTRACT = """from pathlib import Path

from codekit.testing import SystemContract


class TestEdition(SystemContract):
    system_id = {system!r}
    sources = tuple(map(Path, {sources!r}))
"""
_CONTRACT_SECONDS = 1800
_MOST_FAILURES = 20
_GROUP = 16


@attrs.frozen(kw_only=True)
class Subject:
    """What is checked.

    Args:
        system: The code system.
        edition: The new edition, opened.
        paths: Files that it was built from.
        cases: Saved notes that it must be able to code.
    """

    system: System
    edition: Edition
    paths: Sequence[Path]
    cases: Sequence[Note] | None


def run_checks(subject: Subject, progress: Progress) -> Iterator[Check]:
    """Run every check; one that fails does not keep the others from running.

    Args:
        subject: The new edition.
        progress: Told about the stages.

    Yields:
        What each check found.
    """
    steps = (_published_lists, _contract, _cases)
    for done, check in enumerate(steps):
        progress("checks", done, len(steps))
        yield check(subject)
    progress("checks", len(steps), len(steps))


def _published_lists(subject: Subject) -> Check:
    """Compare the compiled edition with what its publisher lists, which is no part of what it was compiled from."""
    with Source.open(subject.paths) as source:
        findings = subject.system.check_edition(subject.edition, source)
    wrong = [one.message for one in findings if one.severity is Severity.ERROR]
    said = "; ".join(one.message for one in findings if one.severity is not Severity.ERROR)
    if not findings:
        return Check(name="lists", verdict=Verdict.NOT_RUN, detail="the plugin has nothing to compare the edition with")
    return _check("lists", wrong, said or "the edition was compared with the publisher's lists")


def _contract(subject: Subject) -> Check:
    """Run the contract suite in a process of its own, for pytest leaves traces in the one it runs in."""
    if find_spec("pytest") is None:
        detail = "the contract suite needs pytest, which is not installed: pip install pytest"
        return Check(name="contract", verdict=Verdict.NOT_RUN, detail=detail)
    # Beside the editions: there is room for the one that the suite builds, and what is killed there is cleared away.
    with scratch(subject.edition.path.parent) as folder:
        test = folder / "test_contract.py"
        sources = [str(path.resolve()) for path in subject.paths]
        test.write_text(_CONTRACT.format(system=subject.system.info.id, sources=sources), encoding="utf-8")
        report = folder / "report.xml"
        options = ("-q", "-c", os.devnull, "--rootdir", str(folder), "-p", "no:cacheprovider", f"--junitxml={report}")
        command = [sys.executable, "-m", "pytest", *options, str(test)]
        env = {**os.environ, "TMPDIR": str(folder)}
        try:
            ended = subprocess.run(  # noqa: S603
                command, capture_output=True, timeout=_CONTRACT_SECONDS, cwd=folder, env=env, check=False
            )
        except subprocess.TimeoutExpired:
            return _check("contract", [f"the contract suite did not end within {_CONTRACT_SECONDS} s"], "")
        if not report.is_file():
            return _check("contract", [f"the contract suite did not run (pytest ended with {ended.returncode})"], "")
        return _read_contract(report)


def _read_contract(report: Path) -> Check:
    from lxml import etree

    cases = etree.parse(report).getroot().findall(".//testcase")
    wrong = [
        f"{case.get('name')}: {failure.get('message', '')}"
        for case in cases
        for failure in (*case.findall("failure"), *case.findall("error"))
    ]
    return _check("contract", wrong, f"{len(cases)} checks of codekit.testing were run on its files")


def _cases(subject: Subject) -> Check:
    if subject.cases is None:
        return Check(name="cases", verdict=Verdict.NOT_RUN, detail="no saved notes were given (--cases)")
    coder = Coder(subject.system, subject.edition)
    wrong: list[str] = []
    for start in range(0, len(subject.cases), _GROUP):
        notes = subject.cases[start : start + _GROUP]
        for note, outcome in zip(notes, coder.code_many(notes), strict=True):
            if isinstance(outcome, Exception):
                wrong.append(f"{note.id}: {safe_message(outcome)}")
    coder.searcher.close()
    return _check("cases", wrong, f"{len(subject.cases)} saved notes were coded")


def _check(name: str, wrong: Sequence[str], detail: str) -> Check:
    shown = tuple(wrong[:_MOST_FAILURES])
    if len(wrong) > _MOST_FAILURES:
        shown = (*shown, f"and {len(wrong) - _MOST_FAILURES} more")
    return Check(name=name, verdict=Verdict.FAILED if wrong else Verdict.PASSED, detail=detail, failures=shown)
