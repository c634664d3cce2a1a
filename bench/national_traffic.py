"""A nation's day of scans, after the only national load curve there is, with all that goes wrong in one.

The curve: that of `producers.simulation.curve`, scaled to Vietnam by population: 98 million to 32.6.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from producers.simulation.curve import BUCKET_SECONDS, CURVE

SCALE = 98 / 32.6
VISITS_PER_PERSON = 3
"""34.5 million check-ins of 11.5 million people, 2021-12-04."""
VENUES_PER_SCAN = 2.3 / 104
"""2.3 million venues with a scan in 104 million."""
TWICE, LATE, POISON, OUT = 0.2, 0.05, 0.01, 0.15
LATE_SECONDS = (3600, 8 * 3600)
AGAIN_SECONDS = 600
IN_SCAN, OUT_SCAN, BAD = 0, 1, 2
POISON_MARK = b'"sideways"'
"""The direction of a scan that no one can read."""


def national_rate(bucket: int) -> float:
    """Scans a second of the nation in this half hour."""
    return CURVE[bucket] * SCALE / BUCKET_SECONDS


class Town(NamedTuple):
    """Who scans, as pseudonyms, and at how many venues."""

    people: NDArray[np.uint64]
    venues: int


class Record(NamedTuple):
    """One record to publish: its partition, its value, and when its scans should have been sent."""

    partition: int
    value: bytes
    due: NDArray[np.float64]
    """Seconds since the beginning of the play, one for each scan."""


@dataclass(frozen=True)
class NationalDay:
    """The buckets [first, last) of a day, each played for `seconds` at `times` the nation's rate.

    midnight: epoch seconds at which the day of the scans began. A play is a sample of the day: the
    rates are those of the nation (times `times`), only that each half hour lasts `seconds`.
    """

    times: float
    seconds: float
    midnight: int
    first: int = 0
    last: int = 48
    seed: int = 2021
    partitions: int = 64

    @property
    def buckets(self) -> range:
        return range(self.first, self.last)

    @property
    def length(self) -> float:
        """Seconds that the play takes when nothing holds it up."""
        return len(self.buckets) * self.seconds

    def records(self, tick_seconds: float) -> Iterator[list[Record]]:
        """What is to be sent at the end of each tick, packed as a gateway packs: by partition."""
        dice = np.random.default_rng(self.seed)
        total = sum(national_rate(b) for b in self.buckets) * self.times * self.seconds
        people = dice.integers(0, 2**64, max(1, int(total / VISITS_PER_PERSON)), np.uint64)
        town = Town(people, max(1, int(total * VENUES_PER_SCAN)))
        waiting = _Waiting()
        for bucket in self.buckets:
            ticks = round(self.seconds / tick_seconds)
            for tick in range(ticks):
                begin = (bucket - self.first) * self.seconds + tick * tick_seconds
                count = dice.poisson(national_rate(bucket) * self.times * tick_seconds)
                fresh = self._scans(dice, count, town, begin, tick_seconds)
                waiting.add(dice, fresh, self._span(AGAIN_SECONDS))
                yield list(self._packed(fresh.plus(waiting.due(begin + tick_seconds))))

    def _span(self, real_seconds: float) -> float:
        """So many seconds of the real day, as seconds of the play."""
        return real_seconds * self.seconds / BUCKET_SECONDS

    def _scans(
        self, dice: np.random.Generator, count: int, town: "Town", begin: float, length: float
    ) -> "Scans":
        due = np.sort(dice.uniform(begin, begin + length, count))
        at = self.midnight + self.first * BUCKET_SECONDS + due * BUCKET_SECONDS / self.seconds
        late = dice.random(count) < LATE
        at = at - late * dice.uniform(*LATE_SECONDS, count)
        kind = np.where(dice.random(count) < OUT, OUT_SCAN, IN_SCAN)
        kind[dice.random(count) < POISON] = BAD
        # A few venues see many people: rank drawn evenly over its logarithm.
        venue = np.minimum(town.venues - 1, np.exp(dice.uniform(0, np.log(town.venues + 1), count)) - 1)
        return Scans(
            due,
            dice.integers(0, 2**64, count, np.uint64),
            town.people[dice.integers(0, len(town.people), count)],
            venue.astype(np.int64),
            at.astype(np.int64),
            kind,
        )

    def _packed(self, scans: "Scans") -> Iterator[Record]:
        by_partition: dict[int, list[int]] = defaultdict(list)
        for n, partition in enumerate((scans.person % np.uint64(self.partitions)).tolist()):
            by_partition[partition].append(n)
        columns = [column.tolist() for column in scans[1:]]
        for partition, chosen in by_partition.items():
            for part in (chosen[i : i + 500] for i in range(0, len(chosen), 500)):
                texts = [_text(*(column[n] for column in columns)) for n in part]
                yield Record(partition, f"[{','.join(texts)}]".encode(), scans.due[part])


class Scans(NamedTuple):
    """Scans as columns."""

    due: NDArray[np.float64]
    scan_id: NDArray[np.uint64]
    person: NDArray[np.uint64]
    venue: NDArray[np.int64]
    at: NDArray[np.int64]
    kind: NDArray[np.int64]

    def plus(self, other: "Scans") -> "Scans":
        return Scans._make(np.concatenate(pair) for pair in zip(self, other, strict=True))

    def chosen(self, mask: NDArray[np.bool_]) -> "Scans":
        return Scans._make(column[mask] for column in self)


class _Waiting:
    """Scans that will be sent a second time."""

    def __init__(self) -> None:
        self._scans: Scans | None = None

    def add(self, dice: np.random.Generator, fresh: Scans, within: float) -> None:
        again = fresh.chosen((dice.random(len(fresh.due)) < TWICE) & (fresh.kind != BAD))
        again = again._replace(due=again.due + dice.uniform(0, within, len(again.due)))
        self._scans = again if self._scans is None else self._scans.plus(again)

    def due(self, until: float) -> Scans:
        """Those whose time has come, once."""
        assert self._scans is not None
        now = self._scans.due < until
        found, self._scans = self._scans.chosen(now), self._scans.chosen(~now)
        return found


def _text(scan_id: int, person: int, venue: int, at: int, kind: int) -> str:
    direction = ("in", "out", "sideways")[kind]  # the last is what makes a scan bad
    return (
        f'{{"scan_id":"{scan_id:016x}","person":"{person:016x}","venue":"place-{venue:07d}",'
        f'"at":{at},"direction":"{direction}"}}'
    )
