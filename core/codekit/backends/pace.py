"""Not more in a minute than a server allows."""

from __future__ import annotations

import asyncio
import time

import attrs


@attrs.define
class Pace:
    """Spreads calls over a minute, so that no minute has more than the limit, bursts included.

    Args:
        per_minute: The limit, in whatever is counted; None for none, and then only `hold` makes anybody wait.
    """

    per_minute: float | None
    _free_at: float = 0.0

    async def wait(self, amount: float) -> None:
        """Wait for the turn of a call that counts for `amount`."""
        now = time.monotonic()
        start = max(now, self._free_at)
        self._free_at = start
        self.correct(amount)
        if start > now:
            await asyncio.sleep(start - now)

    def correct(self, amount: float) -> None:
        """Count more for a call that has gone through, or less where `amount` is negative."""
        if self.per_minute is not None:
            self._free_at += 60 * amount / self.per_minute

    def hold(self, seconds: float) -> None:
        """Let nobody start for so long, because the server said so."""
        self._free_at = max(self._free_at, time.monotonic() + seconds)
