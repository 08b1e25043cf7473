"""What changed between two editions, and what it means for saved notes and results, on small written releases."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codekit.conventions import CHECK, Convention
from codekit.editions.builder import build
from codekit.editions.diff import EditionDiff, diff, diff_to_dict, diff_to_html
from codekit.editions.diff.changes import Change, Field, How
from codekit.editions.diff.texts import Mark, by_word, unified
from codekit.editions.edition import Edition
from codekit.editions.source import Source
from codekit.errors import UsageError
from codekit.text.lexicon import Lexicon
from codekit.text.tables import english
from codekit.types import (
    Action,
    Assignment,
    Classification,
    Code,
    CodeKind,
    CodePair,
    CodeReference,
    CodingResult,
    Dropped,
    Edit,
    Evidence,
    GuidelineSection,
    IndexTable,
    IndexTerm,
    NoteKind,
    Reason,
    Release,
    SeventhCharacter,
    Status,
    SystemInfo,
    TabularNote,
)
from codekit.update.impact import Impact, What, Why

A, D = SeventhCharacter(character="A", meaning="initial"), SeventhCharacter(character="D", meaning="subsequent")


INFO = SystemInfo(id="written", name="Written", uri="https://example.org/written")


def release(year: int) -> Release:
    return Release(system="written", version=str(year), title=f"Written {year}", valid_from=date(year, 1, 1))


def row(code: str, title: str, parent: str | None = "A00-A09", *, heading: bool = False, **more: object) -> Code:
    kind = CodeKind.CODE if "." in code else CodeKind.CATEGORY
    return Code(code=code, title=title, parent=parent, kind=kind, assignable=not heading, **more)  # type: ignore[arg-type]


def note(kind: NoteKind, text: str) -> TabularNote:
    return TabularNote(kind=kind, text=text)


def entry(path: str, *codes: str, column: str | None = None, **more: object) -> IndexTerm:
    table = IndexTable.NEOPLASMS if column else IndexTable.DISEASES
    return IndexTerm(
        id=path + (column or ""), path=tuple(path.split(", ")), codes=codes, table=table, column=column, **more
    )  # type: ignore[arg-type]


CHAPTER = Code(code="1", title="Fevers", kind=CodeKind.CHAPTER)
BLOCK = Code(code="A00-A09", title="Common fevers", kind=CodeKind.BLOCK, parent="1")
OLD = Classification(
    release=release(2024),
    codes=(
        CHAPTER,
        BLOCK,
        row("A00", "Fever", heading=True),
        row("A00.1", "Red fever", "A00"),
        row("A00.2", "Blue fever", "A00"),
        row(
            "A01",
            "Cough",
            notes=(note(NoteKind.EXCLUDES1, "hiccup"), note(NoteKind.INCLUDES, "cough of smokers, dry")),
        ),
        row("A02", "Itch"),
        row("A03", "Sprain", heading=True, seventh_characters=(A,)),
        row("A05", "Green pox"),
        row("A07", "Twisted thumb of left hand"),
        row("A09", "Hay fever"),
    ),
    terms=(
        entry("Pox, green", "A05"),
        entry("Cough", "A01"),
        entry("Itch", "A02"),
        entry("Growth, skin", "A02", column="benign (mild)"),
        entry("Sneeze", see="Cough"),
        entry("Cold", "A09"),
    ),
)
NEW = Classification(
    release=release(2025),
    codes=(
        CHAPTER,
        BLOCK,
        row("A00", "Fever", heading=True),
        row("A00.2", "Blue fever", "A00", heading=True),
        row("A00.20", "Blue fever, pale", "A00.2"),
        row("A00.21", "Blue fever, dark", "A00.2"),
        row(
            "A01",
            "Dry cough",
            notes=(
                note(NoteKind.USE_ADDITIONAL_CODE, "smoking"),
                note(NoteKind.INCLUDES, "cough of smokers, very dry"),
            ),
        ),
        row("A03", "Sprain", heading=True, seventh_characters=(A, D)),
        row("A06", "Verdant pustules"),
        row("A08", "Twisted left thumb"),
        row("A09.5", "Rhinitis, seasonal", "A03"),
        Code(code="A10-A19", title="Rare fevers", kind=CodeKind.BLOCK, parent="1"),
        row("A02", "Itch", "A10-A19"),
    ),
    terms=(
        entry("Pox, green", "A06"),
        entry("Cough", "A01"),
        entry("Itch", "A02", see_also="Cough"),
        entry("Growth, skin", "A02", column="benign"),
        entry("Sneeze", see="Hay"),
        entry("Shiver", "A00"),
    ),
    pairs=(
        CodePair(kind="successor", first="A09", second="A09.4", valid_from=date(2024, 6, 1)),
        CodePair(kind="successor", first="A09.4", second="A09.5", valid_from=date(2025, 1, 1)),
        CodePair(kind="successor", first="A00.1", second="A01", valid_from=date(2020, 1, 1)),
    ),
)


def section(section_id: str, title: str, text: str) -> GuidelineSection:
    return GuidelineSection(id=section_id, title=title, text=text, page=1)


OLD_SECTIONS = (
    section("I.A", "Fevers", "Code the fever.\n\nQuery the colour. Stop."),
    section("I.B", "Coughs", "Code the cough."),
    section("I.C", "Going", "It is about to go away for ever."),
    section("I.D", "Stays", "As it\nwas."),
)
NEW_SECTIONS = (
    section("I.A", "Fevers", "Code the fever.\n\nAlways query the colour. Stop."),
    section("I.B", "Sprains", "Code every sprain with its seventh character."),
    section("I.C", "Coughs", "Code the cough."),
    section("I.D", "Stays", "As it was."),
)


@attrs.frozen
class Written:
    """A code system whose releases are given as values; the file only tells them apart."""

    classification: Classification
    sections: tuple[GuidelineSection, ...] = ()
    info: SystemInfo = attrs.field(factory=lambda: INFO)
    versions: Mapping[str, str] = attrs.field(factory=dict)

    def identify(self, source: Source) -> Release:  # noqa: ARG002
        return self.classification.release

    def parse(self, release: Release, source: Source) -> Classification:  # noqa: ARG002
        return self.classification

    def guidelines(self, release: Release, source: Source) -> tuple[GuidelineSection, ...]:  # noqa: ARG002
        return self.sections

    def lexicon(self, release: Release) -> Lexicon:  # noqa: ARG002
        return english()

    def default_source(self) -> None:
        return None


Compile = Callable[..., Edition]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Compile]:
    folder = tmp_path_factory.mktemp("written")
    opened: list[Edition] = []

    def make(classification: Classification, sections: Sequence[GuidelineSection] = (), **more: str) -> Edition:
        file = folder / f"{len(opened)}.txt"
        file.write_text(repr((classification, sections, more)), encoding="utf-8")
        info = attrs.evolve(INFO, id=more.get("system", INFO.id))
        opened.append(Edition(build(Written(classification, tuple(sections), info), file, folder / "home")))
        return opened[-1]

    yield make
    for edition in opened:
        edition.close()


@pytest.fixture(scope="module")
def editions(compiled: Compile) -> tuple[Edition, Edition]:
    return compiled(OLD, OLD_SECTIONS), compiled(NEW, NEW_SECTIONS)


@pytest.fixture(scope="module")
def found(editions: tuple[Edition, Edition]) -> EditionDiff:
    return diff(*editions)


def test_rows_are_added_deleted_and_revised(found: EditionDiff) -> None:
    added = ["A00.20", "A00.21", "A09.5", "A06", "A08", "A10-A19"]
    assert [one.code for one in found.added] == added
    assert [one.code for one in found.deleted] == ["A00.1", "A05", "A07", "A09"]
    revised = {(one.code, each.field): (each.before, each.after) for one in found.revised for each in one.changes}
    assert revised == {
        ("A00.2", Field.ASSIGNABLE): ("yes", "no"),
        ("A01", Field.TITLE): ("Cough", "Dry cough"),
        ("A03", Field.SEVENTH_CHARACTERS): ("A initial", "A initial; D subsequent"),
        ("A02", Field.PARENT): ("A00-A09", "A10-A19"),
    }
    assert {one.chapter for one in (*found.added, *found.deleted, *found.revised)} == {"1"}


def test_notes_are_added_removed_and_reworded(found: EditionDiff) -> None:
    assert [(one.code, one.kind, one.change, one.before, one.after) for one in found.notes] == [
        ("A01", NoteKind.INCLUDES, Change.CHANGED, "cough of smokers, dry", "cough of smokers, very dry"),
        ("A01", NoteKind.EXCLUDES1, Change.REMOVED, "hiccup", ""),
        ("A01", NoteKind.USE_ADDITIONAL_CODE, Change.ADDED, "", "smoking"),
    ]


def test_index_entries_are_matched_by_their_words(found: EditionDiff) -> None:
    entries = {
        one.words: (one.change, *(" / ".join(map(str, side)) for side in (one.before, one.after)))
        for one in found.index
    }
    assert entries == {
        "Cold": (Change.REMOVED, "A09", ""),
        "Itch": (Change.CHANGED, "A02", "A02; see also Cough"),
        "Pox, green": (Change.CHANGED, "A05", "A06"),
        "Shiver": (Change.ADDED, "", "A00"),
        "Sneeze": (Change.CHANGED, "see Cough", "see Hay"),
    }


def test_sections_are_matched_when_their_numbers_move(found: EditionDiff) -> None:
    sections = [(one.id, one.former_id, one.title, one.change) for one in found.guidelines]
    assert sections == [
        ("I.A", "", "Fevers", Change.CHANGED),
        ("I.B", "", "Sprains", Change.ADDED),
        ("I.C", "I.B", "Coughs", Change.CHANGED),
        ("I.C", "", "Going", Change.REMOVED),
    ]
    changed = diff_to_dict(found)["guidelines"][0]
    assert changed["diff"] == ["- Query the colour.", "+ Always query the colour."]


def test_a_reworded_title_keeps_a_section_together(compiled: Compile) -> None:
    old = compiled(OLD, [section("I", "Of fevers", "Code every fever by its colour.")])
    new = compiled(NEW, [section("II", "Of agues", "Code every fever by its colour.")])
    (only,) = diff(old, new).guidelines
    assert (only.id, only.former_id, only.title) == ("II", "I", "Of agues")


def test_successors_come_from_table_subdivision_index_and_title(found: EditionDiff) -> None:
    likely = {one.code: [(each.code, each.how) for each in one.successors] for one in found.retired}
    assert likely == {
        "A00.1": [],  # the table's line is older than both editions
        "A00.2": [("A00.20", How.SUBDIVISION), ("A00.21", How.SUBDIVISION)],
        "A05": [("A06", How.INDEX)],
        "A07": [("A08", How.TITLE)],
        "A09": [("A09.5", How.TABLE)],
    }
    by_code = {one.code: one for one in found.retired}
    assert by_code["A09"].successors[0].detail == "A09 → A09.4 → A09.5"
    assert by_code["A05"].successors[0].detail == "index entry: Pox, green"
    assert [one.code for one in found.retired if one.heading] == ["A00.2"]


def test_counts_say_how_much_changed(found: EditionDiff) -> None:
    counts = found.counts()
    assert counts["codes"] == {
        "added": 6, "deleted": 4, "revised": 4, "now_assignable": 5, "no_longer_assignable": 5,
    }  # fmt: skip
    assert counts["notes"] == {"added": 1, "removed": 1, "changed": 1}


def test_nothing_is_said_to_have_changed_where_a_file_is_missing(
    compiled: Compile, editions: tuple[Edition, Edition]
) -> None:
    bare = compiled(attrs.evolve(NEW, terms=(), derived_index=True))
    omitted = diff(editions[0], bare)
    assert [one.part for one in omitted.omitted] == ["index", "guidelines"]
    assert not omitted.index
    assert not omitted.guidelines


def test_editions_of_two_systems_cannot_be_compared(compiled: Compile, editions: tuple[Edition, Edition]) -> None:
    other = compiled(attrs.evolve(OLD, release=attrs.evolve(OLD.release, system="other")), system="other")
    with pytest.raises(UsageError, match="name two of one code system"):
        diff(editions[0], other)


def test_json_and_html_hold_everything_and_ask_for_nothing(
    found: EditionDiff, editions: tuple[Edition, Edition]
) -> None:
    data = diff_to_dict(found)
    assert (data["schema"], data["old"], data["new"]) == (1, editions[0].label, editions[1].label)
    html = diff_to_html(found)
    for text in ("A09 → A09.4 → A09.5", "Always query", "Verdant pustules", 'id="section-I.C"', 'value="1"'):
        assert text in html
    assert "http" not in html
    assert diff_to_html(diff(*editions)) == html


def test_titles_are_escaped_in_html(compiled: Compile, editions: tuple[Edition, Edition]) -> None:
    sharp = attrs.evolve(NEW, codes=(*NEW.codes, row("A19", "<script>alert(1)</script>", "A10-A19")))
    assert "<script>alert" not in diff_to_html(diff(editions[1], compiled(sharp, NEW_SECTIONS)))


# Impact


def assigned(code: str, start: int, *, title: str = "", status: Status = Status.READY, located: str = "") -> Assignment:
    reasons = (Reason(step="locate", detail=f"index: {located} → {code} (match 1.00)"),) if located else ()
    evidence = (Evidence(start=start, end=start + 5, text="words"),)
    return Assignment(code=code, title=title, rank=1, status=status, confidence=1.0, evidence=evidence, reasons=reasons)


def result(edition: Edition, *assignments: Assignment, **more: object) -> CodingResult:
    return CodingResult(note_id="n", system="written", edition=edition.label, assignments=assignments, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def impact(editions: tuple[Edition, Edition], found: EditionDiff) -> Impact:
    return Impact(*editions, found)


def explained(impact: Impact, before: CodingResult, after: CodingResult) -> dict[tuple[What, str], list[Why]]:
    changed = impact.on_result(before, after)
    assert changed is not None
    return {(one.what, one.code): [each.why for each in one.explanations] for one in changed.codes}


def test_a_result_that_stays_is_no_impact(impact: Impact, editions: tuple[Edition, Edition]) -> None:
    old, new = editions
    assert impact.on_result(result(old, assigned("A02", 0)), result(new, assigned("A02", 0))) is None


def test_a_retired_code_gives_way_to_a_new_one(impact: Impact, editions: tuple[Edition, Edition]) -> None:
    old, new = editions
    before = result(old, assigned("A05", 0, located="Pox, green"))
    after = result(new, assigned("A06", 0, located="Pox, green"))
    assert explained(impact, before, after) == {
        (What.LOST, "A05"): [Why.RETIRED, Why.INDEX, Why.WORDS],
        (What.GAINED, "A06"): [Why.NEW_CODE, Why.INDEX, Why.WORDS],
    }
    changed = impact.on_result(before, after)
    assert changed is not None
    assert [one.code for one in changed.codes[0].successors] == ["A06"]


def test_a_convention_that_acts_with_one_edition_only_is_named(
    impact: Impact, editions: tuple[Edition, Edition]
) -> None:
    old, new = editions
    edit = Edit(rule="no-itch", action=Action.DROP, code="A02", source="s", reason="it itches")
    gone = (Dropped(code="A02", title="Itch", step="verify", reason="it itches", rule="no-itch"),)
    found = explained(impact, result(old, assigned("A02", 0)), result(new, edits=(edit,), dropped=gone))
    assert found == {(What.LOST, "A02"): [Why.CONVENTION, Why.WORDS]}


def test_titles_status_sequence_notes_and_the_unexplained(impact: Impact, editions: tuple[Edition, Edition]) -> None:
    old, new = editions
    before = result(old, assigned("A01", 0, title="Cough"), assigned("A02", 9))
    after = result(new, assigned("A01", 0, title="Dry cough"), assigned("A02", 9, status=Status.REVIEW))
    assert explained(impact, before, after) == {
        (What.RETITLED, "A01"): [Why.TITLE],
        (What.STATUS, "A02"): [Why.WORDS],
    }
    turned = impact.on_result(result(old, *before.assignments[::-1]), result(new, *before.assignments))
    assert turned is not None
    assert (turned.before, turned.after, turned.codes) == (("A02", "A01"), ("A01", "A02"), ())
    assert explained(impact, before, result(new)) == {
        (What.LOST, "A01"): [Why.NOTE, Why.NOTE, Why.NOTE],
        (What.LOST, "A02"): [Why.UNEXPLAINED],
    }


def test_conventions_that_name_retired_codes_are_listed(impact: Impact) -> None:
    names = (CodeReference(first="A00.1"), CodeReference(first="A00.2", last="A01"), CodeReference(first="Z99"))
    convention = Convention(id="c", title="t", source="s", stage=CHECK, apply=lambda *_: (), names=names)
    hit = impact.on_convention(convention)
    assert hit is not None
    assert (hit.gone, hit.headings) == (("A00.1",), ("A00.2",))
    assert impact.on_convention(attrs.evolve(convention, names=names[2:])) is None


def test_saved_codes_are_retired_revised_or_unchanged(impact: Impact) -> None:
    used = impact.on_codes(["A02", "A05", "a05", "A01", "A06", "nonsense"])
    assert [(one.code, one.retired is not None, len(one.revised)) for one in used] == [
        ("A02", False, 1), ("A05", True, 0), ("a05", True, 0), ("A01", False, 1),
    ]  # fmt: skip


# Properties

TITLES = st.sampled_from(("Red fever", "Blue fever", "Cough", "Dry cough", "Itch", "Sprain of thumb"))
NOTES = st.lists(st.tuples(st.sampled_from(NoteKind), TITLES), max_size=2)
CODES = st.dictionaries(st.sampled_from("ABCDE"), st.tuples(TITLES, st.booleans(), NOTES), min_size=1)


def released(year: int, codes: dict[str, tuple[str, bool, list[tuple[NoteKind, str]]]]) -> Classification:
    rows = [
        row(f"{letter}00", title, "A00-A09", heading=heading, notes=tuple(note(*each) for each in notes))
        for letter, (title, heading, notes) in sorted(codes.items())
    ]
    terms = [entry(title, f"{letter}00") for letter, (title, _, _) in codes.items()]
    unique = {term.id: term for term in terms}
    return Classification(release=release(year), codes=(CHAPTER, BLOCK, *rows), terms=tuple(unique.values()))


@given(old=CODES, new=CODES)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_diff_is_empty_with_itself_and_reversible(
    old: dict[str, tuple[str, bool, list[tuple[NoteKind, str]]]],
    new: dict[str, tuple[str, bool, list[tuple[NoteKind, str]]]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        editions = []
        for year, codes in ((2024, old), (2025, new)):
            file = Path(folder) / str(year)
            file.write_text(str(codes), encoding="utf-8")
            editions.append(Edition(build(Written(released(year, codes)), file, Path(folder) / "home")))
        first, second = editions
        assert diff(first, first).is_empty
        there, back = diff(first, second), diff(second, first)
        assert there.added == back.deleted
        assert there.deleted == back.added
        assert {one.code for one in there.revised} == {one.code for one in back.revised}
        assert len(there.notes) == len(back.notes)
        assert [(one.words, one.before, one.after) for one in there.index] == [
            (one.words, one.after, one.before) for one in back.index
        ]
        for edition in editions:
            edition.close()


@given(
    st.lists(st.sampled_from(("Code it. ", "Query it; ", "a ", "b\n\n", "c ")), max_size=12).map("".join),
    st.text(max_size=40),
)
def test_both_wordings_can_be_read_from_the_words_laid_over_each_other(before: str, after: str) -> None:
    pieces = by_word(before, after)
    kept = [piece for piece in pieces if "…" not in piece.text]
    if len(kept) == len(pieces):
        for text, other in ((before, Mark.INSERTED), (after, Mark.DELETED)):
            read = " ".join(piece.text for piece in pieces if piece.mark is not other)
            assert read.split() == text.split()
    assert (unified(before, after) == ()) == (all(piece.mark is Mark.SAME for piece in pieces))
