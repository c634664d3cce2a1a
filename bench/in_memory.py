"""How fast one core decides: the batch processor on memory stores, without Kafka, Redis, ClickHouse.

    python bench/in_memory.py [--scans 200000] [--per-record 500] [--profile] [--rounds 3]

Prints scans per CPU-second of everything a worker does itself, down to the columns it would hand to
ClickHouse, and a checksum of the visits, which must not change when only the speed should.
"""

import argparse
import cProfile
import pstats
import sys
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from time import process_time
from typing import TypeVar, cast

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from traffic import MASK, Traffic, checksum

from producers.venue import Venue
from storage.engine import Columns, Engine
from storage.memory import MemoryStore
from storage.memory_timelines import MemoryTimelines
from storage.store import SqlStore
from streams.batch import BatchProcessor
from streams.dead_letters import DeadLetter
from streams.decode import Limits
from streams.ports import Record, Writes
from streams.sessions import Rules
from streams.timeline import Scan

EVERYTHING = Limits(0, 2**32 - 1)
RECORDS_PER_BATCH = 40
Answer = TypeVar("Answer")


class NoLetters:
    """The city has no bad scans; a letter would be a bug."""

    def put(self, letters: Iterable[DeadLetter]) -> None:
        raise SystemExit(f"unexpected dead letters: {list(letters)[:3]}")


class NoServer:
    """An engine that takes columns and forgets them: what is left is our own work for an insert."""

    place = "nowhere"
    database = "none"

    def insert(self, table: str, columns: Columns) -> None:
        pass


class MeasuredStore:
    """A store in memory whose own work is not counted, though turning rows into columns is."""

    def __init__(self, registry: Iterable[Venue]) -> None:
        self.memory = MemoryStore()
        self.registry = {venue.key: venue for venue in registry}
        self.columns = SqlStore(cast(Engine, NoServer()), "none")
        self.not_ours = 0.0
        self.turning = 0.0

    def write(self, writes: Writes) -> None:
        began = process_time()
        self.columns.write(writes)
        turned = process_time()
        self.memory.write(writes)
        self.turning += turned - began
        self.not_ours += process_time() - turned

    def scans_of(self, persons: Mapping[int, int]) -> dict[int, list[Scan]]:
        return self._uncounted(lambda: self.memory.scans_of(persons))

    def venues(self, keys: Collection[int]) -> dict[int, Venue]:
        return {key: self.registry[key] for key in keys}

    def _uncounted(self, ask: Callable[[], Answer]) -> Answer:
        began = process_time()
        try:
            return ask()
        finally:
            self.not_ours += process_time() - began


def batches(traffic: Traffic, per_record: int) -> list[list[Record]]:
    """What a worker would be handed, in the order in which records fill."""
    records: list[Record] = []
    offsets = [0] * 64
    for partition, value in traffic.records(64, per_record):
        records.append(Record("kafka:bench", partition, offsets[partition], traffic.start, value))
        offsets[partition] += 1
    return [records[i : i + RECORDS_PER_BATCH] for i in range(0, len(records), RECORDS_PER_BATCH)]


def one_round(work: list[list[Record]], traffic: Traffic, profile: cProfile.Profile | None) -> str:
    """Process everything once into empty stores; a line of numbers. Ends the run on a wrong answer."""
    store = MeasuredStore(traffic.venues())
    processor = BatchProcessor(
        timelines=MemoryTimelines(), store=store, dead_letters=NoLetters(), rules=Rules()
    )
    began = process_time()
    if profile:
        profile.enable()
    for records in work:
        processor.process(records, EVERYTHING)
    if profile:
        profile.disable()
    ours = process_time() - began - store.not_ours
    scans = traffic.truth.sent
    answer = _checked(store.memory, traffic)
    return (
        f"{scans / ours:>10,.0f} scans/CPU-s   {1e5 * ours / scans:.3f} s per 100,000 "
        f"(of it {1e5 * store.turning / scans:.3f} s rows into columns)   visits {answer:016x}"
    )


def _checked(store: MemoryStore, traffic: Traffic) -> int:
    """Exactly the scans that were sent, each once; then one number for all visits and how they ended."""
    persons = traffic.truth.persons()
    scans = store.scans_of(dict.fromkeys(persons, 0))
    stored = [checksum(p, s.at, s.venue, s.scan_id) for p, line in scans.items() for s in line]
    if (len(stored), sum(stored) & MASK) != (traffic.truth.distinct, traffic.truth.distinct_sum):
        raise SystemExit(f"WRONG ANSWER: {len(stored)} scans stored, {traffic.truth}: no time is printed")
    visits = store.visits_of(persons, 0, 2**32)
    ends = ((v, (v.departed << 20) + (int(v.ended) << 16) + v.scans) for v in visits)
    return sum(checksum(v.person, v.arrived, v.venue, end) for v, end in ends) & MASK


def main() -> None:
    """Read the command line, run the rounds."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--scans", type=int, default=200_000)
    options.add_argument("--days", type=int, default=3)
    options.add_argument("--per-record", type=int, default=500)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--profile", action="store_true", help="show where the time goes (slower)")
    chosen = options.parse_args()
    traffic = Traffic(chosen.scans, chosen.days)
    work = batches(traffic, chosen.per_record)
    scans, bytes_ = traffic.truth.sent, sum(len(r.value) for records in work for r in records)
    print(
        f"{scans:,} scans of {traffic.people:,} people over {chosen.days} days, {chosen.per_record} per "
        f"record, {scans / len(work):,.0f} per batch, {bytes_ / scans:.0f} bytes a scan"
    )
    profile = cProfile.Profile() if chosen.profile else None
    for _ in range(1 if profile else chosen.rounds):
        print(one_round(work, traffic, profile), flush=True)
    if profile:
        pstats.Stats(profile).sort_stats("tottime").print_stats(45)


if __name__ == "__main__":
    main()
