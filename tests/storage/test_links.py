"""Several documents of one person: told, listed, taken back, as known earlier; and read as one person."""

from collections.abc import Collection
from itertools import count, pairwise
from typing import Any

import pytest
from conftest import Database, by_day
from hypothesis import given
from hypothesis import strategies as st

from producers.errors import BadInput
from storage.engine import Engine
from storage.linked_reader import LinkedReader, linked
from storage.links import Link, Links, LinkTable
from storage.memory import MemoryStore
from storage.ports import Presence
from streams.ports import Writes
from streams.tables import ScanTable, StoredScan, VisitRow, VisitTable
from streams.timeline import Direction, Scan
from streams.visit import EndKnownBy, Visit

PEOPLE, VENUES = range(1, 7), (1, 2)
SAME = st.dictionaries(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE), max_size=5)


def together(same_as: dict[int, int]) -> dict[int, frozenset[int]]:
    """Everyone -> all who are one with them: brute force."""
    groups = {person: frozenset({person}) for person in PEOPLE}
    for one, other in same_as.items():
        both = groups[one] | groups[other]
        groups |= dict.fromkeys(both, both)
    return groups


@given(SAME)
def test_whoever_is_linked_is_one_person(same_as: dict[int, int]) -> None:
    """Also in chains and in circles; the person is one of them, and nobody else is concerned."""
    links, groups = Links(same_as), together(same_as)
    for person in PEOPLE:
        assert links.who(person) in groups[person]
        assert {links.who(other) for other in groups[person]} == {links.who(person)}
        if links.linked(person):
            assert set(links.all_of(links.who(person))) == groups[person]
        else:
            assert groups[person] == {person}
    assert set(links.everyone()) >= {one for one in PEOPLE if len(groups[one]) > 1}


@pytest.fixture
def table(engine: Engine, databases: Database) -> LinkTable:
    name = databases()
    by_day(engine, name)
    return LinkTable(engine, name, count(1_000_000, 1_000_000).__next__)


class TestTelling:
    """On every engine."""

    def test_a_link_is_told_once_and_taken_back_whole(self, table: LinkTable) -> None:
        """The same pair again is no news; after an unlink everything is as before."""
        assert table.link([(1, 2), (3, 2)]) == 2
        assert table.link([(1, 2)]) == 0
        assert table.links() == Links({1: 2, 3: 2})
        table.unlink(1)
        assert table.links() == Links({3: 2})
        assert table.told()[-1] == Link(1, 0, 2_000_000)
        table.unlink(3)
        assert not table.links()

    def test_links_are_read_anew_only_when_something_was_told(self, table: LinkTable) -> None:
        """And at once then, also what another process told."""
        table.link([(1, 2)])
        assert table.links() is table.links()
        LinkTable(table._engine, table._database, lambda: 9_000_000).unlink(1)
        assert not table.links()

    def test_an_earlier_answer_has_the_links_of_then(self, table: LinkTable) -> None:
        """Told in second 1, taken back in second 2."""
        table.link([(1, 2)])
        table.unlink(1)
        assert [bool(table.links(before)) for before in (1, 2, 3)] == [False, True, False]

    @pytest.mark.parametrize(
        ("pair", "words"),
        [((1, 1), "one person already"), ((2, 1), "one person already"), ((1, 3), "unlink it first")],
    )
    def test_what_cannot_be_is_refused(self, table: LinkTable, pair: tuple[int, int], words: str) -> None:
        """And then nothing of what was told with it is taken."""
        table.link([(1, 2)])
        with pytest.raises(BadInput, match=words):
            table.link([(5, 6), pair])
        assert table.links() == Links({1: 2})

    def test_only_what_was_linked_can_be_taken_back(self, table: LinkTable) -> None:
        table.link([(1, 2)])
        with pytest.raises(BadInput, match="is not linked to anybody"):
            table.unlink(2)


@st.composite
def stays(draw: st.DrawFn) -> list[VisitRow]:
    """A pseudonym may be at two venues at once, but not twice at one: workers never make that."""
    found: dict[tuple[int, int], list[Visit]] = {}
    for _ in range(draw(st.integers(0, 12))):
        person, venue = draw(st.sampled_from(PEOPLE)), draw(st.sampled_from(VENUES))
        arrived, length = draw(st.integers(0, 20)), draw(st.integers(0, 8))
        ended = draw(st.sampled_from(EndKnownBy))
        end = arrived + length
        new = Visit(venue, arrived, person, end, end - draw(st.integers(0, length)), end + 3, ended, 1)
        here = found.setdefault((person, venue), [])
        if all(new.departed < old.arrived or old.departed < new.arrived for old in here):
            here.append(new)
    return [VisitRow(visit, 1, gone=False) for visits in found.values() for visit in visits]


def stored(rows: list[VisitRow], scans: list[StoredScan] | None = None) -> MemoryStore:
    store = MemoryStore()
    store.write(Writes([], VisitTable.of(rows), [], ScanTable.of(scans or [])))
    return store


def seconds(visits: Collection[Visit], links: Links, since: int, until: int) -> set[tuple[int, int, int]]:
    """(person, venue, second) of every second in which somebody was there."""
    return {
        (links.who(one.person), one.venue, second)
        for one in visits
        for second in range(max(since, one.arrived), min(until, max(one.departed, one.arrived + 1)))
    }


@given(stays(), SAME, st.integers(0, 20), st.integers(1, 10))
def test_every_question_sees_persons_and_loses_no_second(
    rows: list[VisitRow], same_as: dict[int, int], since: int, length: int
) -> None:
    """Second by second each person is where a document of theirs was, and nowhere twice at a time."""
    store, links, until = stored(rows), Links(same_as), since + length
    reader = LinkedReader(store, links)
    every = [row.visit for row in rows]
    places = [Presence(venue, since, until) for venue in VENUES]
    by_venue = [one for visits in reader.visits_by_venue(since, until) for one in visits]
    table = reader.visits_between(since, until, rows_max=10**6)
    for found in (reader.visits_of(PEOPLE, since, until), reader.visits_at(places), by_venue):
        assert seconds(found, links, since, until) == seconds(every, links, since, until)
        assert {one.person for one in found} == {links.who(one.person) for one in found}
        assert _never_twice(found)
        assert sorted(found) == sorted(by_venue)
    assert table is None  # a store of dictionaries has no columns
    for person in PEOPLE:
        groups = together(same_as)[person]
        assert reader.knows(person) == any(store.knows(one) for one in groups)
    began = {links.who(one.person) for one in every if since <= one.arrived < until}
    assert reader.people_between(since, until) == len(began)


def _never_twice(found: Collection[Visit]) -> bool:
    spans: dict[tuple[int, int], list[Visit]] = {}
    for one in sorted(found):
        spans.setdefault((one.person, one.venue), []).append(one)
    return all(
        max(first.departed, first.arrived + 1) <= second.arrived
        for visits in spans.values()
        for first, second in pairwise(visits)
    )


@given(stays(), st.integers(0, 20), st.integers(1, 10))
def test_without_links_nothing_changes(rows: list[VisitRow], since: int, length: int) -> None:
    """A link that was taken back leaves no trace."""
    store = stored(rows)
    links = Links.told([Link(1, 2, 1), Link(1, 0, 2)])
    assert linked(store, links) is store
    reader = LinkedReader(store, links)
    until = since + length
    assert reader.visits_of(PEOPLE, since, until) == store.visits_of(PEOPLE, since, until)
    assert list(reader.visits_by_venue(since, until)) == list(store.visits_by_venue(since, until))


def test_stays_of_two_documents_at_one_door_are_one() -> None:
    """Card A from 10 to 20, card B from 15 to 40: one stay, and how its end is known is told by B."""

    def stay(person: int, arrived: int, departed: int, ended: EndKnownBy) -> VisitRow:
        return VisitRow(Visit(1, arrived, person, departed, arrived, departed, ended, 1), 1, gone=False)

    store = stored([stay(1, 10, 20, EndKnownBy.checkout), stay(2, 15, 40, EndKnownBy.cap)])
    assert LinkedReader(store, Links({1: 2})).visits_of([1], 0, 100) == [
        Visit(1, 10, 2, 40, 15, 40, EndKnownBy.cap, 2)
    ]


def test_the_scans_of_all_documents_are_told() -> None:
    """Each still says which document it was."""

    def scan(person: int, at: int) -> StoredScan:
        return StoredScan(person, Scan(at, at, Direction.into, 1, at), at, 0)

    reader: Any = LinkedReader(stored([], [scan(1, 20), scan(2, 10), scan(3, 5)]), Links({1: 2}))
    assert [one.person for one in reader.scans_told(1, 0, 100)] == [2, 1]
