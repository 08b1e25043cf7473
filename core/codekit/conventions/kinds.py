"""Rules that are rows of a table: the kinds that every system shares, and the reader of their tables.

A table is a TOML file beside a system's rules. Each row stands under the name of its kind and has what every rule has
(`id`, `says`, `source` or `sections`, and where they are needed `after`, `setting`, `stage`), the codes of its kind,
a `reason` that the coder reads, and `examples` with the fields of `Example`::

    [[before]]
    id = "fracture-before-sprain"
    says = "A fracture stands before a sprain."
    source = "Rules of the toy, 2"
    first = ["AC"]
    then = ["AB", "AD-AF"]
    reason = "the fracture stands before the sprain"
    examples = [
        { codes = "AB.1 AC", gives = "AC AB.1", without = "AB.1 AC" },
        { codes = "AC AB.1", gives = "AC AB.1" },
    ]

What is logic, and no list of codes, stays a function; see `codekit.conventions.rule`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import resources
from typing import Any

import attrs

from codekit.conventions.case import Case
from codekit.conventions.examples import Example
from codekit.conventions.model import DraftCode
from codekit.conventions.rule import Rule
from codekit.conventions.stages import CHOOSE, COMBINE, ORDER, REPORT, Stage
from codekit.errors import PluginError
from codekit.types import Assertion, Basis, Edit, Setting, Sex

Apply = Callable[[Case], Iterable[Edit]]
_COMMON: Mapping[str, type] = {
    "id": str,
    "says": str,
    "source": str,
    "sections": list,
    "after": list,
    "setting": str,
    "stage": str,
    "reason": str,
    "examples": list,
}


def before(first: Sequence[str], then: Sequence[str], reason: str) -> Apply:
    """Move the codes under some rows in front of those under others.

    Args:
        first: Rows and ranges whose codes stand first.
        then: Rows and ranges whose codes stand behind them.
        reason: Why; `{first}` and `{then}` in it stand for the two codes.

    Returns:
        What applies the rule.
    """

    def apply(case: Case) -> Iterator[Edit]:
        for other in case.under(*then):
            for one in case.under(*first):
                yield case.move(one.code, other.code, reason.format(first=one.code, then=other.code))

    return apply


def beside(drop: Sequence[str], beside: Sequence[str], reason: str) -> Apply:
    """Drop the codes under some rows where one under others stands beside them.

    Args:
        drop: Rows and ranges whose codes are not coded then.
        beside: Rows and ranges of which one is coded.
        reason: Why; `{beside}` in it stands for the first code that is coded.

    Returns:
        What applies the rule.
    """

    def apply(case: Case) -> Iterator[Edit]:
        coded = case.under(*beside)
        for one in case.under(*drop) if coded else ():
            if one.code != coded[0].code:
                yield case.drop(one.code, reason.format(beside=coded[0].code))

    return apply


def by_cause(code: Sequence[str], cause: Sequence[str], becomes: str, reason: str) -> Apply:
    """Replace the codes under some rows where the record names a certain cause of them.

    Args:
        code: Rows and ranges of what is caused.
        cause: Rows and ranges of the cause.
        becomes: The code that says both; nothing happens in an edition that lacks it.
        reason: Why; `{cause}` and `{becomes}` in it stand for the codes.

    Returns:
        What applies the rule.
    """

    def apply(case: Case) -> Iterator[Edit]:
        for one in case.under(*code) if case.knows(becomes) else ():
            named = next((each for each in case.causes(one) if case.edition.is_under(each.code, tuple(cause))), None)
            if named is not None and one.code != becomes:
                yield case.replace(one.code, becomes, reason.format(cause=named.code, becomes=becomes))

    return apply


def leave(leave: Sequence[str], basis: str, reason: str) -> Apply:
    """Leave the codes under some rows: they are documented, and not reported.

    Args:
        leave: Rows and ranges.
        basis: A value of `codekit.types.Basis` on which nothing is reported.
        reason: Why.

    Returns:
        What applies the rule.
    """
    chosen = Basis(basis)

    def apply(case: Case) -> Iterator[Edit]:
        for one in case.under(*leave):
            yield case.leave(one.code, chosen, reason)

    return apply


@attrs.frozen
class _Kind:
    """How rows of one kind are read: what applies them, where their codes stand, and their stage by default.

    Where codes stand there is a list of rows and ranges, or a text with one code.
    """

    make: Callable[..., Apply]
    codes: Mapping[str, type]
    stage: Stage


_KINDS: Mapping[str, _Kind] = {
    "before": _Kind(before, {"first": list, "then": list}, ORDER),
    "beside": _Kind(beside, {"drop": list, "beside": list}, CHOOSE),
    "by_cause": _Kind(by_cause, {"code": list, "cause": list, "becomes": str}, COMBINE),
    "leave": _Kind(leave, {"leave": list, "basis": str}, REPORT),
}


def read_rules(package: str | None, *names: str) -> tuple[Rule[Case], ...]:
    """Read tables of rules.

    Args:
        package: Name of the package in whose folder they lie, as `__package__` gives it.
        names: Names of the files.

    Returns:
        The rules in the order of the files, in each by kind, then as they stand.

    Raises:
        PluginError: A table cannot be read, or a row is not of its kind's form.
    """
    return tuple(one for name in names for one in _read(package, name))


def read_table(package: str | None, name: str) -> dict[str, Any]:
    """Read a TOML file of a package.

    Args:
        package: Name of the package in whose folder it lies, as `__package__` gives it.
        name: Name of the file.

    Returns:
        Its content.

    Raises:
        PluginError: It is not there, or no TOML.
    """
    try:
        return tomllib.loads(resources.files(package or "").joinpath(name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PluginError(f"{name} of {package} cannot be read: {error}; mend the table") from error


def _read(package: str | None, name: str) -> Iterator[Rule[Case]]:
    for kind, rows in read_table(package, name).items():
        if kind not in _KINDS:
            raise PluginError(
                f"{name} of {package}: got rows of the kind {kind!r}, expected one of {', '.join(_KINDS)}; "
                "mend the table"
            )
        for at, row in enumerate(_tables(rows, f"{name} of {package}, {kind}"), start=1):
            try:
                yield _rule(_KINDS[kind], row)
            except (TypeError, ValueError) as error:
                which = repr(row["id"]) if row.get("id") else at
                raise PluginError(f"{name} of {package}, {kind} row {which}: {error}; mend the row") from error


def _tables(rows: object, where: str) -> list[Mapping[str, Any]]:
    """Check that rows are tables: TOML reads `[name]` and `name = 1` as well."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise PluginError(f"{where}: got {type(rows).__name__}, expected rows under [[...]]; mend the table")
    return rows


def _rule(kind: _Kind, row: Mapping[str, Any]) -> Rule[Case]:
    forms = {**_COMMON, **kind.codes}
    for key, value in row.items():
        if key not in forms:
            raise ValueError(f"got the key {key!r}, expected one of {', '.join(forms)}")
        if not isinstance(value, forms[key]):
            raise ValueError(f"got {key} = {value!r}, expected a {'list' if forms[key] is list else 'text'}")
    for key in ("id", "says", "reason", *kind.codes):
        if not row.get(key):
            raise ValueError(f"got no {key!r}, expected one")
    given = {key: row[key] for key in kind.codes}
    return Rule(
        id=row["id"],
        says=row["says"],
        stage=Stage.read(row["stage"]) if "stage" in row else kind.stage,
        apply=kind.make(**given, reason=row["reason"]),
        source=row.get("source", ""),
        sections=tuple(row.get("sections", ())),
        after=tuple(row.get("after", ())),
        codes=tuple(_named(given)),
        setting=Setting(row["setting"]) if "setting" in row else None,
        examples=tuple(_example(each) for each in row.get("examples", ())),
    )


def _named(given: Mapping[str, Any]) -> Iterator[str]:
    """Yield the codes of a row: all of its values but the basis."""
    for key, value in given.items():
        if key != "basis":
            yield from [value] if isinstance(value, str) else value


def _example(given: Mapping[str, Any]) -> Example:
    fields: dict[str, Any] = {**given}
    for key, read in (("assertion", Assertion), ("setting", Setting), ("sex", Sex)):
        if key in fields:
            fields[key] = read(fields[key])
    return Example(**fields)


def explained_by(
    case: Case, one: DraftCode, table: Iterable[tuple[Sequence[str], Sequence[str]]]
) -> Iterator[DraftCode]:
    """Give the codes of the draft whose diseases explain a symptom.

    Args:
        case: The case.
        one: The symptom.
        table: Rows and ranges of symptoms, each with those of the diseases with which they are routinely associated.

    Yields:
        Codes of the draft, by the rows of the table, then in sequence; one may come several times.
    """
    for symptoms, diseases in table:
        if case.edition.is_under(one.code, tuple(symptoms)):
            yield from case.under(*diseases)
