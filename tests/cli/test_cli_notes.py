"""Reading notes: whatever the bytes, each becomes a note or a named failure."""

from __future__ import annotations

import io
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from codekit.cli.notes import BadNote, NoteReader, count_notes, find_files
from codekit.types import Encounter


def reader() -> NoteReader:
    return NoteReader(encounter=Encounter(), warn=lambda _: None)


@given(st.binary() | st.text().map(str.encode) | st.lists(st.binary()).map(b"\n".join))
def test_any_bytes_on_standard_input_are_notes_or_failures(content: bytes) -> None:
    items = list(reader().read_stream(io.BytesIO(content), "stdin"))
    assert items
    assert all(item.id for item in items)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_a_text_keeps_every_code_point_and_line_end(text: str) -> None:
    (item,) = reader().read_stream(io.BytesIO(b"\xef\xbb\xbf" + ("- " + text).encode()), "stdin")
    assert not isinstance(item, BadNote)
    assert item.text == "- " + text


def test_a_file_that_goes_missing_is_a_failure_of_its_own(tmp_path: Path) -> None:
    for name in ("a.txt", "b.jsonl", "c.txt"):
        (tmp_path / name).write_text('{"text": ""}\n', encoding="utf-8")
    files = find_files([tmp_path], output=None)
    (tmp_path / "a.txt").unlink()
    (tmp_path / "b.jsonl").unlink()
    assert count_notes(files) == 2
    items = list(reader().read_files(files))
    assert [isinstance(item, BadNote) for item in items] == [True, True, False]
    assert isinstance(items[0], BadNote)
    assert "a.txt: cannot be read: No such file" in str(items[0].error)
