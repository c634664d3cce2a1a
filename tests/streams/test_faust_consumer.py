"""Offsets do not run past a record that the agent was never given, as those of the installed Faust do."""

import asyncio
import inspect
from collections import defaultdict
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer
from faust.streams import Stream
from faust.transport.consumer import Consumer as Stock
from faust.types import TP, Message
from intervaltree import IntervalTree

from streams.faust_consumer import PATIENCE_SECONDS, CarefulConsumer, careful

HERE = TP("scans.v1", 3)


class Clock:
    """A loop whose time is set by the test."""

    now = 100.0

    def time(self) -> float:
        return self.now


def consumer(committed: int | None) -> Any:
    """One that was given partition 3, and never meets Kafka."""
    told: list[tuple[int, int]] = []
    kind = careful(lambda partition, offset: told.append((partition, offset)))
    made: Any = kind.__new__(kind)
    made.told, made.loop = told, Clock()
    made._acked, made._acked_index = defaultdict(list), defaultdict(set)
    made._gap = defaultdict(IntervalTree)
    made._committed_offset = defaultdict(lambda: None, {HERE: committed})
    made._since = {}
    return made


def acked(made: Any, *offsets: int) -> int | None:
    """What is committed once these are acknowledged too."""
    made._acked[HERE] = sorted([*made._acked[HERE], *offsets])
    made._acked_index[HERE].update(offsets)
    found: int | None = made._new_offset(HERE)
    if found is not None:
        made._committed_offset[HERE] = found
    return found


def stock(made: Any) -> int | None:
    """What Faust itself would commit."""
    found: int | None = Stock._new_offset(made, HERE)
    return found


def test_what_is_acknowledged_in_order_is_committed() -> None:
    made = consumer(7)
    assert acked(made, 7, 8) == 9
    assert acked(made, 9) == 10
    assert acked(made, 11) is None
    assert acked(made, 10) == 12
    assert not made.told


@pytest.mark.parametrize("begin", [0, 7])
def test_one_record_that_was_dropped_holds_the_offset(begin: int) -> None:
    """The first after a restart, also of a group that has committed nothing. Faust commits past it."""
    made = consumer(begin)
    assert acked(made, begin + 1, begin + 2) is None
    assert stock(made) == begin + 3, "the hazard is gone: this file is not needed any more"
    made = consumer(begin)
    assert acked(made, begin + 1) is None
    assert acked(made, begin) == begin + 2


def test_a_jump_is_not_taken_for_compaction() -> None:
    """Faust acknowledges what it jumped over, and the record behind it that is not dealt with yet."""
    made = consumer(7)
    asyncio.run(made._add_gap(HERE, 8, 12))
    assert acked(made, 7, 13) == 8
    assert acked(made, 14) is None
    there = consumer(7)
    asyncio.run(Stock._add_gap(there, HERE, 8, 12))
    there._acked[HERE] = [7, 13]
    assert stock(there) == 14, "the hazard is gone: this file is not needed any more"


def test_a_record_given_to_nobody_is_told_after_a_while() -> None:
    """And not before: a batch of before a rebalance may be acknowledged out of order."""
    made = consumer(7)
    acked(made, 8)
    made.loop.now += PATIENCE_SECONDS
    acked(made, 9)
    assert not made.told
    made.loop.now += 1
    acked(made, 10)
    assert made.told == [(3, 7)]


def test_patience_begins_anew_once_the_record_came() -> None:
    made = consumer(7)
    acked(made, 8)
    made.loop.now += PATIENCE_SECONDS
    assert acked(made, 7) == 9
    acked(made, 10)
    made.loop.now += PATIENCE_SECONDS
    acked(made, 11)
    assert not made.told


@pytest.mark.parametrize(
    ("committed", "begins"), [({HERE: 7}, 40), ({HERE: 40}, 7), ({HERE: 0}, 0), ({}, 40)]
)
def test_reading_begins_where_there_are_records(
    monkeypatch: pytest.MonkeyPatch, committed: dict[TP, int], begins: int
) -> None:
    """The group may have been away for longer than Kafka keeps records, or have committed nothing."""

    async def seek_to_committed() -> dict[TP, int]:
        return committed

    async def earliest_offsets(*partitions: TP) -> dict[TP, int]:
        return dict.fromkeys(partitions, begins)

    async def seek_wait(partitions: dict[TP, int]) -> None:
        sought.update(partitions)

    sought: dict[TP, int] = {}
    made = consumer(None)
    made._read_offset = defaultdict(lambda: None)
    for what in (seek_to_committed, earliest_offsets, seek_wait):
        monkeypatch.setattr(made, what.__name__, what)
    monkeypatch.setattr(made, "assignment", lambda: {HERE})
    asyncio.run(made.perform_seek())
    first = max(committed.get(HERE, 0), begins)
    # What a rebalance kept from the agent is fetched again, also where nothing is committed.
    assert sought == ({} if committed.get(HERE) else {HERE: first})
    assert acked(made, first + 1) is None
    assert acked(made, first) == first + 2


@pytest.mark.parametrize(
    ("active", "generation", "counted"), [(True, 4, True), (True, 3, False), (False, 4, False)]
)
def test_what_a_rebalance_skips_is_not_acknowledged(active: bool, generation: int, counted: bool) -> None:
    """A stream acknowledges what it skips: a record of an older generation, or one while flow is held."""
    made = consumer(7)
    made._unacked_messages, made._n_acked, made._waiting_for_ack = set(), 0, None
    made.app = SimpleNamespace(
        flow_control=SimpleNamespace(is_active=lambda: active),
        consumer_generation_id=4,
        topics=SimpleNamespace(acks_enabled_for=lambda topic: True),
    )
    message = Message(
        HERE.topic, HERE.partition, 7, 0.0, 0, [], None, b"", None, tp=HERE, generation_id=generation
    )
    made._unacked_messages.add(message)
    assert made.ack(message) is counted
    assert made._acked[HERE] == ([7] if counted else [])
    assert not made._unacked_messages


def test_the_installed_stream_acknowledges_what_it_skips() -> None:
    """The hazard itself: when these lines are gone, `ack` is not needed any more."""
    source = inspect.getsource(Stream._py_aiter)
    skips = source.index("message.generation_id != self.app.consumer_generation_id")
    assert "value = skipped_value" in source[skips:]
    assert "do_ack or value is skipped_value" in source[skips:]


def test_aiokafka_goes_back_only_where_something_was_committed() -> None:
    """The hazard itself: when this line is gone, `perform_seek` need not seek."""
    assert "if offset and offset > 0:\n" in inspect.getsource(AIOKafkaConsumer.seek_to_committed)


def test_what_is_not_ours_is_left_to_faust() -> None:
    """A partition that was taken away has no committed offset here; Faust discards its commits."""
    made = consumer(None)
    made._acked[HERE] = [5]
    assert made._new_offset(HERE) == 6


def test_the_class_is_the_one_that_faust_uses() -> None:
    """Faust makes its consumer of the transport's class."""
    assert issubclass(careful(print), CarefulConsumer)
