"""What codekit expects of the rules of a code system, as tests that a plugin's author inherits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

import pytest

from codekit.conventions import Convention, Example, arrange
from codekit.editions.edition import Edition
from codekit.editions.source import Source
from codekit.editions.store import EditionStore
from codekit.pipeline.coder import Coder
from codekit.plugins.registry import load_plugins
from codekit.system import System
from codekit.testing.examples import ExampleRunner

_LEAST = 2


class RuleContract:
    """Checks of the rules of one code system; inherit from it in a test module and name the system.

        class TestMyRules(RuleContract):
            system_id = "mysystem"

    Each example of each rule is a test of its own, named after the rule: `pytest -k my-rule` runs those of one.

    Args:
        system_id: Id of the system; its plugin must be installed.
        sources: Files of the release on which the examples are pinned; None takes the embedded edition.
    """

    system_id: ClassVar[str] = ""
    sources: ClassVar[tuple[Path, ...] | None] = None

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Make a test of each rule and of each example."""
        if not self.system_id or not {"convention", "example"} & set(metafunc.fixturenames):
            return
        conventions = _conventions(self.system_id, self.sources)
        if "example" in metafunc.fixturenames:
            every = [(one, each) for one in conventions for each in one.examples]
            names = [f"{one.id}-{at}" for one in conventions for at, _ in enumerate(one.examples, start=1)]
            metafunc.parametrize(("convention", "example"), every, ids=names)
        else:
            metafunc.parametrize("convention", conventions, ids=[one.id for one in conventions])

    @pytest.fixture(scope="class")
    @classmethod
    def runner(cls) -> Iterator[ExampleRunner]:
        """Open the edition on which the examples are run, once for all."""
        with _coder(cls.system_id, cls.sources) as coder:
            yield ExampleRunner(coder)

    def test_example(self, runner: ExampleRunner, convention: Convention, example: Example) -> None:
        """With its rule an example gives what it says, and without it something else, or the same."""
        faults = runner.faults(convention, example)
        shown = example.text or example.codes
        assert not faults, f"{convention.id}, example {shown!r}: {'; '.join(faults)}"

    def test_defended(self, convention: Convention) -> None:
        """Each rule has two examples, and one that comes out differently without it."""
        assert len(convention.examples) >= _LEAST and any(one.bites for one in convention.examples), (
            f"convention {convention.id!r} has {len(convention.examples)} examples, of which "
            f"{sum(one.bites for one in convention.examples)} bite: give it two, one of them with `without`, `reports` "
            "or `asks`; a rule that no example can defend is not needed"
        )

    def test_rules_can_be_arranged(self) -> None:
        """No rule is after itself by way of others, and every name in an `after` is that of a rule."""
        conventions = _conventions(self.system_id, self.sources)
        arrange(conventions)
        known = {one.id for one in conventions}
        for one in conventions:
            unknown = sorted(set(one.after) - known)
            assert not unknown, f"convention {one.id!r} is after {unknown[0]!r}, which no convention is called"


def _conventions(system_id: str, sources: tuple[Path, ...] | None) -> tuple[Convention, ...]:
    system = System.open(system_id)
    paths = sources or system.default_source()
    if not paths:
        return ()
    with Source.open(paths) as source:
        return system.conventions(system.identify(source))


@contextmanager
def _coder(system_id: str, sources: tuple[Path, ...] | None) -> Iterator[Coder]:
    system = System.open(system_id, load_plugins())
    paths = sources or system.default_source()
    if not paths:
        pytest.skip(f"{system_id} brings no edition; set `sources` to the files of a release")
    with ExitStack() as stack:
        home = None
        if sources:
            home = Path(stack.enter_context(TemporaryDirectory(prefix="codekit-rules-", ignore_cleanup_errors=True)))
        edition = Edition(EditionStore(system, home).add(paths).path)
        yield stack.enter_context(Coder(system, edition))
