"""Who was exposed most: the exposures of each person, summed over places, times and several infectors.

Minutes with one infector at two places at once (a room inside a building) count once, at the place first
shared; minutes with two infectors at once count for each.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from math import fsum
from typing import NamedTuple

from tracer.colocation import CoLocation
from tracer.dose import Doses, Exposure, Measure
from tracer.question import Window


class Pair(NamedTuple):
    """All exposures between two people. Seconds are those of being together, each once."""

    near: int
    """The case, or the one nearer to it: the infector forward, the exposed person backward."""
    far: int
    exposures: int
    inferred: int
    """Of the exposures, how many rest on an end that no scan told."""
    venues: frozenset[int]
    seconds_min: int
    seconds: int
    seconds_max: int
    doses: Doses
    first: int
    """When the first exposure starts."""
    last: int
    """When the last one ends."""

    @property
    def dose(self) -> float:
        """Weighted minutes in all."""
        return fsum(self.doses.values())


class Ranked(NamedTuple):
    """All exposures of one person by those nearer to the cases; backward, all by which they exposed those."""

    person: int
    from_person: int
    """With whom the first exposure was; of several in the same second the smallest."""
    met: int
    """With how many people."""
    exposures: int
    inferred: int
    places: int
    seconds_min: int
    seconds: int
    seconds_max: int
    dose: float
    dose_day: float
    """The highest dose of any one day."""
    dose_max: float
    """The highest dose with any one of them."""
    first: int
    last: int


def pairs_of(met: Iterable[CoLocation], measure: Measure) -> Iterator[Pair]:
    """Each two people once, in no promised order. `mine` is the one nearer to the case. Holds all given."""
    of_pair: dict[tuple[int, int], list[Exposure]] = defaultdict(list)
    for one in met:
        of_pair[one.mine.person, one.theirs.person].append(measure.exposure(one))
    for (near, far), exposures in of_pair.items():
        yield _pair(near, far, exposures, measure)


def ranked(pairs: Iterable[Pair]) -> list[Ranked]:
    """Each person once: by highest dose, then most exposures, earliest first exposure, smallest person."""
    of_person: dict[int, list[Pair]] = defaultdict(list)
    for pair in pairs:
        of_person[pair.far].append(pair)
    people = [_ranked(person, theirs) for person, theirs in of_person.items()]
    # A dose is a sum of parts of minutes: which of two is higher is not for the last bit to say.
    return sorted(people, key=lambda one: (-round(one.dose, 6), -one.exposures, one.first, one.person))


def _pair(near: int, far: int, exposures: list[Exposure], measure: Measure) -> Pair:
    doses: Doses = {}
    covered = 0
    # At the place first shared: ties to the place whose exposure lasts longer, then the smaller venue.
    for one in sorted((one.met for one in exposures), key=lambda met: (met.start, -met.end, met.venue)):
        for day, dose in measure.doses(one, max(one.start, covered), one.end).items():
            doses[day] = doses.get(day, 0.0) + dose
        covered = max(covered, one.end)
    return Pair(
        near=near,
        far=far,
        exposures=len(exposures),
        inferred=sum(one.rests_on_inferred_end for one in exposures),
        venues=frozenset(one.met.venue for one in exposures),
        seconds_min=_together(one.least for one in exposures),
        seconds=_together(Window(one.met.start, one.met.end) for one in exposures),
        seconds_max=_together(one.most for one in exposures),
        doses=doses if measure.has_duration else {},
        first=min(one.met.start for one in exposures),
        last=max(one.met.end for one in exposures),
    )


def _ranked(person: int, pairs: list[Pair]) -> Ranked:
    # fsum: the same sum in whatever order exposures come.
    by_day: dict[int, list[float]] = defaultdict(list)
    for pair in pairs:
        for day, dose in pair.doses.items():
            by_day[day].append(dose)
    first = min(pairs, key=lambda pair: (pair.first, pair.near))
    return Ranked(
        person=person,
        from_person=first.near,
        met=len(pairs),
        exposures=sum(pair.exposures for pair in pairs),
        inferred=sum(pair.inferred for pair in pairs),
        places=len(frozenset[int]().union(*(pair.venues for pair in pairs))),
        seconds_min=sum(pair.seconds_min for pair in pairs),
        seconds=sum(pair.seconds for pair in pairs),
        seconds_max=sum(pair.seconds_max for pair in pairs),
        dose=fsum(pair.dose for pair in pairs),
        dose_day=max(map(fsum, by_day.values()), default=0.0),
        dose_max=max(pair.dose for pair in pairs),
        first=first.first,
        last=max(pair.last for pair in pairs),
    )


def _together(spans: Iterable[Window]) -> int:
    """The seconds that lie in any of the spans."""
    total = covered = 0
    for since, until in sorted(spans):
        total += max(0, until - max(since, covered))
        covered = max(covered, until)
    return total
