"""A worker stops before it pours everything into the dead letters, and never because of a few bad senders."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.memory import MemoryStore
from storage.memory_timelines import MemoryTimelines
from streams.batch import BatchProcessor
from streams.dead_letters import DeadLetter
from streams.decode import Limits
from streams.flood import LATELY_SCANS, SCANS_MIN, Flood, Flooded, FloodLimits
from streams.ports import Receipt, Record
from streams.sessions import Rules

BATCHES = st.lists(
    st.lists(st.tuples(st.integers(0, 900), st.integers(0, 900)).filter(any), min_size=1, max_size=6),
    max_size=30,
)
LIMITS = st.builds(FloodLimits, st.floats(0, 1), st.integers(0, 8))


def receipt(good: int, dead: int) -> Receipt:
    return Receipt("log", 0, 0, 0, good + dead, good, 0, dead)


def beyond(past: list[tuple[int, int]], now: list[tuple[int, int]], limits: FloodLimits) -> bool:
    """The same said plainly, over all records (good, dead) that were ever taken."""
    run = longest = 0
    for good, _ in past + now:
        run = 0 if good else run + 1
        longest = max(longest, run)
    lately: list[tuple[int, int]] = []
    for one in reversed(past):
        if sum(map(sum, lately)) >= LATELY_SCANS:
            break
        lately.append(one)
    dead, scans = (sum(d for _, d in some) for some in (now, now + lately)), sum(map(sum, now + lately))
    own, together = dead
    ratio = own > limits.ratio_max * sum(map(sum, now)) and together > limits.ratio_max * scans
    return bool(limits.run_max and longest > limits.run_max) or (scans >= SCANS_MIN and ratio)


@given(BATCHES, LIMITS)
def test_it_stops_exactly_where_the_limits_say(
    batches: list[list[tuple[int, int]]], limits: FloodLimits
) -> None:
    """What was held is not remembered: the next batch is judged as if it had not come."""
    flood = Flood(limits)
    past: list[tuple[int, int]] = []
    for batch in batches:
        receipts = [receipt(*one) for one in batch]
        refused = {"bad_field": sum(dead for _, dead in batch)}
        if beyond(past, batch, limits):
            with pytest.raises(Flooded):
                flood.check(receipts, refused)
            continue
        flood.check(receipts, refused)
        flood.took(receipts)
        past += batch


@given(BATCHES)
def test_without_limits_it_never_stops(batches: list[list[tuple[int, int]]]) -> None:
    """As an operator says who has looked at the letters and found them right."""
    flood = Flood(FloodLimits(ratio_max=1, run_max=0))
    for batch in batches:
        receipts = [receipt(*one) for one in batch]
        flood.check(receipts, {"bad_field": 1})
        flood.took(receipts)


def test_the_sentence_says_why_and_what_to_do() -> None:
    """It names the reason that is seen most, and nobody."""
    with pytest.raises(Flooded) as told:
        Flood(FloodLimits()).check([receipt(1_000, 1_500)], {"bad_field": 500, "from_the_future": 1_000})
    assert "1500 of the last 2500 scans, now most often from_the_future" in str(told.value)
    assert "TRUYVET_DEAD_RATIO_MAX=1 and TRUYVET_DEAD_RUN_MAX=0" in str(told.value)


class Kept:
    """The port `streams.ports.DeadLetters` as a list."""

    def __init__(self) -> None:
        self.letters: list[DeadLetter] = []

    def put(self, letters: Any) -> None:
        self.letters += letters


def test_nothing_of_a_batch_that_is_held_is_written() -> None:
    """No letter, no receipt, no scan; the same batch is taken as soon as its cause is gone."""
    store, kept = MemoryStore(), Kept()
    processor = BatchProcessor(
        timelines=MemoryTimelines(),
        store=store,
        dead_letters=kept,
        rules=Rules(),
        flood=FloodLimits(run_max=3),
    )
    noon = 1_638_334_800
    scans = [
        {"scan_id": f"{number:016x}", "person": f"{number:016x}", "venue": "market", "at": noon + 60}
        for number in range(9)
    ]
    records = [Record("log", 0, n, noon, json.dumps([scan]).encode()) for n, scan in enumerate(scans)]
    for _ in range(3):
        with pytest.raises(Flooded):
            processor.process(records, Limits(0, 59))  # set too narrowly
    assert kept.letters == []
    assert store.flow().records == store.flow().scans == 0
    assert [one.stored for one in processor.process(records, Limits(0, 60))] == [1] * 9
