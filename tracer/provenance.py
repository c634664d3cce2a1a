"""What an answer rests on, told beside it: until when it is whole, under which rule, from how many visits."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from producers.moment import iso
from storage.ports import Flow, Presence, VisitReader
from storage.visit_index import VisitIndex
from streams.tables import StoredScan
from streams.visit import Visit
from tracer.colocation import CoLocation
from tracer.dose import Measure, was_checked_out
from tracer.indexed import Access, index_behind
from tracer.own_index import own_index
from tracer.question import ALWAYS, Window
from tracer.sources import people_between

CAVEAT = "A check-in proves place and time, not distance."
NOBODY = (
    "Nobody found is no proof of nobody exposed: who did not scan is not seen, and `truyvet coverage` "
    "tells how many of those expected at a venue did."
)

Counts = Counter[str]
"""What an answer rests on, in numbers, filled while it is read:

visits_read: visits the store handed out; one that was read twice counts twice.
exposures: in the answer (of a chain: one a person). visits: in the answer, where it is of visits.
inferred: of these, how many last until an end that no scan told. Of exposures, those that may have been
shorter or longer for it (`dose.Exposure`): what a check-out of the other one ends, nothing is inferred of.
was_exposures, was_inferred: the same of the earlier answer of a difference.
"""


class Knowledge(NamedTuple):
    """What could be known when a question was asked, in epoch seconds; None: not known, or without end."""

    made: int
    """The moment of asking."""
    watermark: int | None
    """Everything received before it is stored; None where the broker cannot be asked."""
    kept_since: int | None
    """Scans and visits before it may be forgotten already; None where everything is kept."""


class CountingReader:
    """A `VisitReader` that counts what it hands out, and asks before each read whether to go on."""

    def __init__(
        self, reader: VisitReader, counts: Counts, go_on: Callable[[Counts], None] = lambda counts: None
    ) -> None:
        """`go_on` is told the counts, and raises where the answer is not wanted any more."""
        self._reader = reader
        self._counts = counts
        self._go_on = go_on
        self._held: VisitIndex | None = None

    def visits_of(self, persons: Collection[int], since: int, until: int) -> list[Visit]:
        self._go_on(self._counts)
        return self._counted(self._reader.visits_of(persons, since, until))

    def visits_at(self, places: Collection[Presence]) -> list[Visit]:
        self._go_on(self._counts)
        return self._counted(self._reader.visits_at(places))

    def visits_by_venue(self, since: int, until: int) -> Iterator[list[Visit]]:
        for together in self._reader.visits_by_venue(since, until):
            self._go_on(self._counts)
            yield self._counted(together)

    def access(self) -> Access | None:
        """The index of the reader, if it has one: a row that is looked at counts as a visit read."""
        found = index_behind(self._reader)
        index = self._held if found is None else found.index
        return None if index is None else Access(index, self._looked)

    def hold(self, span: Window, visits_max: int) -> None:
        """Where the reader has no index: one of its own, of at most so many visits in this span.

        Whoever asks for `access` afterwards asks about this span.
        """
        if index_behind(self._reader) is None:
            self._go_on(self._counts)
            self._held = own_index(self._reader, span, visits_max)

    def _looked(self, rows: int) -> None:
        self._counts["visits_read"] += rows
        self._go_on(self._counts)

    def people_between(self, since: int, until: int) -> int:
        self._go_on(self._counts)
        return people_between(self._reader, Window(since, until))

    def venue_ids(self, keys: Collection[int]) -> dict[int, str]:
        self._go_on(self._counts)
        return self._reader.venue_ids(keys)

    def scans_told(self, person: int, since: int, until: int) -> list[StoredScan]:
        self._go_on(self._counts)
        return self._reader.scans_told(person, since, until)

    def knows(self, person: int) -> bool:
        return self._reader.knows(person)

    def flow(self) -> Flow:
        return self._reader.flow()

    def _counted(self, visits: list[Visit]) -> list[Visit]:
        self._counts["visits_read"] += len(visits)
        return visits


def exposures(found: Iterable[CoLocation], measure: Measure, counts: Counts) -> Iterator[CoLocation]:
    """The exposures as they are, counted on their way."""
    counts.update(exposures=0, inferred=0)
    for met in found:
        counts["exposures"] += 1
        counts["inferred"] += measure.exposure(met).rests_on_inferred_end
        yield met


def visits(found: Iterable[Visit], counts: Counts) -> Iterator[Visit]:
    """The visits as they are, counted on their way."""
    counts.update(visits=0, inferred=0)
    for visit in found:
        counts["visits"] += 1
        counts["inferred"] += not was_checked_out(visit)
        yield visit


def span(window: Window) -> dict[str, str | None]:
    """A window as plain values; null where it is without end."""
    return {
        "from": None if window.since == ALWAYS.since else iso(window.since),
        "to": None if window.until == ALWAYS.until else iso(window.until),
    }


def in_words(told: Mapping[str, Any], counts: Mapping[str, int]) -> str:
    """What a person at a terminal has to know of an answer, in a line.

    2 exposures, 1 until an end that no scan told, from 7 visits read; rule overlap version 1; as known
    at 2021-12-01T09:00:00Z; whole for all received before 2021-12-01T09:00:00Z.
    """
    parts = []
    for what in ("exposures", "visits"):
        if what in counts:
            inferred = counts.get("inferred", 0)
            until = f", {inferred} until an end that no scan told" if inferred else ""
            parts.append(
                f"{_many(counts[what], what)}{until}, from {_many(counts['visits_read'], 'visits')} read"
            )
    if "scans" in counts:
        parts.append(_many(counts["scans"], "scans"))
    if told["profile"]:
        least = told["question"].get("min_minutes")
        parts.append(
            f"rule {told['profile']['name']} version {told['profile']['version']}"
            + ("" if least is None else f" with {least:g} minutes or more")
        )
    if told["as_known_at"]:
        parts.append(f"as known at {told['as_known_at']}")
    parts.append(
        f"whole for all received before {told['watermark']}"
        if told["watermark"]
        else "until when it is whole is not known, as the broker cannot be asked"
    )
    told_so = "; ".join(parts)
    return f"{told_so[0].upper()}{told_so[1:]}."


def forgotten(told: Mapping[str, Any]) -> Iterator[str]:
    """Of an answer about the past: that it may lack what was known then and is not kept any more."""
    kept, since = told["kept_since"], told["window"]["from"]
    if told["as_known_at"] and kept and (since is None or since < kept):
        yield (
            f"Scans before {kept} may be forgotten by now, and so are not in this answer even if they were "
            f"known at {told['as_known_at']}."
        )


def _many(count: int, what: str) -> str:
    return f"{count} {what.removesuffix('s') if count == 1 else what}"
