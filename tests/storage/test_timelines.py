"""One behaviour for every cache of timelines: what it gives was once saved; what it lost is absent."""

import socket
from collections.abc import Iterator
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis
from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    OutOfMemoryError,
    ReadOnlyError,
    ResponseError,
)
from store_worlds import LARGEST

from producers.errors import BadInput, Refused, TruyvetError, Unavailable
from storage.memory_timelines import MemoryTimelines
from storage.redis_timelines import KEEP_SECONDS, PERSONS_PER_COMMAND, RedisTimelines
from streams import revise
from streams.ports import Timelines


@pytest.fixture
def redis_timelines(state_url: str) -> Iterator[RedisTimelines]:
    """Under a prefix of its own, taken away at the end."""
    prefix = f"test:{uuid4().hex}:".encode()
    timelines = RedisTimelines(state_url, prefix=prefix)
    yield timelines
    timelines.close()
    with Redis.from_url(state_url) as redis:
        for key in redis.scan_iter(prefix + b"*", count=10_000):
            redis.delete(key)


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.stack)])
def timelines(request: pytest.FixtureRequest) -> Timelines:
    """An empty cache of each kind."""
    if request.param == "memory":
        return MemoryTimelines()
    found: Timelines = request.getfixturevalue("redis_timelines")
    return found


@pytest.mark.stack
def test_redis_holds_the_people_of_two_days_and_no_more(
    redis_timelines: RedisTimelines, state_url: str
) -> None:
    """Every entry expires, also one that is saved again, and those of a second command."""
    people = {number: b"x" for number in range(PERSONS_PER_COMMAND + 1)}
    redis_timelines.save(people)
    redis_timelines.save({0: b"y"})
    with Redis.from_url(state_url) as redis:
        for person in (0, 1, PERSONS_PER_COMMAND):
            (key,) = redis_timelines._keys([person])
            assert KEEP_SECONDS - 600 < redis.ttl(key) <= KEEP_SECONDS
    assert KEEP_SECONDS > revise.KEEP_SECONDS


class TestTimelines:
    """What `streams.ports.Timelines` promises."""

    def test_nothing_is_there_at_first(self, timelines: Timelines) -> None:
        assert timelines.load([0, 1, LARGEST]) == {}
        assert timelines.load([]) == {}
        timelines.save({})

    def test_what_was_saved_comes_back(self, timelines: Timelines) -> None:
        saved = {0: b"\x00\xff", 1: b"", LARGEST: bytes(range(256)) * 50}
        timelines.save(saved)
        assert timelines.load([0, 1, 2, LARGEST]) == saved

    def test_the_last_save_counts(self, timelines: Timelines) -> None:
        timelines.save({7: b"old", 8: b"kept"})
        timelines.save({7: b"new"})
        assert timelines.load([8, 7]) == {7: b"new", 8: b"kept"}

    def test_a_person_asked_for_twice(self, timelines: Timelines) -> None:
        timelines.save({7: b"x"})
        assert timelines.load([7, 7, 8, 8]) == {7: b"x"}

    def test_more_people_than_one_command_takes(self, timelines: Timelines) -> None:
        saved = {LARGEST - n: n.to_bytes(4, "big") for n in range(2 * PERSONS_PER_COMMAND + 1)}
        timelines.save(saved)
        assert timelines.load(saved) == saved

    @settings(
        max_examples=30,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(
        saves=st.lists(
            st.dictionaries(st.integers(0, LARGEST), st.binary(max_size=60), max_size=9), max_size=6
        )
    )
    def test_like_a_dictionary(self, timelines: Timelines, saves: list[dict[int, bytes]]) -> None:
        expected: dict[int, bytes] = {}
        for save in saves:
            timelines.save(save)
            expected |= save
        assert timelines.load(expected) == expected


class TestMemory:
    """The cache in this process stays bounded."""

    def test_the_least_recently_used_person_is_dropped(self) -> None:
        timelines = MemoryTimelines(persons_max=3)
        timelines.save({1: b"1", 2: b"2", 3: b"3"})
        timelines.load([1])
        timelines.save({4: b"4"})
        assert timelines.load([1, 2, 3, 4]) == {1: b"1", 3: b"3", 4: b"4"}

    def test_one_save_larger_than_all(self) -> None:
        timelines = MemoryTimelines(persons_max=2)
        timelines.save({person: b"" for person in range(9)})
        assert timelines.load(range(9)) == {7: b"", 8: b""}


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port of this computer at which nothing listens, and which nobody else may take."""
    with socket.socket() as ours:
        ours.bind(("127.0.0.1", 0))
        yield ours.getsockname()[1]


class TestFailure:
    """Each way to fail is one sentence, and says whether waiting helps."""

    def test_a_cache_that_is_down(self, closed_port: int) -> None:
        timelines = RedisTimelines(f"redis://127.0.0.1:{closed_port}/0")
        for call in (lambda: timelines.load([1]), lambda: timelines.save({1: b""})):
            with pytest.raises(
                Unavailable, match=rf"^Redis at 127.0.0.1:{closed_port} cannot be reached .*make up"
            ) as it:
                call()
            assert "\n" not in str(it.value)

    @pytest.mark.parametrize("url", ["http://x", "redis://127.0.0.1:port", "127.0.0.1:6379"])
    def test_an_address_that_is_none(self, url: str) -> None:
        with pytest.raises(BadInput, match="redis://host:6379/0"):
            RedisTimelines(url)

    @pytest.mark.parametrize(
        ("answer", "error", "words"),
        [
            (
                OutOfMemoryError("command not allowed when used memory > 'maxmemory'."),
                Unavailable,
                "allkeys-lru",
            ),
            (BusyLoadingError("Redis is loading the dataset in memory"), Unavailable, "still reading"),
            (ReadOnlyError("You can't write against a read only replica."), Unavailable, "replica"),
            (ResponseError("MISCONF Redis is configured to save RDB snapshots"), Unavailable, "disk"),
            (ResponseError("WRONGTYPE Operation against a key"), Refused, "WRONGTYPE"),
            (AuthenticationError("invalid username-password pair"), Refused, "password"),
            (TimeoutError("timed out"), Unavailable, "cannot be reached"),
        ],
    )
    def test_answers(
        self, monkeypatch: pytest.MonkeyPatch, answer: Exception, error: type[TruyvetError], words: str
    ) -> None:
        timelines = RedisTimelines("redis://127.0.0.1:1/0")

        def fail(*_: object) -> None:
            raise answer

        monkeypatch.setattr(timelines._link, "command", fail)
        with pytest.raises(error, match=words) as it:
            timelines.save({1: b""})
        assert "\n" not in str(it.value)

    @pytest.mark.stack
    def test_a_full_memory(self, redis_timelines: RedisTimelines, state_url: str) -> None:
        """On the server itself, since redis-py renames answers between its versions."""
        redis_timelines.save({1: b"old"})
        with Redis.from_url(state_url) as redis:
            before = redis.config_get("maxmemory*")
            try:
                redis.config_set("maxmemory-policy", "noeviction")
                redis.config_set("maxmemory", 1)
                with pytest.raises(Unavailable, match="more memory"):
                    redis_timelines.save({1: b"new"})
            finally:
                for name in ("maxmemory", "maxmemory-policy"):
                    redis.config_set(name, before[name])
        redis_timelines.save({1: b"new"})
        assert redis_timelines.load([1]) == {1: b"new"}

    @pytest.mark.stack
    def test_a_connection_that_died_is_made_anew(
        self, redis_timelines: RedisTimelines, state_url: str
    ) -> None:
        redis_timelines.save({1: b"x"})
        with Redis.from_url(state_url) as redis:
            redis.client_kill_filter(_type="normal", skipme=True)
        assert redis_timelines.load([1]) == {1: b"x"}
