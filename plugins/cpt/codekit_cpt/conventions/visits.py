"""The level of a visit that the note does not document is asked for."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from codekit.plugin import CHOOSE, Action, Edit, Evidence, Query, rule
from codekit_cpt import sources
from codekit_cpt.conventions.case import Case
from codekit_cpt.mentions import LEVEL_OPEN
from codekit_cpt.visit_levels import OFFICE_VISITS

_TEXT = """\
The note says: “{quoted}”.
The level of this visit cannot be told from the documentation. As far as it applies, please document:

{missing}"""
_OTHERWISE = "more of the medical decision making or the total time, for no code stands for what is documented"
_OPTIONS = ("medical decision making", "total time", "other (please specify)", "unable to determine")


@rule(
    "cpt-visit-level",
    says="The level of a visit is documented by decision making or by time, and never guessed.",
    source=sources.CPT_EVALUATION,
    stage=CHOOSE,
    codes=OFFICE_VISITS,
)
def _ask(case: Case) -> Iterator[Edit]:
    for statement in case.draft.statements:
        mention = statement.mention
        if mention.normalized[:1] != (LEVEL_OPEN,):
            continue
        quote = Evidence(start=mention.start, end=mention.end, text=mention.text)
        missing = mention.normalized[1:] or (_OTHERWISE,)
        edit = case.edit(Action.QUERY, "", f"the note does not document {'; nor '.join(missing)}")
        query = Query(
            topic=LEVEL_OPEN,
            text=_TEXT.format(quoted=" ".join(mention.text.split()), missing="\n".join(f"- {one}" for one in missing)),
            codes=(),
            source=edit.source,
            indicators=(quote,),
            options=_OPTIONS,
        )
        yield attrs.evolve(edit, query=query)
