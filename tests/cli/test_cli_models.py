"""`codekit run` and `codekit eval` with a language model behind a real server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import Codekit

pytest.importorskip("aiohttp", reason="needs the extra medcodekit[openai]")
sys.path.append(str(Path(__file__).resolve().parents[1] / "core"))
from agents_model import Expert, question_of, step_of
from chat_server import Body, ChatServer, Reply, completion, serve

EXPERT = Expert({"Essential hypertension": "present", "Gout": "present"}, ("I10", "M10.9"))
NOTES = [{"id": str(at), "text": f"Assessment:\n1. {one}"} for at, one in enumerate(("Essential hypertension", "Gout"))]


@pytest.fixture
def server() -> Iterator[ChatServer]:
    def respond(body: Body, _: int) -> Reply:
        return Reply(content=completion(EXPERT(step_of(body), question_of(body))))

    with serve(respond, Reply(content={"data": [{"id": "tiny", "max_model_len": 32000}]})) as running:
        yield running


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    path = tmp_path / "notes.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in NOTES), encoding="utf-8")
    return path


def test_usage_is_told_by_step_and_a_recording_gives_the_same_bytes(
    codekit: Codekit, server: ChatServer, notes: Path, tmp_path: Path
) -> None:
    prices = tmp_path / "prices.toml"
    prices.write_text("[tiny]\nprompt = 1000000\ncompletion = 0\n", encoding="utf-8")
    record = tmp_path / "record"
    asked = ("run", notes, "--format", "json", "--backend", "openai", "--model", "tiny", "--offline")
    live = codekit(*asked, "--base-url", server.url, "--record", record, "--prices", prices, system="icd10cm")
    assert live.exit_code == 0, live.output
    first, second = json.loads(live.stdout)["results"]
    assert [one["code"] for one in first["assignments"]] == ["I10"]
    assert [one["code"] for one in second["assignments"]] == ["M10.9"]
    assert [one["step"] for one in first["usage"]] == ["analyze", "locate", "assign", "verify"]
    assert first["usage"][0]["prompt"] == "clh/evidence_extractor@1"
    assert {one["cost"] for one in first["usage"]} == {11.0}
    replay = ("run", notes, "--format", "json", "--backend", "replay", "--replay", record)
    again = [codekit(*replay, system="icd10cm").stdout for _ in range(2)]
    assert again[0] == again[1]
    results = json.loads(again[0])["results"]
    assert [one["assignments"] for one in results] == [first["assignments"], second["assignments"]]
    assert all(one["recorded"] == one["calls"] and one["seconds"] == 0 for each in results for one in each["usage"])


def test_steps_are_mixed_freely(codekit: Codekit, server: ChatServer, notes: Path) -> None:
    asked = ("run", notes, "--format", "jsonl", "--backend", "openai", "--model", "tiny", "--base-url", server.url)
    mixed = codekit(*asked, "--navigator", "rules", "--validator", "rules", system="icd10cm")
    assert mixed.exit_code == 0, mixed.output
    assert {step_of(body) for body in server.bodies} == {"analyze", "verify"}
    server.bodies.clear()
    codekit(*asked, "--workflow", "rules", "--navigator", "llm", system="icd10cm")
    assert {step_of(body) for body in server.bodies} == {"locate"}


def test_eval_names_workflow_and_model(codekit: Codekit, server: ChatServer, tmp_path: Path) -> None:
    data = tmp_path / "labelled.jsonl"
    labelled = [{**one, "codes": codes} for one, codes in zip(NOTES, (["I10"], ["M10.9"]), strict=True)]
    data.write_text("".join(json.dumps(one) + "\n" for one in labelled), encoding="utf-8")
    chosen = ("--backend", "openai", "--model", "tiny", "--base-url", server.url)
    result = codekit("eval", data, "--format", "json", *chosen, system="icd10cm")
    assert result.exit_code == 0, result.output
    run = json.loads(result.stdout)
    assert run["coder"] == "codekit (clh, tiny)"
    assert run["levels"][0]["micro"]["hits"] == 2


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--model", "tiny"), "--backend"),
        (("--workflow", "clh"), "--backend"),
        (("--extractor", "llm"), "--backend"),
        (("--workflow", "none"), "extract-retrieve-rerank"),
        (("--backend", "none"), "openai"),
        (("--backend", "openai", "--model", "m", "--base-url", "http://192.0.2.1/v1", "--offline"), "offline"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_coded(
    codekit: Codekit, notes: Path, options: tuple[str, ...], told: str
) -> None:
    result = codekit("run", notes, *options)
    assert result.exit_code == 2
    assert told in result.output
    assert not result.stdout


def test_the_load_on_the_server_is_the_users_to_say(codekit: Codekit, server: ChatServer, notes: Path) -> None:
    chosen = ("--backend", "openai", "--model", "tiny", "--base-url", server.url, "--timeout", "20")
    assert codekit("run", notes, *chosen, "--concurrency", "1", system="icd10cm").exit_code == 0
    assert server.most_at_once == 1
    assert codekit("run", notes, *chosen, "--concurrency", "0", system="icd10cm").exit_code == 2


def test_an_interrupted_run_ends_at_once_although_the_model_never_answers(tmp_path: Path, notes: Path) -> None:
    asked = threading.Event()

    def respond(_: Body, __: int) -> Reply:
        asked.set()
        return Reply(content=completion("{}"), delay=8)

    with serve(respond, Reply(content={"data": [{"id": "tiny", "max_model_len": 32000}]})) as server:
        command = [sys.executable, "-m", "codekit", "--system", "icd10cm", "run", str(notes), "--backend", "openai"]
        running = subprocess.Popen(
            [*command, "--model", "tiny", "--base-url", server.url, "--format", "jsonl"],
            env={**os.environ, "CODEKIT_HOME": str(tmp_path / "home")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert asked.wait(timeout=60)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=7)
    assert running.returncode == 130, err
    assert out == b""
    assert b"Traceback" not in err
