"""Loaders of published corpora in the layout in which their authors release them."""

from __future__ import annotations

import csv
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs

from codekit.errors import UsageError
from codekit.evaluation.datasets import (
    Counted,
    Dataset,
    GoldMention,
    LabelledNote,
    Span,
    make_dataset,
    read_jsonl,
)
from codekit.jsonlines import open_text
from codekit.types import Encounter, Note, Setting

LOADERS = ("jsonl", "codiesp", "mdace")
"""The forms that `load_dataset` reads."""

_DIAGNOSIS = "DIAGNOSTICO"
_PROFEE = "Profee"


def load_dataset(
    path: Path,
    *,
    loader: str = "jsonl",
    split: str | None = None,
    limit: int | None = None,
    texts: Path | None = None,
    system_name: str = "",
    counted: Counted | None = None,
) -> Dataset:
    """Load labelled notes.

    Args:
        path: File or folder.
        loader: One of `LOADERS`.
        split: The part of it: a value of the key `split`, a folder of CodiEsp's release, or, for MDACE, a file with
            one admission id a line.
        limit: At most so many notes, the first ones.
        texts: MIMIC-III's `NOTEEVENTS.csv`, plain or gzipped, for MDACE.
        system_name: Name of the code system, as MDACE's `code_system` writes it.
        counted: Which codes of a result count; None for what the corpus asks for: CodiEsp, which codes whatever a text
            mentions, the documented ones, the others the reported ones.

    Returns:
        The dataset.

    Raises:
        UsageError: Something is missing or of another form.
    """
    if not path.exists():
        raise UsageError(f"{path}: no such file or folder")
    if loader == "mdace":
        notes = _read_mdace(path, texts, system_name, split)
    elif path.is_dir():
        if loader == "jsonl":
            raise UsageError(f"{path}: is a folder; expected a JSON Lines file, or name another --loader")
        notes = _read_codiesp(path / split if split else path)
    else:
        notes = read_jsonl(path, split)
    usual = Counted.DOCUMENTED if loader == "codiesp" else Counted.REPORTED
    return make_dataset(path, split, notes, limit, counted or usual)


def _read_codiesp(folder: Path) -> Iterator[LabelledNote]:
    """Read one split of CodiEsp.

    The English texts are taken where they are there; the spans hold for the Spanish ones, so only those come with
    mentions.

    Source:
        CodiEsp corpus (CLEF eHealth 2020), README of the release: `text_files/ID.txt`, `text_files_en/ID.txt`;
        `*D.tsv` has the columns article, code; `*X.tsv` article, label, code, text, position (`start end`, several
        separated by `;`).
    """
    english = folder / "text_files_en"
    texts = sorted((english if english.is_dir() else folder / "text_files").glob("*.txt"))
    codes = defaultdict(set)
    for article, code, *_ in _rows(_only(folder, "*D.tsv"), 2):
        codes[article].add(code.upper())
    mentions: dict[str, list[GoldMention]] = defaultdict(list)
    if not english.is_dir():
        for article, label, code, text, position, *_ in _rows(_only(folder, "*X.tsv"), 5):
            if label == _DIAGNOSIS:
                mentions[article].append(GoldMention(code=code.upper(), text=text, spans=_positions(folder, position)))
    for path in texts:
        note = Note(id=path.stem, text=path.read_text(encoding="utf-8"))
        yield LabelledNote(note=note, codes=tuple(sorted(codes[path.stem])), mentions=tuple(mentions[path.stem]))


def _only(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise UsageError(
            f"{folder}: expected one file {pattern} beside text_files, got {len(found)}; "
            "name a folder of CodiEsp's release, such as final_dataset/dev, or give --split"
        )
    return found[0]


def _rows(path: Path, columns: int) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        for number, row in enumerate(csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE), start=1):
            if len(row) < columns:
                raise UsageError(f"{path}:{number}: expected {columns} columns, got {len(row)}")
            yield row


def _positions(folder: Path, text: str) -> tuple[Span, ...]:
    try:
        pairs = [part.split() for part in text.split(";") if part.strip()]
        return tuple(sorted((int(start), int(end)) for start, end in pairs))
    except ValueError as error:
        raise UsageError(f"{folder}: expected a position as 'start end', got something else in *X.tsv") from error


@attrs.frozen(kw_only=True)
class _Chart:
    """One annotated note of an MDACE chart, still without its text."""

    id: str
    row: int
    text: str | None
    setting: Setting
    annotations: Sequence[Mapping[str, Any]]


def _read_mdace(path: Path, texts: Path | None, system_name: str, split: str | None) -> Iterator[LabelledNote]:
    """Read MDACE, one note at a time.

    Charts without a single annotation of the code system belong to another and are left out; notes of the others
    stay, also those in which the coders found nothing.

    Source:
        MDACE (Cheng et al., ACL 2023), README of github.com/3mcloud/MDACE, sections Data and Splits: one JSON file
        an admission; offsets count from 0, the end exclusive; `note_id` is `ROW_ID` of MIMIC-III's NOTEEVENTS.
    """
    admissions = set(_lines(Path(split))) if split else None
    files = sorted(path.rglob("*.json")) if path.is_dir() else [path]
    charts = [chart for file in files for chart in _charts(file, system_name, admissions)]
    missing = {chart.row for chart in charts if chart.text is None}
    if missing and texts is None:
        raise UsageError(
            f"{path}: MDACE holds no text; give MIMIC-III's NOTEEVENTS.csv with --texts, which PhysioNet grants"
        )
    found = dict(_mimic_texts(texts, missing)) if texts and missing else {}
    if lost := missing - found.keys():
        raise UsageError(
            f"{texts}: {len(lost)} of {len(missing)} notes are not in it; expected NOTEEVENTS of MIMIC-III"
        )
    for chart in charts:
        text = found[chart.row] if chart.text is None else chart.text
        yield _annotated(chart, text)


def _charts(path: Path, system_name: str, admissions: set[str] | None) -> Iterator[_Chart]:
    try:
        chart = json.loads(path.read_text(encoding="utf-8"))
        if admissions is not None and str(chart["hadm_id"]) not in admissions:
            return
        notes = [
            (note, [one for one in note["annotations"] if one["code_system"] == system_name]) for note in chart["notes"]
        ]
        # guidelines of outpatients hold for professional fees
        setting = Setting.OUTPATIENT if _PROFEE in path.parts else Setting.INPATIENT
        if any(annotations for _, annotations in notes):
            for note, annotations in notes:
                yield _Chart(
                    id=f"{chart['hadm_id']}/{note['note_id']}",
                    row=int(note["note_id"]),
                    text=note.get("text"),
                    setting=setting,
                    annotations=annotations,
                )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{path}: not a chart of MDACE ({type(error).__name__}); expected hadm_id and notes"
        ) from error


def _annotated(chart: _Chart, text: str) -> LabelledNote:
    mentions = []
    for one in chart.annotations:
        start, end = one.get("begin"), one.get("end")
        if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end <= len(text):
            raise UsageError(
                f"note {chart.id}: an annotation lies outside the text; is this the NOTEEVENTS of MIMIC-III?"
            )
        mentions.append(GoldMention(code=str(one.get("code")), text=text[start:end], spans=((start, end),)))
    codes = tuple(sorted({mention.code for mention in mentions}))
    note = Note(id=chart.id, text=text, encounter=Encounter(setting=chart.setting))
    fields = {"setting": chart.setting.value}
    return LabelledNote(note=note, codes=codes, mentions=tuple(mentions), fields=fields)


def _mimic_texts(path: Path, wanted: Iterable[int]) -> Iterator[tuple[int, str]]:
    """Find the texts of some rows of NOTEEVENTS.

    Source:
        MIMIC-III 1.4 (PhysioNet), table NOTEEVENTS: a CSV with a header and, among others, ROW_ID and TEXT.
    """
    rows = {str(row) for row in wanted}
    # MDACE counted its offsets with line ends translated, as Python does unless told otherwise.
    try:
        with open_text(path) as stream, _long_fields():
            for record in csv.DictReader(stream):
                if record["ROW_ID"] in rows:
                    yield int(record["ROW_ID"]), record["TEXT"]
    except (OSError, EOFError, UnicodeDecodeError, KeyError, csv.Error) as error:
        raise UsageError(
            f"{path}: not NOTEEVENTS.csv ({type(error).__name__}); expected columns ROW_ID and TEXT"
        ) from error


@contextmanager
def _long_fields() -> Iterator[None]:
    """Lift csv's limit on the length of a field, which belongs to the whole process, for a while."""
    before = csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").split()
    except OSError as error:
        raise UsageError(f"{path}: for MDACE, --split is a file with one admission id a line") from error
