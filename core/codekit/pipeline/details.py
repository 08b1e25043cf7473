"""What a code leaves open because the note does not say it, as a question to the clinician."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from codekit.conventions import DraftCode
from codekit.editions.edition import Edition
from codekit.queries import write_query
from codekit.specificity import Facet, Specificity
from codekit.text.facets import title_values, values_in
from codekit.types import Action, Code, CodeKind, Edit

RULE = "missing-detail"
_OPEN = "unspecified"


def missing_details(edition: Edition, rules: Specificity, draft: Sequence[DraftCode]) -> Iterator[Edit]:
    """Ask for the details that the hierarchy wants and the note does not give.

    Args:
        edition: The opened edition.
        rules: Says which facets are asked for.
        draft: The final codes, in sequence.

    Yields:
        A query for each facet that a code leaves open, in the order of the codes.
    """
    for one in draft:
        for facet in rules.asked:
            options = _left_open(edition, rules, one.code, facet)
            if options and not _says(one, facet):
                source = f"{facet.source}; tabular list at {one.code}, {edition.release.title}"
                query = write_query(
                    "detail",
                    topic=facet.name,
                    indicators=one.evidence,
                    options=options,
                    source=source,
                    codes=(one.code,),
                )
                yield Edit(
                    rule=RULE,
                    action=Action.QUERY,
                    code=one.code,
                    source=source,
                    reason=f"the note does not state the {facet.name}, and the classification asks for it",
                    query=query,
                )


def _says(one: DraftCode, facet: Facet) -> bool:
    """Say whether the words that led to a code state the facet, though no code of the category does."""
    text = " ".join((*(evidence.text.lower() for evidence in one.evidence), *one.words))
    return bool(values_in(text, facet, titles=True) or values_in(text, facet, titles=False))


def _left_open(edition: Edition, rules: Specificity, code: str, facet: Facet) -> tuple[str, ...]:
    """Give the answers of a facet that a code's siblings state and it does not; none where it is answered."""
    row = edition.get(code)
    while row.parent is not None and row.kind is CodeKind.CODE:
        parent = edition.get(row.parent)
        stated = title_values(row.title, facet)
        if stated == title_values(parent.title, facet):
            stated = ()
        if stated and stated[0].name != _OPEN:
            return ()
        if stated or _is_open(row, parent, rules):
            options = _answers(edition.children(parent.code), facet)
            if len(options) > 1:
                return options
        row = parent
    return ()


def _is_open(row: Code, parent: Code, rules: Specificity) -> bool:
    return any(phrase in row.title.lower() for phrase in rules.unspecified) and row.title != parent.title


def _answers(siblings: Sequence[Code], facet: Facet) -> tuple[str, ...]:
    named = {value.name for row in siblings for value in title_values(row.title, facet)[:1]}
    return tuple(value.name for value in facet.values if value.name in named and value.name != _OPEN)
