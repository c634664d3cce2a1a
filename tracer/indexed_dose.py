"""The highest dose of each person of a chain, from an index of columns, where a dose is only minutes."""

import numpy as np

from storage.visit_layer import Ints
from tracer.meetings import meetings, values
from tracer.rounds import Rounds


def longest(rounds: Rounds) -> dict[int, float]:
    """Per person reached the minutes of the longest exposure that may have reached them.

    As `ChainSearch` weighs: the exposures of everyone who could pass it on before the last round.
    """
    index, window = rounds.index, rounds.rule.window
    at = np.full(len(index.people), -1, dtype=np.int64)
    for step in rounds.steps[:-1]:
        at[step.person] = step.at
    first = np.sort(index.people.known(rounds.cases)).astype(np.int64)
    at[first] = -1
    reached = np.flatnonzero(at >= 0)
    people = np.sort(np.concatenate([first, reached]))
    since, until = _spans(rounds, at[people])
    own = np.searchsorted(people, first)
    since[own], until[own] = rounds.spans_of_cases(first.astype(np.uint32))
    # A case's own exposures end with its span.
    ends = np.full(len(people), window.until)
    ends[own] = until[own] + rounds.rule.seconds_least - 1
    some = np.flatnonzero(since < until) if rounds.steps else np.zeros(0, dtype=np.int64)
    most = np.zeros(len(index.people), dtype=np.int64)
    asked = (people[some].astype(np.uint32), since[some], until[some])
    for found in meetings(index, rounds.rule, *asked):
        rounds.looked(len(found.start))
        person = values(index, "person", found.their_layer, found.their_row)
        np.maximum.at(most, person, np.minimum(found.end, ends[some[found.whose]]) - found.start)
    most[first] = 0
    exposed = np.flatnonzero(most)
    return dict(zip(index.people.key[exposed].tolist(), (most[exposed] / 60).tolist(), strict=True))


def _spans(rounds: Rounds, at: Ints) -> tuple[Ints, Ints]:
    """When exposures may start that follow from labels at these seconds."""
    window = rounds.rule.window
    since, until = np.full(len(at), window.since), np.full(len(at), window.until)
    if rounds.direction == "forward":
        return np.maximum(since, at + rounds.gap), until
    return since, np.minimum(until, at + 1 - rounds.gap)
