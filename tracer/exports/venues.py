"""The question `venues`: every place with visits in a window, how many, and by how many people."""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from producers.errors import Refused
from producers.moment import iso
from storage.ports import VisitReader
from tracer.answer import Row
from tracer.question import Window

COLUMNS = ("venue", "visits", "people", "first_arrived", "last_departed")
VENUES_PER_LOOKUP = 5_000


class Visited(NamedTuple):
    """What is told of one venue; stays are told whole, also where they reach beyond the window."""

    key: int
    visits: int
    people: int
    first_arrived: int
    last_departed: int


class Venues:
    """The rows of the question, one venue at a time, in the order of the reader.

    people_min: a venue with fewer people is left out, and counted in `left_out`.
    """

    def __init__(self, reader: VisitReader, window: Window, people_min: int = 1) -> None:
        self._reader = reader
        self._window = window
        self._people_min = people_min
        self.left_out = 0

    def __iter__(self) -> Iterator[Row]:
        found = self._visited()
        while some := list(islice(found, VENUES_PER_LOOKUP)):
            ids = self._reader.venue_ids([one.key for one in some])
            for one in some:
                if one.key not in ids:
                    raise Refused(
                        f"the store holds visits at venue key {one.key} and no id for it: "
                        "a venue was removed or a write went wrong; register the venue again."
                    )
                yield {
                    "venue": ids[one.key],
                    "visits": one.visits,
                    "people": one.people,
                    "first_arrived": iso(one.first_arrived),
                    "last_departed": iso(one.last_departed),
                }

    def _visited(self) -> Iterator[Visited]:
        for visits in self._reader.visits_by_venue(*self._window):
            people = len({one.person for one in visits})
            if people < self._people_min:
                self.left_out += 1
                continue
            yield Visited(
                visits[0].venue,
                len(visits),
                people,
                min(one.arrived for one in visits),
                max(one.departed for one in visits),
            )
