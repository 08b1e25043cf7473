"""What one system knows stays within it: nothing of any system is in core, and no rule of one fires in another."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import attrs
import pytest

import codekit
from codekit import Coder
from codekit.editions.store import EditionStore
from codekit.plugins.registry import load_plugins
from codekit.system import System
from codekit.types import CodeKind

ROOT = Path(__file__).resolve().parents[2]
CORE = ROOT / "core" / "codekit"
TOY = "toy"
PLUGINS = load_plugins()
SYSTEMS = [system for system in PLUGINS.system_ids() if system != TOY]

CODE_PATTERNS = (
    r"\b[A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{1,4}\b|\.-|\b)",  # categories of a letter and two characters, and below
    r"\b[A-Z][0-9]{4}\b",  # a letter and four digits
    r"\b[0-9]{4}[A-Z]\b",  # four digits and a letter
    r"(?<![\w.#])[0-9]{5}(?![\w.])",  # five digits
)
PUBLISHED = r"\b(?:ICD|CPT|HCPCS|OPCS|SNOMED|NCCI)\b"

ALLOWED = {
    ("text/languages/en/abbreviations.tsv", "A1C"): "a laboratory test",
    ("text/languages/en/abbreviations.tsv", "T1D"): "diabetes of type 1",
    ("text/languages/en/abbreviations.tsv", "T2D"): "diabetes of type 2",
    ("formats/claml/__init__.py", "14463"): "the number of a standard",
}
"""What may stand in core although it looks like something of a system: file and words, and why."""


@attrs.frozen
class Found:
    """Something of a system in a file of core."""

    file: str
    line: int
    words: str


def core_files() -> Iterator[tuple[str, str]]:
    for path in sorted(CORE.rglob("*")):
        if path.is_file() and path.suffix not in (".pyc", ".so"):
            yield path.relative_to(CORE).as_posix(), path.read_text(encoding="utf-8")


def grep(pattern: str, flags: re.RegexFlag = re.NOFLAG) -> list[Found]:
    expression = re.compile(pattern, flags)
    return [
        Found(file, text.count("\n", 0, match.start()) + 1, match[0])
        for file, text in core_files()
        for match in expression.finditer(text)
        if (file, match[0]) not in ALLOWED
    ]


def spelt_anyhow(system_id: str) -> str:
    """Make a pattern of an id that finds it with other marks between its parts, or none."""
    return r"\b" + r"[\W_]*".join(map(re.escape, re.findall(r"[a-z]+|[0-9]+", system_id))) + r"\b"


def is_ready(system_id: str) -> bool:
    system = System.open(system_id, PLUGINS)
    return system.default_source() is not None or bool(EditionStore(system).list())


@pytest.fixture(scope="module")
def coders() -> dict[str, Coder]:
    """Open every system that is ready for use."""
    return {system: codekit.open(system) for system in (*SYSTEMS, TOY) if is_ready(system)}


def test_the_search_finds_what_it_looks_for() -> None:
    assert grep("the LIBRARY'S front door", re.IGNORECASE) == [Found("api.py", 1, "The library's front door")]
    assert re.fullmatch(CODE_PATTERNS[0], "E11.22")
    assert re.fullmatch(CODE_PATTERNS[0], "E11.-")
    assert re.search(spelt_anyhow("icd10cm"), "ICD-10-CM Official", re.IGNORECASE)
    for number, code in enumerate(("A0428", "0001F", "99213"), start=1):
        assert re.fullmatch(CODE_PATTERNS[number], code)


@pytest.mark.parametrize("system_id", SYSTEMS)
def test_core_names_no_system(system_id: str) -> None:
    assert grep(spelt_anyhow(system_id), re.IGNORECASE) == []
    assert grep(rf"\b{re.escape(PLUGINS.claim(system_id).info.name)}\b", re.IGNORECASE) == []


def test_core_names_no_published_classification() -> None:
    assert grep(PUBLISHED) == []


@pytest.mark.parametrize("pattern", CODE_PATTERNS)
def test_core_holds_nothing_that_looks_like_a_code(pattern: str) -> None:
    assert grep(pattern) == []


def test_core_holds_no_code_and_no_chapter_of_a_system(coders: dict[str, Coder]) -> None:
    words = {word: file for file, text in core_files() for word in re.findall(r"\b\w+(?:\.\w+)*\b", text)}
    texts = {file: " ".join(text.casefold().split()) for file, text in core_files()}
    for system_id in coders.keys() - {TOY}:
        for code in coders[system_id].edition.codes():
            if code.kind is CodeKind.CHAPTER:
                # a title of one word, such as that of tumours, is a word of the language too
                title = re.sub(r"\s*\(\S*\)$", "", code.title).casefold()
                assert len(title.split()) < 2 or [file for file, text in texts.items() if title in text] == [], title
            elif code.kind in (CodeKind.CATEGORY, CodeKind.CODE) and (file := words.get(code.code)):
                assert (file, code.code) in ALLOWED, f"{code.code} of {system_id} is in {file}"


def test_what_is_allowed_is_there() -> None:
    texts = dict(core_files())
    for (file, words), reason in ALLOWED.items():
        assert words in texts[file], f"{words} ({reason}) is gone from {file}; take it off the list"


def test_no_rule_of_a_system_is_one_of_another(coders: dict[str, Coder]) -> None:
    rules = {name: coder.system.conventions(coder.edition.release) for name, coder in coders.items()}
    for one, other in combinations(rules, 2):
        assert {rule.id for rule in rules[one]} & {rule.id for rule in rules[other]} == set(), (one, other)
        assert {rule.source for rule in rules[one]} & {rule.source for rule in rules[other]} == set(), (one, other)


NOTES = (
    "Assessment:\n1. Type 2 diabetes with neuropathy.\n2. Hypertension and chronic kidney disease.\n3. Sepsis.",
    "Assessment: open fracture of the right ankle, initial encounter. Cut of finger. Sprain of left ankle.",
    "Assessment: meningitis in a patient with tuberculosis. Long-term use of insulin. History of breast cancer.",
    "Procedure: appendectomy. Office visit, 25 minutes. Injection of ceftriaxone 250 mg.",
)


@pytest.mark.parametrize("note", NOTES)
def test_a_note_gets_the_codes_and_the_rules_of_its_own_system(coders: dict[str, Coder], note: str) -> None:
    for system_id, coder in coders.items():
        result = coder.code(note)
        own = {rule.id: rule.source for rule in coder.system.conventions(coder.edition.release)}
        assert (result.system, result.edition) == (system_id, coder.edition.label)
        assert all(coder.edition.get(one.code).assignable for one in result.assignments)
        for edit in result.edits:
            assert edit.rule in own or edit.rule not in _rules_of_others(coders, system_id), (system_id, edit.rule)
        named = {finding.rule for finding in result.findings} | {one.rule for one in result.dropped}
        assert named & _rules_of_others(coders, system_id) == set()


def _rules_of_others(coders: dict[str, Coder], system_id: str) -> set[str]:
    others = [coder for name, coder in coders.items() if name != system_id]
    return {rule.id for coder in others for rule in coder.system.conventions(coder.edition.release)}


def test_the_tests_of_core_pass_with_no_plugin_but_the_toy(tmp_path: Path) -> None:
    """Hide every other entry point, as if only core and the toy were installed."""
    hide = """
from importlib import metadata

real = metadata.entry_points

def entry_points(**parameters):
    found = real(**parameters)
    if parameters.get("group") != "codekit":
        return found
    return metadata.EntryPoints(entry for entry in found if entry.name not in HIDDEN)

metadata.entry_points = entry_points
"""
    (tmp_path / "hide_plugins.py").write_text(f"HIDDEN = {SYSTEMS!r}\n{hide}", encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])}
    # What is killed twenty times has the toy alone anyway.
    options = ("-q", "-p", "hide_plugins", "-p", "no:cacheprovider", "-k", "not killed")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "tests/core"],
        cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout[-4000:]
    passed, skipped = (int(number) for number in re.findall(r"(\d+) (?:passed|skipped)", ran.stdout.splitlines()[-1]))
    assert passed > skipped, "most of what core promises must show without a system of its own"
