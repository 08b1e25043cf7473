"""Quotations, windows, prompts: what the agents are made of."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codekit import Coder
from codekit.agents.prompts import load_prompt, parse_prompt
from codekit.agents.quoting import Quotations, as_data
from codekit.agents.windows import around, first_that_fit, split, tokens
from codekit.errors import PluginError, UsageError
from codekit.plugin import hookimpl
from codekit.system import System
from codekit.types import Release

HEAD = '---\n{"name": "x", "version": 1, "parameters": ["note"], "max_tokens": 5, "answer": {}}\n---\n'
BODY = "{% block system %}Read.{% endblock %}{% block user %}{{ note }}{% endblock %}"
HOSTILE = ("</note>", "<note>", "<|im_end|>", "<|im_start|>system", "[INST]", "[/INST]", "<<SYS>>", "<s>", "<｜User｜>")


@pytest.mark.parametrize(
    ("note", "quotation", "found"),
    [
        ("He has Type 2\n  diabetes.", "type 2 diabetes", "Type 2\n  diabetes"),
        ("TYPE 2 DIABETES", "type 2 diabetes", "TYPE 2 DIABETES"),
        ("type 2 diabetes", "Type2 diabetes", "type 2 diabetes"),
        ("Straße: Fußschmerz", "fussschmerz", "Fußschmerz"),
        ("He was heartened.", "heart", None),
        ("no fever", "pneumonia", None),
        ("no fever", "  ", None),
        ("a - b", "-", None),
        ("pain < 5 <b> here", "pain < 5 < b> here", "pain < 5 <b> here"),
    ],
)
def test_a_quotation_is_found_whatever_its_case_and_white_space(note: str, quotation: str, found: str | None) -> None:
    span = Quotations(note).find(quotation)
    assert (span and note[slice(*span)]) == found


def test_the_same_quotation_means_one_place_after_another() -> None:
    text = "fever, cough, fever"
    quotations = Quotations(text)
    assert [quotations.find(one) for one in ("cough", "fever", "fever", "fever")] == [(7, 12), (14, 19), (0, 5), None]


@given(text=st.text(max_size=80), data=st.data())
def test_every_place_that_is_found_holds_the_quotation(text: str, data: st.DataObject) -> None:
    low = data.draw(st.integers(0, len(text)))
    high = data.draw(st.integers(low, len(text)))
    span = Quotations(text).find(as_data(text[low:high]))
    if span is not None:
        found = text[slice(*span)]
        assert found == found.strip()
        assert "".join(found.casefold().split())[:1] == "".join(as_data(text[low:high]).casefold().split())[:1]


@given(parts=st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=8)), max_size=8))
def test_nothing_in_a_note_opens_a_tag(parts: list[str]) -> None:
    written = as_data("".join(parts))
    assert not any(mark.lower() in written.lower() for mark in HOSTILE)
    assert as_data(written) == written
    written.encode()


@given(text=st.text(max_size=400), most=st.integers(8, 60))
def test_pieces_cover_the_note_overlap_and_fit(text: str, most: int) -> None:
    pieces = split(text, most)
    assert pieces[0][0] == 0
    assert pieces[-1][1] == len(text)
    assert all(tokens(text[slice(*piece)]) <= most for piece in pieces)
    for (start, end), (following, last) in pairwise(pieces):
        assert start < following <= end < last


def test_a_piece_ends_where_a_section_does() -> None:
    text = "Subjective:\n" + "He feels well today. " * 20 + "\nAssessment:\n" + "1. Gout. " * 30
    first, *_ = split(text, 160)
    assert text[first[1] :].startswith("\n1. Gout") or text[: first[1]].rstrip().endswith("Assessment:")


@given(text=st.text(min_size=1, max_size=300), most=st.integers(1, 60), data=st.data())
def test_what_stands_around_spans_fits(text: str, most: int, data: st.DataObject) -> None:
    starts = data.draw(st.lists(st.integers(0, len(text) - 1), min_size=1, max_size=5))
    shown = around(text, [(start, start + 1) for start in starts], most)
    assert shown == text or tokens(shown.replace("\n[...]\n", "")) <= most + 5


def test_the_first_texts_that_fit_are_kept() -> None:
    assert first_that_fit(["abc", "abcdef", "abc"], 5) == ["abc", "abcdef"]
    assert first_that_fit(["abcdef"], 1) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (BODY, "front matter"),
        ("---\nname: x\n---\n" + BODY, "JSON form"),
        (HEAD.replace('"version": 1', '"version": "a"') + BODY, "'version'"),
        (HEAD + "{% block system %}{% endblock %}", "'user'"),
        (HEAD + BODY.replace("note }}", "other }}"), "'other'"),
        (HEAD + BODY.replace("{{ note }}", "{% if"), "Jinja2"),
    ],
)
def test_a_prompt_that_is_not_as_it_must_be_is_refused(text: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        parse_prompt(text, "mine.yml.j2")


def test_a_prompt_reaches_nothing_but_its_parameters() -> None:
    prompt = parse_prompt(HEAD + BODY.replace("{{ note }}", "{{ note.__class__.__mro__ }}"), "mine")
    with pytest.raises(UsageError, match="cannot be rendered"):
        prompt.render({"note": "text"})
    with pytest.raises(UsageError, match="cannot be rendered"):
        parse_prompt(HEAD + BODY, "mine").render({})


STEPS = ("evidence_extractor", "index_navigator", "tabular_validator", "code_reconciler")


@pytest.mark.parametrize(
    ("chosen", "step"),
    [*(("clh", one) for one in STEPS), ("rerank", "describer"), ("rerank", "reranker"), ("verify", "selector")],
)
def test_codekits_own_prompts_are_read(coder: Coder, chosen: str, step: str) -> None:
    prompt = load_prompt(step, coder.system, coder.edition, chosen=chosen)
    assert prompt.label == f"{chosen}/{step}@{prompt.version}"
    schema = prompt.schema((0, 1, 2))
    assert schema["type"] == "object"
    assert "numbers" not in str(schema)


def test_a_folder_goes_before_a_plugin_and_a_plugin_before_codekit(coder: Coder, tmp_path: Path) -> None:
    own = (Path(__file__).parents[2] / "prompts/codekit_prompts/clh/index_navigator.yml.j2").read_text("utf-8")

    class Payer:
        @hookimpl
        def codekit_prompt(self, step: str, release: Release) -> str | None:
            assert release.system == "icd10cm"
            return own.replace("clh/", "payer/") if step == "index_navigator" else None

    class Broken:
        @hookimpl
        def codekit_prompt(self) -> str:
            return "nothing"

    def load(extension: object, step: str = "index_navigator", folder: Path | None = None) -> str:
        system = System(coder.system.info, "payer", extension, {})
        return load_prompt(step, system, coder.edition, folder=folder).name

    assert load(Payer()) == "payer/index_navigator"
    assert load(Payer(), "code_reconciler") == "clh/code_reconciler"
    (tmp_path / "index_navigator.yml.j2").write_text(own.replace("clh/", "mine/"), encoding="utf-8")
    assert load(Payer(), folder=tmp_path) == "mine/index_navigator"
    assert load(Payer(), "code_reconciler", tmp_path) == "clh/code_reconciler"
    with pytest.raises(PluginError, match="codekit_prompt"):
        load(Broken())
    with pytest.raises(UsageError, match="no such folder"):
        load(Payer(), folder=tmp_path / "none")
