"""Two weeks of made-up visits as columns, by a seeded generator: work, the shop around the corner, markets.

Of a person's ten visits about a third are at the one workplace (40 people, most of a day), a third at
three shops near home (minutes), a third at markets anywhere (half an hour; the largest hold a hundred at
a time, Zipf 0.7). Nobody is at two places at once.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

START = 1_638_316_800
"""2021-12-01T00:00:00Z."""
DAYS = 14
PER_DAY = {"shop": 0.25, "work": 0.24, "market": 0.225}
"""How likely a person goes there on a day: together 10 visits in 14 days."""
HOUR = 3600


class Visits(NamedTuple):
    """One value a visit; persons and venues are counted from 0."""

    person: NDArray[np.uint32]
    venue: NDArray[np.uint32]
    arrived: NDArray[np.uint32]
    departed: NDArray[np.uint32]
    people: int
    venues: int


def generate(visits: int, seed: int = 2021) -> Visits:
    """About so many visits."""
    rng = np.random.default_rng(seed)
    people = max(100, visits // 10)
    sizes = {"shop": people // 80 + 1, "work": people // 40 + 1, "market": people // 200 + 1}
    first = dict(zip(sizes, np.cumsum([0, *sizes.values()]).tolist(), strict=False))
    weights = (np.arange(sizes["market"]) + sizes["market"] / 200) ** -0.7
    drawn = np.cumsum(weights) / weights.sum()
    workplace = rng.permutation(people).astype(np.int64) % sizes["work"]
    found = []
    for day in range(DAYS):
        works = np.zeros(people, dtype=bool)
        for kind, likely in PER_DAY.items():
            who = np.flatnonzero(rng.random(people, dtype=np.float32) < likely)
            count = len(who)
            if kind == "shop":
                where = (who // 80 + rng.integers(0, 3, count)) % sizes[kind]
                begin = rng.integers(6 * HOUR, 7 * HOUR, count)
                last = np.clip(rng.exponential(900, count), 60, 0.9 * HOUR)
            elif kind == "work":
                works[who] = True
                where = workplace[who]
                begin = rng.normal(8.5 * HOUR, 900, count).clip(8 * HOUR, 10 * HOUR)
                last = rng.uniform(3 * HOUR, 7 * HOUR, count)
            else:
                where = np.searchsorted(drawn, rng.random(count))
                begin = rng.integers(np.where(works[who], 17.2 * HOUR, 8 * HOUR), 20 * HOUR)
                last = np.clip(rng.lognormal(7.4, 0.6, count), 60, 3 * HOUR)
            arrived = (START + day * 86_400 + begin).astype(np.uint32)
            venue = (where + first[kind]).astype(np.uint32)
            found.append((who.astype(np.uint32), venue, arrived, arrived + last.astype(np.uint32)))
    columns = [np.concatenate(column) for column in zip(*found, strict=True)]
    return Visits(*columns, people, sum(sizes.values()))
