"""What a coder proposed for notes: codekit itself, or another system by a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from codekit.errors import NoteError, UsageError
from codekit.jsonlines import code_list, read_records
from codekit.types import Evidence


@attrs.frozen(kw_only=True)
class Proposal:
    """One code that was proposed for a note.

    Args:
        code: As the coder writes it.
        kept: Whether it is in the final set; else its confidence was below the threshold.
        confidence: 0 to 1; None where the coder gives none.
        evidence: Where it was read, with the words; may be empty for other systems.
    """

    code: str
    kept: bool = True
    confidence: float | None = None
    evidence: tuple[Evidence, ...] = ()


@attrs.frozen(kw_only=True)
class Prediction:
    """What a coder made of one note.

    Args:
        note_id: Id of the note.
        proposals: In the coder's order.
        error: Why there are none, where the note failed.
    """

    note_id: str
    proposals: tuple[Proposal, ...] = ()
    error: str = ""


def read_predictions(path: Path) -> dict[str, Prediction]:
    """Read the predictions of any system.

    Args:
        path: JSON Lines, plain or gzipped: `{"id": ..., "codes": [...]}` or `{"note_id": ..., "codes": [...]}`, or
            what `codekit run --format jsonl` writes.

    Returns:
        Predictions by note id.

    Raises:
        UsageError: A line is of another form, or a note is there twice.
    """
    found: dict[str, Prediction] = {}
    for number, record in read_records(path):
        try:
            prediction = prediction_from_dict(record)
        except (NoteError, KeyError, TypeError, AttributeError) as error:
            raise UsageError(
                f"{path}:{number}: not a prediction; expected an object with 'id' or 'note_id' and a list 'codes', "
                "or a line that `codekit run --format jsonl` wrote"
            ) from error
        if prediction.note_id in found:
            raise UsageError(f"{path}:{number}: note {prediction.note_id!r} is there twice; expected one line a note")
        found[prediction.note_id] = prediction
    return found


def prediction_from_dict(record: Mapping[str, Any]) -> Prediction:
    """Read one prediction: codes alone, or codekit's own result in its JSON form.

    Args:
        record: The object.

    Returns:
        The prediction; of a result of codekit's, also what the threshold dropped, whose confidence is known.

    Raises:
        NoteError: `codes` is no list of strings.
        KeyError: Something else is missing.
    """
    note_id = str(record["note_id"] if "note_id" in record else record["id"])
    if "error" in record:
        return Prediction(note_id=note_id, error=str(record["error"]["message"]))
    if "assignments" not in record:
        return Prediction(note_id=note_id, proposals=tuple(Proposal(code=code) for code in code_list(record)))
    kept = [_proposal(one, kept=True) for one in record["assignments"]]
    dropped = [_proposal(one, kept=False) for one in record.get("dropped", ()) if _is_below_threshold(one)]
    return Prediction(note_id=note_id, proposals=(*kept, *dropped))


def _is_below_threshold(dropped: Mapping[str, Any]) -> bool:
    """Tell a code that was not sure enough from one that a convention took out, which names its rule."""
    return dropped["step"] == "verify" and not dropped["rule"] and dropped["code"] and dropped["confidence"] > 0


def _proposal(data: Mapping[str, Any], *, kept: bool) -> Proposal:
    evidence = tuple(
        Evidence(document=one.get("document", ""), start=one["start"], end=one["end"], text=one["text"])
        for one in data["evidence"]
    )
    return Proposal(code=data["code"], kept=kept, confidence=data["confidence"], evidence=evidence)
