"""Chains and meetings from an index of columns: the same answers as visit by visit, which is their oracle."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, fields
from math import ceil
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from storage.ports import VisitReader
from storage.visit_index import VisitIndex
from storage.visit_layer import Ints
from streams.visit import Visit
from tracer.chain import Chain, Link
from tracer.colocation import CoLocation, meet
from tracer.frontier import Rule
from tracer.meetings import Meetings, meetings
from tracer.profile import Profile
from tracer.question import Direction, Window
from tracer.rounds import Rounds, Step

KNOWN_HERE = {
    *("name", "version", "rule", "sentence", "source", "cannot", "seconds_apart_max", "minutes_min"),
    *("strict", "latent_hours", "days_before", "days_after", "days_after_sample"),
    *("utc_offset_hours", "whole_minutes", "day_weights", "tail_weight", "dose_high"),
}
"""Fields of a profile that the columns follow, or that say nothing about who met whom."""


MEETINGS_AT_ONCE = 20_000


@dataclass(frozen=True)
class Access:
    """An index, and whom to tell how many of its rows were looked at; telling may end the question."""

    index: VisitIndex
    looked: Callable[[int], None]


@runtime_checkable
class HasIndex(Protocol):
    """A reader with an index of what it reads; None while there is none."""

    @property
    def index(self) -> VisitIndex | None: ...


@runtime_checkable
class GivesAccess(Protocol):
    """A reader that counts what is looked at in the index behind it."""

    def access(self) -> Access | None: ...


def index_behind(reader: VisitReader) -> Access | None:
    """The reader's index, where it has one."""
    if isinstance(reader, GivesAccess):
        return reader.access()
    index = reader.index if isinstance(reader, HasIndex) else None
    return None if index is None else Access(index, lambda rows: None)


def access_of(reader: VisitReader, profile: Profile) -> Access | None:
    """The reader's index, where it has one that can answer under this profile."""
    access = index_behind(reader)
    return access if access is not None and can_search(access.index, profile) else None


def can_search(index: VisitIndex, profile: Profile) -> bool:
    """Do the columns follow every rule of this profile? Where not, the search goes visit by visit."""
    others = [field for field in fields(profile) if field.name not in KNOWN_HERE]
    plain = all(getattr(profile, field.name) == field.default for field in others)
    return plain and profile.rule in ("overlap", "instants") and not index.twice_at_once


def search(
    access: Access,
    cases: Mapping[int, Window],
    window: Window,
    profile: Profile,
    min_seconds: int,
    *,
    direction: Direction,
    generations_max: int,
    people_max: int,
) -> Rounds:
    """The search from these cases, when it is over.

    cases: each with the span to which its own exposures are clipped. It begins where the window does.
    """
    gap = max(1 if profile.strict else 0, ceil(profile.latent_hours * 3600))
    rule = Rule.of(profile, window, min_seconds)
    rounds = Rounds(access.index, rule, direction, gap, people_max, cases, looked=access.looked)
    rounds.search(generations_max)
    return rounds


def chain_of(rounds: Rounds, case: int, profile: Profile, min_seconds: int) -> Chain[CoLocation]:
    """What a search found, as links with their evidence, each judged once more by the rule for two visits."""
    last = rounds.last_links()
    needed = _with_parents(last, rounds.of_links("parent"))
    made: dict[int, Link[CoLocation]] = {}
    first = 0
    for generation, step in enumerate(rounds.steps, 1):
        some = np.flatnonzero(needed[first : first + len(step.at)])
        mine = _visits(rounds.index, step.my_layer[some], step.my_row[some])
        theirs = _visits(rounds.index, step.their_layer[some], step.their_row[some])
        parents = step.parent[some].tolist()
        for number, parent, my_visit, their_visit in zip(
            (some + first).tolist(), parents, mine, theirs, strict=True
        ):
            window = rounds.cases.get(my_visit.person, rounds.rule.window)
            met = meet(my_visit, their_visit, profile, window, min_seconds)
            if met is None:
                raise AssertionError("the columns found a meeting that the rule for two visits denies")
            link = Link(met.theirs.person, generation, met.start, met.mine.person, met, made.get(parent))
            made[number] = link
        first += len(step.at)
    return Chain(
        case,
        rounds.direction,
        [made[number] for number in last.tolist()],
        len(rounds.steps),
        rounds.cut,
        left_out=rounds.left_out,
        unfollowed=rounds.unfollowed,
        generation_min=_generation_min(rounds.index, rounds.steps),
    )


def met_in(
    access: Access, spans: Mapping[int, Window], own: Collection[int], window: Window, profile: Profile
) -> Iterator[CoLocation]:
    """Every meeting of these people in the window that starts in their span, told by them.

    Of people in `own` also those that started before their span.
    """
    index, rule = access.index, Rule.of(profile, window, 0)
    people = np.sort(index.people.known(spans))
    asked = [
        (window.since if key in own else spans[key].since, spans[key].until)
        for key in index.people.key[people].tolist()
    ]
    since, until = np.array(asked, dtype=np.int64).reshape(-1, 2).T
    for found in meetings(index, rule, people, since, until):
        access.looked(len(found.start))
        for first in range(0, len(found.start), MEETINGS_AT_ONCE):
            some = Meetings(*(column[first : first + MEETINGS_AT_ONCE] for column in found))
            mine = _visits(index, some.my_layer, some.my_row)
            theirs = _visits(index, some.their_layer, some.their_row)
            for one in zip(some.start.tolist(), some.end.tolist(), mine, theirs, strict=True):
                yield CoLocation(one[2].venue, *one)


def _with_parents(links: Ints, parents: Ints) -> NDArray[np.bool_]:
    """Which links stand on a path that ends in one of these."""
    needed = np.zeros(len(parents), dtype=bool)
    while len(links):
        needed[links] = True
        links = np.unique(parents[links])
        links = links[links >= 0]
        links = links[~needed[links]]
    return needed


def _visits(index: VisitIndex, number: Ints, row: Ints) -> list[Visit]:
    """The visits of these rows of these layers, in order."""
    found: list[Visit | None] = [None] * len(row)
    for which, layer in enumerate(index.layers):
        places = np.flatnonzero(number == which)
        for place, visit in zip(places.tolist(), index.visits(layer, row[places]), strict=True):
            found[place] = visit
    return [visit for visit in found if visit is not None]


def _generation_min(index: VisitIndex, steps: list[Step]) -> dict[int, int]:
    fewest: dict[int, int] = {}
    for generation, step in reversed(list(enumerate(steps, 1))):
        fewest |= dict.fromkeys(index.people.key[step.person].tolist(), generation)
    return fewest
