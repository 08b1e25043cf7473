"""Assertion: what one sentence says of one condition, as a clinician would read it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codekit.text.assertion import assert_span
from codekit.text.sections import Section, SectionKind
from codekit.text.sentences import split_sentences
from codekit.text.tables import english
from codekit.types import Assertion

# One a line: the sentence with its condition in brackets.
NEGATED = """
The patient denies [chest pain].
No fever or [chills] today.
There is no evidence of [pneumonia].
She has no nausea, vomiting, or [diarrhea].
[Pulmonary embolism] was ruled out.
Patient is without [edema].
Negative for [melena].
He does not have [diabetes].
He doesn’t have [gout].
[Deep vein thrombosis] is unlikely.
She is not [anemic].
[Fever] absent.
No fever, [chills], cough.
Denies chest pain, [dyspnea] or palpitations.
No [diabetes], hypertension on lisinopril.
no chest pain no [fever] she has gout
Asthma without [exacerbation], hypertension.
Asthma without exacerbation or [status].
(+) asthma, (-) [pneumonia]
+gout, -[COPD]
Homans sign (+), [edema] (-), fever (-)
[Diabetes] (entered in error)
Gout, [asthma] (ruled out), migraine.
[Pneumonia] was excluded.
Hypertension, [pneumonia] ruled out.
[Pneumonia]: ruled out
No fever above 38.5, [cough]
We do not think she has [gout].
"""
POSSIBLE = """
Possible [appendicitis].
Findings are suspicious for [malignancy].
Probable viral [gastroenteritis].
This may be [cellulitis].
Concern for [sepsis].
Rule out [deep vein thrombosis].
[Pneumonia] cannot be excluded.
[Appendicitis] is suspected.
Likely [gastritis].
[Gastritis] vs peptic ulcer.
Gastritis vs [peptic ulcer].
Rash consistent with [shingles].
?[gout]
Possible [pneumonia], hypertension.
Likely viral gastroenteritis or [food poisoning].
CXR c/w [pneumonia].
W/U for [anemia].
"""
HISTORICAL = """
History of [breast cancer].
Status post [appendectomy].
He had a [stroke] in 2011.
[Kidney stones] years ago.
Childhood [asthma].
Prior [myocardial infarction].
Prior [stroke], hypertension.
[Pneumonia], resolved.
Acute kidney [injury], resolved with fluids.
Her [headache] has resolved.
"""
FAMILY = """
Mother has type 2 [diabetes].
Family history of [colon cancer].
Father died of a [stroke].
Her sister was diagnosed with [lupus].
Child of the patient has [asthma].
"""
SOMEONE_ELSE = """
Her husband has [COPD] and she feels well.
Roommate with [influenza].
Partner tested positive for [chlamydia].
"""
HYPOTHETICAL = """
Return if [fever] develops.
Return for worsening [chest pain].
At risk for [falls].
Screening for [colon cancer].
Vaccine for [influenza] was given.
If she develops a [rash], stop the drug.
[PE] prophylaxis.
Pneumonia on [DVT] prophylaxis with heparin.
[HIV] testing.
[Stroke] risk.
"""
PRESENT = """
[Asthma] is stable.
[Hypertension], uncontrolled.
He presents with acute [gout].
No fever, but [cough] is present.
Denies dyspnea but reports [fatigue].
Not only [asthma] but also eczema is active.
No change in the [asthma].
Gram negative [pneumonia].
[Migraine] without aura.
[Diabetes], type 2, not well controlled.
She has [asthma] and denies fever.
[Cough], no fever
Son has asthma; patient has [eczema].
She takes a pill for [hypertension] and had a colonoscopy.
Mother reports that he has a [cough].
[Heart failure], history of smoking.
Type 2 [diabetes] without complications.
Type 2 diabetes without complications, [hypertension], asthma.
No diabetes, [hypertension] on lisinopril.
no chest pain no fever she has [gout]
Negative for DVT, positive for [cellulitis].
(+) [asthma], (-) pneumonia, +gout
-COPD, +[gout]
Gout - [asthma]
Prior stroke, [hypertension].
Possible pneumonia, [hypertension].
Diabetes (entered in error), [gout]
[Hypertension], pneumonia ruled out.
s/p appendectomy, c/o [headache]
Husband at bedside, [asthma] discussed.
HIV prophylaxis, [gout].
"""
TABLE = {
    Assertion.NEGATED: NEGATED,
    Assertion.POSSIBLE: POSSIBLE,
    Assertion.HISTORICAL: HISTORICAL,
    Assertion.FAMILY: FAMILY,
    Assertion.SOMEONE_ELSE: SOMEONE_ELSE,
    Assertion.HYPOTHETICAL: HYPOTHETICAL,
    Assertion.PRESENT: PRESENT,
}
CASES = [(line, expected) for expected, block in TABLE.items() for line in block.strip().splitlines()]


def assertion_of(marked: str, kind: SectionKind = SectionKind.NARRATIVE) -> Assertion:
    """Read a sentence for the condition in brackets."""
    before, condition, after = marked.replace("]", "[").split("[")
    text, start = before + condition + after, len(before)
    section = Section(kind=kind, start=0, end=len(text))
    (sentence,) = (one for one in split_sentences(text, 0, len(text), "en") if one.start <= start < one.end)
    reading = english().read_assertions(text, sentence.start, sentence.end)
    return assert_span(reading.scopes, section, start, start + len(condition))


@pytest.mark.parametrize(("marked", "expected"), CASES)
def test_a_sentence_says(marked: str, expected: Assertion) -> None:
    assert assertion_of(marked) is expected


@pytest.mark.parametrize(
    "marked",
    [
        pytest.param("Wife states patient has had [syncope].", id="an informant"),
        pytest.param("Patient lives with her husband and has [asthma].", id="a companion"),
    ],
)
def test_a_relative_may_only_be_mentioned(marked: str) -> None:
    assert assertion_of(marked) is Assertion.PRESENT


@pytest.mark.parametrize(
    "marked", ["Symptoms of [depression] are worse.", "She has signs of [cellulitis] on the left leg."]
)
def test_symptoms_that_are_there_are_present(marked: str) -> None:
    assert assertion_of(marked) is Assertion.PRESENT


def test_what_the_patient_no_longer_has_is_not_present() -> None:
    assert assertion_of("He no longer has [vertigo].") in (Assertion.NEGATED, Assertion.HISTORICAL)


def test_a_negated_phrase_ends_at_its_comma() -> None:
    assert assertion_of("No acute distress, [asthma] noted.") is Assertion.PRESENT


def test_nobody_has_what_a_family_history_denies() -> None:
    assert assertion_of("No family history of [glaucoma].") is Assertion.NEGATED


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("family_history", Assertion.FAMILY),
        ("instructions", Assertion.HYPOTHETICAL),
        ("assessment", Assertion.PRESENT),
        ("past_history", Assertion.PRESENT),
    ],
)
def test_a_section_says_what_its_sentences_leave_open(kind: str, expected: Assertion) -> None:
    assert assertion_of("[Glaucoma]", kind) is expected


def test_a_sentence_says_more_than_its_section() -> None:
    assert assertion_of("Negative for [glaucoma]", SectionKind.ASSESSMENT) is Assertion.NEGATED


@pytest.mark.parametrize("text", ["", ".", "no", "no evidence of", "denies", "( : ;", "if possible no history of"])
def test_trigger_phrases_alone_do_no_harm(text: str) -> None:
    assert all(0 <= one.start < one.end <= len(text) for one in english().read_assertions(text, 0, len(text)).scopes)


@given(
    words=st.lists(
        st.sampled_from("no denies possible history of mother if but . , ; : ( ) cough fever ruled out 😀 é".split()),
        max_size=25,
    )
)
@settings(max_examples=200, deadline=None)
def test_scopes_and_triggers_lie_within_the_sentence(words: list[str]) -> None:
    text = " ".join(words)
    start, end = len(text) // 4, len(text)
    reading = english().read_assertions(text, start, end)
    spans = [(scope.start, scope.end) for scope in reading.scopes] + list(reading.triggers)
    assert all(start <= first < last <= end for first, last in spans)
    assert list(reading.triggers) == sorted(reading.triggers)


def test_the_next_sentence_is_not_touched() -> None:
    text = "No fever. Pneumonia is confirmed."
    section, at = english().split_sections(text)[0], text.index("Pneumonia")
    (_, second) = split_sentences(text, 0, len(text), "en")
    reading = english().read_assertions(text, second.start, second.end)
    assert assert_span(reading.scopes, section, at, at + len("Pneumonia")) is Assertion.PRESENT
