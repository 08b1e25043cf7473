"""The four steps end to end, on the embedded edition: short notes of our own, and what must hold for every note."""

from __future__ import annotations

import itertools

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codekit import Coder, CodingResult, Encounter, Note
from codekit.conventions import CHECK, Convention, Draft
from codekit.editions.edition import Edition
from codekit.pipeline.code_reconciler import RulesCodeReconciler
from codekit.types import Action, Assignment, Dropped, Edit, Setting, Status

PROBLEMS = {
    "Essential hypertension": "I10",
    "Hyperlipidemia": "E78.5",
    "GERD": "K21.9",
    "Hypothyroidism": "E03.9",
    "Type 2 diabetes mellitus": "E11.9",
    "Pain in the right hip": "M25.551",
    "Gout": "M10.9",
    "Vitamin D deficiency": "E55.9",
    "Psoriasis": "L40.9",
    "Insomnia": "G47.00",
    "Dementia": "F03.90",
    "Strep throat": "J02.0",
    "Influenza": "J11.1",
    "Acute otitis media, right ear": "H66.91",
}
FRAGMENTS = (
    *PROBLEMS,
    "Assessment:",
    "Family History:",
    "Plan:",
    "denies",
    "possible",
    "history of",
    "mother had",
    "and",
    "both knees",
    "left ankle sprain",
    "Chief Complaint: cough",
    "follow-up visit",
    "unspecified",
    ".",
    ",",
    "1.",
    "-",
    "😀",
    "diabetic retinopathy",
    "cataract, right eye",
    "fracture of the left femur",
    "status post kidney transplant",
    "dementia in Alzheimer's disease",
)
NOTES = st.one_of(
    st.text(max_size=150),
    st.lists(st.tuples(st.sampled_from(FRAGMENTS), st.sampled_from((" ", "\n", ". ", "\r\n"))), max_size=12).map(
        lambda parts: "".join(itertools.chain.from_iterable(parts))
    ),
)


def codes(result: CodingResult) -> list[str]:
    return [one.code for one in result.assignments]


def check(note: Note, result: CodingResult, coder: Coder) -> None:
    """Assert what every result owes its reader."""
    assert (result.note_id, result.system, result.edition) == (note.id, "icd10cm", coder.edition.label)
    assert len(codes(result)) == len(set(codes(result)))
    assert [one.rank for one in result.assignments] == list(range(1, len(result.assignments) + 1))
    for one in result.assignments:
        row = coder.edition.get(one.code)
        assert row.assignable
        assert one.title == row.title
        assert one.evidence
        assert one.reasons
        assert [reason.step for reason in one.reasons][:2] in (["analyze", "locate"], ["verify"], ["verify", "verify"])
    for left_out in result.dropped:
        assert left_out.reason
        assert left_out.step in ("analyze", "locate", "assign", "verify")
        assert left_out.code is None or coder.edition.get(left_out.code).title == left_out.title
    considered: tuple[Assignment | Dropped, ...] = (*result.assignments, *result.dropped)
    for each in considered:
        assert 0 <= each.confidence <= 1
        spans = [(evidence.start, evidence.end) for evidence in each.evidence]
        assert spans == sorted(spans)
        assert len(spans) == len(set(spans))
        for evidence in each.evidence:
            assert 0 <= evidence.start < evidence.end <= len(note.text)
            assert evidence.text == note.text[evidence.start : evidence.end]
    starts = [one.evidence[0].start for one in result.dropped if one.evidence]
    assert starts == sorted(starts)
    for finding in result.findings:
        assert finding.rule
        assert finding.message
        assert finding.source


@given(text=NOTES, setting=st.sampled_from(Setting))
@settings(max_examples=120, deadline=None)
def test_every_result_is_sound_and_the_same_again(coder: Coder, text: str, setting: Setting) -> None:
    note = Note(id="a", text=text, encounter=Encounter(setting=setting))
    result = coder.code(note)
    check(note, result, coder)
    assert coder.code(note) == result


def test_a_fresh_coder_gives_the_same(coder: Coder) -> None:
    text = "Assessment:\n1. Gout\n2. Sprain of the left ankle\n3. No fever\n4. Mother had glaucoma"
    assert Coder(coder.system, coder.edition).code(text) == coder.code(text)


@pytest.mark.parametrize(("problem", "code"), PROBLEMS.items())
def test_a_plain_problem_has_its_code(coder: Coder, problem: str, code: str) -> None:
    result = coder.code(f"Assessment:\n1. {problem}\n")
    assert codes(result) == [code]
    (one,) = result.assignments
    assert one.status is Status.READY
    assert all(evidence.text in problem for evidence in one.evidence)


def test_no_stage_is_invented(coder: Coder) -> None:
    assert codes(coder.code("Assessment:\n1. History of melanoma\n")) == ["Z85.820"]


def test_a_side_does_not_bring_an_unstated_kind(coder: Coder) -> None:
    result = coder.code("Assessment:\n1. Cataract, right eye\n")
    assert not any("traumatic" in one.title.lower() for one in result.assignments)


@pytest.mark.parametrize("word", ["controlled", "improving", "well managed", "at baseline", "unchanged"])
def test_how_a_problem_goes_is_no_problem(coder: Coder, word: str) -> None:
    assert codes(coder.code(f"Assessment:\n1. Psoriasis {word}\n2. Gout, {word}\n")) == ["L40.9", "M10.9"]


def test_a_stable_problem_is_no_clotting_disorder(coder: Coder) -> None:
    assert codes(coder.code("Assessment:\n1. Psoriasis, stable\n2. Insomnia stable\n")) == ["L40.9", "G47.00"]


@pytest.mark.parametrize(
    "line",
    [
        "Gout - Smithson plan",
        "Psoriasis İ",
    ],
)
def test_a_name_beside_a_problem_does_not_hide_it(coder: Coder, line: str) -> None:
    assert len(codes(coder.code(f"Assessment:\n1. {line}\n"))) == 1


@given(order=st.permutations(sorted(PROBLEMS)), size=st.integers(1, 6))
@settings(max_examples=25, deadline=None)
def test_the_order_of_the_lines_changes_the_sequence_only(coder: Coder, order: list[str], size: int) -> None:
    chosen = order[:size]
    result = coder.code("Assessment:\n" + "\n".join(f"{at}. {problem}" for at, problem in enumerate(chosen, start=1)))
    assert codes(result) == [PROBLEMS[problem] for problem in chosen]


def test_a_condition_said_twice_is_one_code_with_all_its_evidence(coder: Coder) -> None:
    text = "Assessment:\n1. Gout\n2. Psoriasis\n3. Gout of the foot\nGout is stable."
    gout = next(one for one in coder.code(text).assignments if one.code.startswith("M10"))
    assert len({evidence.start for evidence in gout.evidence}) > 1


def test_code_points_beyond_the_first_plane_and_growing_letters_keep_the_offsets(coder: Coder) -> None:
    note = Note(id="a", text="😀𝔸 İİ ß\u0301 Assessment\nAssessment:\n1. 😀 Gout 😀\n2. Psoriasis\nİ İ\n")
    result = coder.code(note)
    check(note, result, coder)
    assert {"M10.9", "L40.9"} <= set(codes(result))


def test_line_ends_of_windows_change_no_code(coder: Coder) -> None:
    text = "HPI: He coughs.\n\nAssessment:\n1. Gout\n2. Psoriasis\n\nPlan:\nRest.\n"
    assert codes(coder.code(text.replace("\n", "\r\n"))) == codes(coder.code(text))


def test_line_ends_of_windows_keep_headings_without_a_colon(coder: Coder) -> None:
    text = "FAMILY HISTORY\nGout\n\nASSESSMENT\nPsoriasis\n"
    assert codes(coder.code(text.replace("\n", "\r\n"))) == codes(coder.code(text))


@pytest.mark.parametrize(
    ("line", "step"),
    [
        ("Pneumonia was ruled out", "analyze"),
        ("Denies chest pain", "analyze"),
        ("Return if fever develops", "analyze"),
        ("Possible pneumonia", "verify"),
    ],
)
def test_what_is_left_out_is_shown_with_its_step(coder: Coder, line: str, step: str) -> None:
    result = coder.code(f"Assessment:\n1. {line}\n")
    assert result.assignments == ()
    assert step in [one.step for one in result.dropped]


def test_every_code_that_a_convention_drops_is_among_the_dropped(coder: Coder) -> None:
    result = coder.code(
        "Assessment:\n1. Asthma\n2. Moderate persistent asthma with acute exacerbation\n3. Possible gout\n"
    )
    taken_out = [edit.code for edit in result.edits if edit.action is Action.DROP]
    assert taken_out
    assert set(taken_out) <= {one.code for one in result.dropped if one.rule}


def test_a_text_alone_is_an_outpatients_note(coder: Coder) -> None:
    text = "Assessment:\n1. Possible pneumonia\n"
    assert coder.code(text) == coder.code(Note(id="note", text=text, encounter=Encounter(setting=Setting.OUTPATIENT)))


def test_the_id_and_nothing_else_of_the_note_changes_the_result(coder: Coder) -> None:
    note = Note(id="a", text="Assessment:\n1. Gout\n")
    assert coder.code(attrs.evolve(note, id="b")) == attrs.evolve(coder.code(note), note_id="b")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "Assessment:\n# PE: on apixaban\n# Gout\n# Psoriasis\n", id="an abbreviation that is a heading too"
        ),
        pytest.param("Assessment:\n1. Gout\nTreatment: colchicine\n2. Psoriasis\n", id="a heading within a problem"),
    ],
)
def test_a_word_like_a_heading_does_not_end_the_problem_list(coder: Coder, text: str) -> None:
    assert {"M10.9", "L40.9"} <= set(codes(coder.code(text)))


def with_convention(coder: Coder, action: Action, replacement: str | None = None) -> CodingResult:
    """Code two problems with a convention, as an extension might bring it, that acts on the first."""

    def apply(draft: Draft, edition: Edition, encounter: Encounter) -> list[Edit]:  # noqa: ARG001
        if action is Action.FLAG:
            raise ZeroDivisionError
        first = draft[0].code
        return [
            Edit(rule="x", action=action, code=first, source="s", reason="r", replacement=replacement, before=first)
        ]

    one = Convention(id="x", title="t", source="s", stage=CHECK, apply=apply)
    reconciler = RulesCodeReconciler(coder.edition, [one])
    return Coder(coder.system, coder.edition, reconciler=reconciler).code("Assessment:\n1. Gout\n2. Psoriasis\n")


def test_a_convention_may_replace_a_code(coder: Coder) -> None:
    assert codes(with_convention(coder, Action.REPLACE, "M10.00")) == ["M10.00", "L40.9"]


def test_a_convention_that_fails_costs_no_code_and_is_reported(coder: Coder) -> None:
    result = with_convention(coder, Action.FLAG)
    assert codes(result) == ["M10.9", "L40.9"]
    assert [(one.rule, one.source) for one in result.findings] == [("x", "s")]


@pytest.mark.parametrize("replacement", ["L40.9", "E11", "no such code"])
def test_a_convention_cannot_spoil_the_result(coder: Coder, replacement: str) -> None:
    found = codes(with_convention(coder, Action.REPLACE, replacement))
    assert len(found) == len(set(found))
    assert all(coder.edition.get(code).assignable for code in found)


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        ("Alcoholic cirrhosis with ascites", "K70.31"),
        ("Alcoholic cirrhosis without ascites", "K70.30"),
        ("Type 2 diabetes mellitus without retinopathy", "E11.9"),
        ("Migraine without aura", "G43.009"),
        ("Acute otitis media, left ear, without rupture of drum", "H66.92"),
    ],
)
def test_what_is_absent_never_brings_a_code(coder: Coder, problem: str, expected: str) -> None:
    assert codes(coder.code(f"Assessment:\n1. {problem}\n")) == [expected]


def test_a_side_that_the_note_does_not_name_is_not_given(coder: Coder) -> None:
    found = coder.code("Assessment:\n1. Cellulitis of lower leg\n").assignments
    assert not any("right" in one.title.lower() or "left" in one.title.lower() for one in found)


def test_a_short_name_alone_among_the_problems_is_no_heading(coder: Coder) -> None:
    assert codes(coder.code("Discharge diagnosis:\nPE\n")) == ["I26.99"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Mother smokes.", "F17.200"),
        ("Both mother and father were on dialysis.", "Z99.2"),
        ("Her brother is on insulin.", "Z79.4"),
    ],
)
def test_what_a_relative_has_is_a_family_history_or_nothing(coder: Coder, said: str, code: str) -> None:
    for heading in ("SOCIAL HISTORY", "HISTORY OF PRESENT ILLNESS", "ASSESSMENT"):
        result = coder.code(f"{heading}: {said}\n")
        assert [one.code for one in result.assignments if "Family history" not in one.title] == []
        assert [one.reason for one in result.dropped if one.code == code] == ["the note says it of a relative"]
