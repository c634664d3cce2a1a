"""Our index and its answers as a contender: the code of the tracer itself, told in the generator's numbers.

A key is the generator's number with 24 more bits below, so that keys have 64 bits and their order.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from tracer_contest import Table
from tracer_visits import Visits

from storage.memory import MemoryStore
from storage.visit_index import VisitIndex
from streams.tables import VisitTable
from tracer.company import Company
from tracer.frontier import Rule
from tracer.indexed import Access, search
from tracer.meetings import meetings
from tracer.outbreak import Case, Outbreak, outbreak
from tracer.profiles import OVERLAP
from tracer.question import Window
from tracer.rounds import Rounds

KEY_BITS = 32


def keys(numbers: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Spread below the number, as hashes are."""
    wide = numbers.astype(np.uint64)
    return (wide << np.uint64(KEY_BITS)) | (wide * np.uint64(2654435761) & np.uint64(0xFFFFFFFF))


def numbers(found: NDArray[np.uint64]) -> NDArray[np.int64]:
    """The generator's numbers of these keys."""
    return (found >> np.uint64(KEY_BITS)).astype(np.int64)


def index_of(visits: Visits) -> VisitIndex:
    """The index, whole: with all that a first question would make."""
    count = len(visits.person)
    ones = np.ones(count, dtype=np.uint8)
    table = VisitTable(
        *(keys(visits.venue), visits.arrived, keys(visits.person)),
        *(visits.departed, visits.departed, visits.departed),
        *(ones, ones.astype(np.uint32), ones.astype(np.uint32), ones * 0),
    )
    index = VisitIndex.of(table)
    index.prepare()
    return index


def searched(
    index: VisitIndex,
    cases: NDArray[np.int64],
    window: Window,
    seconds: int,
    generations: int,
    *,
    strict: bool = True,
) -> Rounds:
    """The search of the tracer, forward."""
    profile = replace(OVERLAP, strict=strict)
    spans = dict.fromkeys(keys(cases.astype(np.uint32)).tolist(), window)
    limits = {"generations_max": generations, "people_max": 1 << 40}
    return search(
        Access(index, lambda rows: None), spans, window, profile, seconds, direction="forward", **limits
    )


def chain(
    index: VisitIndex, cases: NDArray[np.int64], window: Window, seconds: int, generations: int
) -> Table:
    """Everyone reached, with second, generation, the person before and the venue, by (at, person)."""
    rounds = searched(index, cases, window, seconds, generations)
    last = rounds.last_links()
    sizes = [len(step.at) for step in rounds.steps]
    (layer,) = index.layers
    return {
        "person": numbers(index.people.key[rounds.of_links("person")[last]]),
        "generation": np.repeat(np.arange(1, len(sizes) + 1), sizes)[last],
        "at": rounds.of_links("at")[last],
        "near": numbers(index.people.key[rounds.of_links("near")[last]]),
        "venue": numbers(index.venues.key[layer.venue(rounds.of_links("their_row")[last])]),
    }


class InMemory(MemoryStore):
    """A reader that has nothing but an index."""

    def __init__(self, index: VisitIndex) -> None:
        super().__init__()
        self.index = index


def ranked(
    index: VisitIndex, cases: NDArray[np.int64], window: Window, seconds: int, generations: int
) -> Outbreak:
    """The whole question of an outbreak: everyone reached, with minutes, bounds, doses and places, ranked."""
    company = Company(InMemory(index), window, OVERLAP, seconds)
    told = [Case(key, window) for key in keys(cases.astype(np.uint32)).tolist()]
    return outbreak(company, told, generations_max=generations, people_max=1 << 40, with_links=False)


def contacts(index: VisitIndex, people: NDArray[np.int64], window: Window, seconds: int) -> Table:
    """Every meeting of these people, told by each."""
    codes = np.sort(index.people.find(keys(people.astype(np.uint32)))).astype(np.uint32)
    (layer,) = index.layers
    since, until = (np.full(len(codes), bound) for bound in window)
    found = list(meetings(index, Rule.of(OVERLAP, window, seconds), codes, since, until))
    whose, _, row, _, their_row, start, end = (np.concatenate(column) for column in zip(*found, strict=True))
    return {
        "mine": numbers(index.people.key[codes[whose]]),
        "theirs": numbers(index.people.key[layer.person[their_row]]),
        "venue": numbers(index.venues.key[layer.venue(row)]),
        "start": start,
        "end": end,
    }
