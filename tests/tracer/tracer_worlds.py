"""Small worlds of visits to ask about, and a reader over a plain list of them."""

from collections.abc import Collection, Iterator
from itertools import groupby
from typing import Any

from hypothesis import strategies as st

from storage.ports import Flow, Presence, VisitReader
from streams.tables import StoredScan
from streams.visit import EndKnownBy, Visit
from tracer.asking import Sources
from tracer.provenance import Knowledge


def stay(person: int, venue: int, arrived: int, departed: int) -> Visit:
    """A visit of which only the four facts that matter here are given."""
    return Visit(venue, arrived, person, departed, arrived, departed, EndKnownBy.checkout, 1)


def is_present(visit: Visit, since: int, until: int) -> bool:
    """What storage/ports.py promises: a zero-length stay counts as its instant."""
    return visit.arrived < until and max(visit.departed, visit.arrived + 1) > since


class ListReader:
    """A VisitReader over a list, as the port describes it."""

    def __init__(self, visits: Collection[Visit]) -> None:
        self.visits = list(visits)

    def visits_of(self, persons: Collection[int], since: int, until: int) -> list[Visit]:
        return [one for one in self.visits if one.person in persons and is_present(one, since, until)]

    def visits_at(self, places: Collection[Presence]) -> list[Visit]:
        assert all(0 <= place.since < place.until <= 2**32 - 1 for place in places)
        return [
            one
            for one in self.visits
            if any(one.venue == at.venue and is_present(one, at.since, at.until) for at in places)
        ]

    def visits_by_venue(self, since: int, until: int) -> Iterator[list[Visit]]:
        present = sorted(one for one in self.visits if is_present(one, since, until))
        for _, at_venue in groupby(present, key=lambda one: one.venue):
            yield list(at_venue)

    def venue_ids(self, keys: Collection[int]) -> dict[int, str]:
        return {key: f"venue {key}" for key in keys}

    def scans_told(self, person: int, since: int, until: int) -> list[StoredScan]:
        return []

    def knows(self, person: int) -> bool:
        return any(one.person == person for one in self.visits)

    def flow(self) -> Flow:
        return Flow(1, len(self.visits), len(self.visits), 0, 0, len(self.visits), 0, 0, 0, 0)


NOW = 1_700_000_000
"""When everything below is asked: 2023-11-14T22:13:20Z."""


def sources_of(reader: VisitReader, **more: Any) -> Sources:
    """Sources that answer from this reader now, and know no other moment."""

    def past(before: int) -> VisitReader:
        raise AssertionError(f"nobody asks here as known at {before}")

    known = more.pop("known", Knowledge(NOW, NOW - 60, None))
    return Sources(
        **({"now": lambda: reader, "past": past, "known": lambda: known, "version": "1.2.3"} | more)
    )


@st.composite
def worlds(draw: st.DrawFn, step: int = 1, visits_max: int = 9) -> list[Visit]:
    """Up to nine visits of five people at two venues; times are multiples of `step`, ties common.

    A person may be at two venues at once, but not twice at one: streams.sessions never makes that.
    """
    drawn = draw(
        st.lists(
            st.tuples(st.integers(1, 5), st.integers(1, 2), st.integers(0, 12), st.integers(0, 6)),
            max_size=visits_max,
        )
    )
    kept: list[Visit] = []
    for person, venue, arrived, length in drawn:
        new = stay(person, venue, arrived * step, (arrived + length) * step)
        clash = (
            old.person == person
            and old.venue == venue
            and old.arrived <= new.departed
            and new.arrived <= old.departed
            for old in kept
        )
        if not any(clash):
            kept.append(new)
    return kept


@st.composite
def orderly_worlds(draw: st.DrawFn) -> list[Visit]:
    """Worlds in which nobody is at two venues at once, and people like to meet."""
    visits: list[Visit] = []
    for person in range(1, draw(st.integers(2, 6)) + 1):
        at = draw(st.integers(0, 6))
        for _ in range(draw(st.integers(1, 3))):
            length = draw(st.integers(1, 6))
            visits.append(stay(person, draw(st.integers(1, 3)), at, at + length))
            at += length + draw(st.integers(0, 2))
    return visits
