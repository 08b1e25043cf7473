"""A system of another country needs no change in core: its release is read by `codekit.formats`, and its note coded."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import codekit
from codekit import Coder
from codekit.testing import SystemContract
from codekit.types import NoteKind

if TYPE_CHECKING:
    from codekit.testing.contract import Subject

_PLUGIN = Path(__file__).resolve().parents[1] / "thirdparty" / "codekit-toy-gm"


@pytest.fixture(scope="module", autouse=True)
def _installed(tmp_path_factory: pytest.TempPathFactory, lay_out: Callable[..., None]) -> Iterator[None]:
    """Install the plugin for the tests of this module alone."""
    site = tmp_path_factory.mktemp("toy-gm")
    lay_out(site, "codekit-toy-gm", "1.0.0", {"toy_gm": "codekit_toy_gm"}, _PLUGIN.glob("codekit_toy_gm.*"))
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(site))
        patch.setenv("CODEKIT_HOME", str(site / "home"))
        yield
    sys.modules.pop("codekit_toy_gm", None)


class TestToyGm(SystemContract):
    """The contract, and what the file says in codekit's terms."""

    system_id = "toy_gm"

    def test_chapters_stand_as_the_file_orders_them_and_modifiers_make_codes(self, subject: Subject) -> None:
        rows = {row.code: row for row in subject.parsed.codes}
        assert [code for code, row in rows.items() if row.parent is None] == ["04", "05", "19"]
        assert [code for code in rows if code.startswith("E10.")] == [
            "E10.3",
            "E10.30",
            "E10.31",
            "E10.9",
            "E10.90",
            "E10.91",
        ]
        assert rows["E10.91"].title == "Zuckerkrankheit Typ Eins, Ohne Komplikationen, Als entgleist bezeichnet"
        assert not subject.parsed.problems

    def test_marks_hints_and_the_wanted_language_are_read(self, subject: Subject) -> None:
        rows = {row.code: row for row in subject.parsed.codes}
        assert (rows["H28.0"].title, rows["H28.0"].attributes["usage"]) == ("Zuckerkatarakt", "asterisk")
        assert rows["E10"].notes[0].kind is NoteKind.USE_ADDITIONAL_CODE
        assert ("E10.3", "H28.0") in {(pair.first, pair.second) for pair in subject.parsed.pairs}


@pytest.fixture(scope="module")
def coder(_installed: None) -> Coder:
    return codekit.open("toy_gm")


@pytest.mark.parametrize(
    ("note", "codes"),
    [
        ("Assessment: Verstauchung Sprunggelenk rechts.", ["S93.0"]),
        ("Assessment: Verstauchung linkes Sprunggelenk.", ["S93.1"]),
        ("Assessment: Verstauchung Sprunggelenk.", ["S93.9"]),
        ("Assessment: Zuckerkrankheit Typ Eins, entgleist.", ["E10.91"]),
        ("Assessment: Zuckerkrankheit Typ Eins.", ["E10.90"]),
        ("Assessment: Nachstar.", ["H26"]),
        ("Assessment: no Nachstar.", []),
    ],
)
def test_a_note_is_coded_in_the_words_of_its_titles(coder: Coder, note: str, codes: list[str]) -> None:
    assert [one.code for one in coder.code(note).assignments] == codes
