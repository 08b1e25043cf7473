"""Read the hierarchy of CPT Link: concepts with properties, and which concept is a kind of which.

Source: NLM, UMLS source information for CPT: "in the Property file, a concept is represented by a set of lines that all
have the same concept id", and "in the Relationship file, relationships between two concepts are represented"; the Type
file names the types of both. Columns are found by their headings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import attrs

from codekit.plugin import Problem
from codekit_cpt.text import fold

_IS_A = re.compile(r"is[ _-]?a|child of|parent", re.IGNORECASE)
_CODE_PROPERTY = re.compile(r"(?:cpt )?code", re.IGNORECASE)
_TITLE_PROPERTY = re.compile(r"(?:long |full )?descriptor|heading|preferred term|fully specified name", re.IGNORECASE)


@attrs.frozen(kw_only=True)
class Link:
    """What CPT Link says of the hierarchy.

    Args:
        headings: Titles of the concepts that are no code, by concept id.
        path: For each code the ids of the headings above it, outermost first.
    """

    headings: Mapping[str, str]
    path: Mapping[str, tuple[str, ...]]


def read_link(
    properties: tuple[str, Sequence[str]],
    relationships: tuple[str, Sequence[str]],
    types: Sequence[str],
    problems: list[Problem],
) -> Link:
    """Read the three files.

    Args:
        properties: Name and lines of the Property file.
        relationships: Name and lines of the Relationship file.
        types: Lines of the Type file; none where types stand in words.
        problems: What cannot be used is added here.

    Returns:
        The hierarchy; empty where the files' headings are not understood.
    """
    names = _type_names(types)
    codes: dict[str, str] = {}
    headings: dict[str, str] = {}
    rows = _table(*properties, ("concept", "property|type", "value|descriptor|text"), problems)
    for concept, kind, value in rows:
        said = names.get(kind, kind)
        if _CODE_PROPERTY.fullmatch(said):
            codes[concept] = value.strip()
        elif _TITLE_PROPERTY.fullmatch(said):
            headings.setdefault(concept, fold(value))
    above: dict[str, str] = {}
    columns = ("concept.*1|source|^concept", "relationship|type", "concept.*2|target|related")
    for lower, kind, upper in _table(*relationships, columns, problems):
        if _IS_A.fullmatch(names.get(kind, kind)):
            above.setdefault(lower, upper)
    path = {code: _path(concept, above, headings) for concept, code in codes.items()}
    used = {concept for concepts in path.values() for concept in concepts}
    return Link(headings={concept: headings[concept] for concept in sorted(used)}, path=path)


def _path(concept: str, above: Mapping[str, str], headings: Mapping[str, str]) -> tuple[str, ...]:
    """Go up from a concept; a circle ends where it closes."""
    found: list[str] = []
    while (concept := above.get(concept, "")) and concept not in found:
        found.append(concept)
    return tuple(reversed([one for one in found if one in headings]))


def _type_names(lines: Iterable[str]) -> Mapping[str, str]:
    rows = [_cells(line) for line in lines]
    return {row[0].strip(): fold(row[1]) for row in rows if len(row) >= 2 and row[0].strip().isdigit()}


def _table(
    name: str, lines: Sequence[str], columns: tuple[str, str, str], problems: list[Problem]
) -> list[tuple[str, str, str]]:
    """Pick three columns by their headings, each the first that no earlier one took."""
    start = next((at for at, line in enumerate(lines) if re.match(r"\W*concept", line, re.IGNORECASE)), None)
    heading = [] if start is None else _cells(lines[start])
    chosen: list[int] = []
    for pattern in columns:
        free = (at for at, text in enumerate(heading) if at not in chosen and re.search(pattern, text, re.IGNORECASE))
        at = next(free, None)
        if at is None:
            message = (
                "has not the headings that were expected (a concept id, a type, a value); the hierarchy is left out"
            )
            problems.append(Problem(file=name, line=None if start is None else start + 1, message=message))
            return []
        chosen.append(at)
    rows = (_cells(line) for line in lines[(start or 0) + 1 :])
    return [
        (row[chosen[0]].strip(), fold(row[chosen[1]]), row[chosen[2]].strip()) for row in rows if len(row) > max(chosen)
    ]


def _cells(line: str) -> list[str]:
    return re.split(r"[\t|]", line)
