"""Whom a code is for, by sex and age: what the files say, else the WHO's list of categories for one sex.

Source: NHS TRUD, ICD-10 5th Edition metadata, columns GENDER_MASK, MIN_AGE and MAX_AGE (ages taken for completed years,
masks 1 and 2 for male and female, as in the NHS Data Dictionary); WHO ICD-10 Volume 2 (2016), list of categories
limited to, or more likely to occur in, one sex.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import attrs

from codekit.plugin import Code, CodeKind, Edition, Encounter, Finding, Severity, Sex
from codekit_icd10_uk.sources import tabular_list

_OF_ONE_SEX = {
    Sex.MALE: (
        "B26.0 C60-C63 D07.4-D07.6 D17.6 D29 D40 E29 E89.5 F52.4 I86.1 L29.1 N40-N51 Q53-Q55 R86 S31.2-S31.3 Z12.5"
    ),
    Sex.FEMALE: (
        "A34 B37.3 C51-C58 C79.6 D06 D07.0-D07.3 D25-D28 D39 E28 E89.4 F52.5 F53 I86.3 L29.2 M80.0-M80.1 M81.0-M81.1 "
        "M83.0 N70-N98 N99.2-N99.3 O00-O99 P54.6 Q50-Q52 R87 S31.4 S37.4-S37.6 T19.2-T19.3 T83.3 Z01.4 Z12.4 Z30.1 "
        "Z30.3 Z30.5 Z31.1-Z31.2 Z32-Z36 Z39 Z87.5 Z97.5"
    ),
}
_Range = tuple[str, str, Sex]
_LIMITS = ("sex", "min_age", "max_age")


def with_limits(codes: Sequence[Code]) -> tuple[Code, ...]:
    """Say of each code whom it is for, where the files leave it open.

    Args:
        codes: Rows of the tabular list.

    Returns:
        The same rows; where no row says anything of sex or age, those of the WHO's list have the attribute `sex`.
    """
    if any(limit in code.attributes for code in codes for limit in _LIMITS):
        return tuple(codes)
    ranges: defaultdict[str, list[_Range]] = defaultdict(list)
    for sex, text in _OF_ONE_SEX.items():
        for first, last in _ends(text):
            ranges[first[0]].append((first, last or first, sex))
    return tuple(_limited(code, ranges) for code in codes)


def _limited(code: Code, ranges: Mapping[str, Sequence[_Range]]) -> Code:
    if code.kind not in (CodeKind.CATEGORY, CodeKind.CODE):
        return code
    sex = next(
        (sex for first, last, sex in ranges.get(code.code[0], ()) if first <= code.code[: len(first)] <= last), None
    )
    return attrs.evolve(code, attributes={**code.attributes, "sex": sex.value, "sex_by": "WHO"}) if sex else code


def _ends(text: str) -> Iterator[tuple[str, str]]:
    for item in text.split():
        first, _, last = item.partition("-")
        yield first, last


def check_patient(edition: Edition, codes: Sequence[str], encounter: Encounter) -> Iterator[Finding]:
    """Compare codes with the patient's sex and age.

    Args:
        edition: The opened edition.
        codes: Codes of the edition.
        encounter: What is known of the patient; None is not checked.

    Yields:
        Findings in the order of the codes: errors where the release itself sets the limit, else warnings.
    """
    for code in codes:
        row = edition.get(code)
        source = tabular_list(code, edition.release)
        sex = row.attributes.get("sex")
        if sex and encounter.sex is not None and encounter.sex.value != sex:
            listed = "sex_by" in row.attributes
            yield Finding(
                rule="sex-limit",
                severity=Severity.WARNING if listed else Severity.ERROR,
                codes=(code,),
                message=f"it is for a {sex} patient; check the code and the patient's record",
                source="WHO ICD-10 Volume 2 (2016), categories limited to one sex" if listed else source,
            )
        youngest, oldest = (row.attributes.get(limit) for limit in ("min_age", "max_age"))
        age = encounter.age
        if age is not None and not int(youngest or 0) <= age <= int(oldest or age):
            span = f"from {youngest or 0} to {oldest} years" if oldest else f"from {youngest} years"
            message = f"it is for a patient of {span}, not of {age}"
            yield Finding(rule="age-limit", severity=Severity.ERROR, codes=(code,), message=message, source=source)
