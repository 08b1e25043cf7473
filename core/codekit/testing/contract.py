"""What codekit expects of a code system, as tests that a plugin's author inherits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

import attrs
import pytest

from codekit.editions.edition import Edition
from codekit.editions.source import Source
from codekit.editions.store import EditionStore
from codekit.errors import PluginError, SourceError, UnknownSystemError
from codekit.pipeline.coder import Coder
from codekit.plugins.registry import Plugins, load_plugins
from codekit.system import System
from codekit.types import Classification, Code, CodeKind, Encounter, Finding, Release, Severity

_LEVELS = {kind: level for level, kind in enumerate(CodeKind)}
_GARBAGE = ("", " ", "???", "-", "Ω.Ω", "A" * 5000, "' OR 1=1 --", "\x00", "🩺")
_JUNK = {
    "readme.txt": b"Not a release of anything.\n",
    "table.csv": b"name,value\n1,2\n",
    "page.xml": b"<?xml version='1.0'?><html><body/></html>",
    "image.pdf": b"%PDF-1.4\n\x00\x01\x02\xff",
    "empty.xml": b"",
}
_SAMPLE = 20
_SHOWN = 5


@attrs.frozen(kw_only=True)
class Subject:
    """The system under test, read once for all tests.

    Args:
        system: The system, opened.
        paths: Files of the release that it is tested with.
        release: What it recognises in them.
        parsed: What it reads from them.
        home: Folder for the edition that is built from them.
        stack: Closes the edition.
    """

    system: System
    paths: tuple[Path, ...]
    release: Release
    parsed: Classification
    home: Path
    stack: ExitStack

    @cached_property
    def edition(self) -> Edition:
        """The edition, built when a check first asks for it: others can say what keeps it from being built."""
        built = EditionStore(self.system, self.home).add(self.paths)
        return self.stack.enter_context(Edition(built.path))

    def errors(self, code: str) -> list[Finding]:
        """Give the errors that the system finds in a set of one code."""
        findings = self.system.validate((code,), self.edition, Encounter())
        return [finding for finding in findings if finding.severity is Severity.ERROR]


@contextmanager
def open_subject(system_id: str, paths: tuple[Path, ...] | None = None) -> Iterator[Subject]:
    """Open a system, read its files, and give it a home of its own for its edition.

    Args:
        system_id: Id of the system; its plugin must be installed.
        paths: Files of a release; None takes those of the embedded edition.

    Yields:
        What the checks of `SystemContract` are given.

    Raises:
        CodekitError: The system cannot be opened, or its files cannot be read.
    """
    system = System.open(system_id)
    paths = paths or system.default_source()
    if not paths:
        pytest.skip(f"{system_id} brings no edition; set `sources` to the files of a release")
    with Source.open(paths) as source:
        release = system.identify(source)
        parsed = system.parse(release, source)
    with TemporaryDirectory(prefix="codekit-contract-", ignore_cleanup_errors=True) as folder, ExitStack() as stack:
        yield Subject(system=system, paths=paths, release=release, parsed=parsed, home=Path(folder), stack=stack)


class SystemContract:
    """Checks of one code system; inherit from it in a test module and name the system.

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
    def subject(cls) -> Iterator[Subject]:
        """Open the system and read its files, once for all checks."""
        with open_subject(cls.system_id, cls.sources) as subject:
            yield subject

    def test_is_offered_by_one_plugin_that_loads(self, plugins: Plugins) -> None:
        """Exactly one sound plugin offers the system, with a name and a URI."""
        try:
            info = plugins.claim(self.system_id).info
        except UnknownSystemError as error:
            broken = "; ".join(f"{one.name}: {one.error}" for one in plugins.records if one.error) or "none"
            raise AssertionError(
                f"{error} Give your distribution an entry point in group `codekit`, install it, and call "
                f"register(SystemInfo(id={self.system_id!r}, ...), ...) in codekit_register_systems. Broken now: "
                f"{broken}"
            ) from error
        assert info.name.strip(), "SystemInfo.name is empty: give the name that people know the classification by"
        assert ":" in info.uri, (
            f"SystemInfo.uri is {info.uri!r}: give an absolute URI, such as 'https://example.org/mine'"
        )

    def test_releases_follow_one_another(self, subject: Subject) -> None:
        """Versions sort as their dates do, and no two releases code the same day."""
        releases = subject.system.releases()[::-1]
        assert releases, "codekit_releases lists nothing: list at least the release that your files make up"
        for release in releases:
            assert release.system == self.system_id, (
                f"release {release.version!r} is of system {release.system!r}: set Release.system to {self.system_id!r}"
            )
        for earlier, later in pairwise(releases):
            assert earlier.valid_to is not None, (
                f"release {earlier.version!r} has a successor, {later.version!r}, but no end: set its valid_to"
            )
            assert earlier.valid_from <= earlier.valid_to < later.valid_from, (
                f"releases {earlier.version!r} ({earlier.valid_from} to {earlier.valid_to}) and {later.version!r} "
                "(from "
                f"{later.valid_from}) overlap or stand in the wrong order: versions must sort as their dates do, and "
                "one "
                "day belongs to one release"
            )

    def test_recognises_its_files(self, subject: Subject) -> None:
        """The release that the files make up belongs to the system."""
        assert subject.release.system == self.system_id, (
            f"codekit_identify_release returned a release of {subject.release.system!r}: set Release.system to "
            f"{self.system_id!r}"
        )
        assert subject.release.version, (
            "codekit_identify_release returned a release without a version: read it off the files"
        )

    def test_refuses_files_that_are_none_of_its_own(self, subject: Subject, tmp_path: Path) -> None:
        """Junk is not recognised, one file at a time or all together, and raises nothing else."""
        for name, content in _JUNK.items():
            (tmp_path / name).write_bytes(content)
        for path in (*sorted(tmp_path.iterdir()), tmp_path):
            what = "a folder of junk" if path == tmp_path else f"a file {path.name} of junk"
            with Source.open(path) as source:
                try:
                    release = subject.system.identify(source)
                except SourceError:
                    continue
                except Exception as error:
                    raise AssertionError(
                        f"codekit_identify_release raised on {what}: {error}. Return None for what is not yours"
                    ) from error
            raise AssertionError(
                f"codekit_identify_release takes {what} for release {release.version!r}: look into the content, and "
                "return None for what is not yours"
            )

    def test_codes_are_unique_and_below_their_parents(self, subject: Subject) -> None:
        """Each code has a title; its parent is listed before it and stands on the same level or higher."""
        seen: dict[str, Code] = {}
        assert subject.parsed.codes, "codekit_parse_release read no code: return the rows of the release as `codes`"
        for code in subject.parsed.codes:
            assert code.code not in seen, f"code {code.code!r} is listed twice: give each row of the release once"
            assert code.title.strip() == code.title != "", (
                f"the title of {code.code} is {code.title!r}: a title has words, and no space at its ends; strip it"
            )
            assert (code.parent is None) == (code.kind is CodeKind.CHAPTER), (
                f"{code.code} is a {code.kind} with parent {code.parent!r}: chapters have the parent None, all else "
                "has one"
            )
            if code.parent is not None:
                assert code.parent in seen, (
                    f"{code.code} comes before its parent {code.parent!r}: sort the rows so that parents come first, "
                    "and "
                    "give every parent a row of its own"
                )
                assert _LEVELS[seen[code.parent].kind] <= _LEVELS[code.kind], (
                    f"{code.code} is a {code.kind} below a {seen[code.parent].kind}: kinds go from chapter over block "
                    "and "
                    "category to code"
                )
            seen[code.code] = code

    def test_some_codes_are_assignable_and_no_chapter_or_block_is(self, subject: Subject) -> None:
        """A claim carries categories and codes only."""
        kinds = {code.kind: code.code for code in subject.parsed.codes if code.assignable}
        assert kinds, "no code is assignable: set assignable=True for those that a claim may carry"
        for kind in (CodeKind.CHAPTER, CodeKind.BLOCK):
            assert kind not in kinds, f"{kind} {kinds[kind]} is assignable: only categories and codes may be"

    def test_notes_have_text_and_clean_references(self, subject: Subject) -> None:
        """References carry neither dashes nor spaces at their ends, and no range ends where it starts."""
        for code in subject.parsed.codes:
            for note in code.notes:
                assert note.text.strip() == note.text != "", (
                    f"{code.code} has a note with the text {note.text!r}: leave empty notes out, and strip the others"
                )
                for reference in note.references:
                    for end in filter(None, (reference.first, reference.last or reference.first)):
                        assert end.strip(" -") == end != "", (
                            f"{code.code} has a note that refers to {end!r}: give the code alone, without dash or space"
                        )
                    assert reference.first != reference.last, (
                        f"{code.code} has a note with the range {reference.first} to itself: set last=None for one code"
                    )

    def test_seventh_characters_are_single_and_unique(self, subject: Subject) -> None:
        """One row defines each character once, with a meaning."""
        for code in subject.parsed.codes:
            characters = [item.character for item in code.seventh_characters]
            for item in code.seventh_characters:
                assert len(item.character) == 1, (
                    f"{code.code} has the seventh character {item.character!r}: it must be a single one"
                )
                assert characters.count(item.character) == 1, (
                    f"{code.code} defines the seventh character {item.character!r} twice: keep one"
                )
                assert item.meaning, f"{code.code}: seventh character {item.character!r} has no meaning: give its words"

    def test_index_entries_lead_to_codes(self, subject: Subject) -> None:
        """Ids are unique, paths have words, and almost every code is in the tabular list."""
        terms = subject.parsed.terms
        assert terms, "the index is empty: return `terms`, from the published index or made from titles"
        seen: set[str] = set()
        for term in terms:
            assert term.id not in seen, f"two index entries have the id {term.id!r}: number them so that each is unique"
            assert term.path and all(word.strip() for word in term.path), (
                f"index entry {term.id!r} has the path {term.path!r}: give the words of each level, and no empty level"
            )
            seen.add(term.id)
        lost = [
            f"{', '.join(term.path)}: {code}"
            for term in terms
            for code in (*term.codes, *term.manifestation)
            if subject.edition.find(code) is None
        ]
        assert len(lost) <= self.unknown_index_codes * len(terms), (
            f"{len(lost)} index entries lead to codes that are not among `codes`, such as {lost[:_SHOWN]}: correct "
            "them, or "
            "raise unknown_index_codes if the published index has such errors"
        )

    def test_an_edition_holds_what_is_read_a_second_time(self, subject: Subject) -> None:
        """Nothing is lost on the way to the disk, and reading the same files again gives the same."""
        pairs = (
            ("codes", subject.edition.codes(), subject.parsed.codes),
            ("terms", subject.edition.terms(), subject.parsed.terms),
        )
        for name, stored, parsed in pairs:
            assert list(stored) == list(parsed), (
                f"reading the same files twice gave different `{name}`: codekit_parse_release must give the same "
                "values in "
                "the same order each time; look for sets, times and random numbers"
            )

    def test_building_again_gives_the_same_edition(self, subject: Subject) -> None:
        """Same files, same release, same hash: the edition that is there is found again."""
        first = subject.edition.path
        again = EditionStore(subject.system, subject.home).add(subject.paths)
        assert again.path == first, (
            f"the same files made edition {subject.edition.label} and then {again.label}: codekit_identify_release "
            "must "
            "return the same release for the same files"
        )

    def test_assignable_codes_are_valid(self, subject: Subject) -> None:
        """Of assignable codes, each alone, the first is free of errors, and at least half of a sample are."""
        codes = list(subject.edition.assignable_codes())
        sample = codes[:: max(1, len(codes) // _SAMPLE)]
        faulty = {code: found[0].message for code in sample if (found := subject.errors(code))}
        assert sample[0] not in faulty, (
            f"{sample[0]} is assignable, but codekit_validate_codes finds an error in it: {faulty[sample[0]]!r}. "
            "Report "
            "errors for what no claim may carry, and nothing else"
        )
        assert len(faulty) <= len(sample) / 2, (
            f"codekit_validate_codes finds errors in {len(faulty)} of {len(sample)} assignable codes, such as "
            f"{list(faulty)[:_SHOWN]}: report errors for what no claim may carry, and nothing else"
        )

    def test_codes_that_no_claim_carries_are_errors(self, subject: Subject) -> None:
        """A heading is reported, and so is anything that is no code at all."""
        heading = next((code.code for code in subject.edition.codes() if not code.assignable), None)
        for text in (*_GARBAGE, *filter(None, (heading,))):
            what = "is a heading" if text == heading else "is no code"
            assert subject.errors(text), (
                f"codekit_validate_codes passes {text[:_SAMPLE]!r}, which {what}: report a Finding of severity ERROR "
                "for it"
            )

    def test_checking_nothing_finds_nothing(self, subject: Subject) -> None:
        """An empty code set has no findings."""
        findings = subject.system.validate((), subject.edition, Encounter())
        assert findings == (), (
            f"codekit_validate_codes finds {findings[0].rule!r} in an empty code set: report only on codes that are "
            "given"
        )

    def test_findings_name_rule_and_source(self, subject: Subject) -> None:
        """Each finding can be traced, and names codes that were asked about."""
        for finding in subject.system.validate(_GARBAGE, subject.edition, Encounter()):
            for name in ("rule", "message", "source"):
                assert getattr(finding, name), (
                    f"a finding {finding.rule!r} has no {name}: a finding says which rule it is of, what is wrong, and "
                    "where "
                    "the rule is printed"
                )
            assert set(finding.codes) & set(_GARBAGE), (
                f"finding {finding.rule!r} names the codes {finding.codes!r}, which were not asked about: name them as "
                "typed"
            )

    def test_conventions_say_what_they_are(self, subject: Subject) -> None:
        """Each convention has an id, says what it asks and where it is printed, and they go in no circle."""
        try:
            conventions = subject.system.conventions(subject.release)
        except PluginError as error:
            raise AssertionError(str(error)) from error
        for convention in conventions:
            for name in ("id", "title", "source"):
                assert getattr(convention, name).strip(), (
                    f"convention {convention.id!r} has no {name}: give a stable id, a sentence, and where the rule is "
                    "printed"
                )

    def test_questions_have_the_answers_that_they_name(self, subject: Subject) -> None:
        """What `codekit_specificity` takes for granted is among the values of its facets."""
        for facet in subject.system.specificity(subject.release).facets:
            known = [value.name for value in facet.values]
            named = [facet.default, *(one.value for one in facet.implied), *(p for v in facet.values for p in v.parts)]
            for name in filter(None, named):
                assert name in known, (
                    f"facet {facet.name!r} names the value {name!r}, which it does not have: it has {known}; add or "
                    "rename it"
                )

    def test_a_search_stays_within_its_limit(self, subject: Subject) -> None:
        """Whatever a plugin proposes is a code of the edition, scored from 0 to 1."""
        for query in ("", "???", *(term.path[0] for term in subject.parsed.terms[:1])):
            for candidate in subject.system.search(query, subject.edition, limit=3):
                assert subject.edition.find(candidate.code), (
                    f"codekit_search_index proposes {candidate.code!r}, which the edition does not hold: propose its "
                    "codes only"
                )
                assert 0 <= candidate.score <= 1, (
                    f"codekit_search_index scores {candidate.code} with {candidate.score}: scores run from 0 to 1"
                )

    def test_codes_a_note_in_its_own_words(self, subject: Subject) -> None:
        """A note of titles gets codes that a claim may carry, and no convention fails on it."""
        codes = [code for code in subject.parsed.codes if code.assignable]
        titles = [code.title for code in codes[:: max(1, len(codes) // _SAMPLE)]]
        note = "Assessment:\n" + "".join(f"{number}. {title}.\n" for number, title in enumerate(titles, start=1))
        result = Coder(subject.system, subject.edition).code(note)
        for one in result.assignments:
            assert subject.edition.get(one.code).assignable, (
                f"a note is coded with {one.code}, which is not assignable: no convention may bring such a code in"
            )
        known = {convention.id for convention in subject.system.conventions(subject.release)}
        failed = [finding.message for finding in result.findings if finding.rule in known and not finding.codes]
        assert not failed, f"{failed[0]}. A convention must hold on any draft, whatever codes are in it"

    def test_nothing_was_wrong_with_extensions(self, subject: Subject) -> None:
        """No extension of the system failed during these checks, and no hook was slow."""
        warnings = subject.system.warnings
        assert warnings == [], f"{len(warnings)} warnings, the first of which says what to do: {warnings[0]}"
