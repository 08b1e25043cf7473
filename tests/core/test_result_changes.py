"""Two files of results side by side: what is told of each code, and what waits for what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest

import codekit
from codekit import Coder, Note
from codekit.serialize import result_to_dict
from codekit.update.changes import ChangeKind, compare_results
from codekit.update.results import Place, Standings, paired, standings_of


def assigned(
    code: str, status: str = "ready", confidence: float = 0.9, basis: str | None = "treated"
) -> dict[str, Any]:
    return {"code": code, "title": f"Title of {code}", "status": status, "confidence": confidence, "basis": basis}


def dropped(code: str, rule: str = "", basis: str | None = None, step: str = "verify") -> dict[str, Any]:
    return {"code": code, "title": "", "step": step, "rule": rule, "basis": basis, "confidence": 0.5}


def result(note: str, *assignments: dict[str, Any], left: Iterable[dict[str, Any]] = (), edits: Any = ()) -> Standings:
    data = {"note_id": note, "system": "toy", "edition": "1", "assignments": assignments, "dropped": left}
    return standings_of({**data, "edits": edits})


def changes(old: Standings, new: Standings) -> list[tuple[str, ChangeKind, str, str]]:
    return [
        (one.code, one.what, one.rule, one.basis) for note in compare_results([old], [new]).notes for one in note.codes
    ]


def test_every_way_in_which_a_code_moves_is_told_with_its_rule_and_basis() -> None:
    policy = dropped("B", "policy", "mentioned")
    first = result("n", assigned("A"))
    assert changes(first, result("n", assigned("A"), assigned("B"))) == [("B", ChangeKind.GAINED, "", "treated")]
    added = [{"action": "add", "code": "B", "rule": "asks", "replacement": None}]
    assert changes(first, result("n", assigned("A"), assigned("B"), edits=added))[0][2] == "asks"
    both = result("n", assigned("A"), assigned("B"))
    assert changes(both, result("n", assigned("A"), left=[dropped("B", "excludes1")])) == [
        ("B", ChangeKind.LOST, "excludes1", "treated")
    ]
    assert changes(both, result("n", assigned("A"), left=[policy])) == [("B", ChangeKind.LEFT, "policy", "mentioned")]
    assert changes(result("n", assigned("A"), left=[policy]), both) == [("B", ChangeKind.RETURNED, "policy", "treated")]
    assert changes(first, result("n", assigned("A"), left=[policy])) == [
        ("B", ChangeKind.NEWLY_LEFT, "policy", "mentioned")
    ]
    assert changes(result("n", left=[policy]), result("n")) == [("B", ChangeKind.NO_LONGER_LEFT, "policy", "mentioned")]
    replaced = [{"action": "replace", "code": "B", "rule": "joined", "replacement": "C"}]
    assert changes(both, result("n", assigned("A"), assigned("C"), edits=replaced)) == [
        ("C", ChangeKind.GAINED, "joined", "treated"),
        ("B", ChangeKind.LOST, "joined", "treated"),
    ]


def test_decisions_and_the_first_code_are_told_of_codes_that_stay() -> None:
    old = result("n", assigned("A"), assigned("B", "review", 0.5))
    new = result("n", assigned("B", "ready", 0.8, "chronic"), assigned("A", confidence=0.7))
    found = compare_results([old], [new])
    assert [(one.code, one.what) for one in found.notes[0].codes] == [
        ("B", ChangeKind.BASIS),
        ("B", ChangeKind.STATUS),
        ("B", ChangeKind.SURER),
        ("B", ChangeKind.FIRST),
        ("A", ChangeKind.LESS_SURE),
        ("A", ChangeKind.NOT_FIRST),
    ]
    assert [(one.before, one.after, one.number) for one in found.statuses] == [("review", "ready", 1)]
    assert found.rules == ()
    assert [(one.name, one.counts) for one in found.bases] == [("chronic", {ChangeKind.BASIS: 1})]


def test_what_a_convention_did_says_more_than_a_single_mention() -> None:
    standing = result("n", left=[dropped("A", step="analyze"), dropped("A", "policy", "mentioned")]).codes["A"]
    assert (standing.place, standing.rule, standing.basis) == (Place.LEFT, "policy", "mentioned")


def test_totals_are_by_what_moved_most() -> None:
    old = [result(str(at), assigned("A"), assigned("B", confidence=0.5)) for at in range(3)]
    new = [result(str(at), assigned("A"), *([] if at else [assigned("B")])) for at in range(3)]
    found = compare_results(old, new)
    assert found.totals == {ChangeKind.LOST: 2, ChangeKind.SURER: 1}
    (total,) = found.codes
    assert (total.name, total.title, total.counts) == ("B", "Title of B", {ChangeKind.LOST: 2, ChangeKind.SURER: 1})
    assert [(one.name, one.counts) for one in found.rules] == [("", {ChangeKind.LOST: 2})]


def test_notes_of_one_file_and_failed_ones_are_named() -> None:
    failed = standings_of({"note_id": "b", "error": {"type": "NoteError", "message": "no"}})
    found = compare_results([result("a"), result("b"), result("c")], [failed, result("c"), result("d")])
    assert (found.missing, found.added, found.failed_after, found.failed_before) == (("a",), ("d",), ("b",), ())
    assert found.compared == 1
    assert found.notes == ()
    assert list(found.old.values()) == [3]


def test_results_of_one_id_go_together_in_their_order() -> None:
    old = [result("n", assigned("A")), result("n", assigned("B"))]
    new = [result("m"), result("n", assigned("A")), result("n", assigned("B")), result("n")]
    found = compare_results(old, new)
    assert (found.compared, found.notes, found.added) == (2, (), ("m", "n"))


def test_files_in_the_same_order_are_read_compare_results() -> None:
    read: list[str] = []

    def reading(side: str) -> Iterator[Standings]:
        for at in range(3):
            read.append(f"{side}{at}")
            yield result(str(at))

    next(iter(paired(reading("old"), reading("new"))))
    assert read == ["old0", "new0"]


def test_a_result_does_not_differ_from_itself(toy: Coder) -> None:
    note = Note(id="n", text="Assessment: sprain of right ankle. Twisted ankle. He denies a fracture of the ankle.")
    standings = standings_of(result_to_dict(toy.code(note)))
    assert standings.first == "T10.1"
    assert {code: one.place for code, one in standings.codes.items()} == {
        "T10.1": Place.REPORTED,
        "T10.9": Place.OUT,
        "T11": Place.OUT,
    }
    assert compare_results([standings], [standings]).totals == {}


@pytest.fixture(scope="module")
def toy() -> Coder:
    """The toy system, coding by the rules."""
    return codekit.open("toy")
