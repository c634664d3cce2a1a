"""A cache that forgets, goes back in time or is shared with a sleeper never gives a stale timeline."""

from collections.abc import Collection, Mapping
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from producers.errors import Unavailable
from streams.trust import SKIPPED_BATCHES, TrustedTimelines


class Cache:
    """A dictionary that can be down, flushed, and set back to an earlier backup."""

    def __init__(self) -> None:
        self.data: dict[int, bytes] = {}
        self.backup: dict[int, bytes] = {}
        self.down = False

    def load(self, persons: Collection[int]) -> dict[int, bytes]:
        self._fail_if_down()
        return {person: self.data[person] for person in persons if person in self.data}

    def save(self, timelines: Mapping[int, bytes]) -> None:
        self._fail_if_down()
        self.data |= timelines

    def _fail_if_down(self) -> None:
        if self.down:
            raise Unavailable("Redis is down: start it.")


@settings(max_examples=500, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("batch"), st.integers(0, 1), st.sets(st.integers(1, 4), min_size=1)),
            st.tuples(st.sampled_from(["down", "up", "flush", "backup", "restore"])),
            st.tuples(st.just("move"), st.integers(0, 1)),
        ),
        max_size=30,
    )
)
def test_never_stale(steps: list[tuple]) -> None:
    """Two workers take turns on the same people; whatever the cache does, a timeline found is whole."""
    cache = Cache()
    sessions = count(10**15)
    workers = [TrustedTimelines(cache, lambda: next(sessions)) for _ in range(2)]
    truth: dict[int, int] = {}
    owner = 0
    for name, *args in steps:
        if name == "batch":
            batch(workers[owner], args[1], truth)
        elif name == "move":
            workers[args[0]].distrust()
            owner = args[0]
        else:
            disturb(cache, name)


def batch(worker: TrustedTimelines, people: set[int], truth: dict[int, int]) -> None:
    for person, line in worker.load(people).items():
        assert int.from_bytes(line, "big") == truth[person]
    for person in people:
        truth[person] = truth.get(person, 0) + 1
    worker.save({person: truth[person].to_bytes(4, "big") for person in people})


def disturb(cache: Cache, how: str) -> None:
    if how == "backup":
        cache.backup = dict(cache.data)
    elif how == "restore":
        cache.data = dict(cache.backup)
    elif how == "flush":
        cache.data.clear()
    else:
        cache.down = how == "down"


def test_finds_what_it_saved() -> None:
    """In quiet times the cache is used, and after an outage it is used again."""
    cache = Cache()
    sessions = count(10**15)
    told: list[str] = []
    worker = TrustedTimelines(cache, lambda: next(sessions), lambda why: told.append(str(why)))
    worker.load([1])
    worker.save({1: b"one"})
    assert worker.load([1, 2]) == {1: b"one"}
    cache.down = True
    assert worker.load([1]) == {}
    assert told == ["Redis is down: start it."]
    cache.down = False
    for batch in range(SKIPPED_BATCHES):
        assert worker.load([1]) == {}
        worker.save({1: b"%d" % batch})
    assert worker.load([1]) == {1: b"%d" % (SKIPPED_BATCHES - 1)}


def test_a_sleeper_does_no_harm() -> None:
    """A worker that wakes after losing its partitions overwrites; the owner then reads the store."""
    cache = Cache()
    sessions = count(10**15)
    sleeper, awake = (TrustedTimelines(cache, lambda: next(sessions)) for _ in range(2))
    sleeper.load([1])
    sleeper.save({1: b"old"})
    awake.load([1])
    awake.save({1: b"new"})
    sleeper.load([1])
    sleeper.save({1: b"older than new"})
    assert awake.load([1]) == {}


class Interrupted(TrustedTimelines):
    """Another thread distrusts each time the number of saves is looked at."""

    interrupts = False

    @property
    def _saves(self) -> int:
        if self.interrupts:
            self.interrupts = False
            self.distrust()
        return self._number

    @_saves.setter
    def _saves(self, number: int) -> None:
        self._number = number


def test_what_is_saved_while_a_session_ends_is_not_believed() -> None:
    """Partitions are assigned in the middle of a save (or of a load): its timelines are of before."""
    sessions = count(10**15)
    worker = Interrupted(Cache(), lambda: next(sessions))
    worker.load([1])
    worker.interrupts = True
    worker.save({1: b"of before"})
    assert worker.load([1]) == {}
    worker.save({1: b"of now"})
    worker.interrupts = True
    assert worker.load([1]) == {}
    worker.save({1: b"of before"})
    assert worker.load([1]) == {}


def test_why_it_is_not_used_is_said_until_it_answers_again() -> None:
    """Also while it is not even tried; a cache that only lost something is not down."""
    cache = Cache()
    sessions = count(10**15)
    worker = TrustedTimelines(cache, lambda: next(sessions))
    cache.down = True
    for _ in range(SKIPPED_BATCHES):
        worker.load([1])
        worker.save({1: b"one"})
        assert worker.down == "Redis is down: start it."
    cache.down = False
    worker.load([1])
    assert worker.down == "Redis is down: start it."
    worker.load([1])
    assert worker.down is None
    worker.save({1: b"one"})
    cache.data.clear()
    assert worker.load([1]) == {}
    assert worker.down is None
