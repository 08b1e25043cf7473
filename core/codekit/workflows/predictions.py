"""What a coder proposed for notes: codekit itself, or another system by a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from codekit.errors import NoteError, UsageError
from codekit.jsonlines import code_list, read_records
from codekit.types import Action, Basis, Evidence, Status


@attrs.frozen(kw_only=True)
class Proposal:
    """One code that was proposed for a note.

    Args:
        code: As the coder writes it.
        kept: Whether it is in the final set; else its confidence was below the threshold.
        confidence: 0 to 1; None where the coder gives none.
        evidence: Where it was read, with the words; may be empty for other systems.
        status: What a coder should do with it; None where the coder does not say.
    """

    code: str
    kept: bool = True
    confidence: float | None = None
    evidence: tuple[Evidence, ...] = ()
    status: Status | None = None


@attrs.frozen(kw_only=True)
class Withdrawn:
    """One code that was proposed for a note and taken back.

    Args:
        code: As the coder writes it.
        step: The step that took it out.
        rule: Id of the rule that did; empty where a step's own logic did.
        basis: Why the record bears it out and it is still not reported; None where it was taken out otherwise.
        replacement: The code that took its place; empty where none did.
        confidence: 0 to 1, as far as it had been worked out.
        evidence: Where it was read.
    """

    code: str
    step: str
    rule: str = ""
    basis: Basis | None = None
    replacement: str = ""
    confidence: float = 0.0
    evidence: tuple[Evidence, ...] = ()

    @property
    def unsure(self) -> bool:
        """Whether it was below the threshold, for a convention that takes a code out names itself."""
        return self.step == "verify" and not self.rule and self.confidence > 0


@attrs.frozen(kw_only=True)
class Prediction:
    """What a coder made of one note.

    Args:
        note_id: Id of the note.
        proposals: In the coder's order.
        withdrawn: What else was proposed, with what the threshold left out; empty for other systems.
        error: Why there are none, where the note failed.
    """

    note_id: str
    proposals: tuple[Proposal, ...] = ()
    withdrawn: tuple[Withdrawn, ...] = ()
    error: str = ""

    def documented(self) -> Prediction:
        """Count what the reporting policy left among the final codes, behind the others."""
        left = (one for one in self.withdrawn if one.basis)
        more = (Proposal(code=one.code, confidence=one.confidence, evidence=one.evidence) for one in left)
        rest = tuple(one for one in self.withdrawn if not one.basis)
        return attrs.evolve(self, proposals=(*self.proposals, *more), withdrawn=rest)


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
        except (NoteError, KeyError, TypeError, ValueError, AttributeError) as error:
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
        The prediction; of a result of codekit's, also what was taken out on the way. What the threshold left out, whose
        confidence is known, is among the proposals too.

    Raises:
        NoteError: `codes` is no list of strings.
        KeyError: Something else is missing.
        ValueError: A status or a basis is none that this codekit knows.
    """
    note_id = str(record["note_id"] if "note_id" in record else record["id"])
    if "error" in record:
        return Prediction(note_id=note_id, error=str(record["error"]["message"]))
    if "assignments" not in record:
        return Prediction(note_id=note_id, proposals=tuple(Proposal(code=code) for code in code_list(record)))
    kept = [_proposal(one) for one in record["assignments"]]
    withdrawn = tuple(_withdrawn(record))
    unsure = [
        Proposal(code=one.code, kept=False, confidence=one.confidence, evidence=one.evidence)
        for one in withdrawn
        if one.unsure
    ]
    return Prediction(note_id=note_id, proposals=(*kept, *unsure), withdrawn=withdrawn)


def _withdrawn(record: Mapping[str, Any]) -> Iterator[Withdrawn]:
    """Yield what was dropped, and what was replaced and is not among that."""
    replaced = {
        (one["code"], one["rule"]): str(one["replacement"])
        for one in record.get("edits", ())
        if one["action"] == Action.REPLACE
    }
    for one in record.get("dropped", ()):
        if one["code"]:
            yield Withdrawn(
                code=one["code"],
                step=one["step"],
                rule=one["rule"],
                basis=Basis(one["basis"]) if one.get("basis") else None,
                replacement=replaced.pop((one["code"], one["rule"]), ""),
                confidence=one["confidence"],
                evidence=_evidence(one),
            )
    for (code, rule), replacement in replaced.items():
        yield Withdrawn(code=code, step="verify", rule=rule, replacement=replacement)


def _proposal(data: Mapping[str, Any]) -> Proposal:
    status = Status(data["status"]) if data.get("status") else None
    return Proposal(code=data["code"], confidence=data["confidence"], evidence=_evidence(data), status=status)


def _evidence(data: Mapping[str, Any]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(document=one.get("document", ""), start=one["start"], end=one["end"], text=one["text"])
        for one in data["evidence"]
    )
