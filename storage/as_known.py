"""Visits as they could be known at an earlier moment, made again from the scans received before it.

The tables of visits hold what is known now. The raw scans say when each was received, and visits
are a function of scans (`streams.sessions`), so the past is not kept but computed.

What it cannot know: scans that were forgotten since (the retention), and how venues were described
then: today's registry and today's rules are used. A scan that the log held before the moment counts
as known, also if no worker had stored it yet.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Protocol

from producers.errors import BadInput
from producers.moment import iso
from storage.ports import Flow, Presence
from storage.spans import LOOK_BACK_SECONDS, PLACES_PER_QUESTION, UNTIL_MAX, chunks, merged, span
from streams.ports import ScanStore
from streams.registry import Registry
from streams.sessions import DAY, Rules, assemble
from streams.tables import StoredScan
from streams.timeline import Scan
from streams.visit import Visit

PEOPLE_AT_ONCE = 2_000
NEAR_SECONDS = 2 * DAY
"""A stay of at most a day that reaches a span began within a day before it; what is now told as an
earlier beginning of the same stay lies within another day, or is a long stay."""


class ScanHistory(ScanStore, Protocol):
    """What the past is made from. On failure: Unavailable or Refused."""

    def scans_received(
        self, persons: Collection[int], since: int, until: int, before: int
    ) -> dict[int, list[Scan]]:
        """Each person's scans with an anchor in [since, until) that were received before that second,
        in order; those without any are left out."""
        ...

    def people_checked_in(self, since: int, until: int, before: int) -> int:
        """Of how many people a scan that begins a stay (all but a check-out that names none), with an anchor
        in [since, until), was received before that second."""
        ...

    def people_near(self, places: Collection[Presence]) -> set[int]:
        """Everyone who was ever said to have arrived at one of these places then, and perhaps more."""
        ...

    def long_stayers(self, places: Collection[Presence]) -> set[int]:
        """Of these places, everyone who was ever said to have stayed for more than a day from an
        arrival up to 32 days before the span, and perhaps more."""
        ...

    def scans_told(self, person: int, since: int, until: int) -> list[StoredScan]:
        """As `storage.ports.VisitReader` has it."""
        ...

    def venue_ids(self, keys: Collection[int]) -> dict[int, str]: ...


class AsKnownReader:
    """A `storage.ports.VisitReader` of what was received before one moment."""

    def __init__(self, history: ScanHistory, rules: Rules, before: int) -> None:
        """before: epoch seconds; what was received in that second was not known before it."""
        self._history = history
        self._rules = rules
        self._before = before
        self._registry = Registry(history)

    def visits_of(self, persons: Collection[int], since: int, until: int) -> list[Visit]:
        asked = span(since, until)
        if asked is None:
            return []
        earliest = asked.since - LOOK_BACK_SECONDS - DAY
        found = self._made(set(persons), earliest, UNTIL_MAX)
        return [visit for visit in found if _is_present(visit, asked.since, asked.until)]

    def visits_at(self, places: Collection[Presence]) -> list[Visit]:
        found: dict[Visit, None] = {}
        for together in _within_a_day(merged(places)):
            found.update(dict.fromkeys(self._visits_at(together)))
        return list(found)

    def _visits_at(self, places: list[Presence]) -> Iterator[Visit]:
        """Whoever was there is one of those of whom it was ever said: a row of a visit never vanishes,
        also when the visit is taken back."""
        since, until = min(one.since for one in places), max(one.until for one in places)
        widened = [one._replace(since=max(0, one.since - NEAR_SECONDS)) for one in places]
        long = self._history.long_stayers(places)
        near = self._history.people_near(widened) - long
        spans: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for venue, *asked in places:
            spans[venue].append((asked[0], asked[1]))
        for people, first, last in (
            (near, since - NEAR_SECONDS - DAY, until + NEAR_SECONDS),
            (long, since - LOOK_BACK_SECONDS - DAY, UNTIL_MAX),
        ):
            for visit in self._made(people, first, last):
                if any(_is_present(visit, *one) for one in spans.get(visit.venue, ())):
                    yield visit

    def visits_by_venue(self, since: int, until: int) -> Iterator[list[Visit]]:
        raise BadInput(
            f"everyone's visits as known at {iso(self._before)} are a nation's scans read anew: "
            "ask about a person or a venue, or leave the earlier moment out."
        )

    def people_between(self, since: int, until: int) -> int:
        """Of how many people did a visit begin in [since, until)? Everyone who checked in then.

        That counts everyone of whom one began, and besides only those whose one check-in then went on with
        a stay that began just before: making the visits of a nation anew, to be exact, would take hours.
        """
        asked = span(since, until)
        if asked is None:
            return 0
        return self._history.people_checked_in(asked.since, asked.until, self._before)

    def venue_ids(self, keys: Collection[int]) -> dict[int, str]:
        return self._history.venue_ids(keys)

    def scans_told(self, person: int, since: int, until: int) -> list[StoredScan]:
        found = self._history.scans_told(person, since, until)
        return [one for one in found if one.received < self._before]

    def knows(self, person: int) -> bool:
        return any(True for _ in self._made([person], 0, UNTIL_MAX))

    def flow(self) -> Flow:
        raise BadInput("the ledger counts what there is now: leave the earlier moment out.")

    def _made(self, persons: Collection[int], first: int, last: int) -> Iterator[Visit]:
        """The visits that the scans with an anchor in [first, last) make."""
        for people in chunks(sorted(persons), PEOPLE_AT_ONCE):
            known = self._history.scans_received(people, max(0, first), min(last, UNTIL_MAX), self._before)
            self._registry.look_up({scan.venue for scans in known.values() for scan in scans})
            for person, scans in known.items():
                yield from assemble(person, scans, rules=self._rules, venues=self._registry.venues).values()


def _within_a_day(places: Iterable[Presence]) -> Iterator[list[Presence]]:
    """The places in lists whose spans begin within a day: so much of each person's scans is read."""
    together: list[Presence] = []
    for place in sorted(places, key=lambda place: place.since):
        if together and (place.since >= together[0].since + DAY or len(together) >= PLACES_PER_QUESTION):
            yield together
            together = []
        together.append(place)
    if together:
        yield together


def _is_present(visit: Visit, since: int, until: int) -> bool:
    """As `storage.ports` has it: a zero-length stay counts as its instant."""
    return visit.arrived < until and max(visit.departed, visit.arrived + 1) > since
