"""Every meeting of some people, as columns: one value a meeting, and no object for any of them."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from storage.visit_index import VisitIndex
from storage.visit_layer import SECOND_MASK, Ints, Layer, at
from tracer.frontier import Rule, Sources, portions, sources_in, there_before


class Meetings(NamedTuple):
    """Pairs of visits that meet; `mine` is that of one who was asked for."""

    whose: Ints
    """Places in the list of people that was asked for."""
    my_layer: Ints
    my_row: Ints
    their_layer: Ints
    their_row: Ints
    start: Ints
    """Epoch seconds."""
    end: Ints
    """The first second after it; where arrivals are compared, the start."""


def meetings(
    index: VisitIndex, rule: Rule, people: NDArray[np.uint32], since: Ints, until: Ints
) -> Iterator[Meetings]:
    """Every meeting of these people (codes in order) that starts in their [since, until), in portions.

    Two who are both asked for are found twice, told by each.
    """
    for mine, my_layer in enumerate(index.layers):
        sources = sources_in(my_layer, rule, people, since, until)
        my_person = people[sources.whose]
        my_end = rule.ends(my_layer, sources.row, sources.arrived)
        for theirs, layer in enumerate(index.layers):
            for mine_of, row, start in _candidates(layer, rule, sources):
                arrived = layer.key[row] & SECOND_MASK
                their_end = rule.ends(layer, row, arrived)
                meets = their_end - start >= rule.seconds_least
                meets &= layer.person[row] != my_person[mine_of]
                if layer.hidden is not None:
                    meets &= ~layer.hidden[row]
                some = np.flatnonzero(meets)
                which = mine_of[some]
                end = np.minimum(np.minimum(my_end[which], their_end[some]), rule.window.until)
                yield Meetings(
                    sources.whose[which],
                    np.full(len(some), mine),
                    sources.row[which],
                    np.full(len(some), theirs),
                    row[some],
                    start[some],
                    end if rule.apart is None else start[some],
                )


def chosen(met: Meetings, some: NDArray[np.bool_] | NDArray[np.intp]) -> Meetings:
    """Some of these meetings."""
    if some.dtype == bool and some.all():
        return met
    return Meetings(*(column[some] for column in met))


def values(index: VisitIndex, name: str, number: Ints, row: Ints) -> Ints:
    """This column of these rows of these layers."""
    found = np.zeros(len(row), dtype=np.int64)
    for which, layer in enumerate(index.layers):
        some = np.flatnonzero(number == which)
        found[some] = getattr(layer, name)[row[some]]
    return found


def _candidates(layer: Layer, rule: Rule, sources: Sources) -> Iterator[tuple[Ints, Ints, Ints]]:
    """(source, row, start): who arrives while a source is there, and who was there when one arrived."""
    # Looked up in the order of the rows, which is several times as fast as in that of the people.
    order = np.argsort(at(sources.venue, sources.since))
    venue, since, until = sources.venue[order], sources.since[order], sources.until[order]
    begins = np.searchsorted(layer.key, at(venue, since))
    ends = np.searchsorted(layer.key, at(venue, until))
    for row, which in portions(begins, ends):
        yield order[which], row, layer.key[row] & SECOND_MASK
    arrives = np.flatnonzero(sources.begins[order] == since)
    venue, second, ends = venue[arrives], since[arrives], begins[arrives]
    earliest = at(venue, second + rule.seconds_least - rule.longest(layer, venue))
    begins = np.minimum(np.searchsorted(layer.key, earliest), ends)
    for row, which in there_before(layer, rule, begins, ends, second):
        yield order[arrives[which]], row, second[which]
