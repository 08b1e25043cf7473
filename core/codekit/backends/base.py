"""What crosses the boundary between the steps and a language model."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Protocol

import attrs


@attrs.frozen(kw_only=True)
class Message:
    """One message of a conversation.

    Args:
        role: `system`, `user` or `assistant`.
        content: Its text.
    """

    role: str = attrs.field(validator=attrs.validators.in_(("system", "user", "assistant")))
    content: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class Sampling:
    """How the answer is drawn; the same for the same request, so that answers can be replayed.

    Args:
        max_tokens: At most so many tokens of the answer, reasoning included; at least 1.
        temperature: 0 for the most likely answer.
        seed: Of the random numbers, where the temperature is above 0.
    """

    max_tokens: int = attrs.field(default=1024, validator=attrs.validators.ge(1))
    temperature: float = attrs.field(default=0.0, validator=attrs.validators.ge(0))
    seed: int = 0


@attrs.frozen(kw_only=True)
class Request:
    """One question to a model.

    Args:
        step: `analyze`, `locate`, `assign` or `verify`, for counts and traces.
        prompt: Name and version of the prompt, as `clh/navigator@1`.
        messages: In order; what several requests share comes first, so that a server can reuse it.
        schema: JSON schema of the answer; None for free text.
        sampling: How the answer is drawn.
    """

    step: str
    prompt: str
    messages: tuple[Message, ...]
    schema: Mapping[str, Any] | None = attrs.field(default=None, hash=False)
    sampling: Sampling = Sampling()

    def key(self, model: str) -> str:
        """Give the SHA-256, in hexadecimal digits, of all that decides the answer.

        Args:
            model: Name of the model.
        """
        parts = {
            "model": model,
            "messages": [[one.role, one.content] for one in self.messages],
            "schema": self.schema,
            "sampling": attrs.asdict(self.sampling),
        }
        text = json.dumps(parts, sort_keys=True, ensure_ascii=False)
        return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@attrs.frozen(kw_only=True)
class Answer:
    """What a model answered.

    Args:
        text: The answer, without its reasoning.
        reasoning: What a thinking model said before it; empty for others.
        prompt_tokens: Tokens of the question; 0 where the server does not count.
        completion_tokens: Tokens of the answer, reasoning included.
        seconds: From sending to the last token; 0 for a recorded answer.
        retries: How often it was sent again because the server was busy or out of reach.
        finished: False where the answer was cut off at `max_tokens`.
        recorded: True where it was not asked for anew but taken from a recording or the cache.
    """

    text: str = attrs.field(repr=False)
    reasoning: str = attrs.field(default="", repr=False)
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    retries: int = 0
    finished: bool = True
    recorded: bool = False


@attrs.frozen(kw_only=True)
class Failure:
    """Why a question has no answer; it names no word of the question.

    Args:
        reason: One sentence.
        retries: How often it was sent again.
    """

    reason: str
    retries: int = 0


class Backend(Protocol):
    """A model that answers batches of questions.

    `model` names the model, `window` is the number of tokens that question and answer may have together. `shared` says
    whether several threads may call `answer` at once; a model that runs in process does better with one large batch.
    """

    model: str
    window: int
    shared: bool

    def answer(self, requests: Sequence[Request]) -> Sequence[Answer | Failure]:
        """Answer all requests, as many at once as the model can.

        Args:
            requests: In any number.

        Returns:
            One for each request, in their order; one that fails never costs the others theirs.
        """
        ...

    def close(self) -> None:
        """Let go of connections and memory."""
        ...
