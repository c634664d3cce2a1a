"""The search of `tracer.chain` over columns: a round takes everyone whose label improved at once.

The rule, its ties and its limits are those of `ChainSearch`, which is its oracle. A person who is
claimed several times in a round keeps one claim: the highest of (score, rank) in one number, where a
better second has a higher score and a preferred source a higher rank.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from storage.visit_index import VisitIndex
from storage.visit_layer import SECOND_MASK, Ints
from tracer.errors import OutOfTime
from tracer.frontier import Rule, Sources, reached_in, sources_in
from tracer.question import Direction, Window

RANK_BITS = 31
RANK_MASK = (1 << RANK_BITS) - 1
CODE_BITS = 31
CODE_MASK = (1 << CODE_BITS) - 1
"""Two numbers in one are sorted several times as fast as two columns."""
A_CASE = SECOND_MASK
"""The score of a case, which nothing improves."""


class Step(NamedTuple):
    """The links that one round made, one value each, ordered by person."""

    person: Ints
    """Codes; the keys are in `VisitIndex.people`."""
    at: Ints
    parent: Ints
    """The number of the link that it goes on from, counted over all steps; -1 is a case."""
    near: Ints
    """The code of the person one step nearer to the case."""
    my_layer: Ints
    my_row: Ints
    """The visit of that person."""
    their_layer: Ints
    their_row: Ints


class _Frontier(NamedTuple):
    """Whom to expand: person codes in order, the number of each one's link, and its span."""

    person: NDArray[np.uint32]
    link: Ints
    since: Ints
    until: Ints


@dataclass
class Rounds:
    """One search."""

    index: VisitIndex
    rule: Rule
    direction: Direction
    gap: int
    """The least seconds from one's own exposure to an onward one."""
    people_max: int
    cases: Mapping[int, Window]
    """Person key -> the span to which its own exposures are clipped. It begins where the window does."""
    steps: list[Step] = field(default_factory=list)
    looked: Callable[[int], None] = lambda rows: None
    """Told how many rows were looked at; may raise OutOfTime."""
    cut: str | None = None
    """The limit that stopped the search; the round that met it is dropped as a whole."""
    left_out: int = 0
    """With people_max how many further people that round reached, counted up to people_max twice; with
    seconds_max how many were not followed."""
    unfollowed: int = 0
    """How many people of the last round were not followed."""

    def search(self, generations_max: int) -> None:
        """Make `steps`, one a generation, until nobody improves or a limit is met."""
        frontier = self._first()
        first = frontier.person
        self._expand(frontier, generations_max)
        if self.cut != "seconds_max" and not self.index.spare:
            self._score[first] = 0
            for step in self.steps:
                self._score[step.person] = 0
            self.index.spare.append((self._score, self._claim))

    def _expand(self, frontier: _Frontier, generations_max: int) -> None:
        while len(self.steps) < generations_max and len(frontier.person) and self.cut is None:
            try:
                step = self._round(frontier)
            except OutOfTime:
                self.cut, self.left_out = "seconds_max", len(frontier.person)
                return
            if self.cut is None:
                self.steps.append(step)
                frontier = self._beyond(step)
        self.unfollowed = 0 if self.cut else len(frontier.person)

    def last_links(self) -> Ints:
        """The numbers of the links that stand, one a person, ordered by (at, person)."""
        person, second = self.of_links("person"), self.of_links("at")
        every = np.sort((person << CODE_BITS) | np.arange(len(person)))
        # Of several links of a person the last one stands, and that is the best.
        last: Ints = every[np.diff(every >> CODE_BITS, append=-1) != 0] & CODE_MASK
        if self.index.people.ordered:
            return last[np.argsort(second[last], kind="stable")]
        ordered: Ints = last[np.lexsort((self.index.people.key[person[last]], second[last]))]
        return ordered

    def of_links(self, name: str) -> Ints:
        """This column of all steps, one after the other."""
        columns = [getattr(step, name) for step in self.steps]
        joined: Ints = np.concatenate([np.zeros(0, dtype=np.int64), *columns])
        return joined

    def spans_of_cases(self, people: NDArray[np.uint32]) -> tuple[Ints, Ints]:
        """When an exposure of these cases (codes) may start that is long enough by the end of its span."""
        told = [self.cases[key] for key in self.index.people.key[people].tolist()]
        since, until = np.array(told, dtype=np.int64).reshape(-1, 2).T
        return since, until - (self.rule.seconds_least - 1)

    def _first(self) -> _Frontier:
        people = np.sort(self.index.people.known(self.cases))
        # Zeros for everyone are kept from one question to the next: few people cost little among millions.
        try:
            self._score, self._claim = self.index.spare.pop()
        except IndexError:
            self._score, self._claim = (np.zeros(len(self.index.people), dtype=np.int64) for _ in range(2))
        self._reached = 0
        self._links = 0
        self._score[people] = A_CASE
        return _Frontier(people, np.full(len(people), -1), *self.spans_of_cases(people))

    def _beyond(self, step: Step) -> _Frontier:
        """Those of the step who may pass it on, and when."""
        window = self.rule.window
        since = np.full(len(step.at), window.since)
        until = np.full(len(step.at), window.until)
        if self.direction == "forward":
            since = np.maximum(since, step.at + self.gap)
        else:
            until = np.minimum(until, step.at + 1 - self.gap)
        can = np.flatnonzero(since < until)
        link: Ints = can + self._links
        self._links += len(step.at)
        return _Frontier(step.person[can].astype(np.uint32), link, since[can], until[can])

    def _round(self, frontier: _Frontier) -> Step:
        sources, layer_of = self._sources(frontier)
        claimed: list[tuple[Ints, Ints, Ints, Ints]] = []
        for number, layer in enumerate(self.index.layers):
            for reached in reached_in(layer, self.rule, sources, self.direction):
                self.looked(len(reached.row))
                person = layer.person[reached.row].astype(np.int64)
                score = SECOND_MASK - reached.second if self.direction == "forward" else reached.second + 1
                better = np.flatnonzero(score > self._score[person])
                if layer.hidden is not None:
                    better = better[~layer.hidden[reached.row[better]]]
                row, person = reached.row[better], person[better]
                claim = (score[better] << RANK_BITS) | (RANK_MASK - reached.rank[better])
                np.maximum.at(self._claim, person, claim)
                claimed.append((person, claim, np.full(len(row), number), row))
        person, row_layer, row = self._kept(claimed)
        claim = self._claim[person]
        self._claim[person] = 0
        score, rank = claim >> RANK_BITS, RANK_MASK - (claim & RANK_MASK)
        new = int(np.count_nonzero(self._score[person] == 0))
        if self._reached + new > self.people_max:
            self.cut, self.left_out = "people_max", min(new, 2 * self.people_max - self._reached)
        else:
            self._reached += new
            self._score[person] = score
        second = SECOND_MASK - score if self.direction == "forward" else score - 1
        whose = sources.whose[rank]
        near = frontier.person[whose].astype(np.int64)
        return Step(
            *(person, second, frontier.link[whose], near, layer_of[rank], sources.row[rank], row_layer, row)
        )

    def _kept(self, claimed: list[tuple[Ints, Ints, Ints, Ints]]) -> tuple[Ints, Ints, Ints]:
        """Of everyone the row with the best claim, of equal ones the one that arrived first."""
        best = [
            tuple(column[self._claim[person] == claim] for column in (person, number, row))
            for person, claim, number, row in claimed
        ]
        person, number, row = (
            np.concatenate([np.zeros(0, dtype=np.int64), *columns])
            for columns in (zip(*best, strict=True) if best else [(), (), ()])
        )
        order = np.sort((person << CODE_BITS) | np.arange(len(person))) & CODE_MASK
        person, number, row = person[order], number[order], row[order]
        if np.any(person[1:] == person[:-1]):
            order = np.lexsort((self._arrived(number, row), person))
            order = order[np.flatnonzero(np.diff(person[order], prepend=-1))]
            person, number, row = person[order], number[order], row[order]
        return person, number, row

    def _arrived(self, number: Ints, row: Ints) -> Ints:
        """The arrivals of these rows of these layers."""
        arrived = np.empty(len(row), dtype=np.int64)
        for which, layer in enumerate(self.index.layers):
            some = np.flatnonzero(number == which)
            arrived[some] = layer.key[row[some]] & SECOND_MASK
        return arrived

    def _sources(self, frontier: _Frontier) -> tuple[Sources, Ints]:
        """All sources by rank, that is by (person, venue, arrival), and the layer of each."""
        asked = (frontier.person, frontier.since, frontier.until)
        found = [sources_in(layer, self.rule, *asked) for layer in self.index.layers]
        sources = Sources(*map(np.concatenate, zip(*found, strict=True)))
        number = np.repeat(np.arange(len(found)), [len(part.row) for part in found])
        if self.index.ordered:
            return sources, number
        people, venues = self.index.people.key, self.index.venues.key
        order = np.lexsort((sources.arrived, venues[sources.venue], people[frontier.person[sources.whose]]))
        return Sources(*(column[order] for column in sources)), number[order]
