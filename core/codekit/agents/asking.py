"""Asking a model for a batch of answers: each is read, asked for once more where it cannot be, and booked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

import attrs

from codekit.agents.prompts import Prompt
from codekit.agents.windows import tokens
from codekit.backends.base import Answer, Backend, Failure, Message, Request, Sampling
from codekit.backends.usage import Price, StepUsage
from codekit.errors import CodekitError
from codekit.pipeline.overlap import Turn
from codekit.pipeline.progress import NoteInProgress

T = TypeVar("T")

# What a chat template adds to each message, and what estimates leave out.
_MARGIN = 64
_LONGEST_QUOTE = 2000
_TOO_LONG = "the question does not fit into the model's window"
_THINKING_TOKENS = 4096


class UnreadableAnswerError(CodekitError):
    """An answer is not of the form that was asked for; the message quotes none of it."""


@attrs.frozen(kw_only=True)
class Question(Generic[T]):
    """One question about one note.

    Args:
        case: The note, to whose account it is booked.
        request: The question.
        read: Reads the answer's JSON object.
    """

    case: NoteInProgress
    request: Request
    read: Callable[[Mapping[str, Any]], T]


@attrs.frozen
class Refused:
    """There is no readable answer."""

    reason: str


class Asker:
    """Asks one model, for all steps.

    Args:
        backend: The model.
        price: What it costs; None where that is not known.
        thoughts: Whether what the model says before its answers is kept with the case.
        thinking: Whether the model thinks before it answers, which takes more room.

    `turn` is for whoever codes in several threads: each takes it to read notes, and gives it away with each question.
    """

    def __init__(
        self, backend: Backend, *, price: Price | None = None, thoughts: bool = False, thinking: bool = False
    ) -> None:
        self.backend = backend
        self._price = price
        self._thoughts = thoughts
        self._thinking = thinking
        self.turn = Turn()

    @property
    def shared(self) -> bool:
        """Whether several threads may ask at once."""
        return self.backend.shared

    def room(self, prompt: Prompt, values: Mapping[str, object]) -> int:
        """Say how much room is left for a note and its candidates.

        Args:
            prompt: The prompt.
            values: Its parameters, empty where they are to be fitted in.

        Returns:
            Estimated tokens; 0 or less where the prompt alone fills the window.
        """
        used = sum(tokens(message.content) for message in prompt.render(values))
        return self.backend.window - self._sampling(prompt).max_tokens - used - _MARGIN

    def request(self, step: str, prompt: Prompt, values: Mapping[str, object], numbers: Sequence[int] = ()) -> Request:
        """Make a question.

        Args:
            step: The step.
            prompt: Its prompt.
            values: The prompt's parameters.
            numbers: The numbers that may be answered.
        """
        return Request(
            step=step,
            prompt=prompt.label,
            messages=prompt.render(values),
            schema=prompt.schema(numbers),
            sampling=self._sampling(prompt),
        )

    def ask(self, questions: Sequence[Question[T]]) -> list[T | Refused]:
        """Ask all questions at once, and those whose answers cannot be read once more, with the reason.

        Args:
            questions: In any number.

        Returns:
            For each question in turn what was read, or why there is nothing; the caller lets the rules stand in.
        """
        outcomes: list[T | Refused] = [Refused(_TOO_LONG)] * len(questions)
        fitting = [at for at, question in enumerate(questions) if self._fits(question.request)]
        again: list[tuple[int, Question[T]]] = []
        for at, answer in zip(fitting, self._answers([questions[at].request for at in fitting]), strict=True):
            outcome = outcomes[at] = self._read(questions[at], answer)
            if isinstance(outcome, Refused) and isinstance(answer, Answer):
                repair = self._repair(questions[at].request, answer, outcome.reason)
                again.append((at, attrs.evolve(questions[at], request=repair)))
        second = self._answers([question.request for _, question in again])
        for (at, question), answer in zip(again, second, strict=True):
            question.case.book(question.request.step, question.request.prompt, repaired=1)
            outcomes[at] = self._read(question, answer)
        for question, outcome in zip(questions, outcomes, strict=True):
            if isinstance(outcome, Refused):
                question.case.fall_back(question.request.step, question.request.prompt, outcome.reason)
        return outcomes

    def _sampling(self, prompt: Prompt) -> Sampling:
        wanted = prompt.max_tokens + self._thinking * _THINKING_TOKENS
        return Sampling(max_tokens=max(min(wanted, self.backend.window // 3), 1))

    def _answers(self, requests: Sequence[Request]) -> Sequence[Answer | Failure]:
        if not requests:
            return ()
        with self.turn.given_away():
            return self.backend.answer(requests)

    def _read(self, question: Question[T], answer: Answer | Failure) -> T | Refused:
        request, case = question.request, question.case
        case.book(request.step, request.prompt, StepUsage.of(answer, self._price))
        if isinstance(answer, Failure):
            return Refused(answer.reason)
        try:
            data = read_object(answer)
            found = question.read(data)
        except UnreadableAnswerError as error:
            return Refused(str(error))
        if self._thoughts:
            for text in (answer.reasoning, data.get("reasoning")):
                if isinstance(text, str) and text.strip():
                    case.think(request.step, text)
        return found

    def _fits(self, request: Request) -> bool:
        used = sum(tokens(one.content) for one in request.messages)
        return used + request.sampling.max_tokens <= self.backend.window

    def _repair(self, request: Request, answer: Answer, reason: str) -> Request:
        """Ask again behind the first answer, of which only so much is shown as there is room for."""
        told = f"This answer cannot be used: {reason}. Answer again, with the JSON object that was asked for alone."
        used = sum(tokens(one.content) for one in request.messages) + tokens(told) + request.sampling.max_tokens
        room = min((self.backend.window - used - _MARGIN) * 2, _LONGEST_QUOTE)
        shown = answer.text[: max(room, 0)].encode("utf-8", "replace").decode("utf-8")
        first = (Message(role="assistant", content=shown),) if shown.strip() else ()
        if first:
            return attrs.evolve(request, messages=(*request.messages, *first, Message(role="user", content=told)))
        *others, last = request.messages
        return attrs.evolve(request, messages=(*others, attrs.evolve(last, content=f"{last.content}\n\n{told}")))


def read_object(answer: Answer) -> Mapping[str, Any]:
    """Read the JSON object of an answer; words around it, as from servers without structured outputs, are left out.

    Args:
        answer: The answer.

    Returns:
        The first whole object in it.

    Raises:
        UnreadableAnswerError: There is none.
    """
    for found in _objects(answer.text):
        return found
    if not answer.text.strip():
        raise UnreadableAnswerError("it is empty")
    raise UnreadableAnswerError("it was cut off" if not answer.finished else "it holds no JSON object")


def _objects(text: str) -> Iterator[dict[str, Any]]:
    decoder = json.JSONDecoder()
    at = text.find("{")
    while at >= 0:
        try:
            found, _ = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            # What is inside an object that is not whole is no answer.
            return
        yield found
        at = text.find("{", at + 1)


def read_number(data: Mapping[str, Any], key: str, most: int) -> int:
    """Read the number of a candidate.

    Args:
        data: The answer.
        key: Its key.
        most: The highest number that was offered.

    Returns:
        0 to `most`.

    Raises:
        UnreadableAnswerError: It is no integer, or none of the numbers.
    """
    return _number(data.get(key), key, most)


def read_numbers(data: Mapping[str, Any], key: str, most: int) -> tuple[int, ...]:
    """Read a list of numbers of candidates.

    Args:
        data: The answer.
        key: Its key.
        most: The highest number that was offered.

    Returns:
        Numbers from 1 to `most`, each once, in the order of the answer; 0 for none is left out.

    Raises:
        UnreadableAnswerError: It is no list, or holds something else than the numbers.
    """
    numbers = data.get(key)
    if not isinstance(numbers, list):
        raise UnreadableAnswerError(f"{key!r} is no list of numbers")
    return tuple(one for one in dict.fromkeys(_number(one, key, most) for one in numbers) if one)


def _number(value: object, key: str, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise UnreadableAnswerError(f"{key!r} holds something else than a number")
    if not 0 <= value <= most:
        raise UnreadableAnswerError(f"{key!r} holds a number that was not offered; expected 0 to {most}")
    return value
