"""Telling a scan sent twice from a new one: timelines against `SET NX EX` and against a Bloom filter.

    make bench-dedupe                            (about two minutes)
    make bench-dedupe ARGS="--scans 10000000"

A day's scans of a nation's people, 20 % of them sent twice within ten minutes, in batches of 20,000; each
contender says of every scan whether it was there before, and is held against the truth. CPU-seconds are
of this process, Redis's own are printed beside them; bytes are what Redis holds at the end, per scan.
    timelines   what the worker does: one read and one write of each person's recent scans in Redis; the same
                entries also make the visits, which is not counted here
    SET NX EX   a key of 33 characters for each scan, pipelined
    Bloom       rbloom in memory, sized for these scans at 0.1 %: it takes new scans for old ones
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any, NamedTuple, cast

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from national_traffic import VISITS_PER_PERSON
from numpy.typing import NDArray
from rbloom import Bloom
from redis import Redis

from storage.redis_timelines import RedisTimelines
from streams.arrivals import Arrivals
from streams.gather import gather
from streams.known import DUPLICATE, merged, packed, unpacked
from streams.ports import ScanStore
from streams.tables import SCAN, ScanArray
from streams.timeline import Scan
from streams.trust import TrustedTimelines

BATCH = 20_000
DAY = 86_400
TWICE, TWICE_SECONDS = 0.2, 600
FALSE_POSITIVES = 0.001
Verdicts = NDArray[np.bool_]


class Traffic(NamedTuple):
    """Scans in the order in which they come; `again` says which were there before."""

    person: NDArray[np.uint64]
    scans: ScanArray
    again: Verdicts

    def batches(self) -> Iterator["Traffic"]:
        for n in range(0, len(self.again), BATCH):
            yield Traffic._make(column[n : n + BATCH] for column in self)


def traffic(scans: int, seed: int = 2021) -> Traffic:
    """One day."""
    dice = np.random.default_rng(seed)
    first = int(scans / (1 + TWICE))
    people = dice.integers(0, 2**63, first // VISITS_PER_PERSON, np.uint64)
    person = people[dice.integers(0, len(people), first)]
    table = np.empty(first, SCAN)
    table["at"] = table["anchor"] = 1_638_316_800 + np.sort(dice.integers(0, DAY, first))
    table["direction"] = 1
    table["venue"] = dice.integers(0, first // 45 + 1, first)
    table["scan_id"] = dice.integers(0, 2**64, first, np.uint64)
    second = np.flatnonzero(dice.random(first) < TWICE)
    come = np.concatenate([table["at"], table["at"][second] + dice.uniform(1, TWICE_SECONDS, len(second))])
    order = np.argsort(come, kind="stable")
    again = np.concatenate([np.zeros(first, bool), np.ones(len(second), bool)])
    everyone, everything = np.concatenate([person, person[second]]), np.concatenate([table, table[second]])
    return Traffic(everyone[order], everything[order], again[order])


class EmptyStore:
    """Nobody was scanned before this day."""

    def scans_of(self, persons: dict[int, int]) -> dict[int, list[Scan]]:
        return {}


def timelines(url: str) -> Callable[[Traffic], Verdicts]:
    """The worker's own functions, without venues and visits."""
    numbers = iter(range(1, 1000))
    cache = TrustedTimelines(RedisTimelines(url), lambda: next(numbers))

    def check(batch: Traffic) -> Verdicts:
        persons, owner = np.unique(batch.person, return_inverse=True)
        none = np.zeros(0, np.uint32)
        here = Arrivals([], np.zeros(0, np.int64), persons.tolist(), owner, batch.scans, none, none)
        lines = gather(here, cache, cast(ScanStore, EmptyStore()))
        old_owner, old, since = unpacked(lines)
        known, verdicts = merged(old_owner, old, owner, batch.scans)
        cache.save(dict(zip(here.persons, packed(known, since, len(persons)), strict=True)))
        return verdicts == DUPLICATE

    return check


def set_nx(url: str) -> Callable[[Traffic], Verdicts]:
    """The usual way: one key for each scan, which expires."""
    redis = Redis.from_url(url)

    def check(batch: Traffic) -> Verdicts:
        pipe = redis.pipeline(transaction=False)
        for person, scan_id in zip(batch.person.tolist(), batch.scans["scan_id"].tolist(), strict=True):
            pipe.set(f"{person:016x}:{scan_id:016x}", b"", nx=True, ex=2 * DAY)
        return np.array([made is None for made in pipe.execute()])

    return check


def bloom(scans: int) -> Callable[[Traffic], Verdicts]:
    """No server, and no certainty."""
    known = Bloom(scans, FALSE_POSITIVES)

    def check(batch: Traffic) -> Verdicts:
        keys = list(zip(batch.person.tolist(), batch.scans["scan_id"].tolist(), strict=True))
        found = np.zeros(len(keys), bool)
        for n, key in enumerate(keys):
            found[n] = key in known
            known.add(key)
        return found

    return check


class Run(NamedTuple):
    """What one contender needed and said."""

    cpu: float
    redis_cpu: float
    bytes_per_scan: float
    dropped: int
    """New scans that were taken for old ones: exposures lost."""
    missed: int
    """Scans sent twice that were taken for new ones."""


def measure(redis: Any, sent: Traffic, check: Callable[[Traffic], Verdicts], bytes_: float | None) -> Run:
    """Give it every batch in order, from an empty Redis."""
    redis.flushdb()
    empty, began_there = redis.info("memory")["used_memory"], redis_cpu(redis)
    cpu, wrong = 0.0, []
    for batch in sent.batches():
        began = process_time()
        said = check(batch)
        cpu += process_time() - began
        wrong.append((np.count_nonzero(said & ~batch.again), np.count_nonzero(~said & batch.again)))
    held = redis.info("memory")["used_memory"] - empty if bytes_ is None else bytes_
    dropped, missed = np.sum(wrong, axis=0).tolist()
    distinct = np.count_nonzero(~sent.again)
    return Run(cpu, redis_cpu(redis) - began_there, held / distinct, dropped, missed)


def redis_cpu(redis: Any) -> float:
    """CPU-seconds of the Redis server so far."""
    used = redis.info("cpu")
    return float(used["used_cpu_user"] + used["used_cpu_sys"])


def main() -> None:
    """Every contender once a round, in turn."""
    read = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    read.add_argument("--scans", type=int, default=1_000_000)
    read.add_argument("--rounds", type=int, default=3)
    asked = read.parse_args()
    state = os.environ.get("TRUYVET_STATE", "")
    if not state.startswith("redis:"):
        raise SystemExit("This needs Redis: make bench-dedupe STACK=local (or docker).")
    url = f"{state.rsplit('/', 1)[0]}/1"
    redis = Redis.from_url(url)
    redis.config_set("maxmemory", 0)  # an eviction would flatter whoever is evicted
    sent = traffic(asked.scans)
    count = len(sent.again)
    size = Bloom(asked.scans, FALSE_POSITIVES).size_in_bits / 8
    print(f"{count:,} scans, {np.count_nonzero(sent.again):,} of them sent twice", flush=True)
    runs: dict[str, list[Run]] = {"timelines": [], "SET NX EX": [], "Bloom": []}
    for _ in range(asked.rounds):
        for name, check, held in (
            ("timelines", timelines(url), None),
            ("SET NX EX", set_nx(url), None),
            ("Bloom", bloom(asked.scans), size),
        ):
            done = measure(redis, sent, check, held)
            if name != "Bloom" and (done.dropped or done.missed):
                raise SystemExit(f"{name}: WRONG ANSWER, {done}: no time is printed")
            runs[name].append(done)
    redis.flushdb()
    head = ("checks per CPU-second: min/median/max", "Redis CPU-s", "bytes/scan", "dropped")
    print("{:<12}{:>40}{:>13}{:>12}{:>9}".format("", *head))
    for name, done in runs.items():
        rates = sorted(count / run.cpu for run in done)
        spread = " / ".join(f"{r:,.0f}" for r in (rates[0], median(rates), rates[-1]))
        last = done[-1]
        print(f"{name:<12}{spread:>40}{last.redis_cpu:>13.1f}{last.bytes_per_scan:>12.1f}{last.dropped:>9,}")
    ours, usual = runs["timelines"], runs["SET NX EX"]
    found = {
        "vs_setnx": round(median(b.cpu / a.cpu for a, b in zip(ours, usual, strict=True)), 2),
        "vs_setnx_with_redis": round(
            median((b.cpu + b.redis_cpu) / (a.cpu + a.redis_cpu) for a, b in zip(ours, usual, strict=True)), 2
        ),
        "bytes_ratio": round(ours[-1].bytes_per_scan / usual[-1].bytes_per_scan, 2),
        "dropped": ours[-1].dropped,
        "bloom_dropped": runs["Bloom"][-1].dropped,
        "checks_per_cpu_second": round(median(count / run.cpu for run in ours)),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
