"""The venues of a made-up city and the people who live there: households, schools, offices, buses.

The shares are our own round figures, plausible and not measured, but for the size of households.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from producers.venue import STAY_MINUTES_DEFAULT, Venue, venue_key

Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]

PEOPLE_PER_DISTRICT = 5_000
PEOPLE_PER_VENUE = {
    "school": 1_000,
    "office": 25,
    "market": 2_500,
    "shop": 150,
    "restaurant": 200,
    "vehicle": 400,
    "hospital": 5_000,
}
"""How many inhabitants there are for one venue of a kind."""
KINDS = tuple(PEOPLE_PER_VENUE)
NAME_OF_KIND = {"vehicle": "bus", "hospital": "clinic"}
HOUSEHOLDS = (0.11, 0.18, 0.22, 0.26, 0.13, 0.07, 0.03)
"""Shares of households of 1 to 7 people; 3.5 on average (Vietnam's census of 2019: 3.6)."""
PUPILS, OFFICE_WORKERS, BUS_RIDERS = 0.2, 0.45, 0.5
"""Shares of the people (of pupils and workers, for the bus)."""
SHARED_PHONES = 0.04
"""Share of the households in which one phone scans for the pupils too."""
NOWHERE = -1


class Town(NamedTuple):
    """Venues, and one array entry for each person; venues and people are told by their position."""

    venues: list[Venue]
    kind: Ints
    """Of each venue: its position in KINDS."""
    first: dict[str, int]
    """Kind -> the first of its venues; each district has `each` of them in a row."""
    each: dict[str, int]
    district: Ints
    household: Ints
    """People of one household stand next to each other."""
    daily: Ints
    """The person's school or office, or NOWHERE."""
    pupil: Bools
    bus: Ints
    phone: Ints
    """Whom this person's scans name: mostly the person."""

    @property
    def people(self) -> int:
        return len(self.district)

    def some(self, kind: str, district: Ints, chance: NDArray[np.float64]) -> Ints:
        """One venue of the kind in each of these districts; a few places are full, most are quiet."""
        count = self.each[kind]
        place = (count * chance * chance).astype(np.int32)
        return (self.first[kind] + district * count + place).astype(np.int32)


def name_of(person: int) -> str:
    """The identity under which a person scans."""
    return f"p{person:06d}"


def settle(rng: np.random.Generator, people: int) -> Town:
    """Builds a town: at least one venue of each kind in each district."""
    districts = -(-people // PEOPLE_PER_DISTRICT)
    venues: list[Venue] = []
    first, count = {}, {}
    for kind, inhabitants in PEOPLE_PER_VENUE.items():
        first[kind], count[kind] = len(venues), max(1, round(people / districts / inhabitants))
        for number in range(districts * count[kind]):
            id_ = f"{NAME_OF_KIND.get(kind, kind)}-{number:04d}"
            unit = f"district-{number // count[kind]:02d}"
            stay = STAY_MINUTES_DEFAULT[kind]
            venues.append(Venue(venue_key(id_), id_, kind, stay, unit=unit, version=1))
    kinds = np.array([KINDS.index(venue.kind) for venue in venues], np.int32)

    sizes = 1 + np.searchsorted(np.cumsum(HOUSEHOLDS)[:-1], rng.random(people))
    household = np.searchsorted(np.cumsum(sizes), np.arange(people), side="right").astype(np.int32)
    district = (rng.random(people) * districts).astype(np.int32)[household]
    share = rng.random(people)
    pupil, works = share < PUPILS, (share >= PUPILS) & (share < PUPILS + OFFICE_WORKERS)
    nobody = np.zeros(0, np.int32)
    town = Town(venues, kinds, first, count, district, household, nobody, pupil, nobody, nobody)
    daily = np.full(people, NOWHERE, np.int32)
    daily[pupil] = town.some("school", district[pupil], rng.random(int(pupil.sum())))
    offices = (rng.random(int(works.sum())) * districts).astype(np.int32)
    daily[works] = town.some("office", offices, rng.random(len(offices)))
    rides = (daily != NOWHERE) & (rng.random(people) < BUS_RIDERS)
    bus = np.full(people, NOWHERE, np.int32)
    bus[rides] = town.some("vehicle", district[rides], rng.random(int(rides.sum())))
    return town._replace(daily=daily, pupil=pupil, bus=bus, phone=_phones(rng, household, pupil))


def _phones(rng: np.random.Generator, household: Ints, pupil: Bools) -> Ints:
    """Everyone's own, but for the pupils of some households, who use that of the first person there."""
    own = np.arange(len(household), dtype=np.int32)
    shares = (rng.random(len(household)) < SHARED_PHONES)[household]
    eldest = np.searchsorted(household, household).astype(np.int32)
    return np.where(shares & pupil, eldest, own).astype(np.int32)
