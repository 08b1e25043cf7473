"""What codekit expects of a code system, as tests that a plugin's author inherits."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import ClassVar

import attrs
import pytest

from codekit.editions.edition import Edition
from codekit.editions.source import Source
from codekit.editions.store import EditionStore
from codekit.errors import SourceError
from codekit.registry import Plugins, load_plugins
from codekit.system import System
from codekit.types import Classification, Code, CodeKind, Encounter, Release, Severity

_LEVELS = {kind: level for level, kind in enumerate(CodeKind)}
_GARBAGE = ("", " ", "???", "-", "Ω.Ω", "A" * 5000, "' OR 1=1 --", "\x00", "🩺")
_JUNK = {
    "readme.txt": b"Not a release of anything.\n",
    "table.csv": b"name,value\n1,2\n",
    "page.xml": b"<?xml version='1.0'?><html><body/></html>",
    "image.pdf": b"%PDF-1.4\n\x00\x01\x02\xff",
    "empty.xml": b"",
}


@attrs.frozen(kw_only=True)
class Subject:
    """The system under test, read once for all tests.

    Args:
        system: The system, opened.
        paths: Files of the release that it is tested with.
        release: What it recognises in them.
        parsed: What it reads from them.
        edition: The edition built from them.
    """

    system: System
    paths: tuple[Path, ...]
    release: Release
    parsed: Classification
    edition: Edition


class SystemContract:
    """Tests of one code system; inherit from it in a test module and name the system.

        class TestMySystem(SystemContract):
            system_id = "mysystem"

    Args:
        system_id: Id of the system; its plugin must be installed.
        sources: Files of a release to test with; None takes the embedded edition.
        unknown_index_codes: Share of index entries, 0 to 1, that may name a code the tabular list does not
            hold, for published indexes have such errors.
    """

    system_id: ClassVar[str] = ""
    sources: ClassVar[tuple[Path, ...] | None] = None
    unknown_index_codes: ClassVar[float] = 0.01

    @pytest.fixture(scope="class")
    @classmethod
    def plugins(cls) -> Plugins:
        """Load the installed plugins."""
        return load_plugins()

    @pytest.fixture(scope="class")
    @classmethod
    def subject(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Subject]:
        """Open the system, read its files, and build an edition in a home of its own."""
        system = System.open(cls.system_id)
        paths = cls.sources or system.default_source()
        if paths is None:
            pytest.skip(f"{cls.system_id} brings no edition; set `sources` to the files of a release")
        with Source.open(paths) as source:
            release = system.identify(source)
            parsed = system.parse(release, source)
        with _build(system, paths, tmp_path_factory.mktemp("contract")) as edition:
            yield Subject(system=system, paths=paths, release=release, parsed=parsed, edition=edition)

    def test_is_registered_by_a_plugin_that_loads(self, plugins: Plugins) -> None:
        """Exactly one sound plugin offers the system."""
        owners = [record for record in plugins.records if self.system_id in record.systems]
        assert [record.status for record in owners] == ["ok"]
        assert plugins.claim(self.system_id).info.name
        assert ":" in plugins.claim(self.system_id).info.uri

    def test_releases_follow_one_another(self, subject: Subject) -> None:
        """Versions sort as their dates do, and no two releases code the same day."""
        releases = subject.system.releases()[::-1]
        assert releases, "codekit_releases lists nothing"
        assert {release.system for release in releases} == {self.system_id}
        for earlier, later in pairwise(releases):
            assert earlier.valid_to is not None, f"{earlier.version} has a successor but no end"
            assert earlier.valid_from <= earlier.valid_to < later.valid_from

    def test_recognises_its_files(self, subject: Subject) -> None:
        """The release that the files make up belongs to the system."""
        assert subject.release.system == self.system_id
        assert subject.release.version

    def test_refuses_files_that_are_none_of_its_own(self, subject: Subject, tmp_path: Path) -> None:
        """Junk is not recognised, one file at a time or all together, and raises nothing else."""
        for name, content in _JUNK.items():
            (tmp_path / name).write_bytes(content)
        for path in (*sorted(tmp_path.iterdir()), tmp_path):
            with Source.open(path) as source, pytest.raises(SourceError, match="not a release"):
                subject.system.identify(source)

    def test_codes_are_unique_and_below_their_parents(self, subject: Subject) -> None:
        """Each parent is listed before its children and stands on the same level or higher."""
        seen: dict[str, Code] = {}
        for code in subject.parsed.codes:
            assert code.code not in seen, f"{code.code} is listed twice"
            assert code.title.strip() == code.title != "", f"{code.code} has a bad title"
            assert isinstance(code.kind, CodeKind)
            assert (code.parent is None) == (code.kind is CodeKind.CHAPTER), f"{code.code}: parent or chapter"
            if code.parent is not None:
                assert code.parent in seen, f"{code.code} comes before its parent {code.parent}"
                assert _LEVELS[seen[code.parent].kind] <= _LEVELS[code.kind], f"{code.code} is below its level"
            seen[code.code] = code

    def test_some_codes_are_assignable_and_no_chapter_or_block_is(self, subject: Subject) -> None:
        """A claim carries categories and codes only."""
        kinds = {code.kind for code in subject.parsed.codes if code.assignable}
        assert kinds, "no code is assignable"
        assert kinds <= {CodeKind.CATEGORY, CodeKind.CODE}

    def test_notes_have_text_and_clean_references(self, subject: Subject) -> None:
        """References carry neither dashes nor spaces, and no range ends where it starts."""
        for code in subject.parsed.codes:
            for note in code.notes:
                assert note.text.strip() == note.text != "", f"{code.code} has an empty or untrimmed note"
                for reference in note.references:
                    for end in filter(None, (reference.first, reference.last or reference.first)):
                        assert end.strip(" -") == end != "", f"{code.code}: reference {end!r}"
                    assert reference.first != reference.last, f"{code.code}: range of one, {reference.first}"

    def test_seventh_characters_are_single_and_unique(self, subject: Subject) -> None:
        """One row defines each character once, with a meaning."""
        for code in subject.parsed.codes:
            characters = [item.character for item in code.seventh_characters]
            assert all(len(character) == 1 for character in characters), code.code
            assert len(set(characters)) == len(characters), code.code
            assert all(item.meaning for item in code.seventh_characters), code.code

    def test_index_entries_lead_to_codes(self, subject: Subject) -> None:
        """Ids are unique, paths have words, and almost every code is in the tabular list."""
        terms = subject.parsed.terms
        assert terms, "the index is empty"
        assert len({term.id for term in terms}) == len(terms), "an index entry's id is used twice"
        assert all(term.path and all(term.path) for term in terms), "an index entry has an empty level"
        lost = [
            f"{', '.join(term.path)}: {code}"
            for term in terms
            for code in (*term.codes, *term.manifestation)
            if subject.edition.find(code) is None
        ]
        assert len(lost) <= self.unknown_index_codes * len(terms), f"{len(lost)} unknown, such as {lost[:5]}"

    def test_an_edition_holds_what_is_read_a_second_time(self, subject: Subject) -> None:
        """Nothing is lost on the way to the disk, and reading the same files again gives the same."""
        assert list(subject.edition.codes()) == list(subject.parsed.codes)
        assert list(subject.edition.terms()) == list(subject.parsed.terms)
        assert subject.edition.derived_index == subject.parsed.derived_index

    def test_building_again_gives_the_same_edition(self, subject: Subject) -> None:
        """Same files, same hash: the edition that is there is found again."""
        again = EditionStore(subject.system, subject.edition.path.parent.parent).add(subject.paths)
        assert (again.label, again.path) == (subject.edition.label, subject.edition.path)

    def test_assignable_codes_are_valid(self, subject: Subject) -> None:
        """Of assignable codes, each alone, the first is free of errors, and at least half of a sample are."""
        codes = list(subject.edition.assignable_codes())
        sample = codes[:: max(1, len(codes) // 20)]
        faulty = [code for code in sample if _errors(subject, (code,))]
        assert sample[0] not in faulty
        assert len(faulty) <= len(sample) / 2, f"errors for {faulty}"

    def test_codes_that_no_claim_carries_are_errors(self, subject: Subject) -> None:
        """A heading is reported, and so is anything that is no code at all."""
        heading = next(code.code for code in subject.edition.codes() if not code.assignable)
        for text in (heading, *_GARBAGE):
            assert _errors(subject, (text,)), f"{text[:20]!r} passes as a code"

    def test_checking_nothing_finds_nothing(self, subject: Subject) -> None:
        """An empty code set has no findings."""
        assert subject.system.validate((), subject.edition, Encounter()) == ()

    def test_findings_name_rule_and_source(self, subject: Subject) -> None:
        """Each finding can be traced, and names codes that were asked about."""
        for finding in subject.system.validate(_GARBAGE, subject.edition, Encounter()):
            assert finding.rule
            assert finding.message
            assert finding.source
            assert set(finding.codes) & set(_GARBAGE)

    def test_conventions_have_sources(self, subject: Subject) -> None:
        """Each convention says what it is and where it is printed, and they come in order of priority."""
        conventions = subject.system.conventions(subject.release)
        assert all(convention.id and convention.title and convention.source for convention in conventions)
        assert [c.priority for c in conventions] == sorted(c.priority for c in conventions)

    def test_a_search_stays_within_its_limit(self, subject: Subject) -> None:
        """Whatever a plugin proposes is a code of the edition, scored from 0 to 1."""
        for query in ("", "???", subject.parsed.terms[0].path[0]):
            found = subject.system.search(query, subject.edition, limit=3)
            assert len(found) <= 3
            assert all(0 <= candidate.score <= 1 for candidate in found)
            assert all(subject.edition.find(candidate.code) for candidate in found)

    def test_nothing_was_wrong_with_extensions(self, subject: Subject) -> None:
        """No extension of the system failed during these tests."""
        assert subject.system.warnings == []


def _build(system: System, paths: tuple[Path, ...], root: Path) -> Edition:
    return Edition(EditionStore(system, root).add(paths).path)


def _errors(subject: Subject, codes: tuple[str, ...]) -> list[str]:
    findings = subject.system.validate(codes, subject.edition, Encounter())
    return [finding.rule for finding in findings if finding.severity is Severity.ERROR]
