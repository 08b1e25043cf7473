"""The rules of an invented payer over ICD-10-CM: no unspecified code as the first diagnosis of a claim."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from codekit.plugin import CHECK, Action, Convention, Draft, Edit, Edition, Encounter, Finding, Severity, hookimpl

CODEKIT_API = 1
RULE = "payer.unspecified_first"
SOURCE = "Example Health, claims manual 2026, section 4.2"


@hookimpl
def codekit_extend_system(system_id: str) -> object | None:
    """Extend ICD-10-CM, and leave every other system as it is."""
    return Payer() if system_id == "icd10cm" else None


class Payer:
    """The hooks that this payer adds to those of the system."""

    @hookimpl
    def codekit_conventions(self) -> list[Convention]:
        """Tell the coder while a note is coded."""
        title = "The first diagnosis of a claim is not an unspecified code."
        return [Convention(id=RULE, title=title, source=SOURCE, stage=CHECK, apply=_flag_first)]

    @hookimpl
    def codekit_validate_codes(self, codes: Sequence[str], edition: Edition) -> Iterator[Finding]:
        """Tell whoever checks a code set without a note."""
        if codes:
            yield from _find(codes[0], edition)


def _flag_first(draft: Draft, edition: Edition, encounter: Encounter) -> Iterator[Edit]:  # noqa: ARG001
    for one in draft.codes[:1]:
        for finding in _find(one.code, edition):
            yield Edit(
                rule=RULE, action=Action.FLAG, code=one.code, source=SOURCE, reason=finding.message, finding=finding
            )


def _find(typed: str, edition: Edition) -> Iterator[Finding]:
    code = edition.find(typed)
    if code is not None and code.assignable and "unspecified" in code.title:
        message = (
            f"the payer refuses {code.code} as the first diagnosis, for its title says that something is unspecified"
        )
        yield Finding(rule=RULE, severity=Severity.ERROR, codes=(typed,), message=message, source=SOURCE)
