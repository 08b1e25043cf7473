"""Queries to the clinician: neutral questions, written from templates, that suggest no answer."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING

from codekit.types import Evidence, Query

if TYPE_CHECKING:
    import jinja2

_ALWAYS = ("other (please specify)", "unable to determine")


def write_query(
    kind: str,
    *,
    topic: str,
    indicators: Sequence[Evidence],
    options: Sequence[str],
    source: str,
    codes: Sequence[str] = (),
) -> Query:
    """Write a question to the clinician.

    Args:
        kind: Name of the template: `detail` asks for a detail of one condition, `term` for the meaning of a term,
            `conflict` which of several conditions holds.
        topic: What is asked for, in a word or two, such as `laterality`.
        indicators: What the note says, in text order; quoted as it stands.
        options: The answers that the classification knows, in its order; "other" and "unable to determine" are added.
        source: Guideline section or tabular row, with the edition.
        codes: The codes whose choice depends on the answer.

    Returns:
        The query.

    Raises:
        jinja2.TemplateNotFound: There is no such kind.

    Source: AHIMA and ACDIS, Guidelines for Achieving a Compliant Query Practice (2022 update): indicators from the
        record, options with "other" and "unable to determine", no impact on payment, no leading answer.
    """
    answers = (*options, *_ALWAYS)
    quoted = ", ".join(dict.fromkeys(f"“{' '.join(one.text.split())}”" for one in indicators))
    text = _templates().get_template(f"{kind}.txt.j2").render(topic=topic, quoted=quoted, options=answers)
    return Query(
        topic=topic,
        text=text.strip(),
        codes=tuple(codes),
        source=source,
        indicators=tuple(indicators),
        options=answers,
    )


@functools.cache
def _templates() -> jinja2.Environment:
    import jinja2

    return jinja2.Environment(
        loader=jinja2.PackageLoader("codekit.queries"),
        # The text is plain, for a clinician's inbox: nothing is to be escaped.
        autoescape=False,  # noqa: S701
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
