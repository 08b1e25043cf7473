"""Discovery and isolation, with throw-away distributions on the path as pip would lay them out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from codekit import Coder, Encounter
from codekit.errors import DuplicateSystemError, PluginError, SourceError, UnknownSystemError
from codekit.plugins.registry import PluginRecord, load_plugins
from codekit.system import System

SYSTEM = """
from datetime import date
from codekit.plugin import hookimpl
from codekit.conventions import COMBINE, SAID, Convention
from codekit.types import Candidate, Finding, Release, Severity, SystemInfo

def convention(name, stage, *after):
    return Convention(id=name, title="", source="", stage=stage, after=after, apply=lambda *_: ())

def finding(code, rule):
    return Finding(rule=rule, severity=Severity.ERROR, codes=(code,), message="", source="")

class Hooks:
    @hookimpl
    def codekit_releases(self):
        for year in (2024, 2026, 2025):
            yield Release(system="demo", version=str(year), title="", valid_from=date(year, 1, 1))
    @hookimpl
    def codekit_search_index(self, query, limit):
        return [Candidate(code=code, score=0.5, term="", source="demo") for code in ("A", "B", "C")]
    @hookimpl
    def codekit_validate_codes(self, codes):
        yield finding("B", "one")
        yield finding("A", "two")
        yield finding("A", "one")
    @hookimpl
    def codekit_conventions(self):
        return [convention("b", COMBINE), convention("a", COMBINE), convention("z", SAID)]

@hookimpl
def codekit_register_systems(register):
    register(SystemInfo(id="demo", name="Demo", uri="urn:demo"), Hooks())
"""

EXTENSION = """
from codekit.plugin import hookimpl
from codekit.conventions import SAID, Convention
from codekit.types import Candidate

class Extra:
    @hookimpl
    def codekit_conventions(self):
        return [Convention(id="payer", title="", source="", stage=SAID, apply=lambda d, e, n: ())]
    @hookimpl
    def codekit_search_index(self, query):
        {search}
    @hookimpl
    def codekit_validate_codes(self, codes):
        {validate}

@hookimpl
def codekit_extend_system(system_id):
    {extend}
    return Extra() if system_id == "demo" else None
"""

Install = Callable[..., Path]


def extension(search: str = "return []", validate: str = "return []", extend: str = "pass") -> str:
    return EXTENSION.format(search=search, validate=validate, extend=extend)


def record(name: str) -> PluginRecord:
    return next(record for record in load_plugins().records if record.name == name)


def test_a_sound_plugin_is_listed_with_its_systems_and_hooks(install: Install) -> None:
    install("demo", SYSTEM)
    assert record("demo") == PluginRecord(
        name="demo",
        distribution="throwaway-demo",
        version="3.1",
        status="ok",
        systems=("demo",),
        hooks=(
            "codekit_conventions",
            "codekit_register_systems",
            "codekit_releases",
            "codekit_search_index",
            "codekit_validate_codes",
        ),
    )


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("import no_such_module_at_all", "ModuleNotFoundError: No module named 'no_such_module_at_all'"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("def broken(:", "SyntaxError"),
        ("CODEKIT_API = 99", "needs plugin API 99, this codekit speaks 1: update codekit"),
        ("CODEKIT_API = 0", "needs plugin API 0, this codekit speaks 1: update the plugin"),
        ("CODEKIT_API = '1'", "its CODEKIT_API must be an integer, such as 1; got '1'"),
        (
            SYSTEM + "\n@hookimpl\ndef codekit_no_such_hook():\n    pass",
            "unknown hook 'codekit_no_such_hook'",
        ),
        (SYSTEM.replace("codekit_releases", "codekit_relaeses"), "unknown hook 'codekit_relaeses'"),
        (SYSTEM.replace("(self, query, limit)", "(self, query, colour)"), "colour"),
        (SYSTEM.replace("Hooks())", "Hooks)"), "call Hooks() first"),
        (SYSTEM.replace('id="demo"', 'id="Not Good"'), "ValueError"),
        (SYSTEM.replace("    register(", "    raise RuntimeError('on fire')\n    register("), "on fire"),
        (SYSTEM + "\n    raise RuntimeError('after the claim')", "after the claim"),
    ],
)
def test_a_broken_plugin_is_reported_and_nothing_else_breaks(install: Install, source: str, message: str) -> None:
    install("sound", SYSTEM)
    install("broken", source.replace('"demo"', '"other"'))
    found = record("broken")
    assert (found.status, found.systems, found.hooks) == ("broken", (), ())
    assert message in found.error
    assert "\n" not in found.error
    assert record("sound").status == "ok"
    assert System.open("demo").info.name == "Demo"
    with pytest.raises(UnknownSystemError):
        System.open("other")


def test_an_entry_point_name_used_twice_is_refused_naming_both_distributions(install: Install) -> None:
    install("one", SYSTEM, entry="same")
    install("two", SYSTEM, entry="same")
    found = record("same")
    assert (found.status, found.distribution) == ("broken", "throwaway-one, throwaway-two")
    assert "several distributions use this entry-point name" in found.error


def test_two_claims_to_one_system_fail_on_open_only(install: Install) -> None:
    install("one", SYSTEM)
    install("two", SYSTEM)
    assert record("one").systems == record("two").systems == ("demo",)
    assert "demo" not in load_plugins().system_ids()
    with pytest.raises(DuplicateSystemError, match="'one' and 'two'"):
        System.open("demo")


def test_an_unknown_system_suggests_a_near_one(install: Install) -> None:
    install("demo", SYSTEM)
    with pytest.raises(UnknownSystemError, match="Did you mean 'demo'"):
        System.open("dmeo")


def test_results_are_ordered(install: Install, coder: Coder) -> None:
    install("demo", SYSTEM)
    system = System.open("demo")
    assert [release.version for release in system.releases()] == ["2026", "2025", "2024"]
    newest = system.releases()[0]
    assert [convention.id for convention in system.conventions(newest)] == ["z", "b", "a"]
    findings = system.validate(["A", "B"], coder.edition, Encounter())
    assert [(finding.codes[0], finding.rule) for finding in findings] == [
        ("A", "one"),
        ("A", "two"),
        ("B", "one"),
    ]


def test_an_extension_adds_to_the_lists(install: Install) -> None:
    install("demo", SYSTEM)
    install(
        "payer",
        extension(search="return [Candidate(code=c, score=1, term='', source='payer') for c in 'XA']"),
    )
    system = System.open("demo")
    assert [convention.id for convention in system.conventions(system.releases()[0])] == [
        "z",
        "payer",
        "b",
        "a",
    ]
    found = system.search("anything", None, limit=3)  # type: ignore[arg-type]
    assert [candidate.code for candidate in found] == ["X", "A", "B"]
    assert system.warnings == []


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("raise RuntimeError('patient text')", "RuntimeError"),
        ("raise SystemExit(1)", "SystemExit"),
        ("return [42]", "returned int where Candidate is due"),
        ("return 1 / 0", "ZeroDivisionError"),
    ],
)
def test_an_extension_that_fails_is_left_out_with_a_warning(install: Install, fault: str, told: str) -> None:
    install("demo", SYSTEM)
    install("payer", extension(search=fault))
    system = System.open("demo")
    for _ in range(2):
        found = system.search("anything", None, limit=3)  # type: ignore[arg-type]
        assert [candidate.code for candidate in found] == ["A", "B", "C"]
    assert len(system.warnings) == 1
    assert "payer" in system.warnings[0]
    assert "codekit_search_index" in system.warnings[0]
    assert told in system.warnings[0]
    assert "patient text" not in system.warnings[0]


def test_an_extension_that_fails_does_not_silence_another(install: Install) -> None:
    install("demo", SYSTEM)
    install("bad", extension(search="raise RuntimeError"))
    install("good", extension(search="return [Candidate(code='G', score=1, term='', source='good')]"))
    found = System.open("demo").search("anything", None, limit=9)  # type: ignore[arg-type]
    assert {candidate.code for candidate in found} == {"A", "B", "C", "G"}


@pytest.mark.parametrize(
    ("extend", "told"),
    [("raise RuntimeError('no licence')", "no licence"), ("return 5", "implements no hook")],
)
def test_an_extension_that_cannot_be_made_is_left_out(install: Install, extend: str, told: str) -> None:
    install("demo", SYSTEM)
    install("payer", extension(extend=extend))
    system = System.open("demo")
    assert len(system.conventions(system.releases()[0])) == 3
    assert told in system.warnings[0]
    assert "payer" in system.warnings[0]


def test_a_fault_of_the_system_itself_is_raised_with_its_name(install: Install) -> None:
    install("demo", SYSTEM.replace("return [convention", "raise RuntimeError('boom') or [convention"))
    install("payer", extension())
    system = System.open("demo")
    with pytest.raises(PluginError, match=r"'demo' failed in codekit_conventions: RuntimeError: boom") as caught:
        system.conventions(system.releases()[0])
    assert isinstance(caught.value.__cause__, RuntimeError)


def test_duplicates_within_a_system_are_refused(install: Install) -> None:
    source = SYSTEM.replace("(2024, 2026, 2025)", "(2024, 2024)").replace(
        'convention("a", COMBINE)', 'convention("b", SAID)'
    )
    install("demo", source)
    system = System.open("demo")
    with pytest.raises(PluginError, match="release '2024' is listed twice"):
        system.releases()
    with pytest.raises(PluginError, match="convention 'b' is given twice"):
        system.conventions(None)  # type: ignore[arg-type]


def test_the_toy_plugin_knows_its_own_files_and_refuses_others(tmp_path: Path) -> None:
    from codekit.editions.source import Source

    system = System.open("toy")
    own = system.default_source()
    assert own is not None
    with Source.open(own) as source:
        release = system.identify(source)
        assert [code.code for code in system.parse(release, source).codes][:3] == ["I", "T10-T29", "T10"]
    (tmp_path / "junk.csv").write_text("a,b\n", encoding="utf-8")
    with (
        Source.open(tmp_path) as source,
        pytest.raises(SourceError, match="not a release of Toy injuries; found: junk"),
    ):
        system.identify(source)
