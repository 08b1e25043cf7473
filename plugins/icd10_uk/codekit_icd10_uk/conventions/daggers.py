"""Dagger and asterisk: two codes for one condition, the dagger first, the asterisk straight behind it.

Source: WHO ICD-10 Volume 2 (2016), section 3.1.3; NHS National Clinical Coding Standards ICD-10 5th Edition (2020),
Conventions of ICD-10.
"""

from __future__ import annotations

from collections.abc import Iterator

from codekit.plugin import CHOOSE, COMBINE, ORDER, DraftCode, Edit, Example, Origin, Severity, rule
from codekit_icd10_uk import checks
from codekit_icd10_uk.conventions.case import Case, Sequence
from codekit_icd10_uk.sources import volume_2

_CATEGORY = 3
_OPEN = "9"
_OPEN_WORDS = ("unspecified", "without complications")

_SOURCE = volume_2("3.1.3")


@rule(
    "dagger-pair",
    says="An asterisk code takes the dagger code of its disease.",
    source=_SOURCE,
    stage=COMBINE,
    after=["asterisk-pair"],
    origin=Origin.TABULAR,
    examples=[
        Example("Diabetic polyneuropathy.", gives="E14.4 G63.2", without=""),
        Example(codes="G63.2", gives="E14.4 G63.2", without=""),
        Example(codes="F02.3", gives="G20 F02.3", without=""),
        Example(codes="G63.2 E11.9", gives="E11.4 G63.2", without="E11.9"),
        Example(codes="G63.2 E10.5", gives="E10.4 G63.2 E10.5", without="E10.5"),
        Example(codes="E14.9 G63.2 H36.0", gives="E14.4 G63.2 E14.3 H36.0", without="E14.9"),
        Example(codes="E11.4 G63.2", gives="E11.4 G63.2"),
        Example(codes="J17.0", gives=""),
    ],
)
def pair_dagger(case: Case) -> Iterator[Edit]:
    """Give each asterisk code its dagger: one that is there, that its disease leads to, or the only one known."""
    codes = [one.code for one in case.draft]
    for one in case.draft:
        if not checks.is_asterisk(case.edition, one.code) or checks.dagger_among(case.edition, one.code, codes):
            continue
        daggers = [code for code in checks.daggers_of(case.edition, one.code) if case.knows(code)]
        stated = next((other for other in case.draft if _complicated(other, daggers)), None)
        dagger = _complicated(stated, daggers)[0] if stated else _only(case, daggers)
        if dagger is not None and stated is not None:
            reason = f"{one.code} says the disease's complication, for which {dagger} is the dagger code"
            # Of several complications the first takes the place of the code without any.
            if stated.code in codes and _leaves_open(case, stated):
                yield case.replace(stated.code, dagger, reason)
                codes[codes.index(stated.code)] = dagger
            else:
                yield case.add(dagger, reason, before=one.code, triggers=(stated.code, one.code))
                codes.append(dagger)
        elif dagger is not None:
            yield case.add(dagger, f"it is the dagger code of {one.code}", before=one.code)
            codes.append(dagger)


def _complicated(one: DraftCode, daggers: list[str]) -> list[str]:
    """Give the dagger codes of the category of a code: they say a complication of its disease."""
    return [code for code in daggers if code[:_CATEGORY] == one.code[:_CATEGORY]]


def _leaves_open(case: Case, one: DraftCode) -> bool:
    title = case.edition.get(one.code).title.lower()
    return one.code.endswith(_OPEN) and any(words in title for words in _OPEN_WORDS)


def _only(case: Case, daggers: list[str]) -> str | None:
    """Give the only dagger code, or the only one for an unspecified kind of the disease."""
    unspecified = [code for code in daggers if case.edition.get(code).title.lower().startswith("unspecified")]
    chosen = daggers if len(daggers) == 1 else unspecified
    return chosen[0] if len(chosen) == 1 else None


@rule(
    "asterisk-pair",
    says="A dagger code whose every term has one asterisk code takes it.",
    source=_SOURCE,
    stage=COMBINE,
    origin=Origin.TABULAR,
    examples=[
        Example("Tuberculous meningitis.", gives="A17.0 G01", without="A17.0"),
        Example(codes="A39.0 M10.9", gives="A39.0 G01 M10.9", without="A39.0 M10.9"),
        Example(codes="A18.0", gives="A18.0"),
        Example(codes="I10", gives="I10"),
    ],
)
def pair_asterisk(case: Case) -> Iterator[Edit]:
    """Add the asterisk code of a dagger code where every term of that has the same one."""
    for one in case.draft:
        asterisk = checks.sole_asterisk(case.edition, one.code)
        if asterisk is not None:
            yield case.add(asterisk, f"it is the asterisk code of {one.code}", after=one.code)


@rule(
    "asterisk-alone",
    says="An asterisk code never stands alone.",
    source=_SOURCE,
    stage=CHOOSE,
    origin=Origin.TABULAR,
    examples=[
        Example("Myopathy in metabolic diseases.", without="G73.6", asks="underlying disease"),
        Example(codes="J17.0 M10.9", gives="M10.9", without="M10.9 J17.0", asks="underlying disease"),
        Example(codes="G73.6 W19", gives="W19", without="G73.6 W19", asks="underlying disease"),
        Example(codes="M10.9 G73.6", gives="M10.9 G73.6", reports="asterisk-alone"),
        Example(codes="A17.0 G01", gives="A17.0 G01"),
    ],
)
def asterisk_alone(case: Case) -> Iterator[Edit]:
    """Leave out an asterisk code without its dagger, and ask for the disease."""
    codes = [one.code for one in case.draft]
    diseases = [code for code in codes if _may_be_dagger(case, code)]
    for one in case.draft:
        if not checks.is_asterisk(case.edition, one.code) or checks.dagger_among(case.edition, one.code, codes):
            continue
        if diseases and not checks.daggers_of(case.edition, one.code):
            message = "this release does not name its dagger code; put the code of its disease in front of it"
            yield case.flag(one.code, message, severity=Severity.WARNING)
            continue
        reason = "an asterisk code never stands alone, and the note gives no disease for it"
        yield case.ask(one, "underlying disease", (), f"{one.code} needs the code of the disease that it comes of")
        yield case.drop(one.code, reason)


def _may_be_dagger(case: Case, code: str) -> bool:
    """Say whether a code may be that of a disease: what is never the main condition only says more of another."""
    return not checks.is_asterisk(case.edition, code) and checks.never_main(case.edition, code) is None


@rule(
    "dagger-first",
    says="The dagger code stands first, its asterisk code straight behind it.",
    source=_SOURCE,
    stage=ORDER,
    origin=Origin.TABULAR,
    examples=[
        Example(codes="E11.4 M10.9 G63.2", gives="E11.4 G63.2 M10.9", without="E11.4 M10.9 G63.2"),
        Example(codes="E11.4 M10.9 G63.2 G59.0", gives="E11.4 G63.2 G59.0 M10.9", without="E11.4 M10.9 G63.2 G59.0"),
        Example(codes="M10.9 A17.0 G01", gives="M10.9 A17.0 G01"),
    ],
)
def dagger_first(case: Case) -> Iterator[Edit]:
    """Put each asterisk code straight behind its dagger code."""
    order = Sequence(case, [one.code for one in case.draft])
    placed: dict[str, list[str]] = {}
    for code in list(order.codes):
        dagger = checks.dagger_among(case.edition, code, order.codes)
        if dagger is None or not checks.is_asterisk(case.edition, code):
            continue
        company = placed.setdefault(dagger, [])
        yield from order.behind(code, dagger, f"the dagger {dagger} and the asterisk {code} are a pair", company)
        company.append(code)
