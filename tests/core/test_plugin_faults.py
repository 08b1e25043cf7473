"""What plugins may do wrong: each fault is named with its plugin, and goes no farther than it must."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from textwrap import indent

import pytest
from click.testing import CliRunner, Result

import codekit
from codekit import Coder, Encounter, Note
from codekit.cli.main import cli
from codekit.editions.source import Source
from codekit.errors import PluginError
from codekit.plugins.hookspecs import SystemSpecs
from codekit.system import System
from codekit.types import Link, Publication

Install = Callable[..., Path]

NEED_AN_ANSWER = ("codekit_retrieve_guidelines", "codekit_publication_files")  # which the toy has none for
HOOKS = sorted(name for name in vars(SystemSpecs) if name.startswith("codekit_"))
NOTE = "Assessment: sprain of the right ankle.\n"
WORK = "import time\nstart = time.process_time()\nwhile time.process_time() - start < 5.05:\n    pass\n"
TOY = Path(__file__).resolve().parents[1] / "thirdparty" / "codekit-toy" / "codekit_toy.py"

ONE_HOOK = """
from codekit.plugin import hookimpl
from codekit.types import SystemInfo

class Hooks:
    @hookimpl
    def {hook}(self):
        raise RuntimeError("on fire")

@hookimpl
def {register}
"""
SYSTEM = 'codekit_register_systems(register):\n    register(SystemInfo(id="odd", name="Odd", uri="urn:odd"), Hooks())'
EXTENSION = 'codekit_extend_system(system_id):\n    return Hooks() if system_id == "toy" else None'


@pytest.fixture
def toy() -> Coder:
    return codekit.open("toy")


def run(*arguments: str, stdin: str | None = None, system: str | None = "odd") -> Result:
    chosen = ["--system", system] if system else []
    return CliRunner(env={"CODEKIT_SYSTEM": None}).invoke(cli, [*chosen, *arguments], input=stdin)


class Pages:
    """A web without links."""

    def links(self, url: str) -> tuple[Link, ...]:  # noqa: ARG002
        return ()


def call(system: System, hook: str, toy: Coder) -> object:
    """Have core call a hook."""
    edition = toy.edition
    with Source.open(TOY.with_suffix(".csv")) as source:
        calls: dict[str, Callable[[], object]] = {
            "codekit_releases": system.releases,
            "codekit_publications": lambda: system.publications(Pages()),
            "codekit_publication_files": lambda: system.publication_files(
                Pages(), Publication(version="2026", title="", url="https://example.org/")
            ),
            "codekit_default_source": system.default_source,
            "codekit_identify_release": lambda: system.identify(source),
            "codekit_parse_release": lambda: system.parse(edition.release, source),
            "codekit_guidelines": lambda: system.guidelines(edition.release, source),
            "codekit_search_index": lambda: system.search("ankle", edition, 3),
            "codekit_locate_mentions": lambda: system.locate_mentions(toy.read(Note(id="n", text=NOTE)), (), edition),
            "codekit_lexicon": lambda: system.lexicon(edition.release),
            "codekit_retrieve_guidelines": lambda: system.retrieve_guidelines("ankle", edition, 3),
            "codekit_specificity": lambda: system.specificity(edition.release),
            "codekit_validate_codes": lambda: system.validate(("T10",), edition, Encounter()),
            "codekit_check_edition": lambda: system.check_edition(edition, source),
            "codekit_conventions": lambda: [one.id for one in system.conventions(edition.release)],
            "codekit_prompt": lambda: system.prompt("index_navigator", edition.release),
            "codekit_propose_codes": lambda: system.propose(Note(id="n", text=NOTE), edition),
        }
        return calls[hook]()


@pytest.mark.parametrize("hook", HOOKS)
def test_a_system_that_fails_in_a_hook_is_named_with_the_hook(install: Install, toy: Coder, hook: str) -> None:
    install("odd", ONE_HOOK.format(hook=hook, register=SYSTEM))
    with pytest.raises(PluginError, match=f"plugin 'odd' failed in {hook}: RuntimeError") as caught:
        call(System.open("odd"), hook, toy)
    assert isinstance(caught.value.__cause__, RuntimeError)


@pytest.mark.parametrize("hook", [hook for hook in HOOKS if hook not in NEED_AN_ANSWER])
def test_an_extension_that_fails_in_a_hook_changes_nothing(install: Install, toy: Coder, hook: str) -> None:
    install("payer", ONE_HOOK.format(hook=hook, register=EXTENSION))
    extended = System.open("toy")
    assert call(extended, hook, toy) == call(toy.system, hook, toy)
    assert len(extended.warnings) == 1
    assert f"plugin 'payer (extension)' failed in {hook}: RuntimeError" in extended.warnings[0]


FINDING = 'types.Finding(rule="r", severity=ERROR, codes=codes, message="", source="")'


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("raise RuntimeError('on fire')", "RuntimeError: on fire"),
        ("import sys; sys.exit(7)", "SystemExit: 7"),
        ("raise MemoryError", "MemoryError"),
        ("return self.codekit_validate_codes(codes, edition)", "RecursionError"),
        ("return 42", "TypeError: 'int' object is not iterable"),
        ("return [42]", "it returned int where Finding is due"),
        (
            f"return [{FINDING.replace('ERROR', repr('error'))}]",
            "a Finding whose severity is str where Severity is due",
        ),
        (f"return [{FINDING.replace('codes=codes', 'codes=(1,)')}]", "a Finding whose codes hold int where str is due"),
        (f"return [{FINDING}] * 10**6", "more than 20,000 items of Finding"),
        (f"while True: yield {FINDING}", "more than 20,000 items of Finding; a generator must end"),
        ("codes.append('X')", "AttributeError: 'tuple' object has no attribute 'append'"),
        ("edition.get('T10').title = ''", "FrozenInstanceError"),
    ],
)
def test_a_hook_that_goes_wrong_is_one_message(odd: Callable[..., None], body: str, told: str) -> None:
    method = "def codekit_validate_codes(self, codes"
    odd(method, f"{method}, edition):\n        {body}\n\n    def unused(self, codes")
    ran = run("validate", "T10.1", "--format", "json")
    assert (ran.exit_code, ran.stdout) == (1, "")
    # What Python itself says of a collection at the deepest recursion may stand in front.
    assert "error: plugin 'odd' failed in codekit_validate_codes: " in ran.stderr.splitlines()[-1]
    assert told in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.usefixtures("home")
def test_a_fault_while_a_table_is_read_late_is_named_too(odd: Callable[..., None]) -> None:
    odd("terms=terms)", "terms=terms, pairs=(1 / 0 for _ in rows))")
    ran = run("show", "T10")
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert "plugin 'odd' failed in codekit_parse_release: ZeroDivisionError" in ran.stderr


def test_an_interrupt_within_a_hook_ends_the_command(odd: Callable[..., None]) -> None:
    odd("        for text in codes:\n", "        raise KeyboardInterrupt\n        for text in codes:\n")
    assert run("validate", "T10.1").exit_code == 130


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("raise RuntimeError(draft[0].evidence[0].text)", "RuntimeError"),
        ("raise SystemExit(draft[0].evidence[0].text)", "SystemExit"),
        ("yield 42", "it returned int where Edit is due"),
        ("draft.codes = ()", "FrozenInstanceError"),
        ("draft[0].evidence[0].text = ''", "FrozenInstanceError"),
        ("yield types.Edit(rule=1, action=types.Action.DROP, code='T10', source='', reason='')", "whose rule is int"),
        ("while True: yield case.drop('', '')", "more than 20,000"),
    ],
)
def test_a_convention_that_goes_wrong_costs_no_code(odd: Callable[..., None], body: str, told: str) -> None:
    odd("    for one in case.draft:\n", f"    draft = case.draft\n    {body}\n    for one in draft:\n")
    ran = run("run", "--format", "json", stdin=NOTE)
    assert ran.exit_code == 0
    result = json.loads(ran.stdout)
    assert [one["code"] for one in result["assignments"]] == ["T10.1"]
    (finding,) = result["findings"]
    assert (finding["rule"], finding["severity"]) == ("odd.unspecified_beside_specific", "warning")
    assert "plugin 'odd' failed in its convention odd.unspecified_beside_specific: " in finding["message"]
    assert told in finding["message"]
    assert "sprain" not in finding["message"]


def test_a_convention_that_returns_no_edits_at_all_costs_no_code(odd: Callable[..., None]) -> None:
    odd("[suffice.convention(Case)]", "[__import__('attrs').evolve(suffice.convention(Case), apply=lambda *_: 42)]")
    result = json.loads(run("run", "--format", "json", stdin=NOTE).stdout)
    assert [one["code"] for one in result["assignments"]] == ["T10.1"]
    assert "TypeError" in result["findings"][0]["message"]


@pytest.mark.parametrize(
    "where",
    [
        "CODEKIT_API = 1\n",
        "(register: plugin.SystemRegistry) -> None:\n",
        "-> list[Path]:\n",
        "-> plugin.Specificity:\n",
        "def suffice(case: Case) -> Iterator[types.Edit]:\n",
    ],
)
def test_what_a_plugin_prints_stays_out_of_the_results(odd: Callable[..., None], where: str) -> None:
    indent = {"C": "", "-": "        "}.get(where[0], "    ")
    odd(where, f"{where}{indent}print('noise')\n")
    ran = run("run", "--format", "json", stdin=NOTE)
    assert [one["code"] for one in json.loads(ran.stdout)["assignments"]] == ["T10.1"]
    assert "noise" in ran.stderr


def test_a_pattern_that_is_none_is_refused(odd: Callable[..., None]) -> None:
    odd("in_notes=(side,))", "in_notes=(side,), patterns=('(',))")
    ran = run("run", stdin=NOTE)
    assert ran.exit_code == 1
    assert "plugin 'odd' failed in codekit_specificity" in ran.stderr


def test_a_plugin_that_is_slow_is_named_with_its_time(odd: Callable[..., None]) -> None:
    odd("CODEKIT_API = 1\n", WORK)
    ran = run("plugins", "--format", "json")
    assert "odd" in [one["name"] for one in json.loads(ran.stdout)["plugins"]]
    assert re.search(r"warning: plugin 'odd' takes \d+\.\d s of work to load", ran.stderr)
    assert run("--help").stderr == run("--version").stderr == ""


def test_a_hook_that_is_slow_is_named(odd: Callable[..., None]) -> None:
    odd("        for text in codes:\n", f"{indent(WORK, 8 * ' ')}        for text in codes:\n")
    ran = run("validate", "T10.1")
    assert ran.exit_code == 0
    assert "warning: plugin 'odd' worked for more than 5 s in codekit_validate_codes" in ran.stderr


def test_a_plugin_that_waits_is_not_named(odd: Callable[..., None]) -> None:
    odd("CODEKIT_API = 1\n", "import time\ntime.sleep(5.05)\n")
    assert "'odd'" not in run("plugins", "--format", "json").stderr


def test_two_plugins_for_one_system_are_both_named(odd: Callable[..., None], install: Install) -> None:
    odd()
    install("even", ONE_HOOK.format(hook="codekit_releases", register=SYSTEM))
    ran = run("show", "T10")
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert "'odd' is offered by plugins 'even' and 'odd': uninstall all but one" in ran.stderr
    listed = {one["name"]: one for one in json.loads(run("plugins", "--format", "json").stdout)["plugins"]}
    assert listed["even"]["systems"] == listed["odd"]["systems"] == ["odd"]
    assert run("show", "T10", system="toy").exit_code == 0


def test_a_plugin_that_offers_one_system_twice_is_named(install: Install) -> None:
    again = SYSTEM.splitlines()[1]
    install("odd", ONE_HOOK.format(hook="codekit_releases", register=f"{SYSTEM}\n{again}"))
    assert "plugin 'odd' offers code system 'odd' twice" in run("show", "T10").stderr


def test_two_distributions_with_one_entry_point_are_both_named(install: Install) -> None:
    install("one", "", entry="same")
    install("two", "", entry="same")
    listed = json.loads(run("plugins", "--format", "json").stdout)["plugins"]
    found = next(one for one in listed if one["name"] == "same")
    assert found["distribution"] == "throwaway-one, throwaway-two"
    assert "several distributions use this entry-point name" in found["error"]


@pytest.mark.parametrize("source", ["raise RuntimeError", "import sys; sys.exit()", "CODEKIT_API = 0", "def :"])
def test_a_plugin_that_does_not_load_keeps_no_other_from_use(install: Install, source: str) -> None:
    install("odd", source)
    assert run("run", "--format", "json", stdin=NOTE, system="toy").exit_code == 0
    refused = run("run", stdin=NOTE)
    assert refused.exit_code == 2
    assert "`codekit plugins` lists every plugin and why one did not load" in refused.stderr


def test_a_system_that_cannot_say_where_its_files_are_is_not_ready(install: Install) -> None:
    before = run("show", "T10", system=None)
    install("odd", ONE_HOOK.format(hook="codekit_default_source", register=SYSTEM))
    after = run("show", "T10", system=None)
    assert (after.exit_code, after.stdout) == (before.exit_code, before.stdout)
    assert "failed" not in after.stderr
