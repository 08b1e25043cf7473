"""The JSON form of a diff, schema 1."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from codekit.editions.diff.changes import (
    EditionDiff,
    EntryChange,
    NoteChange,
    Retired,
    Revision,
    Row,
    SectionChange,
    Successor,
    Target,
)
from codekit.editions.diff.texts import unified
from codekit.serialize import SCHEMA

Json = dict[str, Any]


def diff_to_dict(found: EditionDiff) -> Json:
    """Give a diff its JSON form, whose keys always come in the same order."""
    return {
        "schema": SCHEMA,
        "system": found.system,
        "old": found.old,
        "new": found.new,
        "counts": found.counts(),
        "omitted": [{"part": one.part, "reason": one.reason} for one in found.omitted],
        "chapters": [{"code": code, "title": title} for code, title in found.chapters],
        "added": [_row(row) for row in found.added],
        "deleted": [_row(row) for row in found.deleted],
        "revised": [_revision(one) for one in found.revised],
        "retired": [retired_to_dict(one) for one in found.retired],
        "notes": [_note(one) for one in found.notes],
        "index": [_entry(one) for one in found.index],
        "guidelines": [_section(one) for one in found.guidelines],
    }


def retired_to_dict(one: Retired) -> Json:
    """Give a code that a claim can no longer carry its JSON form."""
    return {
        "code": one.code,
        "title": one.title,
        "chapter": one.chapter,
        "heading": one.heading,
        "successors": successors_to_list(one.successors),
    }


def successors_to_list(found: Iterable[Successor]) -> list[Json]:
    """Give likely successors their JSON form."""
    return [
        {"code": one.code, "title": one.title, "assignable": one.assignable, "how": one.how.value, "detail": one.detail}
        for one in found
    ]


def _row(row: Row) -> Json:
    return {
        "code": row.code,
        "title": row.title,
        "chapter": row.chapter,
        "kind": row.kind.value,
        "assignable": row.assignable,
    }


def _revision(one: Revision) -> Json:
    changes = [{"field": change.field.value, "before": change.before, "after": change.after} for change in one.changes]
    return {"code": one.code, "title": one.title, "chapter": one.chapter, "kind": one.kind.value, "changes": changes}


def _note(one: NoteChange) -> Json:
    return {
        "code": one.code,
        "chapter": one.chapter,
        "kind": one.kind.value,
        "change": one.change.value,
        "before": one.before,
        "after": one.after,
    }


def _entry(one: EntryChange) -> Json:
    return {
        "table": one.table.value,
        "path": list(one.path),
        "column": one.column,
        "chapter": one.chapter,
        "change": one.change.value,
        "before": [_target(target) for target in one.before],
        "after": [_target(target) for target in one.after],
    }


def _target(one: Target) -> Json:
    return {
        "codes": list(one.codes),
        "manifestation": list(one.manifestation),
        "see": one.see,
        "see_also": one.see_also,
        "see_category": one.see_category,
    }


def _section(one: SectionChange) -> Json:
    return {
        "id": one.id,
        "former_id": one.former_id,
        "title": one.title,
        "page": one.page,
        "change": one.change.value,
        "diff": list(unified(one.before, one.after)),
    }
