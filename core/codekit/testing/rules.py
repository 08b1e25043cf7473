"""What codekit expects of the rules of a code system, as tests that a plugin's author inherits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

import attrs
import pytest

from codekit.conventions import Convention, Example, arrange
from codekit.editions.edition import Edition
from codekit.editions.source import Source
from codekit.editions.store import EditionStore
from codekit.pipeline.coder import Coder
from codekit.pipeline.examples import ExampleRunner
from codekit.plugins.registry import load_plugins
from codekit.system import System

_LEAST = 2


class RuleContract:
    """Checks of the rules of one code system; inherit from it in a test module and name the system.

        class TestMyRules(RuleContract):
            system_id = "mysystem"

    Each example of each rule is a test of its own, named after the rule: `pytest -k my-rule` runs those of one.

    Args:
        system_id: Id of the system; its plugin must be installed.
        sources: Files of the release on which the examples are run; None takes the embedded edition.
        editions: Files of further releases, by the version that an example names as its `edition`.
        examples: Further examples by the id of their rule: those that hold only on files that no plugin may ship.
        rules: Ids of the rules that are checked, such as an extension's own; empty for all of the system.
    """

    system_id: ClassVar[str] = ""
    sources: ClassVar[tuple[Path, ...] | None] = None
    editions: ClassVar[Mapping[str, tuple[Path, ...]]] = {}
    examples: ClassVar[Mapping[str, Sequence[Example]]] = {}
    rules: ClassVar[tuple[str, ...]] = ()

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Make a test of each rule and of each example."""
        if not self.system_id or not {"convention", "example"} & set(metafunc.fixturenames):
            return
        checked = [one for one in self._conventions() if not self.rules or one.id in self.rules]
        if "example" in metafunc.fixturenames:
            every = [(one, each) for one in checked for each in one.examples]
            names = [f"{one.id}-{at}" for one in checked for at, _ in enumerate(one.examples, start=1)]
            metafunc.parametrize(("convention", "example"), every, ids=names)
        else:
            metafunc.parametrize("convention", checked, ids=[one.id for one in checked])

    @pytest.fixture(scope="class")
    @classmethod
    def runners(cls) -> Iterator[_Runners]:
        """Open the editions on which the examples are run, each once for all."""
        with ExitStack() as stack:
            yield _Runners(stack, cls.system_id, {**cls.editions, "": cls.sources})

    def test_example(self, runners: _Runners, convention: Convention, example: Example) -> None:
        """With its rule an example gives what it says, and without it something else, or the same."""
        faults = runners.of(example).faults(convention, example)
        shown = example.text or example.codes
        assert not faults, f"{convention.id}, example {shown!r}: {'; '.join(faults)}"

    def test_defended(self, convention: Convention) -> None:
        """Each rule has two examples, and one that comes out differently without it."""
        assert len(convention.examples) >= _LEAST and convention.proven, (
            f"convention {convention.id!r} has {len(convention.examples)} examples, of which "
            f"{sum(one.bites for one in convention.examples)} bite: give it two, one of them with `without`, `reports` "
            "or `asks`; a rule that no example can defend is not needed"
        )

    def test_rules_can_be_arranged(self) -> None:
        """No rule is after itself by way of others, and every name of a rule is that of one."""
        conventions = self._conventions()
        arrange(conventions)
        known = {one.id for one in conventions}
        for one in conventions:
            unknown = sorted(set(one.after) - known)
            assert not unknown, f"convention {one.id!r} is after {unknown[0]!r}, which no convention is called"
        for name in (*self.examples, *self.rules):
            assert name in known, f"{type(self).__name__} names {name!r}, which no convention is called"

    def _conventions(self) -> tuple[Convention, ...]:
        """Give the conventions of the release, with the further examples of this class."""
        system = System.open(self.system_id)
        paths = self.sources or system.default_source()
        if not paths:
            return ()
        with Source.open(paths) as source:
            conventions = system.conventions(system.identify(source))
        return tuple(attrs.evolve(one, examples=(*one.examples, *self.examples.get(one.id, ()))) for one in conventions)


class _Runners:
    """Opens an edition when the first example asks for it.

    Args:
        stack: Closes them.
        system_id: Id of the system.
        sources: Files of each by its version; those without one are for the examples that name none.
    """

    def __init__(self, stack: ExitStack, system_id: str, sources: Mapping[str, tuple[Path, ...] | None]) -> None:
        self._stack = stack
        self._system_id = system_id
        self._sources = sources
        self._opened: dict[str, ExampleRunner] = {}

    def of(self, example: Example) -> ExampleRunner:
        """Give the runner of the edition that an example names."""
        version = example.edition if example.edition in self._sources else ""
        if version not in self._opened:
            coder = self._stack.enter_context(_coder(self._system_id, self._sources[version]))
            self._opened[version] = ExampleRunner(coder)
        runner = self._opened[version]
        assert runner.holds_for(example), (
            f"the example {example.text or example.codes!r} is pinned on the edition {example.edition!r}, and the "
            f"contract has none of that version: add its files to `editions` of the class"
        )
        return runner


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
