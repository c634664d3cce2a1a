"""What an answer left out, and by which limit: nothing is ever left out in silence."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from streams.visit import Visit
from tracer.colocation import CoLocation
from tracer.question import Window


@dataclass
class LeftOut:
    """What an answer left out besides the people a chain did not reach; filled while the answer is made."""

    too_short: int = 0
    """Exposures shorter than the least that counts (of contacts; a chain does not count them)."""
    crowded: set[Visit] = field(default_factory=set)
    """Stays shared with more people than venue_crowd_max, which were not followed."""

    def counts(self) -> dict[str, int]:
        """By a name for each kind; empty where nothing was left out."""
        found = {"too_short": self.too_short, "left_out_venue_crowd_max": len(self.crowded)}
        return {name: count for name, count in found.items() if count}


SENTENCES = {
    "too_short": "Exposures too short to count (--min-minutes, or the profile's own): {count}.",
    "unfollowed": "People of the last generation, not followed further (--generations): {count}.",
    "left_out_people_max": "Not whole: people_max cut off a generation of at least so many more: {count}.",
    "left_out_seconds_max": "Not whole: seconds_max ended the search; people not followed: {count}.",
    "left_out_venue_crowd_max": "Not whole: stays with more than venue_crowd_max, not followed: {count}.",
    "places_looked_at": "Places and hours of any case, for all of which q corrects: {count}.",
    "people_compared": "People of whom a visit began in that time, to compare with: {count}.",
    "cases_unseen": "Cases of whom no visit is stored in their days, so nothing follows from them: {count}.",
    "venues_unknown": "Venues of which nothing is stored, so check how they are written: {count}.",
}
"""Of each count. A limit of the question leaves its answer whole, one of the machine does not."""


def sentences(counts: Mapping[str, int]) -> list[str]:
    """What was left out, or looked at, for a person."""
    return [told.format(count=counts[name]) for name, told in SENTENCES.items() if counts.get(name)]


def is_whole(counts: Mapping[str, int]) -> bool:
    """Was nothing left out that the question asked for?"""
    return not any(count and name.startswith("left_out_") for name, count in counts.items())


def long_enough(met: Iterable[CoLocation], min_seconds: int, left_out: LeftOut) -> Iterator[CoLocation]:
    """The meetings of min_seconds or more; the others are counted."""
    for one in met:
        if one.end - one.start >= min_seconds:
            yield one
        else:
            left_out.too_short += 1


def uncrowded(
    met: Iterable[CoLocation],
    spans: Mapping[int, Window],
    venue_crowd_max: int | None,
    left_out: LeftOut,
) -> Iterator[CoLocation]:
    """The meetings of those stays (`mine`) that were shared with at most venue_crowd_max people.

    met: all meetings of each stay in it; those that start in the span of their person are given. Holds
    them. Without a limit all are given as they come.
    """
    if venue_crowd_max is None:
        yield from met
        return
    of_stay: dict[Visit, list[CoLocation]] = defaultdict(list)
    for one in met:
        of_stay[one.mine].append(one)
    for stay, meetings in of_stay.items():
        since, until = spans[stay.person]
        asked = [one for one in meetings if since <= one.start < until]
        if len({one.theirs.person for one in meetings}) <= venue_crowd_max:
            yield from asked
        elif asked:
            left_out.crowded.add(stay)


def outbreak_over(limit: str, generation: int | None = None) -> str:
    """The sentence of an outbreak that passed a limit, in a generation before the last one or in it."""
    when = "" if generation is None else f" before generation {generation}"
    return (
        f"the outbreak passed the limit {limit}{when}: ask for fewer generations, fewer cases, a shorter "
        "window or more min_minutes, or raise the limit."
    )


class Newcomers:
    """The people a round reaches for the first time, and whether they are more than the limit allows."""

    def __init__(self, known: Mapping[int, object], people_max: int) -> None:
        self._known = known
        self._room = people_max - len(known)
        self._counted_max = self._room + people_max
        self.people: set[int] = set()

    @property
    def full(self) -> bool:
        """Are so many counted that no more is worth knowing?"""
        return len(self.people) >= self._counted_max

    @property
    def over(self) -> bool:
        """Is the limit passed?"""
        return len(self.people) > self._room

    def allowed(self, person: int) -> bool:
        """Count this person; False once the limit is passed, when nothing found is kept any more."""
        if person not in self._known:
            self.people.add(person)
        return not self.over
