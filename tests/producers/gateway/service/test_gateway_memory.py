"""What the gateway remembers is alike in Redis and in one process; a Redis that fails stops nobody."""

import os
import secrets
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from producers.errors import TruyvetError, Unavailable
from producers.gateway.memory import SPARE, Memory, ProcessMemory
from producers.gateway.redis_memory import AWAY_SECONDS, RedisMemory, SteadyMemory


class Clock:
    """Goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(params=["process", pytest.param("redis", marks=pytest.mark.stack)])
def memory(request: pytest.FixtureRequest) -> Iterator[Memory]:
    if request.param == "process":
        yield ProcessMemory(Clock())
        return
    url = os.environ.get("TRUYVET_STATE", "")
    if urlsplit(url).scheme != "redis":
        pytest.skip("needs Redis: run `make test`")
    found = RedisMemory(url)
    yield found
    found.close()


def keys(many: int) -> list[bytes]:
    return [b"test:" + secrets.token_bytes(8) for _ in range(many)]


def test_only_the_first_that_adds_a_key_is_told_it_was_new(memory: Memory) -> None:
    """Also within one call."""
    one, other = keys(2)
    assert memory.add([one, one, other], 60) == [True, False, True]
    assert memory.add([one, other], 60) == [False, False]
    assert memory.add([], 60) == []


def test_values_are_as_they_were_put(memory: Memory) -> None:
    """The newest of a key; nothing for what was never put."""
    one, other, none = keys(3)
    memory.put({one: b"\0\xff", other: b"b"}, 60)
    memory.put({other: b"c"}, 60)
    memory.put({}, 60)
    assert memory.get([one, none, other]) == [b"\0\xff", None, b"c"]
    assert memory.get([]) == []


def test_different_members_are_counted_once(memory: Memory) -> None:
    """Over several calls; a key asked about with nobody new says what it said."""
    one, other = keys(2)
    assert memory.count({one: [b"a", b"b"], other: []}, 60) == {one: 2, other: 0}
    assert memory.count({one: {b"b", b"c"}}, 60) == {one: 3}
    assert memory.count({}, 60) == {}


def test_sums_grow(memory: Memory) -> None:
    """Many keys in one step."""
    one, other = keys(2)
    assert memory.tally({one: 3, other: 1}, 60) == {one: 3, other: 1}
    assert memory.tally({one: 4}, 60) == {one: 7}
    assert memory.tally({}, 60) == {}


def test_a_process_forgets_in_time_and_holds_no_more_than_it_may() -> None:
    """Also what was put again and again, whose first expiry passed."""
    clock = Clock()
    memory = ProcessMemory(clock, most=10)
    memory.put({b"short": b"1"}, 10)
    memory.put({b"long": b"2"}, 10)
    memory.tally({b"sum": 5}, 10)
    clock.now += 9
    memory.put({b"long": b"3"}, 10)
    assert memory.tally({b"sum": 1}, 10) == {b"sum": 6}
    clock.now += 1
    assert memory.get([b"short", b"long"]) == [None, b"3"]
    assert memory.tally({b"sum": 1}, 10) == {b"sum": 1}
    assert memory.add([b"%d" % number for number in range(100)], 60) == [True] * 100
    memory.get([])
    assert len(memory._values) == 10
    for _ in range(3 * SPARE):
        memory.put({b"again": b""}, 400 * 86_400)
    assert len(memory._expiries) <= 2 * 11 + SPARE


class Failing(ProcessMemory):
    """A shared memory that is down while `down`."""

    down = False
    asked = 0

    def get(self, keys):  # type: ignore[no-untyped-def]
        self.asked += 1
        if self.down:
            raise Unavailable("Redis does not answer: start it.")
        return super().get(keys)


def test_while_redis_is_down_the_process_remembers_alone_and_then_looks_again() -> None:
    """It is left alone for some seconds after a failure, or each batch would wait for it."""
    clock, told = Clock(), list[TruyvetError]()
    shared, own = Failing(clock), ProcessMemory(clock)
    memory = SteadyMemory(shared, own, clock, told.append)
    shared.put({b"k": b"shared"}, 60)
    own.put({b"k": b"own"}, 60)
    assert memory.get([b"k"]) == [b"shared"]
    shared.down = True
    assert [memory.get([b"k"]) for _ in range(3)] == [[b"own"]] * 3
    assert (len(told), shared.asked) == (1, 2)
    clock.now += AWAY_SECONDS
    shared.down = False
    assert memory.get([b"k"]) == [b"shared"]
