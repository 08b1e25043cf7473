"""How the tabular validator chooses between sibling codes: data that a system's plugin provides.

Sibling codes differ in the words of their titles. Some of those words are answers to a fixed question
(which side? which encounter?); the plugin names the questions here, and core finds the answers in the note.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import attrs


def _is_regular(_instance: object, _attribute: attrs.Attribute[str], pattern: str) -> None:
    re.compile(pattern)


@attrs.frozen(kw_only=True, cache_hash=True)
class FacetValue:
    """One answer to a facet's question.

    Args:
        name: Such as `right`.
        in_titles: Phrases, lower case, any of which in a code's title means this value.
        in_notes: Phrases, lower case, any of which in the note means this value.
        patterns: Regular expressions for what no phrase can list, such as weeks of gestation; matched in lower case.
        cues: Parts of words, lower case, of which whatever a pattern matches holds one; where there are none, the
            patterns are tried on every text.
        near: True for a value that counts only within the mention's scope, however far the facet reaches.
        parts: Names of values that make this one up where no code says it in one: right and left for both sides.
    """

    name: str
    in_titles: tuple[str, ...]
    in_notes: tuple[str, ...] = ()
    patterns: tuple[str, ...] = attrs.field(default=(), validator=attrs.validators.deep_iterable(_is_regular))
    cues: tuple[str, ...] = ()
    near: bool = False
    parts: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Implied:
    """A value that follows from what the note says about other facets.

    Args:
        given: Names of facets with the names of the values that they must have.
        value: Name of the value that follows.
    """

    given: tuple[tuple[str, str], ...]
    value: str


@attrs.frozen(kw_only=True, cache_hash=True)
class Facet:
    """A question that sibling codes answer differently.

    Args:
        name: Such as `laterality`.
        values: The answers; the first whose phrases match wins, so order the narrow ones first.
        default: Name of the value that stands when the note is silent; None if a silent note
            leaves the facet unspecified.
        reach: How far from the mention a word may stand to count: within its `scope`, in sentences that name
            the same part of the body (`site`), or anywhere in the `note`.
        implied: What other facets' values say about it where the note is silent; the first that holds decides.
        encounter: Name of the field of the encounter that answers it, before the note does; empty where none does.
        source: Guideline section for the default.
    """

    name: str
    values: tuple[FacetValue, ...]
    default: str | None = None
    reach: str = attrs.field(default="scope", validator=attrs.validators.in_(("scope", "site", "note")))
    implied: tuple[Implied, ...] = ()
    encounter: str = ""
    source: str = ""


@attrs.frozen(kw_only=True)
class Specificity:
    """What distinguishes siblings in one system.

    Args:
        facets: In order of importance.
        asked: What the clinician is asked where a code leaves it open that its siblings state; in order of importance.
        unspecified: Title phrases, lower case, of the code that stands when the note gives no detail.
        other: Title phrases, lower case, of the residual code for a detail without a code of its own.
        absent: Title phrases, lower case, that state an absence (`without`), which a silent note meets.
        filler: Title words, lower case, that say nothing of the condition, such as `classified elsewhere`.
        defaults: Code to default child, where a guideline or the index fixes one; with its source.
    """

    facets: tuple[Facet, ...] = ()
    asked: tuple[Facet, ...] = ()
    unspecified: tuple[str, ...] = ("unspecified",)
    other: tuple[str, ...] = ("other",)
    absent: tuple[str, ...] = ("without",)
    filler: tuple[str, ...] = ()
    defaults: Mapping[str, tuple[str, str]] = attrs.field(factory=dict)


def read_facets(text: str) -> dict[str, Facet]:
    """Read a table of facets.

    Args:
        text: TOML: a table `facet` for each, with a table `values` for each of its values; their keys are the fields of
            `Facet` and `FacetValue`, of which those that say nothing are left out.

    Returns:
        Facets by name, in order of the text.

    Raises:
        TypeError: A key is no field, or one that is due is missing.
        tomllib.TOMLDecodeError: It is no TOML.
    """
    import tomllib

    facets = (
        Facet(
            values=tuple(FacetValue(**_frozen(value)) for value in row.pop("values")),
            implied=tuple(Implied(**_frozen(one)) for one in row.pop("implied", ())),
            **row,
        )
        for row in tomllib.loads(text)["facet"]
    )
    return {facet.name: facet for facet in facets}


def _frozen(row: Mapping[str, Any]) -> dict[str, Any]:
    """Make tuples of lists, to any depth."""

    def frozen(value: object) -> object:
        return tuple(map(frozen, value)) if isinstance(value, list) else value

    return {key: frozen(value) for key, value in row.items()}
