"""An event loop in a thread of its own, for callers that know of none or have one already."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from codekit.errors import BackendError

T = TypeVar("T")


class BackgroundLoop:
    """Runs coroutines for callers in any thread, notebooks with a loop of their own included.

    Connections belong to a loop; with one that stays they outlive the batch for which they were opened.
    """

    def __init__(self) -> None:
        self._closed = False
        self._closing = threading.Lock()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="codekit-backend", daemon=True)
        self._thread.start()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine to its end.

        Args:
            coroutine: It is cancelled when the caller is interrupted.

        Returns:
            What it returns.

        Raises:
            BackendError: The loop was closed meanwhile, as when another thread was interrupted.
        """
        with self._closing:
            if self._closed:
                coroutine.close()
                raise BackendError("the connection to the model was closed; nothing can be asked any more")
            future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def close(self) -> None:
        """Cancel what still runs, and stop the loop and its thread; a second call does nothing."""
        with self._closing:
            was_closed, self._closed = self._closed, True
        if not was_closed:
            asyncio.run_coroutine_threadsafe(_cancel_others(), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()


async def _cancel_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
