"""Working on several groups at once keeps their order, takes few ahead, and can be left at any time."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from codekit.pipeline.overlap import Turn, overlapped


@pytest.mark.parametrize("at_once", [1, 2, 5])
def test_outcomes_come_in_order_whoever_is_first(at_once: int) -> None:
    later = [threading.Event() for _ in range(20)]

    def work(number: int) -> int:
        # each waits for the one behind it, if that is worked on at the same time
        if number % at_once != at_once - 1:
            later[number + 1].wait(timeout=10)
        later[number].set()
        return number * number

    assert list(overlapped(work, range(20), at_once)) == [(number, number * number) for number in range(20)]


def test_few_are_taken_ahead() -> None:
    taken = 0

    def endless() -> Iterator[int]:
        nonlocal taken
        while True:
            taken += 1
            yield taken

    for done, (item, _) in enumerate(overlapped(str, endless(), 3), start=1):
        assert item == done
        assert taken <= done + 4
        if done == 50:
            break


def test_a_failure_or_a_stop_waits_for_nobody() -> None:
    held = threading.Event()

    def work(number: int) -> int:
        if number:
            held.wait(timeout=60)
            return number
        raise ValueError(number)

    with pytest.raises(ValueError, match="0"):
        list(overlapped(work, range(3), 3))
    held.set()


def test_one_reads_at_a_time_and_all_wait_together() -> None:
    turn, waiting = Turn(), threading.Barrier(4, timeout=20)
    reading = most = 0

    def read() -> None:
        nonlocal reading, most
        reading += 1
        most = max(most, reading)
        threading.Event().wait(0.002)
        reading -= 1

    def work(number: int) -> int:
        with turn:
            read()
            with turn.given_away():
                waiting.wait()  # which only ends where four are here at once
            read()
        return number

    assert [item for item, _ in overlapped(work, range(12), 4)] == list(range(12))
    assert most == 1


def test_a_turn_that_was_never_taken_is_not_given_away() -> None:
    turn = Turn()
    with turn.given_away(), turn:
        pass
    with turn, pytest.raises(ValueError, match="lost"), turn.given_away():
        raise ValueError("lost")
    with turn:
        pass
