"""A made-up city whose people scan their way through the day: for demos, exercises and load.

The habits are our own round figures, plausible and not measured. Every day is a working day. As in
every real scheme most visits have no check-out, some codes beep twice and some scans arrive twice.
"""

import csv
import gzip
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path
from random import Random
from typing import Literal, TextIO, TypedDict

from producers.errors import BadInput
from producers.moment import iso
from producers.residents import Resident, Town, pick, settle
from producers.venue import STAY_MINUTES_DEFAULT, Venue

SEED = 2021
START = 1_638_316_800
"""2021-12-01 07:00 in Vietnam."""
ZONE_SECONDS = 7 * 3600
"""Vietnam is 7 hours ahead of UTC all year."""
DAY_SECONDS = 86_400
HOUR = 3600
BETWEEN_SECONDS = 120
"""From one venue to the next at the least; longer than a second beep takes."""
SCANS_OUT = 0.15
BEEPS_TWICE = 0.02
BEEP_SECONDS_MAX = 60
SENT_TWICE = 0.01
CSV_COLUMNS = ("person", "venue", "at", "direction")

Stop = tuple[str, float, float]
"""Venue id, second of the day at which the person would like to arrive, seconds of stay."""
Scanned = tuple[int, str, str, Literal["in", "out"]]
"""Epoch second, person, venue, direction: in this order, so that sorting sorts by time."""


class CityScan(TypedDict):
    """One scan of the city: person and venue as their ids, at in epoch seconds UTC."""

    person: str
    venue: str
    at: int
    direction: Literal["in", "out"]


class City:
    """The same seed, people, days and start give the same city and the same scans everywhere.

    start: any epoch second of the first day (Vietnam's time). Raises BadInput on a city without
    people or days.
    """

    def __init__(self, seed: int = SEED, people: int = 20_000, days: int = 5, start: int = START) -> None:
        if people < 1 or days < 1:
            raise BadInput(f"A city of {people} people and {days} days is no city: give 1 or more of each.")
        self._seed = seed
        self._days = days
        self._midnight = start - (start + ZONE_SECONDS) % DAY_SECONDS
        self._town = settle(seed, people)

    def venues(self) -> list[Venue]:
        """Every venue that has a code, used or not. Homes have none."""
        return list(self._town.venues)

    def scans(self) -> Iterator[CityScan]:
        """All scans in order of time, one day in memory at a time (about 1 KB per person)."""
        rng = Random(f"days {self._seed}")
        for day in range(self._days):
            midnight = self._midnight + day * DAY_SECONDS
            scanned: list[Scanned] = []
            for resident in self._town.people:
                scanned += _scanned(rng, resident.name, midnight, _stops(rng, resident, self._town))
            scanned.sort()
            for at, person, venue, direction in scanned:
                yield {"person": person, "venue": venue, "at": at, "direction": direction}


def _stops(rng: Random, resident: Resident, town: Town) -> Iterator[Stop]:
    """The day as the person would like it to go."""
    chance, district = rng.random, resident.district
    if resident.school or resident.office:
        yield from _working_hours(rng, resident, town)
        errands = 17.6 * HOUR
    else:
        errands = (8 + 8 * chance()) * HOUR
    for kind, share in (("hospital", 0.01), ("market", 0.3), ("shop", 0.35)):
        if chance() < share:
            yield pick(town.places[kind][district], chance()), errands, _stay(kind, chance())
    if chance() < 0.15:
        anywhere = town.places["restaurant"][int(chance() * len(town.places["restaurant"]))]
        yield pick(anywhere, chance()), (18.5 + 1.5 * chance()) * HOUR, _stay("restaurant", chance())


def _working_hours(rng: Random, resident: Resident, town: Town) -> Iterator[Stop]:
    """By bus to school or office, perhaps out for lunch, and home: the two peaks of the day."""
    chance = rng.random
    place = resident.school or resident.office
    leaves = (6.5 + 0.5 * (chance() + chance())) * HOUR
    ride = (15 + 20 * chance()) * 60
    if resident.bus:
        yield resident.bus, leaves, ride
    begins = leaves + ride + 2 * BETWEEN_SECONDS
    ends = (16.5 + 0.5 * (chance() + chance())) * HOUR
    if resident.office and chance() < 0.4:
        lunch, table = (11.5 + chance()) * HOUR, (25 + 30 * chance()) * 60
        yield place, begins, lunch - begins
        nearby = town.places["restaurant"][resident.district]
        yield pick(nearby, chance()), lunch + 5 * 60, table
        begins = lunch + table + 10 * 60
    yield place, begins, ends - begins
    if resident.bus:
        yield resident.bus, ends + 5 * 60, ride


def _stay(kind: str, chance: float) -> float:
    return STAY_MINUTES_DEFAULT[kind] * 60 * (0.5 + chance)


def _scanned(rng: Random, person: str, midnight: int, stops: Iterator[Stop]) -> Iterator[Scanned]:
    """What the codes record of these stops: all arrivals, few departures, some beeps and repeats.

    A stop that would run past midnight is left out, so that no day's scans run into the next.
    """
    free = 0.0
    for venue, wished, stay in stops:
        arrives = max(wished, free)
        departs = arrives + max(stay, BETWEEN_SECONDS)
        if departs + BETWEEN_SECONDS > DAY_SECONDS:
            return
        free = departs + BETWEEN_SECONDS
        yield from _beeps(rng, midnight + int(arrives), person, venue, "in")
        if rng.random() < SCANS_OUT:
            yield from _beeps(rng, midnight + int(departs), person, venue, "out")


def _beeps(
    rng: Random, at: int, person: str, venue: str, direction: Literal["in", "out"]
) -> Iterator[Scanned]:
    """One scan, or with bad luck several."""
    scan = (at, person, venue, direction)
    yield scan
    luck = rng.random()
    if luck < SENT_TWICE:
        yield scan
    elif luck < SENT_TWICE + BEEPS_TWICE:
        yield at + 1 + int(rng.random() * BEEP_SECONDS_MAX), person, venue, direction


def write_csv(city: City, path: Path) -> int:
    """Writes the city's scans with the columns of CSV_COLUMNS, times in UTC; gzipped if so named.

    Returns the number of scans. Raises BadInput if the file cannot be written.
    """
    try:
        with path.open("wb") as file:
            if path.suffix != ".gz":
                return _write(city, TextIOWrapper(file, "utf-8", newline=""))
            # Neither name nor time go into the gzip header: the same city is the same file.
            with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as zipped:
                return _write(city, TextIOWrapper(zipped, "utf-8", newline=""))
    except OSError as error:
        raise BadInput(
            f"{path} cannot be written ({error.strerror}): check its place and free space."
        ) from None


def _write(city: City, text: TextIO) -> int:
    count, second, told = 0, -1, ""
    with text:
        writer = csv.writer(text)
        writer.writerow(CSV_COLUMNS)
        for scan in city.scans():
            if scan["at"] != second:
                second, told = scan["at"], iso(scan["at"])
            writer.writerow((scan["person"], scan["venue"], told, scan["direction"]))
            count += 1
    return count
