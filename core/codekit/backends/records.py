"""An answer as it is kept on disk, by a recording and by the cache alike."""

from __future__ import annotations

import json

import attrs

from codekit.backends.base import Answer, Request

_text = attrs.validators.instance_of(str)
_number = attrs.validators.instance_of(int)


@attrs.frozen(kw_only=True)
class Record:
    """An answer and what it answers; neither the question nor the time, so that the same answer makes the same bytes.

    Args:
        key: `Request.key` of the question for that model.
        model: Name of the model.
        window: Tokens of its window, on which the questions depend.
        step: Step that asked.
        prompt: Name and version of the prompt.
        text: The answer.
        reasoning: What was said before it.
        prompt_tokens: Tokens of the question.
        completion_tokens: Tokens of the answer.
        finished: False where the answer was cut off.
    """

    key: str = attrs.field(validator=_text)
    model: str = attrs.field(validator=_text)
    window: int = attrs.field(validator=_number)
    step: str = attrs.field(validator=_text)
    prompt: str = attrs.field(validator=_text)
    text: str = attrs.field(validator=_text, repr=False)
    reasoning: str = attrs.field(validator=_text, repr=False)
    prompt_tokens: int = attrs.field(validator=_number)
    completion_tokens: int = attrs.field(validator=_number)
    finished: bool = attrs.field(validator=attrs.validators.instance_of(bool))

    @classmethod
    def of(cls, key: str, request: Request, answer: Answer, model: str, window: int) -> Record:
        """Make the record of an answer.

        Args:
            key: `Request.key` of the question for that model.
            request: The question.
            answer: What the model answered.
            model: Its name.
            window: Tokens of its window.
        """
        return cls(
            key=key,
            model=model,
            window=window,
            step=request.step,
            prompt=request.prompt,
            text=answer.text,
            reasoning=answer.reasoning,
            prompt_tokens=answer.prompt_tokens,
            completion_tokens=answer.completion_tokens,
            finished=answer.finished,
        )

    @classmethod
    def from_json(cls, line: str | bytes) -> Record:
        """Read a record.

        Args:
            line: What `to_json` gave.

        Raises:
            ValueError: It is no JSON object with these keys and types.
        """
        try:
            return cls(**json.loads(line))
        except (TypeError, RecursionError) as error:
            raise ValueError(str(error)) from None

    def to_json(self) -> str:
        """Give the record as one line of ASCII, without an end of line."""
        return json.dumps(attrs.asdict(self))

    def answer(self) -> Answer:
        """Give the answer, marked as recorded."""
        return Answer(
            text=self.text,
            reasoning=self.reasoning,
            prompt_tokens=self.prompt_tokens,
            completion_tokens=self.completion_tokens,
            finished=self.finished,
            recorded=True,
        )
