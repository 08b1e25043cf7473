"""The options that choose a workflow and a language model, and the coder that follows from them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
import click

from codekit.backends.settings import Settings

if TYPE_CHECKING:
    from codekit.agents.asking import Asker
    from codekit.cli.context import State
    from codekit.editions.edition import Edition
    from codekit.pipeline.coder import Coder
    from codekit.search.searcher import Searcher

F = TypeVar("F", bound=Callable[..., Any])

_DEFAULTS = attrs.fields(Settings)
_AT_ONCE = 16

_PARTS = ("extractor", "navigator", "validator", "reconciler")
_FOLDER = click.Path(path_type=Path, file_okay=False)
_FILE = click.Path(path_type=Path, dir_okay=False)


@attrs.frozen(kw_only=True)
class Models:
    """What the options say of workflow and model; `model_options` explains them."""

    workflow: str | None
    backend: str | None
    base_url: str | None
    llm: str | None
    window: int | None
    concurrency: int
    timeout: float
    parts: Mapping[str, str]
    proposer: str
    prompts: Path | None
    record: Path | None
    replay: Path | None
    cache: Path | None
    prices: Path | None
    offline: bool
    thinking: bool

    @property
    def name(self) -> str:
        """The workflow: as chosen, or else the four agents with a model and the rules without one."""
        return self.workflow or ("clh" if self.backend else "rules")

    def group(self, asker: Asker | None) -> int:
        """Say how many notes are coded together: a step asks for all of them at once, and waits for all answers.

        Where several groups are on their way at a time, each needs to fill only part of the model's places.
        """
        if asker is None:
            return 1
        return max(self.concurrency // 8, 1) if asker.shared else 2 * self.concurrency

    def at_once(self, asker: Asker | None) -> int:
        """Say how many groups are on their way at a time, so that rules read some while others wait for answers."""
        return _AT_ONCE if asker and asker.shared else 1

    @contextmanager
    def opened(self, state: State) -> Iterator[Asker | None]:
        """Open the model for as long as notes are coded; None where none is chosen."""
        if self.backend is None:
            if any((self.base_url, self.llm, self.record, self.replay, self.cache, self.prices, self.thinking)):
                raise click.UsageError("these options are about a language model: choose one with --backend")
            yield None
            return
        from codekit.agents.asking import Asker
        from codekit.backends.registry import open_backend
        from codekit.backends.usage import read_prices

        settings = Settings(
            model=self.llm,
            base_url=self.base_url,
            folder=self.replay,
            window=self.window,
            offline=self.offline,
            concurrency=self.concurrency,
            timeout=self.timeout,
        )
        prices = read_prices(self.prices) if self.prices else {}
        backend = open_backend(self.backend, settings, record=self.record, cache=self.cache, plugins=state.plugins)
        try:
            price = prices.get(backend.model)
            yield Asker(backend, price=price, thoughts=self.thinking, thinking=self.thinking)
        finally:
            backend.close()

    def coder(self, state: State, edition: Edition, searcher: Searcher, asker: Asker | None, threshold: float) -> Coder:
        """Wire the coder of an edition."""
        from codekit.workflows.kit import Kind, Kit, Part
        from codekit.workflows.registry import build

        kit = Kit(
            system=state.system,
            edition=edition,
            searcher=searcher,
            asker=asker,
            parts={Part(part): Kind(kind) for part, kind in self.parts.items()},
            prompts=self.prompts,
            proposer=self.proposer,
            threshold=threshold,
        )
        return build(self.name, kit)


def model_options(command: F) -> F:
    """Add the options; the command gets them together as `models`."""

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        parts = {part: kind for part in _PARTS if (kind := kwargs.pop(part)) is not None}
        given = {field.name: kwargs.pop(field.name) for field in attrs.fields(Models) if field.name != "parts"}
        return command(*args, models=Models(parts=parts, **given), **kwargs)

    options = [
        click.option(
            "--workflow",
            metavar="NAME",
            help="rules, clh, extract-retrieve-rerank or verify; rules by default, clh with --backend.",
        ),
        click.option(
            "--backend",
            metavar="NAME",
            help="Language model: openai (any server that speaks its API), vllm, or replay.",
        ),
        click.option(
            "--base-url", metavar="URL", help="Address of the model's server, such as http://127.0.0.1:8000/v1."
        ),
        click.option("--model", "llm", metavar="NAME", help="The language model, as its server names it."),
        click.option(
            "--window",
            type=click.IntRange(1),
            metavar="TOKENS",
            help="Tokens that question and answer may have; asked of the server by default.",
        ),
        click.option(
            "--concurrency",
            type=click.IntRange(1),
            default=_DEFAULTS.concurrency.default,
            show_default=True,
            metavar="N",
            help="Questions that the server gets at once; notes go in groups of an eighth as many.",
        ),
        click.option(
            "--timeout",
            type=click.FloatRange(0, min_open=True),
            default=_DEFAULTS.timeout.default,
            show_default=True,
            metavar="SECONDS",
            help="How long one answer may take.",
        ),
        *(
            click.option(
                f"--{part}",
                type=click.Choice(("rules", "llm")),
                help=f"Who does the {part}'s step, whatever the workflow says.",
            )
            for part in _PARTS
        ),
        click.option(
            "--proposer",
            default="rules",
            show_default=True,
            metavar="NAME",
            help="For verify: plugin, a workflow, or a file of predictions.",
        ),
        click.option("--prompts", type=_FOLDER, help="Folder with prompts that take the place of codekit's."),
        click.option(
            "--record", type=_FOLDER, help="Write every answer of the model to this folder; it may quote notes."
        ),
        click.option("--replay", type=_FOLDER, help="Folder with the recorded answers, for the backend replay."),
        click.option(
            "--cache", type=_FILE, help="Keep answers in this file, and ask nothing twice; it may quote notes."
        ),
        click.option(
            "--prices", type=_FILE, help="Table of prices of a million tokens, in TOML or JSON, for the cost."
        ),
        click.option("--offline", is_flag=True, help="Refuse every address but this computer's own."),
        click.option(
            "--thinking",
            is_flag=True,
            help="The model thinks first: leave room for it, and keep it in the JSON output.",
        ),
    ]
    return functools.reduce(lambda made, option: option(made), reversed(options), wrapped)  # type: ignore[return-value]
