"""What the user may say about a backend, whichever it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

_POSITIVE: Any = attrs.validators.gt(0)


@attrs.frozen(kw_only=True)
class Settings:
    """How to reach a model; a backend reads what concerns it and leaves the rest.

    Args:
        model: Name of the model as the server knows it, a folder with its files, or for recorded answers the one
            that gave them.
        base_url: Address of a server's API, as `http://127.0.0.1:8000/v1`.
        folder: Where recorded answers lie.
        window: Tokens that question and answer may have together; None to ask the server or the model.
        offline: Refuse every address but this computer's own, and every download.
        concurrency: Questions that a server gets at once.
        timeout: Seconds that one answer may take.
        attempts: How often one question is sent, where the server is busy or out of reach.
        requests_per_minute: Most questions in a minute; None for no limit.
        tokens_per_minute: Most tokens in a minute, of questions and answers; None for no limit.
        engine: Further options of an engine in this process, by its own names.
    """

    model: str | None = None
    base_url: str | None = None
    folder: Path | None = None
    window: int | None = attrs.field(default=None, validator=attrs.validators.optional(_POSITIVE))
    offline: bool = False
    concurrency: int = attrs.field(default=64, validator=_POSITIVE)
    timeout: float = attrs.field(default=300.0, validator=_POSITIVE)
    attempts: int = attrs.field(default=6, validator=_POSITIVE)
    requests_per_minute: float | None = attrs.field(default=None, validator=attrs.validators.optional(_POSITIVE))
    tokens_per_minute: float | None = attrs.field(default=None, validator=attrs.validators.optional(_POSITIVE))
    engine: Mapping[str, Any] = attrs.field(factory=dict, converter=dict)
