"""Whether a saved result can be made again here, and whether it comes out the same."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from codekit.editions.edition import Edition
from codekit.editions.progress import Progress, silent
from codekit.editions.source import digest_of
from codekit.editions.store import EditionStore
from codekit.errors import CodekitError, UsageError
from codekit.pipeline.coder import Coder
from codekit.pipeline.confidence import KEPT_FROM
from codekit.search.layers import SPARSE
from codekit.search.searcher import Searcher
from codekit.serialize import result_to_dict
from codekit.system import System
from codekit.types import CodingResult, Note
from codekit.version import __version__

# What a run measures or names, and not what it finds.
_NOT_COMPARED = ("usage", "provenance", "schema")
_RULES = "rules"
_TEXTS = ("codekit", "sources", "workflow", "model")
_OF_TEXTS = ("plugins", "prompts", "settings")


@attrs.frozen(kw_only=True)
class Difference:
    """One thing that is not as it was when results were made.

    Args:
        what: What it is, such as `plugin icd` or `assignments`.
        was: As the results say; empty where they say nothing.
        now: As it is here; empty where it is not here.
        notes: Ids of the notes whose results it concerns, in the file's order.
    """

    what: str
    was: str
    now: str
    notes: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Verification:
    """What became of a file of results.

    Args:
        results: How many results the file has; failed notes are not counted.
        differences: By what differs, in the order in which it was looked at.
        compared: How many results were made again and compared.
        unchecked: What could not be checked, and why, one sentence each.
    """

    results: int
    differences: tuple[Difference, ...]
    compared: int
    unchecked: tuple[str, ...]


def read_results(path: Path) -> tuple[list[dict[str, Any]], list[str]]:
    """Read the results that `codekit run` wrote, as JSON or JSON Lines.

    Args:
        path: The file.

    Returns:
        The results in their order, without the notes that failed; and for each that is damaged, such as the last line
        of a run that was killed, where it stands.

    Raises:
        UsageError: It cannot be read, or holds no result.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise UsageError(f"{path}: cannot be read as results ({why}); expected what `codekit run` writes") from None
    results: list[dict[str, Any]] = []
    damaged: list[str] = []
    failed = 0
    for where, one in _rows(text):
        if isinstance(one, dict) and "error" in one:
            failed += 1
        elif _is_result(one):
            results.append(one)
        else:
            damaged.append(f"{path}: {where}: not a result of `codekit run`; left out")
    if not results and not failed:
        raise UsageError(f"{path}: holds no result with 'note_id' and 'edition'; expected what `codekit run` writes")
    return results, damaged


def _rows(text: str) -> Iterator[tuple[str, Any]]:
    """Yield what a file holds and where, None for what is no JSON: a document of results, or one on each line."""
    try:
        data = json.loads(text)
        found = data.get("results", [data]) if isinstance(data, dict) else [data]
        yield from ((f"result {number}", one) for number, one in enumerate(found, start=1))
    except (ValueError, TypeError, RecursionError):
        for number, line in enumerate(text.split("\n"), start=1):  # no other character ends a line of JSON
            if line.strip():
                yield f"line {number}", _parsed(line)


def _parsed(line: str) -> Any:  # noqa: ANN401
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _is_result(one: object) -> bool:
    """Tell whether everything is there in the form that is asked for later."""
    if not isinstance(one, dict) or not isinstance(one.get("note_id"), str) or not isinstance(one.get("edition"), str):
        return False
    made_with = one.get("provenance") or {}
    if not isinstance(made_with, dict):
        return False
    tables = [made_with.get(name, {}) for name in _OF_TEXTS]
    texts = [made_with.get(name) or "" for name in _TEXTS]
    texts += [text for table in tables if isinstance(table, dict) for text in table.values()]
    return all(isinstance(table, dict) for table in tables) and all(isinstance(text, str) for text in texts)


def verify(
    results: Sequence[Mapping[str, Any]],
    system: System,
    store: EditionStore,
    notes: Mapping[str, Note] | None = None,
    progress: Progress = silent,
) -> Verification:
    """Compare what results were made with to what is here, and where the notes are given, make them again.

    Args:
        results: As `read_results` gives them; damaged ones left out.
        system: The code system.
        store: Its editions.
        notes: The notes by id; None compares versions and hashes alone.
        progress: Told how many results were made again.

    Returns:
        What differs; a result whose workflow asked a language model is not made again.
    """
    differing: dict[tuple[str, str, str], list[str]] = {}
    unchecked: dict[str, None] = {}
    seen: dict[str, tuple[tuple[str, str, str], ...]] = {}
    for result in results:
        origin = json.dumps([result["edition"], result.get("provenance")], sort_keys=True)
        if origin not in seen:
            seen[origin] = tuple(_origin(result, system, store, unchecked))
        for key in seen[origin]:
            differing.setdefault(key, []).append(result["note_id"])
    compared = 0
    if notes is not None:
        coders = _Coders(system, store)
        for done, result in enumerate(results, start=1):
            again = _again(result, coders, notes, unchecked)
            compared += again is not None
            for key in _outcome(result, again) if again else ():
                differing.setdefault(key, []).append(result["note_id"])
            progress("results", done, len(results))
        coders.close()
    return Verification(
        results=len(results),
        differences=tuple(
            Difference(what=what, was=was, now=now, notes=tuple(ids)) for (what, was, now), ids in differing.items()
        ),
        compared=compared,
        unchecked=tuple(unchecked),
    )


def _origin(
    result: Mapping[str, Any], system: System, store: EditionStore, unchecked: dict[str, None]
) -> Iterator[tuple[str, str, str]]:
    """Compare edition, sources, versions and prompts."""
    label, made_with = result["edition"], result.get("provenance")
    found = store.find(label)
    is_here = found is not None and found.error is None
    if not is_here:
        yield "edition", label, ""
    if not isinstance(made_with, dict):
        unchecked["some results do not say what they were made with; an older codekit wrote them"] = None
        return
    if is_here:
        with store.open(label) as edition:
            yield from _differs("sources", made_with.get("sources", ""), digest_of(edition.release.sources))
            for name, digest in made_with.get("prompts", {}).items():
                yield from _differs(f"prompt {name}", digest, _digest_of_prompt(name, system, edition))
    yield from _differs("codekit", made_with.get("codekit", ""), __version__)
    then, now = made_with.get("plugins", {}), system.versions
    for name in sorted({*then, *now}):
        yield from _differs(f"plugin {name}", then.get(name, ""), now.get(name, ""))
    if made_with.get("model"):
        unchecked[f"whether {made_with['model']} answers as it did; replay its recording to see"] = None


def _digest_of_prompt(name: str, system: System, edition: Edition) -> str:
    from codekit.agents.prompts import load_prompt

    chosen, _, step = name.partition("@")[0].partition("/")
    try:
        return load_prompt(step, system, edition, chosen=chosen).digest
    except CodekitError:
        return ""


def _differs(what: str, was: str, now: str) -> Iterator[tuple[str, str, str]]:
    if was != now:
        yield what, was, now


class _Coders:
    """Codes notes as results say that they were coded."""

    def __init__(self, system: System, store: EditionStore) -> None:
        self._system = system
        self._store = store
        self._made: dict[tuple[str, str, str], Coder] = {}

    def code(self, label: str, settings: Mapping[str, str], note: Note) -> CodingResult:
        key = (label, settings.get("layers", SPARSE), settings.get("threshold", str(KEPT_FROM)))
        if key not in self._made:
            edition = self._store.open(label)
            searcher = Searcher(self._system, edition, layers=key[1].split(","))
            self._made[key] = Coder(self._system, edition, searcher=searcher, threshold=float(key[2]))
        return self._made[key].code(note)

    def close(self) -> None:
        for coder in self._made.values():
            coder.close()


def _again(
    result: Mapping[str, Any], coders: _Coders, notes: Mapping[str, Note], unchecked: dict[str, None]
) -> Mapping[str, Any] | None:
    """Make a result again, if it was made by rules alone and its note is there."""
    made_with = result.get("provenance") or {}
    if made_with.get("workflow", _RULES) != _RULES or made_with.get("model"):
        unchecked["results of a workflow that asked a language model were not made again"] = None
        return None
    if "lexicon" in made_with.get("settings", {}):
        unchecked["results of notes read with the words of a site were not made again"] = None
        return None
    note = notes.get(result["note_id"])
    if note is None:
        unchecked["some results have no note among those given"] = None
        return None
    try:
        return result_to_dict(coders.code(result["edition"], made_with.get("settings", {}), note))
    except (CodekitError, ValueError):  # a setting that was edited may be no number
        unchecked["some notes cannot be coded here with the edition of their results"] = None
        return None


def _outcome(result: Mapping[str, Any], again: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for key in again:
        if key not in _NOT_COMPARED and result.get(key) != again[key]:
            yield key, _shown(result.get(key)), _shown(again[key])


def _shown(value: object) -> str:
    """Name the codes of a list, or count what has none; words of a note are not shown."""
    if not isinstance(value, list):
        return ""
    codes = [str(one.get("code")) for one in value if isinstance(one, dict) and one.get("code")]
    return " ".join(codes) or str(len(value))
