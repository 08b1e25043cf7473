"""What `validate` says of the patient, the date, the record, the first place and of codes that were mistyped."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codekit import Coder, Encounter
from codekit.types import Code, Finding, Setting, Severity, Sex
from codekit_icd10cm.demographics import ages_of, sex_of
from codekit_icd10cm.sequence import only_first

ERROR, WARNING = Severity.ERROR, Severity.WARNING


def check(coder: Coder, codes: str | list[str], **encounter: object) -> tuple[Finding, ...]:
    listed = codes.split() if isinstance(codes, str) else codes
    return coder.system.validate(listed, coder.edition, Encounter(**encounter))  # type: ignore[arg-type]


def found(coder: Coder, codes: str, rule: str, **encounter: object) -> list[tuple[str, Severity]]:
    return [(one.codes[0], one.severity) for one in check(coder, codes, **encounter) if one.rule == rule]


@pytest.mark.parametrize(
    ("code", "sex", "severity"),
    [
        pytest.param("O80", Sex.MALE, ERROR, id="chapter 15, by its note"),
        pytest.param("Z3A.20", Sex.MALE, ERROR, id="by the note of a category"),
        pytest.param("Z33.1", Sex.MALE, ERROR, id="pregnant in the title"),
        pytest.param("C50.011", Sex.MALE, ERROR, id="female in the title"),
        pytest.param("C50.021", Sex.FEMALE, ERROR, id="male in the title"),
        pytest.param("N97.9", Sex.MALE, ERROR, id="infertility"),
        pytest.param("N40.0", Sex.FEMALE, WARNING, id="prostate"),
        pytest.param("C56.1", Sex.MALE, WARNING, id="ovary"),
        pytest.param("N98.0", Sex.MALE, WARNING, id="by the block"),
        pytest.param("S31.41XA", Sex.MALE, WARNING, id="an injury"),
        pytest.param("Z12.4", Sex.MALE, WARNING, id="a screening"),
    ],
)
def test_a_code_for_the_other_sex_is_found(coder: Coder, code: str, sex: Sex, severity: Severity) -> None:
    assert found(coder, code, "sex", sex=sex) == [(code, severity)]
    assert found(coder, code, "sex") == []
    other = Sex.FEMALE if sex is Sex.MALE else Sex.MALE
    assert found(coder, code, "sex", sex=other) == []


@pytest.mark.parametrize(
    "code",
    [
        "N39.3",  # stress incontinence (female) (male)
        "N64.3",  # galactorrhea not associated with childbirth
        "N60.01",  # breast
        "Z80.3",
        "Z80.42",  # family history of malignant neoplasm of prostate
        "Z15.02",  # genetic susceptibility to malignant neoplasm of ovary
        "P00.0",  # newborn affected by maternal hypertension
        "Z38.00",  # delivered vaginally
        "E31.20",  # multiple endocrine neoplasia [MEN]
        "T63.611A",  # Portuguese man-o-war
        "Y07.12",  # biological mother, perpetrator
        "H68.001",  # eustachian salpingitis
        "Z32.3",  # childcare instruction
        "M54.2",  # cervicalgia
        "Q56.4",
        "I10",
    ],
)
def test_a_code_for_both_sexes_is_not_found(coder: Coder, code: str) -> None:
    assert found(coder, code, "sex", sex=Sex.MALE) + found(coder, code, "sex", sex=Sex.FEMALE) == []


@pytest.mark.parametrize(
    ("code", "wrong", "right", "severity"),
    [
        pytest.param("O80", 70, 30, ERROR, id="maternal record"),
        pytest.param("O09.511", 25, 34, ERROR, id="35 at delivery"),
        pytest.param("O09.611", 16, 15, ERROR, id="less than 16 at delivery"),
        pytest.param("Z00.110", 1, 0, ERROR, id="newborn examination"),
        pytest.param("Z38.00", 1, 0, ERROR, id="birth record"),
        pytest.param("Z05.0", 3, 0, ERROR, id="neonatal period, by the note of the category"),
        pytest.param("P59.9", 40, 0, WARNING, id="perinatal, which may last through life"),
        pytest.param("Z00.129", 18, 17, ERROR, id="child examination"),
        pytest.param("Z00.00", 14, 15, ERROR, id="adult examination"),
        pytest.param("Z68.25", 19, 20, ERROR, id="adult body mass index, by its note"),
        pytest.param("Z68.54", 20, 19, ERROR, id="pediatric body mass index, by its note"),
        pytest.param("Z68.54", 1, 2, ERROR, id="pediatric body mass index, from 2 years on"),
        pytest.param("Z52.810", 35, 34, ERROR, id="donor under age 35"),
        pytest.param("Z52.812", 34, 35, ERROR, id="donor age 35 and over"),
        pytest.param("T74.12XA", 30, 5, WARNING, id="child abuse"),
        pytest.param("H25.11", 5, 70, WARNING, id="age-related"),
        pytest.param("R62.51", 50, 3, WARNING, id="failure to thrive (child)"),
        pytest.param("R62.7", 3, 50, WARNING, id="adult failure to thrive"),
    ],
)
def test_a_code_for_another_age_is_found(coder: Coder, code: str, wrong: int, right: int, severity: Severity) -> None:
    assert found(coder, code, "age", age=wrong) == [(code, severity)]
    assert found(coder, code, "age", age=right) == []
    assert found(coder, code, "age") == []


@pytest.mark.parametrize(
    "code",
    [
        "F90.9",  # regardless of the age of a patient
        "O94",  # at any time after the puerperium
        "F63.3",  # disorders of adult personality, in its block
        "M08.90",  # juvenile arthritis
        "G47.33",  # (adult) (pediatric)
        "Z62.810",  # personal history of abuse in childhood
        "Z87.59",  # personal history of complications of pregnancy
        "Q61.2",  # polycystic kidney, adult type
        "Q21.0",
        "L08.82",  # omphalitis not of newborn
        "T74.12XS",
        "Z71.87",  # pediatric-to-adult transition
        "I10",
    ],
)
def test_a_code_for_every_age_is_not_found(coder: Coder, code: str) -> None:
    assert [found(coder, code, "age", age=age) for age in (0, 8, 30, 80)] == [[], [], [], []]


def test_age_and_sex_name_the_row_that_sets_them(coder: Coder) -> None:
    age, sex = (one for one in check(coder, "Z3A.20", age=80, sex=Sex.MALE) if one.rule in ("age", "sex"))
    assert "note at Z3A:" in age.source
    assert "Medicare Code Editor" in age.source
    assert "9 to 64" in age.message
    assert "note at Z3A:" in sex.source
    (organ,) = (one for one in check(coder, "N94.0", sex=Sex.MALE) if one.rule == "sex")
    assert "title of N94: " in organ.source


def test_no_rule_on_sex_and_age_covers_more_than_it_should(coder: Coder) -> None:
    sexes: Counter[tuple[str, Sex]] = Counter()
    ages: Counter[tuple[str, tuple[int, int]]] = Counter()
    lines: dict[str, tuple[Code, ...]] = {}
    for row in coder.edition.codes():
        lines[row.code] = (row, *lines.get(row.parent or "", ()))
    for code, rows in lines.items():
        if not rows[0].assignable:
            continue
        if sex := sex_of(rows):
            sexes[code[0], sex.sex] += 1
        if age := ages_of(rows):
            ages[code[0], age.ages] += 1
    assert {letter for letter, _ in sexes} <= set("ABCDEFGILMNOQRSTZ")
    assert 2400 <= sexes["O", Sex.FEMALE] <= 2600
    assert {sex for letter, sex in sexes if letter == "O"} == {Sex.FEMALE}
    assert 900 <= sum(n for (letter, sex), n in sexes.items() if sex is Sex.FEMALE and letter != "O") <= 1100
    assert 450 <= sum(n for (_, sex), n in sexes.items() if sex is Sex.MALE) <= 650
    assert {limits for letter, limits in ages if letter == "P"} == {(0, 0)}
    assert sum(n for (_, limits), n in ages.items() if limits == (0, 17)) < 100


@pytest.mark.parametrize(
    ("codes", "rule", "expected"),
    [
        pytest.param("O80 P59.9", "record", [("P59.9", ERROR)], id="newborn's code on the mother's record"),
        pytest.param("O80 Z37.0 Z38.00", "record", [("Z38.00", ERROR)], id="birth status on the mother's record"),
        pytest.param("O34.01 Q51.3", "record", [("Q51.3", WARNING)], id="malformation on the mother's record"),
        pytest.param("Z38.00 P59.9 Q21.0", "record", [], id="the newborn's record"),
        pytest.param("I10 Z00.00", "first-listed-only", [("Z00.00", WARNING)], id="only first, by the list"),
        pytest.param("Z00.00 Z01.419", "first-listed-only", [], id="combined encounters"),
        pytest.param("C50.911 Z51.11", "first-listed-only", [("Z51.11", WARNING)], id="chemotherapy behind"),
        pytest.param("Z51.11 C50.911", "first-listed-only", [], id="chemotherapy first"),
        pytest.param("I10 Z00.6", "first-listed-only", [], id="an exception of the list"),
        pytest.param("R65.20 A41.9", "unacceptable-principal", [("R65.20", ERROR)], id="severe sepsis"),
        pytest.param("T38.3X6A E11.65", "unacceptable-principal", [("T38.3X6A", ERROR)], id="underdosing"),
        pytest.param("Z15.01 C50.911", "unacceptable-principal", [("Z15.01", WARNING)], id="susceptibility"),
        pytest.param("B96.20 N39.0", "unacceptable-principal", [("B96.20", WARNING)], id="organism, by its note"),
        pytest.param("Z16.11 N39.0", "unacceptable-principal", [("Z16.11", WARNING)], id="resistance, by its note"),
        pytest.param(
            "Z37.0 O80", "unacceptable-principal", [("Z37.0", WARNING)], id="outcome of delivery, by its note"
        ),
        pytest.param("N39.0 B96.20", "unacceptable-principal", [], id="organism behind"),
        pytest.param("N17.9", "code-also", [("N17.9", Severity.INFO)], id="code also"),
        pytest.param("J44.9 J45.909", "code-also", [], id="code also, met"),
    ],
)
def test_record_first_place_and_companions(
    coder: Coder, codes: str, rule: str, expected: list[tuple[str, Severity]]
) -> None:
    assert found(coder, codes, rule) == expected


@pytest.mark.parametrize(
    ("typed", "rule", "said"),
    [
        ("S52.501", "not-assignable", "S52.501A: A initial encounter for closed fracture"),
        ("W21.89", "not-assignable", "W21.89XA"),
        ("w2189", "not-assignable", "D subsequent encounter"),
        ("S52.501Z", "seventh-character", "Z is no 7th character of S52.501; as in S52.501A"),
        ("w21.89xq", "seventh-character", "W21.89XA"),
        ("T14.8XX", "seventh-character", "T14.8XXA"),
        ("S52.501XA", "placeholder", "S52.501A"),
        ("t148xxxa", "placeholder", "T14.8XXA"),
        ("I10.0", "unknown-code", "I10 is complete"),
        ("s72001ax", "unknown-code", "S72.001A is complete"),
        ("E11.7", "unknown-code", "E11.8"),
        ("Chapter 99", "unknown-code", "codekit search"),
        ("I10 and more", "unknown-code", "codekit search"),
    ],
)
def test_a_mistyped_code_is_answered_with_what_it_should_be(coder: Coder, typed: str, rule: str, said: str) -> None:
    (finding,) = (one for one in check(coder, [typed]) if one.severity is ERROR)
    assert finding.rule == rule
    assert said in finding.message


@pytest.mark.parametrize(("day", "wrong"), [("2026-04-01", 0), ("2026-09-30", 0), ("2026-03-31", 1), ("2026-10-01", 1)])
def test_a_date_outside_of_the_edition_is_an_error(coder: Coder, day: str, wrong: int) -> None:
    findings = check(coder, "I10", date_of_service=date.fromisoformat(day))
    assert [one.rule for one in findings] == ["not-valid-on-date"] * wrong
    for one in findings:
        assert one.severity is ERROR
        assert day in one.message
        assert "--edition" not in one.message


def test_the_list_of_what_stands_first_only_is_the_one_that_is_printed(coder: Coder) -> None:
    assert [
        code for code in ("Z00.00", "Z38.01", "Z34.00", "Z52.001", "Z99.12", "Z51.0") if only_first(coder.edition, code)
    ]
    assert not any(only_first(coder.edition, code) for code in ("Z00.6", "Z52.9", "Z79.4", "Z23", "I10"))


def test_without_the_list_nothing_is_said_of_poa(coder: Coder) -> None:
    assert found(coder, "Z38.00 Q21.0", "poa-exempt", setting=Setting.INPATIENT) == []


CODES = st.lists(
    st.sampled_from(
        "E11.9 E10.9 I10 I43 E85.4 N18.30 I12.9 S72.001A W01.0XXA O80 P59.9 Z37.0 Z00.00 Z38.00 B96.20 N40.0 C50.011 "
        "R65.20 T38.3X6A G56.01 M79.2 E03.9 P72.9 Q51.3 W21.89A S52.501 E11 I10.0".split()
    ),
    max_size=7,
    unique=True,
)
ENCOUNTERS = st.builds(
    Encounter,
    setting=st.sampled_from(Setting),
    date_of_service=st.none() | st.dates(),
    age=st.none() | st.integers(0, 130),
    sex=st.none() | st.sampled_from(Sex),
)


@given(codes=CODES, encounter=ENCOUNTERS)
@settings(max_examples=60, deadline=None)
def test_case_and_dots_do_not_matter(coder: Coder, codes: list[str], encounter: Encounter) -> None:
    def outline(typed: list[str]) -> list[tuple[str, Severity, str, tuple[str, ...]]]:
        findings = coder.system.validate(typed, coder.edition, encounter)
        return [
            (one.rule, one.severity, one.source, tuple(code.replace(".", "").upper() for code in one.codes))
            for one in findings
        ]

    assert outline(codes) == outline([code.lower() for code in codes])
    assert outline(codes) == outline([code.replace(".", "") for code in codes])


@given(codes=CODES, data=st.data())
@settings(max_examples=60, deadline=None)
def test_the_order_does_not_matter_to_excludes1(coder: Coder, codes: list[str], data: st.DataObject) -> None:
    def pairs(listed: list[str]) -> set[tuple[frozenset[str], Severity]]:
        return {(frozenset(one.codes), one.severity) for one in check(coder, listed) if one.rule == "excludes1"}

    assert pairs(codes) == pairs(data.draw(st.permutations(codes)))


@given(codes=st.lists(st.text(max_size=12), max_size=5), encounter=ENCOUNTERS)
@settings(max_examples=60, deadline=None)
def test_no_text_and_no_patient_make_it_fail(coder: Coder, codes: list[str], encounter: Encounter) -> None:
    findings = coder.system.validate(codes, coder.edition, encounter)
    assert {code for one in findings for code in one.codes} <= {
        known.code if (known := coder.edition.find(code)) else code for code in codes
    }
