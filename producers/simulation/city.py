"""A made-up city, day after day: what its devices send, and what really happened."""

from collections.abc import Iterator
from typing import Literal, TypedDict

import numpy as np

from producers.errors import BadInput
from producers.simulation.day import DAY_SECONDS, Stays, stays_of
from producers.simulation.outbreak import Infection, Outbreak
from producers.simulation.scanned import NONE, OFFLINE_DAYS, Scans, clocks, joined, scanned
from producers.simulation.town import name_of, settle
from producers.venue import Venue
from producers.venue_record import VenueRecord, record_of

SEED = 2021
START = 1_638_316_800
"""2021-12-01 07:00 in Vietnam."""
ZONE_SECONDS = 7 * 3600
"""Vietnam is 7 hours ahead of UTC all year."""
CASES = 3


class CityScan(TypedDict):
    """One scan of the city: person and venue as their ids, at in epoch seconds UTC."""

    person: str
    venue: str
    at: int
    direction: Literal["in", "out"]


class City:
    """The same seed, people, days and start give the same city, scans and infections everywhere.

    start: any epoch second of the first day (Vietnam's time). cases: with how many infectious people
    the first day begins. Raises BadInput on a city without people or days. Memory: one day at a time,
    about 300 bytes a person.
    """

    def __init__(
        self, seed: int = SEED, people: int = 20_000, days: int = 5, start: int = START, cases: int = CASES
    ) -> None:
        if people < 1 or days < 1:
            raise BadInput(f"A city of {people} people and {days} days is no city: give 1 or more of each.")
        self._seed = seed
        self._cases = cases
        self.days = days
        self.midnight = start - (start + ZONE_SECONDS) % DAY_SECONDS
        """Epoch second from which the columns count."""
        self.town = settle(self._random("town"), people)

    def _random(self, what: str, day: int = 0) -> np.random.Generator:
        """Numbers of its own for each part and day: more of one does not change another."""
        return np.random.Generator(np.random.PCG64([self._seed % 2**64, day, *what.encode()]))

    def venues(self) -> list[Venue]:
        """Every venue that has a code, used or not. Homes have none."""
        return list(self.town.venues)

    def entries(self) -> list[VenueRecord]:
        """The same as the registry takes them."""
        return [record_of({"id": one.id, "kind": one.kind, "unit": one.unit}) for one in self.town.venues]

    def stays(self, day: int) -> Stays:
        """Where everyone really was."""
        return stays_of(self._random("day", day), self.town)

    def columns(self) -> Iterator[Scans]:
        """All scans in the order in which they are sent, a day at a time; the last blocks are late ones."""
        clock = clocks(self._random("clocks"), self.town)
        waiting = NONE
        for day in range(self.days + OFFLINE_DAYS + 1):
            if day < self.days:
                new = scanned(self._random("scans", day), self.town, clock, day, self.stays(day))
                waiting = joined(waiting, new)
            due = waiting.sent < (day + 1) * DAY_SECONDS
            now = waiting.chosen(due)
            waiting = waiting.chosen(~due)
            if len(now.at):
                yield now.chosen(np.lexsort((now.at, now.person, now.sent)))

    def scans(self) -> Iterator[CityScan]:
        """The same one by one."""
        names = [venue.id for venue in self.town.venues]
        for block in self.columns():
            rows = zip(block.person.tolist(), block.venue.tolist(), block.at.tolist(), block.out, strict=True)
            for person, venue, at, out in rows:
                yield {
                    "person": name_of(person),
                    "venue": names[venue],
                    "at": self.midnight + at,
                    "direction": "out" if out else "in",
                }

    def infections(self) -> list[Infection]:
        """Who infected whom, in order; `at` in epoch seconds. Reads every day once more."""
        outbreak = Outbreak(self._random("outbreak"), self.town, self._cases)
        for day in range(self.days):
            outbreak.spread(day, self.stays(day))
        return [one._replace(at=self.midnight + one.at) for one in sorted(outbreak.infections)]
