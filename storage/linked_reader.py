"""A reader to which several documents of one person are one person.

Whatever was told of links (`storage.links`), visits are read as they were made and renamed here. Stays of one
person at one venue that overlap, one a document, are one stay; so nobody meets themself, and no minute counts
twice. For that a linked person is always read whole: the same stay is told by every question.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import groupby

from storage.links import Links
from storage.ports import Flow, Presence, VisitReader
from storage.spans import UNTIL_MAX
from storage.visit_tables import apart, table_of
from streams.tables import StoredScan, VisitTable
from streams.visit import Visit


def end(visit: Visit) -> int:
    """The second after the last in which a visit counts as present."""
    return max(visit.departed, visit.arrived + 1)


def whole(visits: Iterable[Visit], links: Links) -> list[Visit]:
    """These visits under the names of persons; stays that overlap at one venue are one.

    It lasts from the first arrival to the last end, and knows its end as the document that stays longest.
    """
    named = sorted(visit._replace(person=links.who(visit.person)) for visit in visits)
    found: list[Visit] = []
    for _, stays in groupby(sorted(named, key=lambda one: (one.person, one.venue)), lambda one: one[:3:2]):
        kept: list[Visit] = []
        for stay in stays:
            if kept and stay.arrived < end(kept[-1]):
                kept[-1] = _together(kept[-1], stay)
            else:
                kept.append(stay)
        found += kept
    return found


def _together(first: Visit, second: Visit) -> Visit:
    last = max(first, second, key=lambda one: (one.departed, -one.ended.value))
    return last._replace(
        arrived=first.arrived,
        departed_min=max(first.departed_min, second.departed_min),
        departed_max=max(first.departed_max, second.departed_max),
        scans=first.scans + second.scans,
    )


class LinkedReader:
    """`storage.ports.VisitReader` over another one. Every question is answered with the same links."""

    def __init__(self, reader: VisitReader, links: Links) -> None:
        self._reader = reader
        self._links = links

    def who(self, person: int) -> int:
        """The person whose pseudonym this is."""
        return self._links.who(person)

    def documents(self, person: int) -> list[int]:
        """All pseudonyms of that person; none where there is only this one."""
        return self._links.all_of(self.who(person)) if self._links.linked(person) else []

    def visits_of(self, persons: Collection[int], since: int, until: int) -> list[Visit]:
        linked = {self.who(person) for person in persons if self._links.linked(person)}
        alone = [person for person in persons if not self._links.linked(person)]
        found = self._reader.visits_of(alone, since, until) if alone else []
        return found + [one for one in self._of(linked) if one.arrived < until and end(one) > since]

    def visits_at(self, places: Collection[Presence]) -> list[Visit]:
        found = self._reader.visits_at(places)
        linked, alone = self._apart(found)
        if not linked:
            return found
        spans: dict[int, list[Presence]] = defaultdict(list)
        for place in places:
            spans[place.venue].append(place)
        return alone + [
            one
            for one in self._of(linked)
            if any(one.arrived < at.until and end(one) > at.since for at in spans.get(one.venue, ()))
        ]

    def visits_by_venue(self, since: int, until: int) -> Iterator[list[Visit]]:
        for together in self._reader.visits_by_venue(since, until):
            linked, alone = self._apart(together)
            if not linked:
                yield together
                continue
            venue = together[0].venue
            theirs = [
                one
                for one in self._of(linked)
                if one.venue == venue and one.arrived < until and end(one) > since
            ]
            yield sorted(alone + theirs)

    def visits_between(self, since: int, until: int, *, rows_max: int) -> VisitTable | None:
        """By columns; None where that may be more than rows_max rows, or the reader has no columns."""
        columns = getattr(self._reader, "visits_between", None)
        table: VisitTable | None = columns and columns(since, until, rows_max=rows_max)
        if table is None:
            return None
        everyone = self._links.everyone()
        _, others = apart(table, everyone)
        persons = {self.who(person) for person in everyone}
        theirs = [one for one in self._of(persons) if one.arrived < until and end(one) > since]
        return others.plus(table_of(theirs))

    def people_between(self, since: int, until: int) -> int:
        """Of how many people did a visit begin in [since, until)?"""
        counted = getattr(self._reader, "people_between", None)
        if counted is None:
            return len(
                {
                    visit.person
                    for together in self.visits_by_venue(since, until)
                    for visit in together
                    if since <= visit.arrived < until
                }
            )
        began = {
            visit.person
            for visit in self._reader.visits_of(self._links.everyone(), since, until)
            if since <= visit.arrived < until
        }
        return int(counted(since, until)) - len(began) + len({self.who(person) for person in began})

    def scans_told(self, person: int, since: int, until: int) -> list[StoredScan]:
        told = [
            scan
            for pseudonym in self._links.all_of(self.who(person))
            for scan in self._reader.scans_told(pseudonym, since, until)
        ]
        return sorted(told, key=lambda one: (one.scan.at, one.scan.scan_id, one.person))

    def knows(self, person: int) -> bool:
        return any(self._reader.knows(one) for one in self._links.all_of(self.who(person)))

    def venue_ids(self, keys: Collection[int]) -> dict[int, str]:
        return self._reader.venue_ids(keys)

    def flow(self) -> Flow:
        return self._reader.flow()

    def _apart(self, visits: Iterable[Visit]) -> tuple[set[int], list[Visit]]:
        """The persons with links among these, and the visits of all others."""
        linked: set[int] = set()
        alone: list[Visit] = []
        for visit in visits:
            if self._links.linked(visit.person):
                linked.add(self.who(visit.person))
            else:
                alone.append(visit)
        return linked, alone

    def _of(self, persons: Collection[int]) -> list[Visit]:
        """All visits of these persons, whenever they were."""
        pseudonyms = [one for person in persons for one in self._links.all_of(person)]
        return whole(self._reader.visits_of(pseudonyms, 0, UNTIL_MAX), self._links) if pseudonyms else []


def linked(reader: VisitReader, links: Links) -> VisitReader:
    """The reader with these links; itself where there are none."""
    return LinkedReader(reader, links) if links else reader
