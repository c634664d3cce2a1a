"""Where everyone is on one day: the truth, of which scans will tell a part.

People go to work or, half a day, to school, by bus, out for lunch, home; when they do is drawn from the
published curve (`producers.simulation.curve`), and errands fill up what it has beyond that. Every day is a
working day.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from producers.simulation.curve import BUCKET_SECONDS, CURVE
from producers.simulation.town import NOWHERE, Ints, Town
from producers.venue import STAY_MINUTES_DEFAULT

Floats = NDArray[np.float64]

DAY_SECONDS = 86_400
HOUR = 3600
BETWEEN_SECONDS = 120
"""From one venue to the next at the least; longer than a second beep takes."""
ERRANDS = {"hospital": 0.03, "market": 0.5, "shop": 0.8, "restaurant": 0.4}
"""Kind -> the share of people who go there on a day, beside work."""
BUSY = 0.3
"""By so much more those do who go neither to work nor to school, and by so much less those who do."""
LUNCH_OUT = 0.4
LEAVES = (6 * HOUR, 11 * HOUR)
"""Between these, workers leave home."""
PUPILS_LEAVE = ((6 * HOUR, 8 * HOUR), (12 * HOUR, 14 * HOUR))
"""Vietnam's schools have a morning and an afternoon shift."""
WORK_HOURS, SCHOOL_HOURS = (7.5, 9.5), (4.0, 5.0)


class Stays(NamedTuple):
    """Who was where, by person and time. Seconds of the day, arrived < departed."""

    person: Ints
    venue: Ints
    arrived: Ints
    departed: Ints


class Plan(NamedTuple):
    """One stop of everyone's day: where (or NOWHERE), when they would like to arrive, how long they stay."""

    venue: Ints
    wished: Floats
    stay: Floats


def stays_of(rng: np.random.Generator, town: Town) -> Stays:
    """Everyone's day. Who is late somewhere is late for the next; what would pass midnight is left out."""
    commuting = _commuting(rng, town)
    plans = commuting + _errands(rng, town, commuting)
    free = np.zeros(town.people)
    found = []
    for plan in plans:
        arrives = np.maximum(plan.wished, free)
        departs = arrives + np.maximum(plan.stay, BETWEEN_SECONDS)
        goes = (plan.venue != NOWHERE) & (departs + BETWEEN_SECONDS < DAY_SECONDS)
        free = np.where(goes, departs + BETWEEN_SECONDS, free)
        who = np.flatnonzero(goes).astype(np.int32)
        times = (arrives[goes].astype(np.int32), departs[goes].astype(np.int32))
        found.append(Stays(who, plan.venue[goes], *times))
    stays = Stays._make(np.concatenate(column) for column in zip(*found, strict=True))
    order = np.lexsort((stays.arrived, stays.person))
    return Stays._make(column[order] for column in stays)


def _commuting(rng: np.random.Generator, town: Town) -> list[Plan]:
    """By bus to school or office, perhaps out for lunch, and home."""
    n, works = town.people, town.daily != NOWHERE
    early = rng.random(n) < 0.5
    shift = np.where(town.pupil, np.where(early, 0, 1), 2)
    spans = np.array([*PUPILS_LEAVE, LEAVES], float)[shift]
    leaves = _drawn(rng.random(n), np.array(CURVE, float), spans[:, 0], spans[:, 1])
    ride = (15 + 20 * rng.random(n)) * 60
    begins = leaves + ride + 2 * BETWEEN_SECONDS
    hours = np.array([SCHOOL_HOURS, WORK_HOURS])[np.where(town.pupil, 0, 1)]
    ends = begins + (hours[:, 0] + rng.random(n) * (hours[:, 1] - hours[:, 0])) * HOUR
    out = works & ~town.pupil & (begins < 11 * HOUR) & (rng.random(n) < LUNCH_OUT)
    lunch, table = (11.5 + rng.random(n)) * HOUR, (25 + 30 * rng.random(n)) * 60
    again = lunch + table + 10 * 60
    restaurant = np.where(out, town.some("restaurant", town.district, rng.random(n)), NOWHERE)
    return [
        Plan(town.bus, leaves, ride),
        Plan(town.daily, begins, np.where(out, lunch, ends) - begins),
        Plan(restaurant.astype(np.int32), lunch + 5 * 60, table),
        Plan(np.where(out, town.daily, NOWHERE).astype(np.int32), again, ends - again),
        Plan(town.bus, ends + 5 * 60, ride),
    ]


def _errands(rng: np.random.Generator, town: Town, commuting: list[Plan]) -> list[Plan]:
    """What people do besides, each in the order of their own day; workers and pupils after work."""
    n = town.people
    weights = _left_by(commuting, n)
    last = commuting[-1]
    home = np.minimum(last.wished + last.stay, 22.0 * HOUR)
    earliest = np.where(town.daily == NOWHERE, 0, home)
    busy = np.where(town.daily == NOWHERE, 1 + BUSY, 1 - BUSY)
    plans = []
    for kind, share in ERRANDS.items():
        goes = rng.random(n) < share * busy
        wished = np.where(
            goes, _drawn(rng.random(n), weights, earliest, np.full(n, float(DAY_SECONDS))), np.inf
        )
        venue = np.where(goes, town.some(kind, town.district, rng.random(n)), NOWHERE)
        plans.append(
            Plan(venue.astype(np.int32), wished, STAY_MINUTES_DEFAULT[kind] * 60 * (0.5 + rng.random(n)))
        )
    order = np.argsort([plan.wished for plan in plans], axis=0)
    sorted_ = [np.take_along_axis(np.array(column), order, axis=0) for column in zip(*plans, strict=True)]
    return [Plan(*columns) for columns in zip(*sorted_, strict=True)]


def _left_by(commuting: list[Plan], people: int) -> Floats:
    """How many errands each half hour needs for the day to have the published curve; none negative."""
    times = np.concatenate([plan.wished[plan.venue != NOWHERE] for plan in commuting])
    there = np.bincount((times // BUCKET_SECONDS).astype(int), minlength=len(CURVE))
    curve = np.array(CURVE) / sum(CURVE)
    left: Floats = np.maximum(curve * (len(times) + people * sum(ERRANDS.values())) - there, 1e-9)
    return left


def _drawn(chance: Floats, weights: Floats, since: Floats, until: Floats) -> Floats:
    """A moment of the day for each, in [since, until): half hours by weight, any second inside."""
    edges = np.arange(len(weights) + 1) * float(BUCKET_SECONDS)
    share = np.concatenate([[0.0], np.cumsum(weights)]) / weights.sum()
    first, last = np.interp(since, edges, share), np.interp(until, edges, share)
    drawn: Floats = np.interp(first + chance * (last - first), share, edges)
    return drawn
