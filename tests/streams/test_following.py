"""Following the registry: whoever follows, and whenever they start, the store ends up as the stream says."""

from collections.abc import Collection, Sequence

from hypothesis import given
from hypothesis import strategies as st

from producers.memory_log import MemoryLog
from producers.register import VENUES_TOPIC, Register
from producers.venue import Venue, unregistered, venue_key
from producers.venue_record import VenueRecord, parse_record
from storage.memory import MemoryStore
from streams.following import Entered, Following, Step
from streams.ports import Writes
from streams.registry import Registry
from streams.tables import ScanTable, VisitTable


class Book:
    """The store's table in a dictionary: the highest version counts."""

    def __init__(self) -> None:
        self.entries: dict[int, Entered] = {}

    def newest(self) -> int:
        return max((one.venue.version for one in self.entries.values()), default=0)

    def ids(self, keys: Collection[int]) -> dict[int, str]:
        return {key: self.entries[key].venue.id for key in keys if key in self.entries}

    def enter(self, entries: Sequence[Entered]) -> None:
        for one in entries:
            known = self.entries.get(one.venue.key)
            if known is None or one.venue.version >= known.venue.version:
                self.entries[one.venue.key] = one


class Clock:
    """Seconds that a test moves on."""

    def __init__(self) -> None:
        self.now = 1_700_000_000

    def __call__(self) -> int:
        return self.now


def topic(clock: Clock) -> MemoryLog:
    log = MemoryLog(clock)
    log.create({VENUES_TOPIC: 1}, [VENUES_TOPIC])
    return log


IDS = st.sampled_from("abc")
PUTS = st.tuples(st.just("put"), IDS, st.integers(1, 1440))
ACTS = st.lists(
    st.one_of(
        PUTS,
        st.tuples(st.just("out"), IDS, st.just(0)),
        st.tuples(st.just("step"), st.just(""), st.integers(0, 1)),
        st.tuples(st.just("restart"), st.just(""), st.integers(0, 1)),
        st.tuples(st.just("wait"), st.just(""), st.integers(1, 200)),
    ),
    max_size=25,
)


@given(ACTS)
def test_followers_that_start_and_stop_leave_what_the_stream_says(acts: list[tuple[str, str, int]]) -> None:
    """Two followers of one store, restarts, entries taken out: the last word on each venue stands."""
    clock, book = Clock(), Book()
    log = topic(clock)
    register = Register(log, VENUES_TOPIC)
    followers = [Following(log, book) for _ in range(2)]
    touched = set()
    for act, name, number in acts:
        if act == "put":
            register.put({name: VenueRecord(id=name, stay_minutes=number).encode()})
        elif act == "out":
            register.put({name: None})
        elif act == "step":
            followers[number].step()
        elif act == "restart":
            followers[number] = Following(log, book)
        else:
            clock.now += number
        touched |= {name} if name else set()
    for follower in followers:
        follower.step()
    for name in touched:
        entry = book.entries[venue_key(name)].venue
        value = register.values.get(name)
        expected = parse_record(value).venue(entry.version) if value else unregistered(name)
        assert entry == expected._replace(version=entry.version)
    assert book.entries.keys() == {venue_key(name) for name in touched}


def test_a_topic_that_is_made_again_is_followed_from_its_beginning() -> None:
    """Its offsets start over, and its entries are newer all the same."""
    clock, book = Clock(), Book()
    log = topic(clock)
    Register(log, VENUES_TOPIC).put({name: VenueRecord(id=name).encode() for name in "abc"})
    Following(log, book).step()
    clock.now += 1000
    again = topic(clock)
    Register(again, VENUES_TOPIC).put({"a": VenueRecord(id="a", name="A").encode()})
    assert Following(again, book).step() == Step(1, 0)
    assert book.entries[venue_key("a")].name == "A"


def test_one_who_starts_late_reads_only_what_is_new() -> None:
    """A nation's registry is not read again by each worker that starts."""
    clock, book = Clock(), Book()
    log = topic(clock)
    register = Register(log, VENUES_TOPIC)
    register.put({str(n): VenueRecord(id=str(n)).encode() for n in range(500)})
    Following(log, book).step()
    clock.now += 100
    register.put({"new": VenueRecord(id="new").encode()})
    Following(log, book).step()
    clock.now += 100
    register.put({"newer": VenueRecord(id="newer").encode()})
    assert Following(log, book).step() == Step(2, 0)  # and what was taken shortly before the newest it knows


def test_what_is_no_venue_is_left_out_and_counted() -> None:
    """Nobody may stop every worker with one bad record."""
    clock, book = Clock(), Book()
    log = topic(clock)
    for key, value in [
        (b"a", b"{}"),
        (b"\xff", b""),
        (b"a", b'{"id":"b"}'),
        (b"", b""),
        (b"c", b'{"id":"c"}'),
    ]:
        log.publish(VENUES_TOPIC, 0, value, key)
    assert Following(log, book).step() == Step(1, 4)
    assert [one.venue.id for one in book.entries.values()] == ["c"]


def test_an_entry_whose_key_is_another_venue_s_is_left_out() -> None:
    """As a scan of it would be."""
    clock, book = Clock(), Book()
    log = topic(clock)
    book.entries[venue_key("a")] = Entered(Venue(venue_key("a"), "somewhere else"))
    Register(log, VENUES_TOPIC).put({"a": VenueRecord(id="a").encode()})
    assert Following(log, book).step() == Step(0, 1)


def test_what_a_venue_lies_in_is_known_to_the_store_too() -> None:
    """A worker that meets the room looks the building up, though nobody registered it."""
    clock, book = Clock(), Book()
    log = topic(clock)
    Register(log, VENUES_TOPIC).put({"room": VenueRecord(id="room", inside="building").encode()})
    Following(log, book).step()
    assert book.entries[venue_key("building")].venue == unregistered("building")


def test_a_worker_s_cache_takes_a_change_between_two_batches() -> None:
    """And not within one: of a venue it meets first, the row is not stored yet."""
    store = MemoryStore()

    def store_has(*venues: Venue) -> None:
        store.write(Writes(venues, VisitTable.of([]), [], ScanTable.of([])))

    registry = Registry(store)
    registry.meet({"a", "b"})
    registry.forget([venue_key("a")])
    registry.meet({"b"})
    assert (
        registry.venues[venue_key("a")].version == 0
    )  # met here, and not stored: what is cached is all there is
    store_has(*registry.unwritten())
    registry.written()
    store_has(VenueRecord(id="a", kind="market").venue(5))
    assert registry.venues[venue_key("a")].version == 0
    registry.meet({"a"})
    assert registry.venues[venue_key("a")].kind == "market"
