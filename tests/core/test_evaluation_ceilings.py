"""What each step could reach, on figures worked out by hand and on real notes."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

import codekit
from codekit import Coder, Note
from codekit.evaluation.ceilings import Ceiling
from codekit.evaluation.corpora import load_dataset
from codekit.evaluation.datasets import Dataset, GoldMention, LabelledNote
from codekit.evaluation.metrics import Share
from codekit.evaluation.report import remark, run_to_html
from codekit.evaluation.run import Run, evaluate, load_run, save_run
from codekit.search.searcher import Searcher
from codekit.system import System
from codekit.types import CodingResult
from codekit.workflows.kit import Kind, Kit, Part
from codekit.workflows.registry import build


def labelled(note_id: str, text: str, codes: str, **marked: str) -> LabelledNote:
    """Label a note; `marked` are the words that name a code, under the code without its dot."""
    mentions = []
    for code, name in marked.items():
        start = text.index(name)
        mentions.append(GoldMention(code=code, text=name, spans=((start, start + len(name)),)))
    return LabelledNote(note=Note(id=note_id, text=text), codes=tuple(codes.split()), mentions=tuple(mentions))


NOTES = (
    # the index knows no blue toe, and no edition X99
    labelled(
        "a",
        "Assessment: sprain of right ankle. Blue toe.",
        "T10.1 T11 X99",
        T101="sprain of right ankle",
        T11="Blue toe",
    ),
    # experts coded what the rules read as denied
    labelled("b", "He denies a fracture of the ankle.", "T11", T11="fracture of the ankle"),
    # from the finger, nothing in the note leads to an infection
    labelled("c", "Assessment: cut of finger.", "T20.1", T201="cut of finger"),
    # a convention drops T10.9 beside T10.1, and nobody marked where they are
    labelled("d", "Assessment: sprain of right ankle.", "T10.1 T10.9"),
)


@pytest.fixture(scope="module")
def toy() -> Coder:
    """The toy system, coding by the rules."""
    return codekit.open("toy")


@pytest.fixture(scope="module")
def run(toy: Coder) -> Run:
    return evaluate(Dataset(name="invented", notes=NOTES), toy, ceilings=True)


def by_input(run: Run) -> dict[tuple[str, int], Ceiling]:
    return {(one.given, one.stage.depth): one for one in run.ceilings}


def figures(ceiling: Ceiling) -> tuple[Share, Share]:
    return ceiling.stage.recall, ceiling.stage.precision


def test_each_ceiling_is_as_worked_out_by_hand(run: Run) -> None:
    found = by_input(run)
    # T10.1 and T11 of four marked codes; T20 is found besides
    assert figures(found["mentions", 1]) == (Share(2, 4), Share(2, 3))
    assert found["mentions", 1].stage.near_recall == Share(3, 4)
    assert figures(found["code", 0]) == (Share(4, 4), Share(4, 4))
    assert found["category", 0].stage.recall == Share(3, 4)
    # T10.9 is dropped; X99 cannot be given, and is not expected
    assert figures(found["codes", 0]) == (Share(5, 6), Share(5, 5))
    assert found["codes", 0].stage.f1 == pytest.approx(10 / 11)
    assert [(one.notes, one.unmarked) for one in (found["code", 0], found["codes", 0])] == [(3, 0), (4, 2)]


def test_a_dataset_without_places_says_so(toy: Coder) -> None:
    notes = tuple(attrs.evolve(one, mentions=()) for one in NOTES)
    found = by_input(evaluate(Dataset(name="d", notes=notes), toy, ceilings=True))
    assert (figures(found["mentions", 1]), remark(found["mentions", 1])) == (
        (Share(0, 0), Share(0, 0)),
        "experts marked no places",
    )
    assert found["codes", 0].stage.recall == Share(5, 6)
    assert remark(found["codes", 0]) == "places of 6 codes guessed"


def test_groups_add_up_to_the_same(toy: Coder, run: Run) -> None:
    assert evaluate(Dataset(name="invented", notes=NOTES), toy, ceilings=True, group=3).ceilings == run.ceilings


def test_the_run_keeps_them_and_the_report_shows_them(run: Run, tmp_path: Path) -> None:
    save_run(run, tmp_path / "run.json")
    assert load_run(tmp_path / "run.json") == run
    assert "What each step could reach" in run_to_html(run)
    assert "What each step could reach" not in run_to_html(attrs.evolve(run, ceilings=()))


def test_a_workflow_that_looks_nothing_up_has_none_of_locate(toy: Coder) -> None:
    kit = Kit(
        system=System.open("toy"),
        edition=toy.edition,
        searcher=Searcher(toy.system, toy.edition),
        parts=dict.fromkeys(Part, Kind.RULES),
    )
    found = evaluate(Dataset(name="d", notes=NOTES), build("verify", kit), ceilings=True)
    assert [one.given for one in found.ceilings] == ["code", "category", "codes"]
    assert found.ceilings[0].stage.recall == Share(4, 4)


def test_a_note_on_which_a_step_fails_is_left_out(toy: Coder) -> None:
    class Frail:
        """A reconciler that cannot bear one note."""

        def reconcile(self, note: Note, tentative: object) -> CodingResult:  # noqa: ARG002
            if note.id == "b":
                raise ValueError
            return CodingResult(note_id=note.id, system="toy", edition="", assignments=(), dropped=(), findings=())

    frail = Coder(toy.system, toy.edition, reconciler=Frail())
    found = by_input(evaluate(Dataset(name="d", notes=NOTES), frail, ceilings=True, group=4))
    assert (found["codes", 0].notes, found["code", 0].notes) == (3, 2)
    assert figures(found["codes", 0]) == (Share(0, 5), Share(0, 0))


def test_on_real_notes_each_step_does_better_than_behind_the_others(coder: Coder, shared: Path) -> None:
    path = shared / "eval/aci_dev.jsonl"
    if not path.is_file():
        pytest.skip("no eval/aci_dev.jsonl in ../shared")
    run = evaluate(load_dataset(path, loader="jsonl", limit=12), coder, ceilings=True)
    found = by_input(run)
    behind = {stage.step: stage for stage in run.stages}
    assert found["code", 0].stage.f1 > behind["assign"].f1
    assert found["code", 0].stage.recall.value > found["mentions", 1].stage.recall.value
    assert found["codes", 0].stage.f1 > max(0.75, behind["verify"].f1)
    assert found["category", 0].stage.recall.part <= found["code", 0].stage.recall.part
    assert found["mentions", 1].stage.precision.value > behind["locate"].precision.value
    recalls = [one.stage.recall.part for one in run.ceilings if one.given == "mentions"]
    assert recalls == sorted(recalls)
