"""The scans that every benchmark sends: the same made-up city, packed as it travels in Kafka."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from producers.packing import Packer, pack
from producers.pseudonym import Pseudonyms
from producers.scan import ScanEvent, partition_of
from producers.simulation.city import START, City
from producers.simulation.day import DAY_SECONDS
from producers.simulation.sent import events
from producers.venue import Venue, venue_key

SEED = 2021
SCANS_PER_PERSON_DAY = 3.53
"""What `producers.simulation` gives; used to choose how many people make so many scans."""
KEY = bytes(32)
"""The benchmark's people are made up, so their pseudonym key is no secret."""
MASK = 2**64 - 1
K_AT, K_ID = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F
"""Odd 64-bit constants that spread times and ids, so that swapped fields change the checksum."""


@dataclass
class Truth:
    """What was sent: how many scans, how many differ, and a checksum over (person, at, venue, id)."""

    sent: int = 0
    sent_sum: int = 0
    distinct: int = 0
    distinct_sum: int = 0
    _seen: set[tuple[str, str]] = field(default_factory=set, repr=False)

    def add(self, event: ScanEvent, number: int) -> None:
        self.sent += 1
        self.sent_sum = (self.sent_sum + number) & MASK
        key = (event["person"], event["scan_id"])
        if key not in self._seen:
            self._seen.add(key)
            self.distinct += 1
            self.distinct_sum = (self.distinct_sum + number) & MASK

    def persons(self) -> list[int]:
        """Everyone who scanned."""
        return sorted({int(person, 16) for person, _ in self._seen})


def checksum(person: int, at: int, venue: int, scan_id: int) -> int:
    """One scan as a number; a sum of them modulo 2**64 tells two sets of scans apart."""
    return ((person + at * K_AT) * (venue ^ (scan_id * K_ID & MASK))) & MASK


def recent_start(days: int) -> int:
    """The first day of a city whose last day ended before now, so that the retention keeps all."""
    return int(time.time()) - days * DAY_SECONDS


@dataclass
class Traffic:
    """`scans` scans (about) of a city over `days` days, in the order in which they were made.

    3.5 scans per person and day with 1 % sent twice and 2 % double beeps (`producers.simulation`).
    """

    scans: int
    days: int = 3
    start: int = START
    truth: Truth = field(default_factory=Truth)

    def __post_init__(self) -> None:
        people = max(1, round(self.scans / self.days / SCANS_PER_PERSON_DAY))
        self.city = City(SEED, people, self.days, self.start)
        self.people = people

    def venues(self) -> list[Venue]:
        """The registry of the city."""
        return self.city.venues()

    def events(self) -> Iterator[ScanEvent]:
        """Every scan as it travels, counted into `truth`."""
        pseudonyms = Pseudonyms(KEY)
        keys = {venue.id: venue.key for venue in self.city.venues()}
        for event in islice(events(self.city, pseudonyms), self.scans):
            key = keys.get(event["venue"]) or venue_key(event["venue"])
            numbers = int(event["person"], 16), event["at"], key, int(event["scan_id"], 16)
            self.truth.add(event, checksum(*numbers))
            yield event

    def records(self, partitions: int, scans_per_record: int) -> Iterator[tuple[int, bytes]]:
        """(partition, value) of the records of `scans.v1`, in the order in which they fill."""
        packer = Packer(partitions, scans_per_record)
        for event in self.events():
            if full := packer.add(event):
                yield full
        yield from packer.flush()

    def singles(self, partitions: int) -> Iterator[tuple[int, bytes]]:
        """(partition, value) of one JSON object per scan, for the peers that take one at a time."""
        for event in self.events():
            yield partition_of(event["person"], partitions), pack([event])[1:-1]
