"""What the answers took: calls, tokens, seconds and, by the user's own price table, money."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import attrs

from codekit.backends.base import Answer, Failure
from codekit.errors import UsageError

_MILLION = 1_000_000


@attrs.frozen(kw_only=True)
class Price:
    """Price of a model's tokens, in the currency of whoever wrote the table.

    Args:
        prompt: Of a million tokens of questions.
        completion: Of a million tokens of answers, reasoning included.
    """

    prompt: float = attrs.field(validator=attrs.validators.ge(0))
    completion: float = attrs.field(validator=attrs.validators.ge(0))

    def of(self, answer: Answer) -> float:
        """Give the price of an answer; a recorded one costs nothing."""
        if answer.recorded:
            return 0.0
        return (self.prompt * answer.prompt_tokens + self.completion * answer.completion_tokens) / _MILLION


def read_prices(path: Path) -> dict[str, Price]:
    """Read a price table.

    Args:
        path: A TOML or JSON file with an object for each model, with the prices of a million tokens: in TOML
            `["Qwen/Qwen3-8B"]`, `prompt = 0.05`, `completion = 0.25`.

    Returns:
        Prices by the name of the model.

    Raises:
        UsageError: The file cannot be read, or a price is missing, negative or no number.
    """
    try:
        text = path.read_text(encoding="utf-8")
        table = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except (OSError, ValueError) as error:
        raise UsageError(f"the price table {path} cannot be read: {error}") from None
    if not isinstance(table, dict):
        raise UsageError(f"the price table {path} must be an object with one entry per model")
    return {model: _price(path, model, entry) for model, entry in table.items()}


@attrs.frozen(kw_only=True)
class StepUsage:
    """What one step took.

    Args:
        calls: Questions that were asked, answered or not; those answered from a recording are among them.
        recorded: Of these, answered from a recording or the cache.
        failures: Of these, left without an answer.
        retries: How often one was sent again because the server was busy or out of reach.
        prompt_tokens: Tokens of the questions that were asked anew.
        completion_tokens: Tokens of the answers that were given anew.
        seconds: Time of all answers added up; more than went by, where many were asked at once.
        cost: In the price table's currency; None where the model has no price.
    """

    calls: int = 0
    recorded: int = 0
    failures: int = 0
    retries: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    cost: float | None = None

    @classmethod
    def of(cls, outcome: Answer | Failure, price: Price | None = None) -> StepUsage:
        """Count one answer.

        Args:
            outcome: What the backend gave.
            price: Of the model, if known.
        """
        cost = None if price is None else 0.0
        if isinstance(outcome, Failure):
            return cls(calls=1, failures=1, retries=outcome.retries, cost=cost)
        if outcome.recorded:
            return cls(calls=1, recorded=1, cost=cost)
        return cls(
            calls=1,
            retries=outcome.retries,
            prompt_tokens=outcome.prompt_tokens,
            completion_tokens=outcome.completion_tokens,
            seconds=outcome.seconds,
            cost=None if price is None else price.of(outcome),
        )

    def __add__(self, other: StepUsage) -> StepUsage:
        """Add up; a cost that is unknown on one side is unknown in the sum, unless that side has no calls."""
        sums = {
            field.name: getattr(self, field.name) + getattr(other, field.name)
            for field in attrs.fields(StepUsage)
            if field.name != "cost"
        }
        costs = [side.cost for side in (self, other) if side.calls]
        known = [cost for cost in costs if cost is not None]
        return StepUsage(**sums, cost=sum(known) if known and len(known) == len(costs) else None)


def _price(path: Path, model: str, entry: object) -> Price:
    try:
        given = entry if isinstance(entry, dict) else {}
        return Price(prompt=float(given["prompt"]), completion=float(given["completion"]))
    except (KeyError, TypeError, ValueError):
        raise UsageError(
            f"the price table {path} needs, for {model!r}, two numbers from 0 up: `prompt` and `completion`, "
            "each the price of a million tokens"
        ) from None
