"""vLLM in this process. It needs the extra `medcodekit[vllm]`, and mostly a GPU."""

from __future__ import annotations

import importlib
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from codekit.backends.base import Answer, Failure, Request
from codekit.backends.reasoning import split_reasoning
from codekit.backends.settings import Settings
from codekit.errors import BackendError, UsageError


class VLLMEngine:
    """A model that vLLM runs in this process; it works on all questions of a batch at once.

    Nothing is reported to vLLM's authors, whose engine would do so otherwise.

    Args:
        settings: `model` is needed: a folder with the model's files, or, unless offline, a name on the hub. `engine`
            holds further arguments of `vllm.LLM`, by its own names.

    Raises:
        UsageError: No model, or one that would have to be fetched while offline.
        BackendError: The engine does not start.

    Source:
        vLLM documentation, "Offline Inference" and "Structured Outputs".
    """

    def __init__(self, settings: Settings) -> None:
        if not settings.model:
            raise UsageError("the backend 'vllm' needs a model: a folder with its files, or its name on the hub")
        if settings.offline and not Path(settings.model).is_dir():
            raise UsageError(
                "offline was asked for, and the model is no folder here: fetch it first, then name its folder"
            )
        os.environ["VLLM_NO_USAGE_STATS"] = "1"
        os.environ.setdefault("VLLM_LOGGING_LEVEL", "WARNING")
        os.environ.setdefault("VLLM_LOGGING_STREAM", "ext://sys.stderr")  # standard output is for results
        if settings.offline:
            os.environ["HF_HUB_OFFLINE"] = "1"
        try:
            self._vllm: Any = importlib.import_module("vllm")
        except ImportError as error:
            raise UsageError(f"backend 'vllm' needs an extra ({error}): pip install 'medcodekit[vllm]'") from error
        self.model: str = settings.model
        options = {"enable_prefix_caching": True, "max_model_len": settings.window} | dict(settings.engine)
        try:
            self._llm: Any = self._vllm.LLM(model=settings.model, **options)
        except (OSError, RuntimeError, ValueError) as error:
            raise BackendError(f"vLLM cannot start {settings.model}: {error}") from error
        self.window: int = self._llm.model_config.max_model_len
        self.shared: bool = False

    def answer(self, requests: Sequence[Request]) -> Sequence[Answer | Failure]:
        """Answer all questions in one batch.

        Args:
            requests: In any number.

        Returns:
            One for each, in their order. vLLM refuses a whole batch for one question that is too long or a schema
            that it does not know, so a batch that was refused is halved until the question is found.
        """
        if not requests:
            return []
        try:
            return self._chat(requests)
        except Exception as error:  # its classes change from version to version
            if len(requests) == 1:
                return [self._failure(error)]
        middle = len(requests) // 2
        return [*self.answer(requests[:middle]), *self.answer(requests[middle:])]

    def close(self) -> None:
        """Let go of the model and its memory."""
        del self._llm

    def _chat(self, requests: Sequence[Request]) -> list[Answer | Failure]:
        start = time.perf_counter()
        outputs = self._llm.chat(
            [[{"role": one.role, "content": one.content} for one in request.messages] for request in requests],
            [self._parameters(request) for request in requests],
            use_tqdm=False,
        )
        # the questions share the engine, so none has a time of its own
        seconds = (time.perf_counter() - start) / len(requests)
        return [_answer(output, seconds) for output in outputs]

    def _parameters(self, request: Request) -> Any:  # noqa: ANN401
        sampling = request.sampling
        return self._vllm.SamplingParams(
            max_tokens=sampling.max_tokens,
            temperature=sampling.temperature,
            seed=sampling.seed,
            structured_outputs=self._form(request),
        )

    def _form(self, request: Request) -> Any:  # noqa: ANN401
        if request.schema is None:
            return None
        params = importlib.import_module("vllm.sampling_params")
        # vLLM has its own ways to say a choice or an expression; as `enum` or `pattern` they take as long
        return params.StructuredOutputsParams(json=dict(request.schema))

    def _failure(self, error: Exception) -> Failure:
        # the text of the error may quote the question, so its class stands for it
        return Failure(
            reason=f"vLLM refused the question ({type(error).__name__}): it is longer than the window of {self.window} "
            "tokens, or its answer has a form that vLLM cannot enforce"
        )


def _answer(output: Any, seconds: float) -> Answer:  # noqa: ANN401
    completion = output.outputs[0]
    reasoning, text = split_reasoning(completion.text)
    return Answer(
        text=text,
        reasoning=reasoning,
        prompt_tokens=len(output.prompt_token_ids or ()),
        completion_tokens=len(completion.token_ids),
        seconds=seconds,
        finished=completion.finish_reason != "length",
    )
