"""Values of codekit as JSON objects and back: the form that the command line prints, schema 1."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import attrs

from codekit.errors import CodekitError, NoteError
from codekit.types import (
    Assignment,
    CodingResult,
    Condition,
    Dropped,
    Edit,
    Encounter,
    Evidence,
    Finding,
    Note,
    Query,
    Reason,
    Setting,
    Sex,
    Statement,
    StepAccount,
)

SCHEMA = 1
"""Version of the JSON form; it changes when a key is taken away or changes its meaning."""

Json = dict[str, Any]


def result_to_dict(result: CodingResult) -> Json:
    """Give a result its JSON form.

    Args:
        result: What coding one note gave.

    Returns:
        A dict whose keys always come in the same order; confidences are rounded to 4 digits. `usage` and `thoughts` are
        there only where a language model was asked.
    """
    data: Json = {
        "schema": SCHEMA,
        "note_id": result.note_id,
        "system": result.system,
        "edition": result.edition,
        "assignments": [_assignment(item) for item in result.assignments],
        "dropped": [_dropped(item) for item in result.dropped],
        "findings": [finding_to_dict(item) for item in result.findings],
        "queries": [_query(item) for item in result.queries],
        "edits": [_edit(item) for item in result.edits],
        "conditions": [_condition(item) for item in result.conditions],
        "statements": [_statement(item) for item in result.statements],
    }
    if result.provenance:
        data["provenance"] = attrs.asdict(result.provenance)
    if result.usage:
        data["usage"] = [_account(item) for item in result.usage]
    if result.thoughts:
        data["thoughts"] = [{"step": item.step, "text": item.text} for item in result.thoughts]
    return data


def error_to_dict(note_id: str, error: Exception) -> Json:
    """Give the failure of one note its JSON form; foreign errors are named by their class alone.

    Args:
        note_id: Id of the note.
        error: What was raised.

    Returns:
        A dict with `error` in place of the result.
    """
    return {
        "schema": SCHEMA,
        "note_id": note_id,
        "error": {"type": type(error).__name__, "message": safe_message(error)},
    }


def safe_message(error: Exception) -> str:
    """Say what went wrong without quoting a note: only errors of codekit's own are known not to."""
    return str(error) if isinstance(error, CodekitError) else f"unexpected {type(error).__name__}"


def finding_to_dict(finding: Finding) -> Json:
    """Give a finding its JSON form."""
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "codes": list(finding.codes),
        "message": finding.message,
        "source": finding.source,
    }


def note_from_dict(data: object, default_id: str, default_encounter: Encounter) -> Note:
    """Read a note from its JSON form.

    Args:
        data: An object with `text`, and maybe `id`, `setting`, `date_of_service`, `age` and `sex`; other
            keys are ignored, and null means not given.
        default_id: Id of a note that has none.
        default_encounter: What is known where the object is silent.

    Returns:
        The note.

    Raises:
        NoteError: A value is of the wrong type or out of range; the message gives its path.
    """
    if not isinstance(data, Mapping):
        raise NoteError(f"$: expected an object with 'text', got {_kind(data)}")
    note_id = data.get("id")
    if not isinstance(note_id, str | int | None) or isinstance(note_id, bool):
        raise NoteError(f"$.id: expected a string or an integer, got {_kind(note_id)}")
    if not isinstance(data.get("text"), str):
        raise NoteError(f"$.text: expected a string, got {_kind(data.get('text'))}")
    for name in ("id", "text"):
        if not _is_unicode(data.get(name)):
            raise NoteError(f"$.{name}: holds half of a surrogate pair; expected Unicode text")
    return Note(
        id=default_id if note_id is None else str(note_id),
        text=data["text"],
        encounter=_encounter(data, default_encounter),
    )


def _encounter(data: Mapping[str, Any], default: Encounter) -> Encounter:
    readers: dict[str, Callable[[str, object], object]] = {
        "setting": lambda path, value: _choice(path, value, Setting),
        "date_of_service": _date,
        "age": _age,
        "sex": lambda path, value: _choice(path, value, Sex),
    }
    given = {name: read(f"$.{name}", data[name]) for name, read in readers.items() if data.get(name) is not None}
    return attrs.evolve(default, **given)  # type: ignore[arg-type]


def _is_unicode(value: object) -> bool:
    try:
        str(value).encode()
    except UnicodeEncodeError:
        return False
    return True


def _choice(path: str, value: object, kind: type[Setting] | type[Sex]) -> Setting | Sex:
    for member in kind:
        if isinstance(value, str) and value.casefold() == member.value:
            return member
    raise NoteError(f"{path}: expected {' or '.join(repr(m.value) for m in kind)}, got {_shown(value)}")


def _date(path: str, value: object) -> date:
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError as error:
        raise NoteError(f"{path}: expected a date as YYYY-MM-DD, got {_shown(value)}") from error


def _age(path: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 130:
        raise NoteError(f"{path}: expected an integer 0-130, got {_shown(value)}")
    return value


def _shown(value: object) -> str:
    # a long string in a wrong field may well be the note
    return repr(value) if isinstance(value, int | float) or len(str(value)) <= 12 else _kind(value)


def _kind(value: object) -> str:
    names = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", type(None): "nothing"}
    return names.get(type(value), "a number")


def _assignment(item: Assignment) -> Json:
    return {
        "code": item.code,
        "title": item.title,
        "rank": item.rank,
        "status": item.status.value,
        "confidence": round(item.confidence, 4),
        "evidence": _evidence(item.evidence),
        "reasons": [_reason(each) for each in item.reasons],
        "modifiers": list(item.modifiers),
        "units": item.units,
        "alternatives": [
            {"code": one.code, "title": one.title, "score": round(one.score, 4)} for one in item.alternatives
        ],
        "basis": item.basis.value if item.basis else None,
        "conditions": list(item.conditions),
    }


def _dropped(item: Dropped) -> Json:
    return {
        "code": item.code,
        "title": item.title,
        "step": item.step,
        "rule": item.rule,
        "reason": item.reason,
        "confidence": round(item.confidence, 4),
        "evidence": _evidence(item.evidence),
        "basis": item.basis.value if item.basis else None,
        "conditions": list(item.conditions),
        "reasons": [_reason(each) for each in item.reasons],
    }


def _reason(item: Reason) -> Json:
    return {"step": item.step, "detail": item.detail, "source": item.source, "rule": item.rule}


def _condition(item: Condition) -> Json:
    return {
        "id": item.id,
        "row": item.row,
        "title": item.title,
        "course": item.course.value,
        "first": item.first,
        "last": item.last,
        "statements": [_statement(each) for each in item.statements],
    }


def _statement(item: Statement) -> Json:
    mention = item.mention
    return {
        "document": item.document,
        "start": mention.start,
        "end": mention.end,
        "text": mention.text,
        "assertion": mention.assertion.value,
        "section": str(mention.section),
        "code": item.code,
    }


def _account(item: StepAccount) -> Json:
    took = item.took
    cost = None if took.cost is None else round(took.cost, 6)
    return {
        "step": item.step,
        "prompt": item.prompt,
        **attrs.asdict(took),
        "seconds": round(took.seconds, 3),
        "cost": cost,
        "repaired": item.repaired,
        "fallbacks": item.fallbacks,
        "unfound": item.unfound,
    }


def _evidence(items: Iterable[Evidence]) -> list[Json]:
    return [{"document": item.document, "start": item.start, "end": item.end, "text": item.text} for item in items]


def _query(item: Query) -> Json:
    return {
        "topic": item.topic,
        "text": item.text,
        "codes": list(item.codes),
        "source": item.source,
        "indicators": _evidence(item.indicators),
        "options": list(item.options),
    }


def _edit(item: Edit) -> Json:
    return {
        "rule": item.rule,
        "action": item.action.value,
        "code": item.code,
        "source": item.source,
        "reason": item.reason,
        "replacement": item.replacement,
        "before": item.before,
        "after": item.after,
        "finding": finding_to_dict(item.finding) if item.finding else None,
        "query": _query(item.query) if item.query else None,
        "modifiers": None if item.modifiers is None else list(item.modifiers),
        "units": item.units,
        "basis": item.basis.value if item.basis else None,
        "doubt": item.doubt,
        "triggers": list(item.triggers),
    }
