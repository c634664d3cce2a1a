"""Who met whom and who was reached, worked out by brute force from the raw rows, without our code."""

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

HOUR = 3600


class CheckIn(NamedTuple):
    """One row of the file: epoch seconds, the rest as written."""

    person: str
    venue: str
    at: int


class Met(NamedTuple):
    """Two people checked in at one venue at most an hour apart; `at` is the later check-in."""

    a: str
    b: str
    venue: str
    at: int


class Reached(NamedTuple):
    """How the best path to a person ends: after how many exposures, when, and from whom."""

    generation: int
    at: int
    from_person: str


def check_ins(file: Path) -> list[CheckIn]:
    """Every row of the New York file, in its order, repeats included."""
    with gzip.open(file, "rt", encoding="utf-8") as text:
        return [
            CheckIn(row["person_id"], row["venue_id"], epoch(row["event_time_utc"]))
            for row in csv.DictReader(text)
        ]


def epoch(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp())


def all_pairs(rows: Iterable[CheckIn], name: Mapping[str, str]) -> list[Met]:
    """Each two check-ins of two people at one venue, 0..60 minutes apart; `a` is the smaller name."""
    by_venue: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for person, venue, at in set(rows):
        by_venue[venue].append((at, name[person]))
    found = []
    for venue, here in by_venue.items():
        here.sort()
        for index, (first, one) in enumerate(here):
            for second, other in here[index + 1 :]:
                if second - first > HOUR:
                    break
                if one != other:
                    found.append(Met(min(one, other), max(one, other), venue, second))
    return found


def reach(met: Iterable[Met], case: str, generations: int, sign: int) -> dict[str, Reached]:
    """The earliest arrival at everyone (sign 1), or the latest departure from everyone (sign -1).

    Round k looks at every meeting there is and knows only the times of round k-1: the best over paths
    of at most k meetings, each strictly after (before) the one that precedes it on the way from the case.
    """
    ways = defaultdict(list)
    for a, b, _, at in met:
        ways[a].append((sign * at, b))
        ways[b].append((sign * at, a))
    forever = float("inf")
    known: dict[str, float] = {case: -forever}
    found: dict[str, Reached] = {}
    for generation in range(1, generations + 1):
        offers: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for near, since in known.items():
            for at, far in ways[near]:
                if at > since and at < known.get(far, forever):
                    offers[far].append((at, near))
        for far, offered in offers.items():
            at, giver = min(offered)
            known[far] = at
            found[far] = Reached(generation, sign * at, giver)
    return found
