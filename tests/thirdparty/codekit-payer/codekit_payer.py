"""The rules of an invented payer over ICD-10-CM: no unspecified code as the first diagnosis of a claim."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from codekit.plugin import CHECK, Case, Convention, Edit, Edition, Example, Finding, Severity, hookimpl, rule

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
        return [unspecified_first.convention(Case)]

    @hookimpl
    def codekit_validate_codes(self, codes: Sequence[str], edition: Edition) -> Iterator[Finding]:
        """Tell whoever checks a code set without a note."""
        if codes:
            yield from _find(codes[0], edition)


@rule(
    RULE,
    says="The first diagnosis of a claim is not an unspecified code.",
    source=SOURCE,
    stage=CHECK,
    examples=[
        Example("Assessment: pneumonia.", gives="J18.9", reports=RULE),
        Example(codes="N17.9 I10", gives="N17.9 I10", reports=RULE),
        Example(codes="I10 J18.9", gives="I10 J18.9"),
    ],
)
def unspecified_first(case: Case) -> Iterator[Edit]:
    """Flag the first code, once everything else has been decided."""
    for one in case.draft.codes[:1]:
        for finding in _find(one.code, case.edition):
            yield case.flag(one.code, finding.message, severity=finding.severity)


def _find(typed: str, edition: Edition) -> Iterator[Finding]:
    code = edition.find(typed)
    if code is not None and code.assignable and "unspecified" in code.title:
        message = (
            f"the payer refuses {code.code} as the first diagnosis, for its title says that something is unspecified"
        )
        yield Finding(rule=RULE, severity=Severity.ERROR, codes=(typed,), message=message, source=SOURCE)
