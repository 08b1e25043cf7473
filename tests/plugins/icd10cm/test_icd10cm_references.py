from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codekit.types import CodeReference
from codekit_icd10cm.references import parse_references


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("diabetes (E11.-)", ["E11"]),
        ("heart disease (I20-I25)", ["I20:I25"]),
        ("dementia (F01.5-, F02.8-, F03.-)", ["F01.5", "F02.8", "F03"]),
        ("poisoning (T36-T50 with fifth or sixth character 5)", ["T36:T50"]),
        ("pregnancy (O00-O9A)", ["O00:O9A"]),
        ("insulin (Z79.4)", ["Z79.4"]),
        ("neoplasms (C00-C43, C4A, C45-C96)", ["C00:C43", "C4A", "C45:C96"]),
        ("genetic disorders (QA0.0101)", ["QA0.0101"]),
        ("use code from I12.-", ["I12"]),
        ("any condition in I50.- or I51.4-I51.7 due to hypertension", ["I50", "I51.4:I51.7"]),
        ("any condition in N18 and N26 - due to hypertension", ["N18", "N26"]),
        ("code to identify drug use (F11.-F17.-)", ["F11:F17"]),
        ("open fracture of pelvis (S32.1--S32.9 with 7th character B)", ["S32.1:S32.9"]),
        ("codes from A00 through B99", ["A00:B99"]),
        ("classified in subcategories S06.1- to S06.6-, S06.81-", ["S06.1:S06.6", "S06.81"]),
        ("category G09 is for conditions classified to G00-G08", ["G09", "G00:G08"]),
        ("vitamin B12 deficiency (E53.8)", ["E53.8"]),
        ("influenza A/H1N1 and HLA-B27", []),
        ("(see also (E11.-) twice E11.-)", ["E11"]),
        ("", []),
    ],
)
def test_references_of_real_notes(text: str, expected: list[str]) -> None:
    found = parse_references(text)
    assert [":".join(filter(None, (reference.first, reference.last))) for reference in found] == expected


def test_a_bare_category_counts_where_it_is_said_to() -> None:
    text = "Z14 Genetic carrier, B95, Streptococcus, or B96, Other bacterial agents"
    assert parse_references(text) == ()
    assert [reference.first for reference in parse_references(text, bare=True)] == ["Z14", "B95", "B96"]


CODES = st.from_regex(r"[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?", fullmatch=True)
REFERENCES = st.one_of(
    CODES.map(lambda code: (code, CodeReference(first=code))),
    CODES.map(lambda code: (f"{code}-" if "." in code else f"{code}.-", CodeReference(first=code))),
    st.tuples(CODES, CODES)
    .filter(lambda pair: pair[0] < pair[1])
    .map(lambda pair: (f"{pair[0]}-{pair[1]}", CodeReference(first=pair[0], last=pair[1]))),
)


@given(st.lists(REFERENCES, min_size=1, max_size=5, unique_by=lambda printed: printed[1]))
def test_every_list_in_parentheses_is_read_back(printed: list[tuple[str, CodeReference]]) -> None:
    text = f"some disease ({', '.join(text for text, _ in printed)})"
    assert parse_references(text) == tuple(reference for _, reference in printed)


@given(st.text(max_size=200))
def test_any_text_gives_codes_that_stand_in_it(text: str) -> None:
    for reference in parse_references(text):
        assert reference.first in text
        assert reference.last is None or (reference.last in text and reference.first < reference.last)
