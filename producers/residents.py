"""The venues of a made-up city and the people who live there: who works where and takes which bus."""

from random import Random
from typing import NamedTuple

from producers.venue import STAY_MINUTES_DEFAULT, Venue, venue_key

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
"""How many inhabitants there are for one venue of a kind. Our own round figures."""
NAME_OF_KIND = {"vehicle": "bus", "hospital": "clinic"}

PUPILS = 0.2
OFFICE_WORKERS = 0.5
BUS_RIDERS = 0.6
"""Shares of the people (of pupils and workers, for the bus)."""


class Resident(NamedTuple):
    """A person: the identity that scans, the home district, and the ids of the daily venues or ""."""

    name: str
    district: int
    school: str
    office: str
    bus: str


class Town(NamedTuple):
    """All venues, their ids by kind and district, and all people."""

    venues: list[Venue]
    places: dict[str, list[list[str]]]
    people: list[Resident]


def settle(seed: int, people: int) -> Town:
    """Builds the town of this seed: at least one venue of each kind in each district."""
    districts = -(-people // PEOPLE_PER_DISTRICT)
    venues: list[Venue] = []
    places: dict[str, list[list[str]]] = {}
    for kind, inhabitants in PEOPLE_PER_VENUE.items():
        count = max(1, round(people / districts / inhabitants))
        places[kind] = [
            [f"{NAME_OF_KIND.get(kind, kind)}-{district * count + place:04d}" for place in range(count)]
            for district in range(districts)
        ]
        for district, ids in enumerate(places[kind]):
            unit = f"district-{district:02d}"
            venues += [
                Venue(venue_key(id_), id_, kind, STAY_MINUTES_DEFAULT[kind], unit=unit, version=1)
                for id_ in ids
            ]
    rng = Random(f"residents {seed}")
    return Town(venues, places, [_resident(rng, number, districts, places) for number in range(people)])


def pick(ids: list[str], chance: float) -> str:
    """One of these venues, the first ones more often: a few places are full, most are quiet."""
    return ids[int(len(ids) * chance * chance)]


def _resident(rng: Random, number: int, districts: int, places: dict[str, list[list[str]]]) -> Resident:
    district = int(rng.random() * districts)
    share = rng.random()
    school = office = bus = ""
    if share < PUPILS:
        school = pick(places["school"][district], rng.random())
    elif share < PUPILS + OFFICE_WORKERS:
        office = pick(places["office"][int(rng.random() * districts)], rng.random())
    if (school or office) and rng.random() < BUS_RIDERS:
        bus = pick(places["vehicle"][district], rng.random())
    return Resident(f"p{number:06d}", district, school, office, bus)
