"""How often something is tried again, and how long it is waited for."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import attrs

from codekit.errors import FetchError

if TYPE_CHECKING:
    from tenacity import RetryCallState

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class Patience:
    """How much is put up with before a download is given up.

    Args:
        attempts: So many tries in a row that bring nothing; one that brought bytes of a file does not count.
        wait: Seconds before the second try, on average; they double with each try in vain.
        longest_wait: Most seconds between two tries, also where the server asks for more.
        timeout: Seconds without a byte after which a connection is dead.
    """

    attempts: int = 5
    wait: float = 0.5
    longest_wait: float = 30.0
    timeout: float = 30.0


class BusyError(FetchError):
    """It did not work, and may work later.

    Args:
        message: What to tell if it never does.
        wait: Seconds that the server asked for.
    """

    def __init__(self, message: str, wait: float = 0.0) -> None:
        super().__init__(message)
        self.wait = wait


def patiently(call: Callable[[], T], patience: Patience, reached: Callable[[], int] = lambda: 0) -> T:
    """Try again while there is hope.

    Args:
        call: What to try; a `BusyError` is hope.
        patience: How long.
        reached: Says how many bytes are there; where more than ever before, the count of tries starts anew.

    Returns:
        What it returned at last.

    Raises:
        FetchError: It failed for good, or too often.
    """
    from tenacity import Retrying, retry_if_exception_type

    most, in_vain = reached(), 0

    def give_up(_state: RetryCallState) -> bool:
        nonlocal most, in_vain
        now = reached()
        in_vain = 1 if now > most else in_vain + 1
        most = max(most, now)
        return in_vain >= patience.attempts

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.wait if isinstance(error, BusyError) else 0.0
        # spread out, so that many who were cut off together do not come back together
        own = patience.wait * 2.0 ** (in_vain - 1) * random.uniform(0.5, 1.5)  # noqa: S311
        return min(max(asked, own), patience.longest_wait)

    retrying = Retrying(stop=give_up, wait=wait, retry=retry_if_exception_type(BusyError), reraise=True)
    result: T = retrying(call)
    return result
