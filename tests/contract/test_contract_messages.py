"""The contract suite against plugins that break it: the right check fails, and says what to do."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from codekit.errors import PluginError
from codekit.plugins.registry import load_plugins
from codekit.testing import SystemContract
from codekit.testing.contract import open_subject

Odd = Callable[..., None]

CHECKS = [name for name in vars(SystemContract) if name.startswith("test_")]
PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "contract.md"

RIGHT = "T10.1,Sprain of right ankle,code,T10,yes,"
LEFT = 'T10.2,Sprain of left ankle,code,T10,yes,"Sprain, ankle, left",'
PARSED = "        rows = list(csv.DictReader(_table(source)))\n"
VALIDATE = "        for text in codes:\n"
NOTES = 'notes=tuple(types.TabularNote(kind=NOT_WITH, text=f"not with {o.first}", references=(o,)) for o in others)'
SEVENTH = "seventh_characters=tuple(types.SeventhCharacter(character=c, meaning=m) for c, m in {})"
RELEASES = "        return [RELEASE]\n"
OLDER = """
        from attrs import evolve
        return [RELEASE, evolve(RELEASE, version="2025", valid_from=date(2025, 1, 1), valid_to={})]
"""
PROPOSE = """
    @hookimpl
    def codekit_search_index(self) -> list[types.Candidate]:
        return [types.Candidate(code={}, score={}, term="", source="")]

    @hookimpl
    def codekit_conventions"""
CONVENTIONS = "\n    @hookimpl\n    def codekit_conventions"

EXTENSION = """
from codekit.plugin import hookimpl

class Payer:
    @hookimpl
    def codekit_validate_codes(self):
        raise LookupError

@hookimpl
def codekit_extend_system(system_id):
    return Payer() if system_id == "odd" else None
"""


def note(text: str, reference: str) -> str:
    return f"notes=(types.TabularNote(kind=NOT_WITH, text={text!r}, references=({reference},)),)"


BROKEN = {
    "test_is_offered_by_one_plugin_that_loads": [
        ('name="Toy injuries"', 'name=" "', "SystemInfo.name is empty: give the name"),
        ("https://example.org/odd", "odd", "SystemInfo.uri is 'odd': give an absolute URI"),
    ],
    "test_releases_follow_one_another": [
        (RELEASES, "        return []\n", "list at least the release"),
        (RELEASES, OLDER.format("None"), "'2025' has a successor, '2026', but no end: set its valid_to"),
        (RELEASES, OLDER.format("date(2026, 1, 1)"), "one day belongs to one release"),
        (RELEASES, RELEASES.replace("RELEASE", 'types.Release(system="x", version="1", title="", valid_from=date.min)'),
         "set Release.system to 'odd'"),
    ],
    "test_recognises_its_files": [
        ("return RELEASE if", "import attrs; return attrs.evolve(RELEASE, version='') if", "without a version"),
    ],
    "test_refuses_files_that_are_none_of_its_own": [
        ('if text.startswith("odd_code,")', 'if "," in text', "takes a file table.csv of junk for release"),
        ("[])", '["odd_code"][len(source.names()) > 1 :])', "takes a file empty.xml of junk"),
        ('"utf-8-sig", "replace"', '"utf-8-sig"', "raised on a file image.pdf of junk"),
    ],
    "test_codes_are_unique_and_below_their_parents": [
        (LEFT, f"{RIGHT},", "code 'T10.1' is listed twice: give each row"),
        ("Sprain of right ankle", " Sprain of right ankle", "the title of T10.1 is ' Sprain of right ankle'"),
        ("I,Toy injuries,chapter,,", "I,Odd injuries,block,,", "chapters have the parent None"),
        (RIGHT, RIGHT.replace(",T10,", ",T30,"), "T10.1 comes before its parent 'T30': sort the rows"),
        (RIGHT, RIGHT.replace("code", "block").replace("yes", "no"), "T10.1 is a block below a category"),
    ],
    "test_some_codes_are_assignable_and_no_chapter_or_block_is": [
        ("limbs,block,I,no", "limbs,block,I,yes", "block T10-T29 is assignable: only categories and codes may be"),
    ],
    "test_notes_have_text_and_clean_references": [
        (NOTES, note(" ", "types.CodeReference(first='T11')"), "leave empty notes out"),
        (NOTES, note("x", "types.CodeReference(first='T11-')"), "refers to 'T11-': give the code alone"),
        (NOTES, note("x", "types.CodeReference(first='T11', last='T11')"), "set last=None for one code"),
    ],
    "test_seventh_characters_are_single_and_unique": [
        (NOTES, SEVENTH.format("[('AB', 'x')]"), "seventh character 'AB': it must be a single one"),
        (NOTES, SEVENTH.format("[('A', 'x'), ('A', 'y')]"), "'A' twice: keep one"),
        (NOTES, SEVENTH.format("[('A', '')]"), "'A' has no meaning: give its words"),
    ],
    "test_index_entries_lead_to_codes": [
        ('id=f"{row[\'odd_code\']}/{number}"', 'id="1"', "two index entries have the id '1': number them"),
        ('"Cut, finger|', '"Cut, |', "and no empty level"),
        ('codes=(row["odd_code"],))', 'codes=("T99",))', "lead to codes that are not among `codes`"),
    ],
    "test_an_edition_holds_what_is_read_a_second_time": [
        (PARSED, f"{PARSED}        rows[-1]['title'] += str(id(rows))\n", "different `codes`: codekit_parse_release"),
    ],
    "test_building_again_gives_the_same_edition": [
        ("return RELEASE if", "import attrs, time; return attrs.evolve(RELEASE, version=f'{time.time_ns()}') if",
         "must return the same release for the same files"),
    ],
    "test_assignable_codes_are_valid": [
        ("not code.assignable:", "not code.assignable or code.code == 'T10.1':", "finds an error in it: "),
    ],
    "test_codes_that_no_claim_carries_are_errors": [
        ("if code is None or not code.assignable:", "if code is None:", "which is a heading: report a Finding"),
        ("if code is None or not", "if code and not", "which is no code: report a Finding of severity ERROR"),
    ],
    "test_checking_nothing_finds_nothing": [
        (VALIDATE, f'{VALIDATE.replace("codes", "codes or [chr(88)]")}', "in an empty code set: report only on codes"),
    ],
    "test_findings_name_rule_and_source": [
        ("message=message, source=PRINTED", "message=message, source=''", "has no source: a finding says"),
        ("codes=(text,)", "codes=(text.upper() + 'x',)", "which were not asked about: name them as typed"),
    ],
    "test_conventions_say_what_they_are": [
        ('says="A specific code suffices."', 'says=""', "has no title: give a stable id"),
        ("stage=CHOOSE,", "stage=CHOOSE, after=[RULE],", "in a circle: odd.unspecified_beside_s"),
    ],
    "test_questions_have_the_answers_that_they_name": [
        ('Facet(name="laterality"', 'Facet(default="both", name="laterality"', "names the value 'both'"),
    ],
    "test_a_search_stays_within_its_limit": [
        (CONVENTIONS, PROPOSE.format("'T99'", "1"), "proposes 'T99', which the edition does not hold"),
        (CONVENTIONS, PROPOSE.format("'T11'", "7"), "scores T11 with 7: scores run from 0 to 1"),
    ],
    "test_codes_a_note_in_its_own_words": [
        ("    for one in case.draft:\n", "    raise LookupError\n    for one in case.draft:\n", "on any draft"),
    ],
    "test_nothing_was_wrong_with_extensions": [],
}  # fmt: skip


def failures(system_id: str, tmp_path: Path) -> dict[str, str]:
    """Run every check on a system; give the messages of those that fail."""
    contract = type("Contract", (SystemContract,), {"system_id": system_id})()
    failed: dict[str, str] = {}
    with open_subject(system_id) as subject:
        given = {"subject": subject, "plugins": load_plugins(), "tmp_path": tmp_path}
        for name in CHECKS:
            check = getattr(contract, name)
            try:
                check(*(given[parameter] for parameter in inspect.signature(check).parameters))
            except AssertionError as error:
                failed[name] = str(error)
            except PluginError:
                assert "edition" in inspect.getsource(check)  # which cannot be built, and another check says why
    return failed


def test_every_check_has_a_plugin_that_breaks_it_and_a_line_in_the_documentation() -> None:
    assert list(BROKEN) == CHECKS
    page = PAGE.read_text(encoding="utf-8")
    assert re.findall(r"^\| `(test_\w+)` \|", page, re.MULTILINE) == CHECKS


def test_a_sound_plugin_fails_no_check(odd: Odd, tmp_path: Path) -> None:
    odd()
    assert failures("odd", tmp_path) == {}


@pytest.mark.parametrize(
    ("check", "old", "new", "sentence"),
    [
        pytest.param(check, *each, id=f"{check[5:]}-{n}")
        for check, many in BROKEN.items()
        for n, each in enumerate(many)
    ],
)
def test_a_plugin_that_breaks_a_check_is_told_what_to_do(
    odd: Odd, tmp_path: Path, check: str, old: str, new: str, sentence: str
) -> None:
    odd(old, new)
    failed = failures("odd", tmp_path)
    assert sentence in failed.pop(check)
    assert failed == {}


def test_an_extension_that_fails_is_told_what_to_do(odd: Odd, install: Callable[..., Path], tmp_path: Path) -> None:
    odd()
    install("payer", EXTENSION)
    failed = failures("odd", tmp_path)
    assert list(failed) == ["test_nothing_was_wrong_with_extensions"]
    assert "plugin 'payer (extension)' failed in codekit_validate_codes: LookupError" in failed.popitem()[1]
