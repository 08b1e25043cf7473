"""A site's own reporting policy: what it reports and leaves, and what it never can."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import attrs
import pytest

from codekit import Coder, CodingResult, Encounter, Note
from codekit.conventions import REPORT, Convention, Draft
from codekit.editions.edition import Edition
from codekit.errors import LexiconError
from codekit.pipeline.code_reconciler import RulesCodeReconciler
from codekit.search.searcher import Searcher
from codekit.system import System
from codekit.text.tables import read_lexicon
from codekit.types import Action, Assertion, Basis, Edit, Setting

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "site"
EVERYTHING = "A00-Z99\treport\t-\t-\tall of it is reported here\n"

Site = Callable[[str], Coder]


@pytest.fixture
def site(coder: Coder, tmp_path: Path) -> Iterator[Site]:
    """Open a coder with a policy: `site("Z79.82\\tleave\\t-\\t-\\treason\\n")`."""
    opened: list[Coder] = []

    def make(rows: str) -> Coder:
        (tmp_path / "policy.tsv").write_text(rows, encoding="utf-8")
        system = System.open("icd10cm")
        searcher = Searcher(system, coder.edition, site=read_lexicon(tmp_path))
        opened.append(Coder(system, coder.edition, searcher=searcher))
        return opened[-1]

    yield make
    for one in opened:
        one.searcher.close()


def code(coder: Coder, text: str, setting: Setting = Setting.OUTPATIENT) -> CodingResult:
    return coder.code(Note(id="n", text=text, encounter=Encounter(setting=setting)))


def codes(result: CodingResult) -> list[str]:
    return [one.code for one in result.assignments]


ASPIRIN = "DIAGNOSES:\n1. Gout.\n2. Long-term use of aspirin.\n"
ASTHMA = "PAST MEDICAL HISTORY: Asthma.\n\nASSESSMENT:\n1. Sprain of the right ankle.\n"
SMOKER = "REVIEW OF SYSTEMS: Current smoker.\n\nASSESSMENT:\n1. Gout.\n"


def test_a_row_leaves_what_the_guidelines_report_and_it_stays_visible(coder: Coder, site: Site) -> None:
    assert codes(code(coder, ASPIRIN)) == ["M10.9", "Z79.82"]
    result = code(site("# one row\n\nZ79.82\tleave\t-\t-\taspirin is not reported here\n"), ASPIRIN)
    assert codes(result) == ["M10.9"]
    (left,) = [one for one in result.dropped if one.code == "Z79.82"]
    assert (left.rule, left.basis, left.reason) == ("site-policy", Basis.LEFT_BY_SITE, "aspirin is not reported here")
    (edit,) = [one for one in result.edits if one.rule == "site-policy"]
    assert (edit.action, edit.code, edit.source) == (Action.LEAVE, "Z79.82", "site policy, policy.tsv, line 3")


def test_a_row_reports_what_the_guidelines_leave(coder: Coder, site: Site) -> None:
    assert codes(code(coder, SMOKER)) == ["M10.9"]
    result = code(site("F17 Z72.0\treport\t-\t-\ttobacco is always reported here\n"), SMOKER)
    assert codes(result) == ["M10.9", "F17.200"]
    tobacco = result.assignments[1]
    assert tobacco.basis is Basis.REPORTED_BY_SITE
    last = tobacco.reasons[-1]
    assert (last.rule, last.detail) == ("site-policy", "tobacco is always reported here")
    assert last.source == "site policy, policy.tsv, line 1"


def test_what_is_reported_anyway_keeps_its_basis(coder: Coder, site: Site) -> None:
    there = code(site("M10\treport\t-\t-\tgout is always reported here\n"), ASPIRIN)
    assert attrs.evolve(there, provenance=None) == attrs.evolve(code(coder, ASPIRIN), provenance=None)


def test_a_row_may_hold_for_one_setting_alone(coder: Coder, site: Site) -> None:
    assert "J45.909" not in codes(code(coder, ASTHMA))
    here = site("J45\treport\toutpatient\t-\tasthma is always reported here\n")
    assert "J45.909" in codes(code(here, ASTHMA))
    there = site("J45\tleave\tinpatient\t-\tasthma is not reported for a stay\n")
    assert "J45.909" in codes(code(coder, ASTHMA, Setting.INPATIENT))
    assert "J45.909" not in codes(code(there, ASTHMA, Setting.INPATIENT))
    assert "J45.909" in codes(code(there, "ASSESSMENT:\n1. Asthma.\n"))


FAMILY = "Family history of breast cancer."


@pytest.mark.parametrize(
    ("sections", "said", "reported"),
    [
        ("not diagnoses assessment", f"HISTORY OF PRESENT ILLNESS: {FAMILY}\n\nASSESSMENT:\n1. Gout.\n", False),
        ("not diagnoses assessment", f"ASSESSMENT:\n1. Gout.\n2. {FAMILY}\n", True),
        ("assessment", f"ASSESSMENT:\n1. Gout.\n2. {FAMILY}\n", False),
        ("diagnoses", f"ASSESSMENT:\n1. Gout.\n2. {FAMILY}\n", True),
    ],
)
def test_a_row_may_hold_for_some_sections_alone(site: Site, sections: str, said: str, reported: bool) -> None:
    here = site(f"Z80-Z84\tleave\t-\t{sections}\tfamily history is not reported here\n")
    assert ("Z80.3" in codes(code(here, said))) is reported


def test_the_last_row_that_holds_decides(site: Site) -> None:
    all_but_one = "Z79\tleave\t-\t-\tlong-term drugs are not reported here\nZ79.82\treport\t-\t-\taspirin is\n"
    assert codes(code(site(all_but_one), ASPIRIN)) == ["M10.9", "Z79.82"]
    first, second = all_but_one.splitlines(keepends=True)
    assert codes(code(site(second + first), ASPIRIN)) == ["M10.9"]


@pytest.mark.parametrize(
    "note",
    [
        "ASSESSMENT:\n1. Gout.\n2. No hypertension.\n",
        "FAMILY HISTORY: Mother has hypertension.\n\nASSESSMENT:\n1. Gout.\n",
        "SOCIAL HISTORY: Mother smokes. Her roommate has hypertension.\n\nASSESSMENT:\n1. Gout.\n",
        "FAMILY HISTORY: Father is on dialysis. Brother is on insulin.\n\nASSESSMENT:\n1. Gout.\n",
        "ASSESSMENT:\n1. Gout.\n2. Rule out hypertension.\n",
        "ASSESSMENT:\n1. Gout.\n\nReturn if there is chest pain.\n",
        "ASSESSMENT:\n1. Gout.\n",
    ],
)
def test_no_policy_reports_what_is_denied_or_a_relatives_or_not_said(site: Site, note: str) -> None:
    result = code(site(EVERYTHING), note)
    assert result.assignments[0].code == "M10.9"
    # What a relative has is the patient's as a family history alone.
    assert all("Family history" in one.title for one in result.assignments[1:])


@pytest.mark.parametrize(
    ("basis", "assertion", "reported"),
    [
        (Basis.MENTIONED, Assertion.PRESENT, True),
        (Basis.INTEGRAL, Assertion.PRESENT, True),
        (Basis.RULED_OUT, Assertion.PRESENT, False),
        (Basis.RELATIVE, Assertion.FAMILY, False),
        (Basis.HYPOTHETICAL, Assertion.PRESENT, False),
        (Basis.RESOLVED, Assertion.HISTORICAL, False),
        (Basis.MENTIONED, Assertion.NEGATED, False),
        (Basis.MENTIONED, Assertion.SOMEONE_ELSE, False),
    ],
)
def test_no_policy_reports_what_a_rule_leaves_as_not_the_patients(
    coder: Coder, site: Site, basis: Basis, assertion: Assertion, reported: bool
) -> None:
    def left(draft: Draft, edition: Edition, encounter: Encounter) -> list[Edit]:  # noqa: ARG001
        return [
            Edit(rule="x", action=Action.LEAVE, code=one.code, source="s", reason="r", basis=basis) for one in draft
        ]

    here = site(EVERYTHING)
    (tentative,) = here.trace(Note(id="n", text="Gout.")).tentative
    said = attrs.evolve(tentative, draft=tuple(attrs.evolve(one, assertion=assertion) for one in tentative.draft))
    reconciler = RulesCodeReconciler(
        coder.edition, [Convention(id="x", title="t", source="s", stage=REPORT, apply=left)]
    )
    result = reconciler.reconcile(here.read(Note(id="n", text="Gout.")), [said])
    assert codes(result) == (["M10.9"] if reported else [])


def test_what_a_rule_adds_is_left_as_well(coder: Coder, site: Site) -> None:
    note = "ASSESSMENT:\n1. Hypertensive retinopathy.\n"
    assert "I10" in codes(code(coder, note))
    result = code(site("I10\tleave\t-\t-\tit is not reported here\n"), note)
    assert [(one.code, one.rule) for one in result.dropped] == [("I10", "site-policy")]


def test_a_result_tells_that_it_was_made_with_a_policy(site: Site) -> None:
    def digest(rows: str) -> str | None:
        made_with = site(rows).code("Gout.").provenance
        return made_with.settings.get("lexicon") if made_with else None

    first, second = "Z79\tleave\t-\t-\tone\n", "I10\treport\t-\t-\ttwo\n"
    digests = [digest(rows) for rows in (first, second, first + second, second + first)]
    assert None not in digests
    assert len({*digests}) == len(digests)
    assert digest(first) == digests[0]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("Z79.82\tleave\t-\t-\n", "line 1: got 4 cells; expected 5 joined by tabs: codes / report or leave / setting"),
        ("Z79.82\tleave\t-\t-\t\n", "line 1: got 5 cells, 1 of them empty; expected 5"),
        ("\naspirin\tleave\t-\t-\tr\n", "line 2: got 'aspirin'; expected a code, or a range as FIRST-LAST"),
        ("Z80-\tleave\t-\t-\tr\n", "line 1: got 'Z80-'; expected a code, or a range as FIRST-LAST"),
        ("Z80-Z82-Z84\tleave\t-\t-\tr\n", "line 1: got 'Z80-Z82-Z84'; expected a code, or a range as FIRST-LAST"),
        ("Z79.82\tnever\t-\t-\tr\n", "line 1: got 'never'; expected one of report, leave"),
        ("Z79.82\tleave\tward\t-\tr\n", "line 1: got 'ward'; expected one of inpatient, outpatient"),
        ("Z79.82\tleave\t-\tdiagnosis\tr\n", "line 1: got 'diagnosis'; expected one of chief_complaint, "),
        ("Z79.82\tleave\t-\tnot\tr\n", "line 1: got 'not'; expected 'not' with sections behind it"),
    ],
)
def test_a_row_of_another_form_is_told_with_its_place(site: Site, row: str, told: str) -> None:
    with pytest.raises(LexiconError, match=r"policy\.tsv, line \d: ") as caught:
        site(row)
    assert told in str(caught.value)


def test_a_row_that_names_nothing_of_the_edition_is_warned_of(site: Site) -> None:
    here = site("Z79.82 Z79.8Z9\tleave\t-\t-\tr\nZ84-Z80\tleave\t-\t-\tr\nA00-Z99\treport\t-\t-\tr\n")
    told = [one for one in here.system.warnings if one.startswith("site policy")]
    assert told == [
        f"site policy, policy.tsv, line 1: Z79.8Z9 names nothing in {here.edition.label}; mend the row",
        f"site policy, policy.tsv, line 2: Z84-Z80 names nothing in {here.edition.label}; mend the row",
    ]


GROUP = """
from codekit.plugin import Lexicon, PolicyRow, hookimpl

class Group:
    @hookimpl
    def codekit_lexicon(self):
        row = PolicyRow(codes=("Z79",), report=False, reason="Not in this group.", source="group rules")
        return Lexicon(policy=(row,))

@hookimpl
def codekit_extend_system(system_id):
    return Group() if system_id == "icd10cm" else None
"""


def test_a_site_has_the_last_word_over_its_group(install: Callable[..., Path], site: Site) -> None:
    install("group", GROUP)
    left = code(site("I10\tleave\t-\t-\tr\n"), ASPIRIN)
    assert codes(left) == ["M10.9"]
    assert [one.reason for one in left.dropped if one.code == "Z79.82"] == ["Not in this group."]
    assert codes(code(site("Z79.82\treport\t-\t-\taspirin is always reported here\n"), ASPIRIN)) == ["M10.9", "Z79.82"]


def test_the_example_says_what_its_page_says() -> None:
    rows = read_lexicon(EXAMPLE).policy
    assert [row.report for row in rows] == [False, True, False]
    assert rows[2].outside
