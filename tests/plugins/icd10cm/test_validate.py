"""Checking a code set without a note: each rule, its severity, and the source that it names."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codekit import Coder, Encounter
from codekit.types import Finding, NoteKind, Severity


def check(coder: Coder, codes: str | list[str]) -> list[Finding]:
    listed = codes.split() if isinstance(codes, str) else codes
    return list(coder.system.validate(listed, coder.edition, Encounter()))


def of_rule(coder: Coder, codes: str, rule: str) -> list[Finding]:
    return [finding for finding in check(coder, codes) if finding.rule == rule]


def only(coder: Coder, codes: str) -> Finding:
    """Give the one finding that is more than information."""
    (finding,) = (one for one in check(coder, codes) if one.severity is not Severity.INFO)
    return finding


@pytest.mark.parametrize(
    "codes", ["I10", "i10", "E11.9 Z79.4", "S72.001A W01.0XXA", "G30.9 F02.80", "I12.9 N18.30", "E11.22 N18.30"]
)
def test_a_sound_set_has_no_error(coder: Coder, codes: str) -> None:
    assert [one for one in check(coder, codes) if one.severity is not Severity.INFO] == []


def test_no_codes_no_findings(coder: Coder) -> None:
    assert check(coder, []) == []


@pytest.mark.parametrize("code", ["Q99.99X", "E11.99", "", " ", "hypertension", "S72.001AX", "É11", "1", "😀"])
def test_an_unknown_code_is_an_error(coder: Coder, code: str) -> None:
    (finding,) = check(coder, [code])
    assert (finding.rule, finding.severity, finding.codes) == ("unknown-code", Severity.ERROR, (code,))
    assert coder.edition.label in finding.message


@pytest.mark.parametrize("code", ["E11", "E11.0", "S72", "M54.5", "Chapter 1", "E08-E13"])
def test_a_heading_is_an_error_and_its_children_are_named(coder: Coder, code: str) -> None:
    finding = only(coder, code) if " " not in code else check(coder, [code])[0]
    assert (finding.rule, finding.severity, finding.codes) == ("not-assignable", Severity.ERROR, (code,))
    assert coder.edition.children(code)[0].code in finding.message


@pytest.mark.parametrize("code", ["S72.001", "T39.011", "W21.03", "S93.401"])
def test_a_missing_7th_character_is_said_with_its_choices(coder: Coder, code: str) -> None:
    finding = only(coder, code)
    assert (finding.rule, finding.severity) == ("not-assignable", Severity.ERROR)
    assert "7th character" in finding.message
    assert "A initial encounter" in finding.message
    assert "I.A.5" in finding.source


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("W21.89A", "W21.89XA"), ("w2189d", "W21.89XD"), ("T14.8A", "T14.8XXA"), ("W01.0S", "W01.0XXS")],
)
def test_a_missing_placeholder_is_suggested(coder: Coder, typed: str, meant: str) -> None:
    finding = only(coder, typed)
    assert (finding.rule, finding.severity, finding.codes) == ("placeholder", Severity.ERROR, (typed,))
    assert meant in finding.message
    assert "I.A.4" in finding.source


@pytest.mark.parametrize("codes", ["I10 I10", "I10 i10", "E11.9 I10 E119", "S72.001A S72.001A"])
def test_a_code_given_twice_is_one_error(coder: Coder, codes: str) -> None:
    (finding,) = of_rule(coder, codes, "duplicate")
    assert finding.severity is Severity.ERROR
    assert "I.B.12" in finding.source


@pytest.mark.parametrize(
    ("codes", "origin"),
    [
        pytest.param("E11.9 E10.9", "E11", id="inherited from the category"),
        pytest.param("E11.65 O24.410", "E11", id="by a subcategory that covers the other"),
        pytest.param("F32.A F33.9", "F32", id="by a category that covers the other"),
        pytest.param("G56.01 M79.2", "M79.2", id="by the note of the code rather than that of the block"),
        pytest.param("C43.0 C00.1", "C43.0", id="its own, by range"),
        pytest.param("A49.1 B95.0", "A49", id="inherited, by range"),
    ],
)
def test_excludes1_is_an_error_in_either_order(coder: Coder, codes: str, origin: str) -> None:
    (finding,) = of_rule(coder, codes, "excludes1")
    assert finding.severity is Severity.ERROR
    assert set(finding.codes) == set(codes.split())
    assert f"note at {origin}:" in finding.source
    assert coder.edition.release.version in finding.source
    (turned,) = of_rule(coder, " ".join(reversed(codes.split())), "excludes1")
    assert set(turned.codes) == set(finding.codes)


@pytest.mark.parametrize("codes", ["E03.9 P72.9", "P72.9 E03.9"])
def test_an_excludes1_note_of_a_chapter_asks_whether_the_conditions_are_unrelated(coder: Coder, codes: str) -> None:
    (finding,) = of_rule(coder, codes, "excludes1")
    assert (finding.severity, set(finding.codes)) == (Severity.WARNING, {"E03.9", "P72.9"})
    assert "note at Chapter 4:" in finding.source
    assert "unrelated" in finding.message


def test_each_pair_of_three_is_found_once(coder: Coder) -> None:
    pairs = [frozenset(one.codes) for one in of_rule(coder, "E11.9 E10.9 E13.9", "excludes1")]
    assert len(pairs) == len(set(pairs)) == 3


@pytest.mark.parametrize("codes", ["R51.9 G43.909", "J44.9 J47.9", "I10 H35.00", "G56.01 G56.02"])
def test_excludes2_and_neighbours_do_not_conflict(coder: Coder, codes: str) -> None:
    assert of_rule(coder, codes, "excludes1") == []


def test_the_pair_of_the_excludes2_test_has_such_a_note(coder: Coder) -> None:
    notes = [found.note for found in coder.edition.notes("R51.9") if found.note.kind is NoteKind.EXCLUDES2]
    assert any(coder.edition.covers(reference, "G43.909") for note in notes for reference in note.references)


def test_a_code_that_is_not_valid_takes_no_part_in_pairs(coder: Coder) -> None:
    assert {one.rule for one in check(coder, "E11 E10.9") if one.severity is not Severity.INFO} == {"not-assignable"}


def test_a_manifestation_never_stands_first(coder: Coder) -> None:
    (finding,) = of_rule(coder, "I43 E85.4", "manifestation-first")
    assert (finding.severity, finding.codes) == (Severity.ERROR, ("I43",))
    assert "I.A.13" in finding.source
    assert of_rule(coder, "E85.4 I43", "manifestation-first") == []


@pytest.mark.parametrize("codes", ["W01.0XXA S52.501A", "Y92.009", "V43.52XA I10"])
def test_an_external_cause_never_stands_first(coder: Coder, codes: str) -> None:
    (finding,) = of_rule(coder, codes, "external-cause-first")
    assert (finding.severity, finding.codes) == (Severity.ERROR, (codes.split(maxsplit=1)[0],))
    assert "I.C.20" in finding.source


def test_an_external_cause_may_stand_behind(coder: Coder) -> None:
    assert of_rule(coder, "S52.501A W01.0XXA", "external-cause-first") == []


def test_code_first_in_the_wrong_order_is_an_error_naming_both(coder: Coder) -> None:
    finding = only(coder, "N18.30 I12.9")
    assert (finding.rule, finding.severity, finding.codes) == ("code-first", Severity.ERROR, ("N18.30", "I12.9"))
    assert "note at N18:" in finding.source


def test_code_first_without_the_other_code_is_a_warning(coder: Coder) -> None:
    (finding,) = of_rule(coder, "I10 I43", "code-first")
    assert (finding.severity, finding.codes) == (Severity.WARNING, ("I43",))
    assert "E85" in finding.message


def test_a_code_first_note_that_holds_only_if_applicable_is_no_warning(coder: Coder) -> None:
    assert all(one.severity is Severity.INFO for one in of_rule(coder, "J18.9", "code-first"))


def test_code_first_names_every_choice(coder: Coder) -> None:
    (finding,) = of_rule(coder, "F02.80", "code-first")
    assert "G30" in finding.message
    assert "G20" in finding.message


def test_use_additional_code_is_information_until_it_is_met(coder: Coder) -> None:
    (missing,) = of_rule(coder, "I12.9", "use-additional-code")
    assert (missing.severity, missing.codes) == (Severity.INFO, ("I12.9",))
    assert "N18" in missing.message
    assert "note at I12.9:" in missing.source
    assert all(one.codes != ("I12.9",) for one in of_rule(coder, "I12.9 N18.30", "use-additional-code"))


def test_one_of_several_additional_codes_is_enough(coder: Coder) -> None:
    assert of_rule(coder, "N39.0 B96.20", "use-additional-code") == []
    assert [one for one in of_rule(coder, "E11.9 Z79.4", "use-additional-code") if "E11.9" in one.codes] == []


@pytest.mark.parametrize("codes", ["I10 E11.9 E10.9", "Q99.99X E11 I10 I10"])
def test_findings_come_in_the_order_of_the_codes(coder: Coder, codes: str) -> None:
    typed = [code.replace(".", "").upper() for code in codes.split()]
    places = [typed.index(finding.codes[0].replace(".", "").upper()) for finding in check(coder, codes)]
    assert places == sorted(places)


def test_findings_come_in_order_however_the_codes_are_typed(coder: Coder) -> None:
    assert [one.rule for one in check(coder, "E119 E109 I10 I10") if one.severity is Severity.ERROR] == [
        "excludes1",
        "duplicate",
    ]


CODES = (
    "E11.9",
    "E10.9",
    "e119",
    "I10",
    "I43",
    "E85.4",
    "N18.30",
    "I12.9",
    "S72.001A",
    "S72.001",
    "W01.0XXA",
    "W21.89A",
    "E11",
    "Z79.4",
    "F02.80",
    "G30.9",
    "nonsense",
    "",
    "Chapter 9",
    "J18.9",
)


@given(codes=st.lists(st.one_of(st.sampled_from(CODES), st.text(max_size=9)), max_size=8))
@settings(max_examples=80, deadline=None)
def test_any_list_is_checked_and_every_finding_is_complete(coder: Coder, codes: list[str]) -> None:
    found = check(coder, codes)
    assert found == check(coder, codes)
    assert len(found) == len(set(found)) or len(codes) != len(set(codes))
    known = {coder.edition.get(code).code if coder.edition.find(code) else code for code in codes}
    for finding in found:
        assert set(finding.codes) <= known
        assert finding.codes
        assert finding.message
        assert coder.edition.release.version in finding.source
    assert {one.rule for one in found} <= {
        "code-also",
        "seventh-character",
        "unknown-code",
        "not-assignable",
        "placeholder",
        "duplicate",
        "excludes1",
        "manifestation-first",
        "external-cause-first",
        "code-first",
        "associated-first",
        "use-additional-if-any",
        "code-also-if-any",
        "use-additional-code",
    }


def test_a_large_set_is_checked_in_seconds(coder: Coder) -> None:
    many = list(coder.edition.assignable_codes())[:60_000:300]
    assert all(finding.source for finding in check(coder, many))
