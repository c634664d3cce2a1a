"""Requests that arrive together are taken together; a fault costs those of its batch and no other."""

import asyncio
from collections.abc import Sequence
from threading import Event, Thread
from typing import Any

import pytest

from producers.errors import Unavailable
from producers.gateway.collector import Collector, Room
from producers.gateway.declined import Declined
from producers.gateway.device import Device
from producers.gateway.post import Post, Taken
from producers.gateway.signature import Signed

DEVICE = Device(device="00000000000000aa", kind="phone")
MANY = 20


def post(number: int, scans: int = 1) -> Post:
    asked: Any = [{"scan_id": f"{number:016x}", "at": 0}] * scans
    return Post(Signed(DEVICE, number, "", b""), asked, 0, "")


class Taking:
    """What a batch is given to: notes the batches, waits while it is held, fails when it is told to."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.packets: list[Any] = []
        self.free = Event()
        self.free.set()
        self.fails: list[BaseException] = []

    def __call__(self, posts: Sequence[Post], packets: Sequence[Any]) -> list[Taken]:
        self.batches.append([one.signed.at for one in posts])
        self.packets += packets
        assert self.free.wait(30)
        if self.fails:
            raise self.fails.pop()
        return [Taken([], one.signed.at) for one in posts]


def run(work: Any) -> Any:
    return asyncio.run(asyncio.wait_for(work, 30))


def test_what_arrives_while_a_batch_is_taken_is_the_next_batch() -> None:
    """Each gets its own answer."""
    taking = Taking()
    collector = Collector(taking, Room(collect_seconds=0), lambda why: None)

    async def work() -> list[Taken]:
        taking.free.clear()
        first = asyncio.create_task(collector.post(post(0)))
        while not taking.batches:
            await asyncio.sleep(0.001)
        more = [asyncio.create_task(collector.post(post(number))) for number in range(1, MANY)]
        packet = asyncio.create_task(collector.publish([("health.v1", 0, b"{}", None)]))
        await asyncio.sleep(0)
        taking.free.set()
        await packet
        return [await one for one in [first, *more]]

    assert [one.skew for one in run(work())] == list(range(MANY))
    assert taking.batches == [[0], list(range(1, MANY))]
    assert taking.packets == [("health.v1", 0, b"{}", None)]
    collector.close()


def test_no_more_is_let_in_than_there_is_room_for() -> None:
    """And there is room again when the batch is done; scans count, not requests."""
    taking = Taking()
    collector = Collector(taking, Room(waiting_max=10, collect_seconds=0), lambda why: None)

    async def work() -> None:
        taking.free.clear()
        first = asyncio.create_task(collector.post(post(0, scans=10)))
        await asyncio.sleep(0)
        assert collector.scans == 10
        with pytest.raises(Declined, match="try again"):
            await collector.post(post(1))
        taking.free.set()
        await first
        while collector.scans:
            await asyncio.sleep(0.001)
        await collector.post(post(2))

    run(work())
    collector.close()


def test_nobody_counts_while_scans_go_from_waiting_to_being_taken() -> None:
    """Counted twice for a moment, they would leave no room for a request that there is room for."""
    collector, told = Collector(Taking(), Room(collect_seconds=0), lambda why: None), list[int]()
    counting = Thread(target=lambda: told.append(collector.scans))
    with collector._something:  # held meanwhile
        collector._scans, collector._at_work = 10, 10
        counting.start()
        counting.join(0.2)
        assert not told
        collector._scans, collector._at_work = 0, 0
    counting.join()
    assert told == [0]
    collector.close()


@pytest.mark.parametrize(
    ("fault", "word"), [(Unavailable("Kafka is down: start it."), "later"), (KeyError("a bug"), "failed")]
)
def test_a_fault_is_told_to_all_of_its_batch_and_the_next_is_taken(fault: Exception, word: str) -> None:
    """The thread goes on, whatever it was."""
    taking, told = Taking(), list[BaseException]()
    collector = Collector(taking, Room(collect_seconds=0), told.append)

    async def work() -> Taken:
        taking.fails.append(fault)
        with pytest.raises(Declined) as why:
            await collector.post(post(0))
        assert why.value.word == word
        return await collector.post(post(1))

    assert run(work()).skew == 1
    assert told == [fault]
    collector.close()


def test_what_waits_when_it_closes_is_still_taken() -> None:
    """And nothing comes after."""
    taking = Taking()
    collector = Collector(taking, Room(collect_seconds=0), lambda why: None)

    async def work() -> None:
        one = asyncio.create_task(collector.post(post(0)))
        await asyncio.sleep(0)
        await asyncio.to_thread(collector.close)
        await one
        with pytest.raises(Declined):
            await collector.post(post(1))

    run(work())
    assert taking.batches == [[0]]


def test_a_caller_that_went_away_costs_nobody_else() -> None:
    """Its connection broke while it waited."""
    taking = Taking()
    collector = Collector(taking, Room(collect_seconds=0), lambda why: None)

    async def work() -> Taken:
        taking.free.clear()
        gone = asyncio.create_task(collector.post(post(0)))
        stays = asyncio.create_task(collector.post(post(1)))
        await asyncio.sleep(0)
        gone.cancel()
        taking.free.set()
        return await stays

    assert run(work()).skew == 1
    collector.close()
