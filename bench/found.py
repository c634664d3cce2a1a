"""How much of an outbreak do check-ins tell? A city's true infections beside the answers about its scans.

    python bench/found.py [--people 20000] [--days 10] [--cases 20] [--minutes 0]

The city (`producers.simulation`) knows who infected whom, also at home. Its scans become visits in this
process; then each infector's contacts are asked for, and each true infection is looked for among them, at its
venue. What is not found is put down to its first cause: at home; not scanned by both (forgotten, or under
another's phone); else stays that seem not to meet, by a wrong clock or an end that no scan told.
"""

import argparse
import json
import sys
from collections import Counter
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from producers.pseudonym import Pseudonyms
from producers.simulation.city import City
from producers.simulation.outbreak import HOME
from producers.simulation.sent import records
from producers.simulation.town import name_of
from producers.venue import venue_key
from storage.memory import MemoryStore
from storage.memory_timelines import MemoryTimelines
from streams.batch import BatchProcessor
from streams.decode import Limits
from streams.ports import Record, Writes
from streams.sessions import Rules
from streams.tables import ScanTable, VisitTable
from tracer import trace
from tracer.profiles import profile
from tracer.question import ALWAYS

DAY = 86_400
RECORDS_PER_BATCH = 40
HALF_HOUR = 1800
"""As far as a device's clock may be wrong in this city."""
CAUSES = ("found", "at_home", "not_scanned", "seems_not_to_meet")


class NoLetters:
    """The city has no bad scans."""

    def put(self, letters: object) -> None:
        raise SystemExit(f"unexpected dead letters: {letters}")


def stored(city: City, pseudonyms: Pseudonyms) -> MemoryStore:
    """The visits that the city's scans make."""
    store = MemoryStore()
    store.write(Writes(city.venues(), VisitTable.of([]), [], ScanTable.of([])))
    processor = BatchProcessor(
        timelines=MemoryTimelines(), store=store, dead_letters=NoLetters(), rules=Rules()
    )
    batch: list[Record] = []
    for offset, (partition, value, _) in enumerate(records(city, pseudonyms, 8, 500)):
        batch.append(Record("log", partition, offset, city.midnight, value))
        if len(batch) == RECORDS_PER_BATCH:
            processor.process(batch, Limits(0, 2**32 - 1))
            batch = []
    processor.process(batch, Limits(0, 2**32 - 1))
    return store


def causes(city: City, store: MemoryStore, pseudonyms: Pseudonyms, minutes: int) -> Counter[str]:
    """CAUSES -> how many infections."""
    person = cache(lambda number: int(pseudonyms.of(name_of(number)), 16))
    keys = [venue_key(venue.id) for venue in city.venues()]
    rule = profile("overlap")

    @cache
    def met(infector: int) -> set[tuple[int, int, int]]:
        if not store.knows(infector):
            return set()
        found = trace.contacts(store, infector, ALWAYS, rule, max(1, minutes * 60))
        return {(one.theirs.person, one.venue, one.start // DAY) for one in found}

    def scanned(who: int, venue: int, at: int) -> bool:
        """Is there a visit of theirs there that began on that day?"""
        visits = store.visits_of([who], at - DAY, at + HALF_HOUR)
        return any(one.venue == venue and one.arrived // DAY in (at // DAY, at // DAY - 1) for one in visits)

    counted: Counter[str] = Counter()
    for one in city.infections():
        if one.infector < 0:
            continue
        infector, infected = person(one.infector), person(one.infected)
        if one.venue == HOME:
            counted["at_home"] += 1
        elif {(infected, keys[one.venue], one.at // DAY + n) for n in (-1, 0)} & met(infector):
            counted["found"] += 1
        elif not all(scanned(who, keys[one.venue], one.at) for who in (infector, infected)):
            counted["not_scanned"] += 1
        else:
            counted["seems_not_to_meet"] += 1
    return counted


def main() -> None:
    """Make the city, take its scans in, compare."""
    read = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    read.add_argument("--people", type=int, default=20_000)
    read.add_argument("--days", type=int, default=10)
    read.add_argument("--cases", type=int, default=20)
    read.add_argument("--seed", type=int, default=2021)
    read.add_argument("--minutes", type=int, default=0, help="the shortest exposure that counts")
    asked = read.parse_args()
    city, pseudonyms = City(asked.seed, asked.people, asked.days, cases=asked.cases), Pseudonyms(bytes(32))
    counted = causes(city, stored(city, pseudonyms), pseudonyms, asked.minutes)
    total = counted.total()
    for cause in CAUSES:
        print(f"{cause:<18}{counted[cause]:>7,}  {counted[cause] / max(1, total):6.1%}")
    at_venues = total - counted["at_home"]
    found = round(counted["found"] / max(1, at_venues), 3)
    print(json.dumps({"infections": total, "at_venues": at_venues, "found_of_those_at_venues": found}))


if __name__ == "__main__":
    main()
