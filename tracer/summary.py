"""How far each person of a contact list reaches: direct contacts, and contact chains in and out.

The outgoing contact chain of a person is everyone reached over contacts of the window in the order of
time, the ingoing one everyone who reaches the person; the person is not counted. Nobody is searched
for alone: one sweep over the contacts, the last first, keeps for each person the set of all whom they
reach from then on, as the bits of one number. A contact of A with B then is one OR:

    reach(A) |= reach(B)        where B's set holds what B reaches by later contacts, and B

Contacts of one time (a second, or a day) form a group. Strictly in time, all of a group use the sets
from before it. Where contacts of one day chain, the people of a group who reach each other share one
set, and such circles are taken in order, those reached first (Tarjan 1972).
Ingoing chains are the same sweep with arrows and time reversed.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby

from tracer.answer import Row

COLUMNS = (
    *("root", "inBegin", "inEnd", "inDays", "outBegin", "outEnd", "outDays"),
    *("inDegree", "outDegree", "ingoingContactChain", "outgoingContactChain"),
)
"""The columns of EpiContactTrace's NetworkSummary."""

BITS_MAX = 1 << 31
"""Bits of all sets together, 256 MB; more people than its root (46,340) are taken in several sweeps."""

Contact = tuple[int, int, int]
"""(source, target, time)."""
Arcs = dict[int, set[int]]
"""From whom to whom, within one group."""
Step = tuple[tuple[int, ...], tuple[int, ...]]
"""People who share a set from here on, and the people whose sets join it."""


def chain_sizes(
    people: int, contacts: Iterable[Contact], *, strict: bool, bits_max: int = BITS_MAX
) -> tuple[list[int], list[int]]:
    """How many others each of `people` 0..people-1 is reached by, and reaches.

    strict: an onward contact is later; else it may have the same time.
    """
    arrows = list(contacts)
    ingoing = ((target, source, -time) for source, target, time in arrows)
    return (
        _outgoing(people, ingoing, strict, bits_max),
        _outgoing(people, arrows, strict, bits_max),
    )


def degrees(people: int, contacts: Iterable[Contact]) -> tuple[list[int], list[int]]:
    """How many different others each person had contact from, and to."""
    arrows = {(source, target) for source, target, _ in contacts if source != target}
    into, out = [0] * people, [0] * people
    for source, target in arrows:
        out[source] += 1
        into[target] += 1
    return into, out


def summary_rows(
    ids: Sequence[str],
    contacts: Sequence[Contact],
    roots: Iterable[str],
    days: int,
    ends: tuple[str | int, str | int],
    *,
    strict: bool,
) -> list[Row]:
    """One row per root, in the order given; one that is in no contact has zeros.

    ids: of the people 0, 1, ... of the contacts, which are those of the window.
    ends: the first and last day of the window as they are to be written.
    """
    number = {given: person for person, given in enumerate(ids)}
    columns = (*degrees(len(ids), contacts), *chain_sizes(len(ids), contacts, strict=strict))
    window = (*ends, days, *ends, days)
    found: list[Row] = []
    for root in roots:
        person = number.get(root)
        counts = (0, 0, 0, 0) if person is None else tuple(column[person] for column in columns)
        found.append(dict(zip(COLUMNS, (root, *window, *counts), strict=True)))
    return found


def _outgoing(people: int, contacts: Iterable[Contact], strict: bool, bits_max: int) -> list[int]:
    """How many others each person reaches. Sets are cut into slices of the people reached."""
    latest_first = sorted(contacts, key=lambda contact: -contact[2])
    groups = [
        _steps(_arcs(group), strict) for _, group in groupby(latest_first, key=lambda contact: contact[2])
    ]
    sizes = [-1] * people  # each set holds the person, who is not counted
    width = max(1, bits_max // max(1, people))
    for first in range(0, people, width):
        last = min(first + width, people)
        reach = [0] * first + [1 << bit for bit in range(last - first)] + [0] * (people - last)
        for steps in groups:
            _advance(reach, steps, strict)
        for person, reached in enumerate(reach):
            sizes[person] += reached.bit_count()
    return sizes


def _arcs(group: Iterable[Contact]) -> Arcs:
    arcs: Arcs = defaultdict(set)
    for source, target, _ in group:
        arcs[source].add(target)
    return arcs


def _steps(arcs: Arcs, strict: bool) -> list[Step]:
    if strict:
        return [((source,), (source, *targets)) for source, targets in arcs.items()]
    return [
        (circle, tuple({*circle, *(target for person in circle for target in arcs.get(person, ()))}))
        for circle in circles(arcs)
        if circle[0] in arcs  # who has no contact on in this group keeps the set they have
    ]


def _advance(reach: list[int], steps: list[Step], strict: bool) -> None:
    """Takes one group into the sets: all at once, or those reached first."""
    later = []
    for members, joined in steps:
        union = 0
        for person in joined:
            union |= reach[person]
        if strict:
            later.append((members[0], union))
        else:
            for person in members:
                reach[person] = union
    for person, union in later:
        reach[person] = union


def circles(arcs: Arcs) -> list[tuple[int, ...]]:
    """The people who reach each other, circle by circle, each after all those it leads to.

    Tarjan's strongly connected components without recursion: a day may hold a long chain.
    """
    found: list[tuple[int, ...]] = []
    walk = _Walk()
    for start in arcs:
        if start in walk.seen:
            continue
        walk.enter(start)
        path = [(start, iter(arcs[start]))]
        while path:
            person, targets = path[-1]
            target = next((one for one in targets if walk.leads_on(person, one)), None)
            if target is not None:
                walk.enter(target)
                path.append((target, iter(arcs.get(target, ()))))
                continue
            path.pop()
            if path:
                walk.lead_back(path[-1][0], walk.low[person])
            if walk.low[person] == walk.seen[person]:
                found.append(walk.close(person))
    return found


class _Walk:
    """Who was seen when, who leads back how far, and whose circle is still open."""

    def __init__(self) -> None:
        self.seen: dict[int, int] = {}
        self.low: dict[int, int] = {}
        self._open: dict[int, None] = {}

    def enter(self, person: int) -> None:
        self.seen[person] = self.low[person] = len(self.seen)
        self._open[person] = None

    def leads_on(self, person: int, target: int) -> bool:
        """Is the target new? One whose circle is open is led back to instead."""
        if target not in self.seen:
            return True
        if target in self._open:
            self.lead_back(person, self.seen[target])
        return False

    def lead_back(self, person: int, when: int) -> None:
        self.low[person] = min(self.low[person], when)

    def close(self, person: int) -> tuple[int, ...]:
        """The circle that was entered with this person."""
        circle: list[int] = []
        while not circle or circle[-1] != person:
            circle.append(self._open.popitem()[0])
        return tuple(circle)
