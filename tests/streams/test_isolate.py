"""One record that a worker cannot deal with costs itself, and no other record its turn."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.errors import Unavailable
from storage.memory import MemoryStore
from storage.memory_timelines import MemoryTimelines
from streams.batch import BatchProcessor, Outcome, Told, nobody
from streams.dead_letters import DeadLetter
from streams.decode import Limits
from streams.isolate import TRIES, Isolating
from streams.ports import Receipt, Record
from streams.sessions import Rules

EVER = Limits(0, 2**32 - 1)


class Kept:
    """The port `streams.ports.DeadLetters` as a list."""

    def __init__(self) -> None:
        self.letters: list[DeadLetter] = []

    def put(self, letters: Any) -> None:
        self.letters += letters


class Buggy:
    """A processor that fails on these offsets, a number of times each; counts its tries of one alone."""

    def __init__(self, inner: BatchProcessor, failures: dict[int, int]) -> None:
        self._inner, self._failures = inner, dict(failures)
        self.set_aside = inner.set_aside
        self.alone = 0

    def process(self, records: Sequence[Record], limits: Limits, told: Told = nobody) -> list[Receipt]:
        self.alone += len(records) == 1
        for record in records:
            if self._failures.get(record.offset, 0) > 0:
                self._failures[record.offset] -= 1
                raise ValueError(record.value)
        return self._inner.process(records, limits, told)


def record(offset: int, scans: int = 2) -> Record:
    sent = [
        {"scan_id": f"{offset * 10 + n:016x}", "person": f"{offset:016x}", "venue": "market", "at": 1000 * n}
        for n in range(scans)
    ]
    return Record("log", 0, offset, 0, json.dumps(sent).encode())


def world(failures: dict[int, int]) -> tuple[MemoryStore, Kept, Buggy, list[int], Isolating]:
    store, letters, told = MemoryStore(), Kept(), list[int]()
    inner = BatchProcessor(timelines=MemoryTimelines(), store=store, dead_letters=letters, rules=Rules())
    buggy = Buggy(inner, failures)
    return store, letters, buggy, told, Isolating(buggy, lambda record, error: told.append(record.offset))


@given(st.integers(1, 20), st.sets(st.integers(0, 19)))
def test_only_what_always_fails_is_set_aside(many: int, poisoned: set[int]) -> None:
    """The others are stored as if it had not been there, and each record has its receipt, in order."""
    poisoned &= set(range(many))
    store, letters, _, told, isolating = world(dict.fromkeys(poisoned, 10**6))
    outcomes: list[Outcome] = []
    receipts = isolating.process([record(n) for n in range(many)], EVER, outcomes.append)
    assert [one.offset for one in receipts] == list(range(many))
    for one in receipts:
        assert (one.scans, one.stored, one.dead) == ((2, 0, 2) if one.offset in poisoned else (2, 2, 0))
    assert sorted(one.offset for one in letters.letters) == told == sorted(poisoned)
    for letter in letters.letters:
        assert (letter.reason, letter.position, letter.body) == (
            "worker_failed",
            -1,
            record(letter.offset).value,
        )
        assert "ValueError" in letter.detail
        assert "market" not in letter.detail
    assert sum(one.refused.get("worker_failed", 0) for one in outcomes) == 2 * len(poisoned)
    assert store.flow().stored == 2 * (many - len(poisoned))
    assert store.flow().scans == 2 * many


@given(st.integers(0, 15), st.integers(1, 4 + TRIES - 1))
def test_a_record_that_fails_now_and_then_is_tried_again(where: int, times: int) -> None:
    """Of 16 records one is alone after 4 halvings; it may then fail twice more."""
    store, letters, _, _, isolating = world({where: times})
    isolating.process([record(n) for n in range(16)], EVER, nobody)
    assert letters.letters == []
    assert store.flow().stored == 32


def test_a_record_alone_is_tried_three_times() -> None:
    """And not for ever: the others wait behind it."""
    _, letters, buggy, _, isolating = world({0: 10**6})
    isolating.process([record(0)], EVER, nobody)
    assert buggy.alone == TRIES == 3
    assert len(letters.letters) == 1


def test_an_outage_is_no_fault_of_a_record() -> None:
    """It goes to the caller, who waits; nothing is set aside."""

    class Down(Buggy):
        def process(self, records: Sequence[Record], limits: Limits, told: Told = nobody) -> list[Receipt]:
            raise Unavailable("the store is down: wait.")

    _, letters, _, told, _ = world({})
    inner = BatchProcessor(
        timelines=MemoryTimelines(), store=MemoryStore(), dead_letters=letters, rules=Rules()
    )
    with pytest.raises(Unavailable):
        Isolating(Down(inner, {}), lambda record, error: told.append(0)).process([record(0)], EVER, nobody)
    assert letters.letters == told == []
