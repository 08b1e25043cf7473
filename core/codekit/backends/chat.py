"""The chat completions of OpenAI's API, as far as many servers share them: what is sent and what comes back.

Source: OpenAI API reference, "Create chat completion"; the documentation of vLLM, llama.cpp and llama-cpp-python on
their servers for `response_format` and `reasoning_content`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from enum import IntEnum
from time import time
from typing import Any, cast

import attrs

from codekit.backends.base import Answer, Request
from codekit.backends.reasoning import split_reasoning

_REFUSED_FORMAT = re.compile(rb"response_format|json_schema", re.IGNORECASE)
_TOO_LONG = re.compile(rb"context[ _](length|window|size)|maximum context|available context", re.IGNORECASE)
_CHARACTERS_PER_TOKEN = 4


class Form(IntEnum):
    """How a server is told the form of an answer; the first that it takes is kept."""

    JSON_SCHEMA = 0
    JSON_OBJECT = 1
    PLAIN = 2


@attrs.frozen
class Dialect:
    """What one server understands, learnt from its refusals.

    Args:
        form: How it is told the form of an answer.
        without: Parameters that it refuses, by their names.
    """

    form: Form = Form.JSON_SCHEMA
    without: frozenset[str] = frozenset()

    def learn(self, body: Mapping[str, Any], complaint: bytes) -> Dialect:
        """Understand why a question was refused.

        Args:
            body: What was sent.
            complaint: What came back.

        Returns:
            A dialect in which to ask again; this one where the refusal was about something else.
        """
        if "response_format" in body and _REFUSED_FORMAT.search(complaint):
            sent = Form.JSON_SCHEMA if body["response_format"]["type"] == "json_schema" else Form.JSON_OBJECT
            return attrs.evolve(self, form=Form(max(self.form, sent + 1)))
        error = read_object(complaint).get("error")
        if isinstance(error, dict) and str(error.get("code")).startswith("unsupported_") and error.get("param") in body:
            return attrs.evolve(self, without=self.without | {str(error["param"])})
        return self


def question_body(request: Request, model: str, dialect: Dialect) -> dict[str, Any]:
    """Give what is sent for a question.

    Args:
        request: The question.
        model: Name of the model on the server.
        dialect: What the server understands.
    """
    sampling = request.sampling
    body: dict[str, Any] = {
        "model": model,
        "messages": [{"role": one.role, "content": one.content} for one in request.messages],
        "max_tokens": sampling.max_tokens,
        "temperature": sampling.temperature,
        "seed": sampling.seed,
    }
    if "max_tokens" in dialect.without:  # OpenAI's reasoning models know it by its newer name
        body["max_completion_tokens"] = sampling.max_tokens
    if request.schema is not None and dialect.form is Form.JSON_SCHEMA:
        named = {"name": "answer", "strict": True, "schema": request.schema}
        body["response_format"] = {"type": "json_schema", "json_schema": named}
    elif request.schema is not None and dialect.form is Form.JSON_OBJECT:
        body["response_format"] = {"type": "json_object", "schema": request.schema}
    return {name: value for name, value in body.items() if name not in dialect.without}


def estimate_tokens(request: Request) -> int:
    """Guess the tokens of a question and its answer, as servers do that count against a limit before they answer."""
    said = sum(len(one.content) for one in request.messages)
    return said // _CHARACTERS_PER_TOKEN + request.sampling.max_tokens


def read_answer(content: bytes) -> Answer | None:
    """Read what a server answered.

    Args:
        content: The body of its response.

    Returns:
        The answer, without its time; None if it is no chat completion.
    """
    reply = read_object(content)
    choices = reply.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        return None
    inside, text = split_reasoning(_text(message.get("content")))
    beside = _text(message.get("reasoning_content")) or _text(message.get("reasoning"))
    usage = reply.get("usage")
    counts = usage if isinstance(usage, dict) else {}
    return Answer(
        text=text,
        reasoning=beside.strip() or inside,
        prompt_tokens=_count(counts.get("prompt_tokens")),
        completion_tokens=_count(counts.get("completion_tokens")),
        finished=choice.get("finish_reason") != "length",
    )


def read_window(content: bytes, model: str) -> int | None:
    """Find the window of a model in a server's list of models.

    Args:
        content: The body of the response to `GET /v1/models`.
        model: Name of the model.

    Returns:
        Tokens; None if the list does not say. Where the server has one model, its name does not matter.
    """
    listed = read_object(content).get("data")
    models = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    named = [one for one in models if one.get("id") == model] or (models if len(models) == 1 else [])
    for one in named:
        meta = one.get("meta")
        beside = meta.get("n_ctx") if isinstance(meta, dict) else None
        for size in (one.get("max_model_len"), beside, one.get("context_length")):
            if _count(size):
                return _count(size)
    return None


def read_object(content: bytes) -> dict[str, Any]:
    """Read a JSON object; whatever is none is an empty one."""
    try:
        read = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", read) if isinstance(read, dict) else {}


def read_retry_after(value: str | None) -> float:
    """Read how long a server asks to wait.

    Args:
        value: The header `Retry-After`.

    Returns:
        Seconds from now, not negative; 0 if there is no such header or it cannot be read.

    Source:
        RFC 9110 (IETF, June 2022), section 10.2.3.
    """
    if value is None:
        return 0.0
    if re.fullmatch(r"\d{1,9}(\.\d+)?", value.strip()):
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time())
    except (ValueError, OverflowError):
        return 0.0


def is_too_long(complaint: bytes) -> bool:
    """Tell whether a server refused a question because it does not fit the model's window."""
    return _TOO_LONG.search(complaint) is not None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _count(value: object) -> int:
    return value if type(value) is int and value > 0 else 0
