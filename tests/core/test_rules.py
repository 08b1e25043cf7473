"""How rules are declared and arranged: stages, `after`, circles, tables of simple rules and their faults."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import codekit
from codekit.conventions import (
    CHECK,
    CHOOSE,
    COMBINE,
    ORDER,
    SAID,
    Case,
    Convention,
    Example,
    Rule,
    Stage,
    arrange,
    read_rules,
    rule,
    rules_in,
)
from codekit.errors import PluginError
from codekit.testing import RuleContract
from codekit.types import Assertion, CodeReference, Edit, Setting, Sex

IDS = tuple("abcdefgh")


def convention(name: str, stage: Stage = SAID, *after: str) -> Convention:
    return Convention(id=name, title=name, source="test", stage=stage, apply=lambda *_: (), after=after)


@st.composite
def declared(draw: st.DrawFn) -> list[Convention]:
    """Make conventions without a circle, in any order: each names only those that stand before it in some order."""
    names = draw(st.permutations(IDS))
    stages = sorted(draw(st.lists(st.sampled_from(Stage), min_size=len(names), max_size=len(names))))
    made = [
        convention(name, stage, *draw(st.sets(st.sampled_from([*names[:at], "unknown"]), max_size=3)))
        for at, (name, stage) in enumerate(zip(names, stages, strict=True))
    ]
    return draw(st.permutations(made))


@given(declared())
def test_stages_come_first_and_then_what_after_names(conventions: list[Convention]) -> None:
    arranged = arrange(conventions)
    assert sorted(one.id for one in arranged) == sorted(IDS)
    assert [one.stage for one in arranged] == sorted(one.stage for one in conventions)
    place = {one.id: at for at, one in enumerate(arranged)}
    assert all(place[name] < place[one.id] for one in arranged for name in one.after if name in place)


@given(declared())
def test_what_nothing_sets_apart_keeps_the_order_in_which_it_is_declared(conventions: list[Convention]) -> None:
    free = [attrs.evolve(one, after=()) for one in conventions]
    assert list(arrange(free)) == sorted(free, key=lambda one: one.stage)
    # Of those that wait for nothing any more the earlier declared applies next.
    arranged = arrange(conventions)
    declared_at = {one.id: at for at, one in enumerate(conventions)}
    for at, one in enumerate(arranged):
        done = {each.id for each in arranged[:at]} | {"unknown"}
        ready = [each for each in arranged[at:] if each.stage == one.stage and set(each.after) <= done]
        assert min(ready, key=lambda each: declared_at[each.id]) is one


@given(st.permutations(IDS[:4]), st.permutations(IDS[4:]))
def test_a_circle_is_an_error_that_names_it(round_: list[str], others: list[str]) -> None:
    circle = [convention(one, SAID, before) for one, before in zip(round_, [*round_[1:], round_[0]], strict=True)]
    with pytest.raises(PluginError, match="in a circle") as caught:
        arrange([*map(convention, others), *circle])
    named = re.findall(r"\b[a-h]\b(?= →|;)", str(caught.value))
    assert set(named) == set(round_)
    assert named[0] == named[-1]
    assert all(second in {one.id: one for one in circle}[first].after for first, second in pairwise(named))


def test_a_rule_is_not_after_one_of_a_later_stage() -> None:
    with pytest.raises(PluginError, match="'a' of stage said is to apply after 'b', whose stage order comes later"):
        arrange([convention("a", SAID, "b"), convention("b", ORDER)])


# A system, and an extension of it, whose rules go round in a circle

CIRCLE = """
from codekit.plugin import hookimpl
from codekit.plugin import CHECK, Convention

def convention(name, *after):
    return Convention(id=name, title=name, source="Payer", stage=CHECK, apply=lambda *_: (), after=after)

class Payer:
    @hookimpl
    def codekit_conventions(self):
        return [convention("payer.one", "payer.two"), convention("payer.two", "payer.one")]

@hookimpl
def codekit_extend_system(system_id):
    return Payer() if system_id == "odd" else None
"""
NAMED = (
    r"code system 'odd': conventions apply after one another in a circle: payer\.one → payer\.two → payer\.one; take"
)


def test_a_circle_of_an_extension_is_an_error(odd: Callable[..., None], install: Callable[..., Path]) -> None:
    odd()
    install("payer", CIRCLE)
    with pytest.raises(PluginError, match=NAMED):
        codekit.open("odd")


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ('("odd.me",)', "in a circle: odd.me → odd.me; take"),
        ('("gone",)', "after 'gone', which no convention is called"),
    ],
)
def test_the_contract_of_rules_fails_on_a_circle(odd: Callable[..., None], after: str, said: str) -> None:
    odd("@rule(RULE,", f"@rule('odd.me', after={after},")
    contract = type("Contract", (RuleContract,), {"system_id": "odd"})()
    with pytest.raises((AssertionError, PluginError), match=re.escape(said)):
        contract.test_rules_can_be_arranged()


@pytest.mark.parametrize("fields", [{"rules": ("gone",)}, {"examples": {"gone": []}}])
def test_the_contract_of_rules_fails_on_a_name_that_no_rule_has(
    odd: Callable[..., None], fields: dict[str, object]
) -> None:
    odd()
    contract = type("Contract", (RuleContract,), {"system_id": "odd", **fields})()
    with pytest.raises(AssertionError, match="Contract names 'gone', which no convention is called"):
        contract.test_rules_can_be_arranged()


@pytest.mark.parametrize(
    ("examples", "said"),
    [
        ([], "has 0 examples, of which 0 bite"),
        ([Example("Sprain.", without="T10.9")], "has 1 examples, of which 1 bite"),
        ([Example("Sprain."), Example("Gout.")], "has 2 examples, of which 0 bite"),
        ([Example("Sprain."), Example("Gout.", without="M10.9")], ""),
        ([Example("Sprain."), Example("Gout.", reports="x")], ""),
        ([Example("Sprain."), Example("Gout.", asks="x")], ""),
    ],
)
def test_a_rule_without_two_examples_one_of_which_bites_is_undefended(examples: list[Example], said: str) -> None:
    one = attrs.evolve(convention("a"), examples=tuple(examples))
    assert one.proven == any(example.bites for example in examples)
    if said:
        with pytest.raises(AssertionError, match=said):
            RuleContract().test_defended(one)
    else:
        RuleContract().test_defended(one)


# What a rule is made of


@rule(
    "sides",
    says="A side is said once.",
    source="Toy rules, 2",
    sections=["2", "2.1"],
    stage=CHOOSE,
    after=["other"],
    codes=["T10.1 T10.2", "T20-T29"],
    setting=Setting.INPATIENT,
    examples=[Example(codes="T10.1 T10.9", gives="T10.1", without="T10.1 T10.9")],
)
def _sides(case: Case) -> Iterator[Edit]:
    for one in case.under("T10.9"):
        yield case.drop(one.code, "a side is said")


def test_a_rule_becomes_a_convention_with_all_that_it_declares() -> None:
    made = _sides.convention(Case, "Toy rules 2026, 2")
    assert made == Convention(
        id="sides",
        title="A side is said once.",
        source="Toy rules 2026, 2",
        stage=CHOOSE,
        apply=made.apply,
        after=("other",),
        setting=Setting.INPATIENT,
        sections=("2", "2.1"),
        names=(CodeReference(first="T10.1"), CodeReference(first="T10.2"), CodeReference(first="T20", last="T29")),
        examples=_sides.examples,
    )
    assert _sides.convention(Case).source == "Toy rules, 2"


def test_a_module_gives_its_own_rules_in_the_order_of_their_declaration() -> None:
    module = ModuleType("invented")
    own = [attrs.evolve(_sides, id=name, apply=lambda _: ()) for name in ("b", "a", "d", "c")]
    for one in own:
        one.apply.__module__ = "invented"
    vars(module).update(imported=_sides, second=own[0], first=own[1], ROWS=tuple(own[2:]), OTHER=(1, 2))
    assert [one.id for one in rules_in(module)] == ["b", "a", "d", "c"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "either a text or `codes`"),
        ({"text": "Sprain.", "codes": "T10.1"}, "either a text or `codes`"),
        ({"codes": "T10.1", "gives": "T10.1 ", "without": "T10.1"}, "leave `without` out"),
    ],
)
def test_an_example_that_can_prove_nothing_is_refused(fields: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Example(**fields)  # type: ignore[arg-type]


def test_an_example_bites_if_something_comes_out_differently() -> None:
    assert Example("Sprain.", without="T10.9").bites
    assert Example("Sprain.", reports="x").bites and Example("Sprain.", asks="x").bites
    assert not Example("Sprain.", gives="T10.9").bites
    encounter = Example("Sprain.", age=3, sex=Sex.FEMALE).encounter(Setting.INPATIENT)
    assert (encounter.setting, encounter.age, encounter.sex) == (Setting.INPATIENT, 3, Sex.FEMALE)
    assert Example("Sprain.", setting=Setting.OUTPATIENT).encounter(Setting.INPATIENT).setting is Setting.OUTPATIENT


# Tables of simple rules

TABLE = """
[[before]]
id = "fracture-first"
says = "A fracture stands before a sprain."
source = "Toy rules, 3"
first = ["T11"]
then = ["T10"]
reason = "{first} stands before {then}"
after = ["no-sprain"]
examples = [
    { codes = "T10.1 T11", gives = "T11 T10.1", without = "T10.1 T11" },
    { text = "Fracture of ankle.", gives = "T11", setting = "inpatient", sex = "female", age = 40 },
    { codes = "T11", gives = "T11", assertion = "historical" },
]

[[beside]]
id = "no-sprain"
says = "A sprain of no side is not coded beside a cut."
source = "Toy rules, 4"
drop = ["T10.9"]
beside = ["T20-T29"]
reason = "{beside} is worse"
stage = "check"

[[by_cause]]
id = "cut-by-fracture"
says = "A cut by a fracture is infected."
source = "Toy rules, 5"
code = ["T20"]
cause = ["T11"]
becomes = "T20.1"
reason = "{cause} makes it {becomes}"
setting = "inpatient"
"""

Put = Callable[[str], Sequence[Rule[Case]]]


@pytest.fixture
def put(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Put:
    """Lay a table into a package and read it."""
    monkeypatch.syspath_prepend(str(tmp_path))
    package = tmp_path / f"invented_{tmp_path.name.replace('-', '_')}"
    package.mkdir()

    def read(text: str) -> Sequence[Rule[Case]]:
        (package / "rules.toml").write_text(text, encoding="utf-8")
        return read_rules(package.name, "rules.toml")

    return read


def test_rows_of_a_table_are_rules(put: Put) -> None:
    first, second, third = put(TABLE)
    assert (first.id, first.stage, first.after, first.codes) == (
        "fracture-first",
        ORDER,
        ("no-sprain",),
        ("T11", "T10"),
    )
    assert first.examples == (
        Example(codes="T10.1 T11", gives="T11 T10.1", without="T10.1 T11"),
        Example("Fracture of ankle.", gives="T11", setting=Setting.INPATIENT, sex=Sex.FEMALE, age=40),
        Example(codes="T11", gives="T11", assertion=Assertion.HISTORICAL),
    )
    assert (second.stage, second.says, second.source) == (
        CHECK,
        "A sprain of no side is not coded beside a cut.",
        "Toy rules, 4",
    )
    assert (third.stage, third.setting, third.codes) == (COMBINE, Setting.INPATIENT, ("T20", "T11", "T20.1"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[[before]]", "[[befor]]", "got rows of the kind 'befor', expected one of before, beside, by_cause, leave; m"),
        ("[[before]]", "[before]", "before: got dict, expected rows under [[...]]"),
        ("[[before]]", "before = 1\n[[beside]]", "before: got int, expected rows under [[...]]"),
        ('id = "fracture-first"', "", "before row 1: got no 'id', expected one; mend the row"),
        ('first = ["T11"]', "", "before row 'fracture-first': got no 'first', expected one"),
        ('first = ["T11"]', "first = []", "before row 'fracture-first': got no 'first', expected one"),
        ('first = ["T11"]', 'first = "T11"', "got first = 'T11', expected a list"),
        ('becomes = "T20.1"', 'becomes = ["T20.1"]', "row 'cut-by-fracture': got becomes = ['T20.1'], expected a text"),
        ('reason = "{beside}', 'raeson = "{beside}', "row 'no-sprain': got the key 'raeson', expected one of id,"),
        ('stage = "check"', 'stage = "CHECKS"', "got the stage 'CHECKS', expected one of said, combine, report, add,"),
        ('setting = "inpatient"\n', 'setting = "ward"\n', "row 'cut-by-fracture': 'ward' is not a valid Setting"),
        ('age = 40', 'aeg = 40', "row 'fracture-first': Example.__init__() got an unexpected keyword argument 'aeg'"),
        ('without = "T10.1 T11"', 'without = "T11 T10.1"', "leave `without` out"),
        ("[[before]]", "[[before", "cannot be read"),
    ],
)  # fmt: skip
def test_a_bad_table_is_told_with_its_file_and_row(put: Put, old: str, new: str, said: str) -> None:
    assert TABLE.count(old) == 1
    with pytest.raises(PluginError, match=re.escape(said)) as caught:
        put(TABLE.replace(old, new))
    assert "rules.toml of invented_" in str(caught.value)
    assert re.search(r"; mend the (row|table)$", str(caught.value))


def test_a_table_that_is_not_there_is_told() -> None:
    with pytest.raises(PluginError, match=r"^rules\.toml of codekit cannot be read: .*; mend the table$"):
        read_rules("codekit", "rules.toml")
