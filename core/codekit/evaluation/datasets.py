"""Labelled notes: what experts coded, and where in the note they read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

import attrs

from codekit.errors import NoteError, UsageError
from codekit.evaluation.tiers import Tiers, read_tiers
from codekit.jsonlines import code_list, read_records
from codekit.serialize import note_from_dict
from codekit.types import Encounter, Note

Span = tuple[int, int]
"""Half-open code points of a note."""

_SUPPORT = "supporting_evidence"
# A longer value is no name of a group, and may well be the note.
_LONGEST_FIELD = 60
_NO_FIELDS = ("id", "text")


class Counted(StrEnum):
    """Which codes of a result are compared with the experts'."""

    REPORTED = "reported"
    """Those that the encounter reports."""
    DOCUMENTED = "documented"
    """Those and what the reporting policy left, though the record bears it out, for experts who coded all mentions."""


@attrs.frozen(kw_only=True)
class GoldMention:
    """One place where experts read a code.

    Args:
        code: The code, as the dataset writes it.
        text: The words that name the condition; empty where the dataset keeps offsets only.
        spans: Where the note names it, in text order; empty where the dataset keeps words only.
    """

    code: str
    text: str
    spans: tuple[Span, ...] = ()


@attrs.frozen(kw_only=True)
class LabelledNote:
    """A note with what experts made of it.

    Args:
        note: The note.
        codes: The experts' codes, as the dataset writes them, sorted and each once; of tiered labels, the preferred
            code of each required entry.
        mentions: Where they read codes, in the dataset's order; codes of mentions need not be in `codes`, for
            some datasets have them from another team.
        tiers: What is required, acceptable and first; None where the experts gave plain codes, which are all required.
        fields: What else the dataset says of the note in a word or two, such as `kind`, by name.
    """

    note: Note
    codes: tuple[str, ...]
    mentions: tuple[GoldMention, ...] = ()
    tiers: Tiers | None = None
    fields: Mapping[str, str] = attrs.field(factory=dict)

    @property
    def labels(self) -> Tiers:
        """The experts' codes in tiers."""
        return self.tiers or Tiers.of(self.codes)


@attrs.frozen(kw_only=True)
class Dataset:
    """Labelled notes of one source.

    Args:
        name: The file's or folder's name, with the split behind a colon.
        notes: In the order of the files; ids are unique.
        counted: Which codes of a result its experts' codes are compared with.
    """

    name: str
    notes: tuple[LabelledNote, ...]
    counted: Counted = Counted.REPORTED


def make_dataset(
    path: Path,
    split: str | None,
    notes: Iterable[LabelledNote],
    limit: int | None = None,
    counted: Counted = Counted.REPORTED,
) -> Dataset:
    """Put a dataset together.

    Args:
        path: Where the notes came from.
        split: The part of the source that was asked for.
        notes: The notes; no more than the limit are taken.
        limit: At most so many notes; None for all.
        counted: Which codes of a result count.

    Returns:
        The dataset.

    Raises:
        UsageError: There are no notes, or two share an id.
    """
    seen: dict[str, LabelledNote] = {}
    for note in notes:
        if limit is not None and len(seen) >= limit:
            break
        if note.note.id in seen:
            raise UsageError(f"{path}: note id {note.note.id!r} is there twice; expected unique ids")
        seen[note.note.id] = note
    if not seen:
        raise UsageError(f"{path}: no labelled notes" + (f" in split {split!r}" if split else ""))
    name = f"{path.name}:{Path(split).name}" if split else path.name
    return Dataset(name=name, notes=tuple(seen.values()), counted=counted)


def read_jsonl(path: Path, split: str | None = None) -> Iterator[LabelledNote]:
    """Read labelled notes from JSON Lines, plain or gzipped.

    One object a line: what `codekit run` reads (`text`, and maybe `id`, `setting`, `age`, `sex`,
    `date_of_service`), with `codes`, a list of strings, or tiers as `read_tiers` takes them, and maybe `mentions`, a
    list of `{"code", "mention", "evidence": [{"start", "end", "text", "kind"}]}`. Evidence of the kind
    `supporting_evidence` supports the code without naming the condition and is left out. Other values are kept as
    `fields` where they are short strings.

    Args:
        path: The file.
        split: Only notes whose `split` says so; None for all.

    Yields:
        Notes in order.

    Raises:
        UsageError: A line is not of this form; the message names it and quotes nothing.

    Source:
        ACI-BENCH (Yim et al. 2023) and its code labels are distributed in this form with the project's own data.
    """
    for number, record in read_records(path):
        if split is not None and record.get("split") != split:
            continue
        try:
            note = note_from_dict(record, f"{path.name}:{number}", Encounter())
            mentions = tuple(_mention(at, one, note.text) for at, one in enumerate(_list(record, "mentions")))
            tiers = read_tiers(record) if "must" in record else None
            codes = tiers.preferred if tiers else tuple(sorted(code_list(record)))
            yield LabelledNote(note=note, codes=codes, mentions=mentions, tiers=tiers, fields=_fields(record))
        except NoteError as error:
            raise UsageError(f"{path}:{number}: {error}") from error


def _fields(record: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: value
        for name, value in record.items()
        if isinstance(value, str) and name not in _NO_FIELDS and value.isprintable() and len(value) <= _LONGEST_FIELD
    }


def _mention(at: int, data: object, text: str) -> GoldMention:
    where = f"$.mentions[{at}]"
    if not isinstance(data, Mapping) or not isinstance(data.get("code"), str):
        raise NoteError(f"{where}: expected an object with 'code', a string")
    named = [one for one in _list(data, "evidence") if not (isinstance(one, Mapping) and one.get("kind") == _SUPPORT)]
    spans = [_span(where, one, text) for one in named]
    words = data.get("mention") or (text[slice(*spans[0])] if spans else "")
    return GoldMention(code=data["code"], text=str(words), spans=tuple(sorted(spans)))


def _span(where: str, data: object, text: str) -> Span:
    start, end = (data.get("start"), data.get("end")) if isinstance(data, Mapping) else (None, None)
    if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end <= len(text):
        raise NoteError(f"{where}.evidence: expected offsets within the text, start before end")
    if isinstance(data, Mapping) and data.get("text", text[start:end]) != text[start:end]:
        raise NoteError(f"{where}.evidence: its text is not what stands at {start}-{end}; offsets count code points")
    return start, end


def _list(record: Mapping[str, Any], name: str) -> Sequence[object]:
    value = record.get(name)
    if not isinstance(value, list | None):
        raise NoteError(f"$.{name}: expected a list")
    return value or ()
