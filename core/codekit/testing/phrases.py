"""What codekit expects of a plugin's tables of phrases, as tests that its author inherits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import attrs
import pytest

from codekit.editions.edition import Edition
from codekit.editions.store import EditionStore
from codekit.pipeline.coder import Coder
from codekit.plugins.offers import Claim
from codekit.plugins.registry import load_plugins
from codekit.search.searcher import Searcher
from codekit.system import System
from codekit.text.phrases import PhraseBook, PhraseRow, PhraseTable


@attrs.frozen(kw_only=True)
class PhraseBench:
    """The edition that examples are coded with, opened once for all of them.

    Args:
        claim: The system, as its plugin offers it.
        edition: The opened edition.
        searcher: Its search.
    """

    claim: Claim
    edition: Edition
    searcher: Searcher

    def codes(self, text: str, hooks: object, *, extends: bool) -> str:
        """Code a text.

        Args:
            text: The whole note.
            hooks: Of the system or, where it extends one, beside those of the system.
            extends: Which of the two.

        Returns:
            The codes in order, with a space between.
        """
        own, extensions = (self.claim.hooks, {"tested": hooks}) if extends else (hooks, {})
        system = System(self.claim.info, self.claim.plugin, own, extensions)
        result = Coder(system, self.edition, searcher=self.searcher).code(text)
        return " ".join(one.code for one in result.assignments)


class PhraseContract:
    """Checks of the tables of one plugin; inherit from it in a test module.

        class TestMyPhrases(PhraseContract):
            system_id = "mysystem"
            phrases = PHRASES

            def hooks(self, phrases):
                return MySystem(phrases)

    One row is tried alone by its name: `pytest -k lungs.influenza.novel`.

    Args:
        system_id: Id of the system that notes are coded with; its plugin must be installed.
        phrases: The tables.
        extends: True where the plugin extends the system, False where it offers it.
        edition: Version or label of the edition; None takes the default one.
    """

    system_id: ClassVar[str] = ""
    phrases: ClassVar[PhraseBook]
    extends: ClassVar[bool] = False
    edition: ClassVar[str | None] = None

    def hooks(self, phrases: PhraseBook) -> object:
        """Make the object with the plugin's hooks, which reads the given tables."""
        raise NotImplementedError(f"{type(self).__name__}: give `hooks(self, phrases)`, which makes the plugin's hooks")

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Run each check on each row."""
        if "row" in metafunc.fixturenames:
            rows = [(table, row) for table in self.phrases.tables() for row in table.rows]
            metafunc.parametrize(("table", "row"), rows, ids=[f"{table.name}.{row.id}" for table, row in rows])

    @pytest.fixture(scope="class")
    @classmethod
    def bench(cls) -> Iterator[PhraseBench]:
        """Open the edition."""
        system = System.open(cls.system_id)
        with EditionStore(system).open(cls.edition) as edition:
            searcher = Searcher(system, edition)
            yield PhraseBench(claim=load_plugins().claim(cls.system_id), edition=edition, searcher=searcher)
            searcher.close()

    @pytest.fixture(scope="class")
    @classmethod
    def whole(cls) -> object:
        """Make the plugin's hooks with every row."""
        return cls().hooks(cls.phrases)

    def test_leads_to_a_code_of_the_edition(self, bench: PhraseBench, table: PhraseTable, row: PhraseRow) -> None:
        """A code that a row names is in the edition, or it would never be given."""
        assert not row.code or bench.edition.find(row.code), (
            f"{table.name}.{row.id} leads to {row.code!r}, which {bench.edition.label} does not hold: mend the code"
        )

    def test_examples_bite(self, bench: PhraseBench, whole: object, table: PhraseTable, row: PhraseRow) -> None:
        """Each example gives what it says, and something else, as it says, without its row."""
        where = f"{table.name}.{row.id}"
        assert row.examples, f"{where} has no example: add one; a row that none can defend goes"
        less = self.hooks(self.phrases.without(table.name, row.id))
        for example in row.examples:
            assert example.gives != example.without, (
                f"{where}: {example.text!r} gives {example.gives!r} with the row and without it: it shows nothing"
            )
            for hooks, expected, how in ((whole, example.gives, "with"), (less, example.without, "without")):
                given = bench.codes(example.text, hooks, extends=self.extends)
                assert given == expected, f"{where}: {example.text!r} gives {given!r} {how} the row, not {expected!r}"
