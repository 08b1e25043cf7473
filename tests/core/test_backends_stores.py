"""Recorded answers, the cache, backends by name, usage and prices."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codekit.backends import Answer, Failure, Message, Request, Sampling, Settings
from codekit.backends.cache import Cache
from codekit.backends.reasoning import split_reasoning
from codekit.backends.registry import list_backends, open_backend
from codekit.backends.replay import FILE, Recorder, Replay
from codekit.backends.usage import Price, StepUsage, read_prices
from codekit.errors import BackendError, PluginError, UsageError
from codekit.plugins.registry import load_plugins

PATIENT = "Zebulon Quackenbush"


@attrs.define
class Echo:
    """A model that repeats the question, knows nothing about `unknown`, and counts what it is asked."""

    settings: Settings = attrs.field(factory=Settings)
    model: str = "echo"
    window: int = 2048
    shared: bool = False
    asked: list[str] = attrs.field(factory=list)
    closed: bool = False

    def answer(self, requests: Sequence[Request]) -> Sequence[Answer | Failure]:
        said = [one.messages[-1].content for one in requests]
        self.asked += said
        return [
            Failure(reason="no answer", retries=2)
            if one == "unknown"
            else Answer(text=one, reasoning="so", prompt_tokens=10, completion_tokens=5, seconds=0.5, retries=1)
            for one in said
        ]

    def close(self) -> None:
        self.closed = True


def question(text: str, step: str = "locate", **sampling: int) -> Request:
    said = (Message(role="user", content=text),)
    return Request(step=step, prompt="t@1", messages=said, sampling=Sampling(**sampling))


def texts(outcomes: Sequence[Answer | Failure]) -> list[str | None]:
    return [one.text if isinstance(one, Answer) else None for one in outcomes]


def test_what_was_recorded_is_given_again_and_asks_nobody(tmp_path: Path) -> None:
    with closing(Recorder(Echo(), tmp_path / "new" / "folder")) as recorder:
        first = recorder.answer([question("a\x00\u2028\ud800"), question("unknown"), question("b")])
    replay = Replay(Settings(folder=tmp_path / "new" / "folder"))
    second = replay.answer([question("b"), question("a\x00\u2028\ud800")])
    assert (replay.model, replay.window) == ("echo", 2048)
    assert texts(second) == [texts(first)[2], texts(first)[0]]
    assert [(one.recorded, one.seconds, one.reasoning) for one in second if isinstance(one, Answer)] == [
        (True, 0, "so")
    ] * 2


def test_the_same_answers_make_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        Recorder(Echo(), tmp_path / name).answer([question("a"), question("b")])
    assert (tmp_path / "one" / FILE).read_bytes() == (tmp_path / "two" / FILE).read_bytes()


def test_an_answer_that_was_not_recorded_says_which_and_how_without_the_question(tmp_path: Path) -> None:
    Recorder(Echo(), tmp_path).answer([question("a"), question("unknown")])
    for other in (question(PATIENT), question("a", max_tokens=3), question("unknown")):
        (missing,) = Replay(Settings(folder=tmp_path)).answer([other])
        assert isinstance(missing, Failure)
        assert all(part in missing.reason for part in ("'locate'", "'t@1'", "--record", str(tmp_path)))
        assert PATIENT not in missing.reason


def test_a_recording_that_was_cut_off_keeps_the_rest_and_can_be_gone_on_with(tmp_path: Path) -> None:
    Recorder(Echo(), tmp_path).answer([question("a"), question("b")])
    path = tmp_path / FILE
    path.write_bytes(path.read_bytes()[:-20])
    Recorder(Echo(), tmp_path).answer([question("c")])
    assert texts(Replay(Settings(folder=tmp_path)).answer([question(name) for name in "abc"])) == ["a", None, "c"]


@pytest.mark.parametrize(
    "line", ["null", "[]", "{}", '"x"', '{"key": 1}', "\xff", "[" * 200_000], ids=lambda line: line[:10]
)
def test_lines_that_are_no_answers_are_passed_over(tmp_path: Path, line: str) -> None:
    Recorder(Echo(), tmp_path).answer([question("a")])
    with (tmp_path / FILE).open("a", encoding="latin-1") as file:
        file.write(line + "\n")
    assert texts(Replay(Settings(folder=tmp_path)).answer([question("a")])) == ["a"]


def test_a_recording_needs_a_folder_with_answers_of_the_model(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="needs a folder"):
        Replay(Settings())
    with pytest.raises(UsageError, match="no recorded answers"):
        Replay(Settings(folder=tmp_path))
    for model in ("one", "two"):
        Recorder(Echo(model=model), tmp_path).answer([question("a")])
    with pytest.raises(UsageError, match="one, two"):
        Replay(Settings(folder=tmp_path))
    with pytest.raises(UsageError, match="no answers of 'three'"):
        Replay(Settings(folder=tmp_path, model="three"))
    assert Replay(Settings(folder=tmp_path, model="two", window=9)).window == 9
    with pytest.raises(BackendError, match="name another folder"):
        Recorder(Echo(), tmp_path / FILE)


def test_the_cache_asks_each_question_once_in_this_run_and_the_next(tmp_path: Path) -> None:
    for _ in range(2):
        echo = Echo()
        cache = Cache(echo, tmp_path / "new" / "cache.sqlite")
        asked = [question("a"), question("unknown"), question("a"), question("b")]
        assert texts(cache.answer(asked)) == ["a", None, "a", "b"]
        assert texts(cache.answer(asked)) == ["a", None, "a", "b"]
        cache.close()
        assert echo.closed
        asked_for = echo.asked
    assert asked_for == ["unknown", "unknown"]
    (hit,) = Cache(Echo(), tmp_path / "new" / "cache.sqlite").answer([question("a")])
    assert isinstance(hit, Answer) and hit.recorded and hit.completion_tokens == 5
    assert Cache(Echo(model="other"), tmp_path / "new" / "cache.sqlite").answer([question("a")])[0] != hit


def test_a_full_cache_forgets_what_went_unused_for_longest(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite"
    cache = Cache(Echo(), path, limit=3)
    for name in ("a", "b", "c", "a", "d"):
        cache.answer([question(name)])
    echo = Echo()
    Cache(echo, path).answer([question(name) for name in "abcd"])
    assert echo.asked == ["b"]


def test_a_file_that_is_no_cache_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database " * 100, encoding="utf-8")
    with pytest.raises(BackendError, match=r"notes\.txt"):
        Cache(Echo(), path)
    assert path.read_text(encoding="utf-8").startswith("not a database")
    with pytest.raises(BackendError, match="cannot be used"):
        Cache(Echo(), path / "cache.sqlite")


_WRITER = """
import sys
sys.path.insert(0, {tests!r})
from pathlib import Path
from test_backends_stores import Cache, Echo, Recorder, question
echo = Recorder(Cache(Echo(), Path({folder!r}) / "cache.sqlite"), Path({folder!r}))
for start in range(0, 200, 10):
    echo.answer([question(f"{{sys.argv[1]}} {{number}} " + "x" * 500) for number in range(start, start + 10)])
"""


def test_two_processes_share_a_cache_and_a_recording(tmp_path: Path) -> None:
    code = _WRITER.format(tests=str(Path(__file__).parent), folder=str(tmp_path))
    running = [subprocess.Popen([sys.executable, "-c", code, name]) for name in ("one", "two")]
    assert [process.wait(60) for process in running] == [0, 0]
    asked = [question(f"{name} {number} " + "x" * 500) for name in ("one", "two") for number in range(200)]
    assert None not in texts(Replay(Settings(folder=tmp_path)).answer(asked))
    echo = Echo()
    assert None not in texts(Cache(echo, tmp_path / "cache.sqlite").answer(asked))
    assert echo.asked == []
    assert len((tmp_path / FILE).read_bytes().splitlines()) == 400


@pytest.mark.skipif(os.name != "posix", reason="files have owners on POSIX systems only")
def test_recorded_and_cached_answers_are_for_their_owner_alone(tmp_path: Path) -> None:
    Recorder(Cache(Echo(), tmp_path / "cache.sqlite"), tmp_path).answer([question("a")])
    assert {path.stat().st_mode & 0o077 for path in tmp_path.iterdir()} == {0}


def install(site: Path, name: str, source: str) -> None:
    (site / f"{name}.py").write_text(source, encoding="utf-8")
    info = site / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[codekit]\n{name} = {name}\n", encoding="utf-8")


OFFER = """
from codekit.plugin import hookimpl

@hookimpl
def codekit_register_backends(register):
    register({name!r}, {target!r})
"""


def test_a_plugin_offers_a_backend_that_is_imported_when_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "offers", OFFER.format(name="house", target="house_model:Model"))
    monkeypatch.syspath_prepend(tmp_path)
    plugins = load_plugins()
    assert list_backends(plugins) == ("house", "openai", "replay", "vllm")
    (record,) = (one for one in plugins.records if one.name == "offers")
    assert record.backends == ("house",) and "codekit_register_backends" in record.hooks
    with pytest.raises(PluginError, match=r"'house' of plugin 'offers' cannot be imported"):
        open_backend("house", Settings(), plugins=plugins)
    (tmp_path / "house_model.py").write_text("from test_backends_stores import Echo as Model", encoding="utf-8")
    backend = open_backend(
        "house", Settings(model="m"), record=tmp_path / "r", cache=tmp_path / "c.sqlite", plugins=plugins
    )
    assert texts(backend.answer([question("a")])) == ["a"]
    assert texts(open_backend("replay", Settings(folder=tmp_path / "r")).answer([question("a")])) == ["a"]


def test_a_name_offered_twice_cannot_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "first", OFFER.format(name="replay", target="house_model:Model"))
    install(tmp_path, "second", OFFER.format(name="bad", target="house_model"))
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(PluginError, match="'codekit' and 'first'"):
        open_backend("replay", Settings())
    (broken,) = (one for one in load_plugins().records if one.name == "second")
    assert broken.status == "broken" and "module:Class" in broken.error


def test_an_unknown_backend_names_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"unknown backend 'gpt'. Installed: .*openai, replay, vllm"):
        open_backend("gpt", Settings())


def test_a_backend_is_closed_when_what_stands_before_it_cannot_be_opened(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("x", encoding="utf-8")
    Recorder(Echo(), tmp_path).answer([question("a")])
    with pytest.raises(BackendError):
        open_backend("replay", Settings(folder=tmp_path), record=tmp_path / "taken")


def test_importing_the_backends_imports_no_library_of_theirs() -> None:
    code = "import codekit.backends.registry, sys; print({'aiohttp', 'tenacity', 'vllm', 'torch'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


def test_usage_is_counted_and_added_up() -> None:
    requests = [question("a", "locate"), question("unknown", "locate"), question("b", "assign")]
    price = Price(prompt=2.0, completion=10.0)
    first, failed, other = (StepUsage.of(outcome, price) for outcome in Echo().answer(requests))
    assert first + failed == StepUsage(
        calls=2, failures=1, retries=3, prompt_tokens=10, completion_tokens=5, seconds=0.5, cost=pytest.approx(70e-6)
    )
    one = first + failed + other
    both = one + StepUsage() + one
    assert (both.calls, both.prompt_tokens, both.seconds) == (6, 40, 2.0)
    assert both.cost == pytest.approx(280e-6)


def test_an_unknown_price_makes_an_unknown_sum_and_a_recorded_answer_is_free() -> None:
    recorded = StepUsage.of(Answer(text="", prompt_tokens=9, recorded=True), Price(prompt=1, completion=1))
    assert (recorded.recorded, recorded.prompt_tokens, recorded.cost) == (1, 0, 0.0)
    unknown = StepUsage.of(Answer(text="", prompt_tokens=9))
    assert unknown.cost is None and (recorded + unknown).cost is None and (recorded + StepUsage()).cost == 0.0
    assert StepUsage() + StepUsage() == StepUsage()


def test_prices_come_from_a_file_of_the_user(tmp_path: Path) -> None:
    table = tmp_path / "prices.toml"
    table.write_text('["Qwen/Qwen3-8B"]\nprompt = 0.05\ncompletion = 1\n', encoding="utf-8")
    assert read_prices(table) == {"Qwen/Qwen3-8B": Price(prompt=0.05, completion=1.0)}
    other = tmp_path / "prices.json"
    other.write_text('{"m": {"prompt": 1, "completion": 2}}', encoding="utf-8")
    assert read_prices(other)["m"] == Price(prompt=1.0, completion=2.0)


@pytest.mark.parametrize(
    "content",
    ['["m"]\nprompt = 1', '["m"]\nprompt = -1\ncompletion = 2', "m = 3", '["m"]\nprompt = "x"\ncompletion = 2', "["],
)
def test_a_price_table_that_cannot_be_used_says_why(tmp_path: Path, content: str) -> None:
    table = tmp_path / "prices.toml"
    table.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=r"prices\.toml"):
        read_prices(table)
    with pytest.raises(UsageError, match="cannot be read"):
        read_prices(tmp_path / "none.toml")


@given(st.text(), st.text())
def test_reasoning_and_answer_hold_no_word_that_was_not_said(reasoning: str, answer: str) -> None:
    before, after = split_reasoning(f"<think>{reasoning}</think>{answer}")
    assert before in reasoning and after in f"{reasoning}</think>{answer}"
    if "</think>" not in reasoning:
        assert (before, after) == (reasoning.strip(), answer.strip())
