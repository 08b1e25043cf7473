"""Working on several groups of notes at once, for steps that mostly wait for a model's answers."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Turn:
    """Lets one thread read notes at a time, and another while it waits for answers.

    Python runs one thread at a time anyway. Taking turns, a group gets its questions out before the next one is read,
    and so answers come back while others are; threads that all read at once would all wait at once.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holder: int | None = None

    def __enter__(self) -> None:
        """Wait for the turn."""
        self._lock.acquire()
        self._holder = threading.get_ident()

    def __exit__(self, *_: object) -> None:
        """Give the turn to another thread."""
        self._holder = None
        self._lock.release()

    @contextmanager
    def given_away(self) -> Iterator[None]:
        """Give the turn away for as long as this thread waits for something; nothing happens where it has no turn."""
        if self._holder != threading.get_ident():
            yield
            return
        self.__exit__()
        try:
            yield
        finally:
            self.__enter__()


_AHEAD = 2


def overlapped(work: Callable[[T], R], items: Iterable[T], at_once: int) -> Iterator[tuple[T, R]]:
    """Do the same work on items, several at a time, and give the outcomes in the items' order.

    While one group waits for answers the rules read another. Whoever stops taking, or is interrupted, waits for none of
    those that are still worked on.

    Args:
        work: Called in a thread of its own for each item that is worked on; in the caller's where `at_once` is 1.
        items: Taken as they are needed, at most two more than are worked on.
        at_once: How many items are worked on at a time, 1 or more.

    Yields:
        Each item with what the work gave.
    """
    if at_once == 1:
        yield from ((item, work(item)) for item in items)
        return
    left = iter(items)
    pool = ThreadPoolExecutor(at_once, thread_name_prefix="codekit-notes")
    try:
        ahead = deque[tuple[T, Future[R]]]()
        while True:
            ahead.extend((one, pool.submit(work, one)) for one in islice(left, at_once + _AHEAD - len(ahead)))
            if not ahead:
                return
            item, future = ahead.popleft()
            yield item, future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
