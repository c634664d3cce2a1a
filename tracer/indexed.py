"""A chain from an index of columns: the same answer as the search visit by visit, which is its oracle."""

from collections.abc import Mapping
from dataclasses import fields
from math import ceil

import numpy as np
from numpy.typing import NDArray

from storage.visit_index import VisitIndex
from storage.visit_layer import Ints
from streams.visit import Visit
from tracer.chain import Chain, Link
from tracer.colocation import CoLocation, meet
from tracer.frontier import Rule
from tracer.profile import Profile
from tracer.question import Direction, Window
from tracer.rounds import Rounds, Step

KNOWN_HERE = {
    *("name", "version", "rule", "sentence", "source", "cannot", "seconds_apart_max", "minutes_min"),
    *("strict", "latent_hours", "days_before", "days_after", "days_after_sample"),
    *("utc_offset_hours", "whole_minutes", "day_weights", "tail_weight", "dose_high"),
}
"""Fields of a profile that the columns follow, or that say nothing about who met whom."""


def can_search(index: VisitIndex, profile: Profile) -> bool:
    """Do the columns follow every rule of this profile? Where not, the search goes visit by visit."""
    others = [field for field in fields(profile) if field.name not in KNOWN_HERE]
    plain = all(getattr(profile, field.name) == field.default for field in others)
    return plain and profile.rule in ("overlap", "instants") and not index.twice_at_once


def search(
    index: VisitIndex,
    cases: Mapping[int, Window],
    window: Window,
    profile: Profile,
    min_seconds: int,
    *,
    direction: Direction,
    generations_max: int,
    people_max: int,
) -> Rounds:
    """The search from these cases, each with the span in which its own exposures start, when it is over."""
    gap = max(1 if profile.strict else 0, ceil(profile.latent_hours * 3600))
    rounds = Rounds(index, Rule.of(profile, window, min_seconds), direction, gap, people_max)
    rounds.search(cases, generations_max)
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
            met = meet(my_visit, their_visit, profile, rounds.rule.window, min_seconds)
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
        "people_max" if rounds.cut else None,
        left_out=rounds.left_out,
        unfollowed=rounds.unfollowed,
        generation_min=_generation_min(rounds.index, rounds.steps),
    )


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
