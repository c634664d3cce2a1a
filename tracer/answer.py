"""Answers as rows of plain values: the same objects on a terminal, in a file and over the network.

A person is 16 hex digits, a venue the id it was given, a time ISO 8601 in UTC, an end half-open.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from producers.errors import Refused
from producers.moment import iso
from producers.origin import origin_text
from producers.person import person_text
from storage.ports import Flow, VisitReader
from streams.outcomes import Made
from streams.tables import StoredScan
from streams.timeline import Direction
from streams.visit import Visit
from tracer.chain import Chain, Link
from tracer.colocation import CoLocation
from tracer.dose import Measure

Item = TypeVar("Item")
Row = dict[str, str | int | float | None]

TOTALS = (
    *("exposures", "inferred", "places", "minutes", "minutes_min", "minutes_max", "dose", "dose_day"),
    *("risk", "first", "last"),
)
"""Of all exposures between two people, or of one person."""

COLUMNS: dict[str, tuple[str, ...]] = {
    "visits": ("person", "venue", "arrived", "departed", "ended", "departed_min", "departed_max", "scans"),
    "scans": ("person", "at", "venue", "direction", "since", "scan_id", "received", "origin", "outcome"),
    "contacts": (
        *("person", "venue", "start", "end", "minutes", "minutes_min", "minutes_max", "dose"),
        *("my_visit", "their_visit"),
    ),
    "ranked": ("person", *TOTALS),
    "chain": (
        *("person", "generation", "exposed_at", "from_person", "venue", "start", "end"),
        *("generation_min", "dose_max"),
    ),
    "path": ("generation", "from_person", "person", "venue", "start", "end", "from_visit", "their_visit"),
    "pairs": ("person_a", "person_b", "venue", "start", "end"),
    "outbreak": ("person", "generation", "from_person", "met", *TOTALS, "dose_max"),
    "links": ("from_person", "person", "to_case", *TOTALS),
    "common-sources": ("venue", "hour", "cases", "of", "people", "expected", "p", "q"),
    "what-if": ("minutes", "people", "people_min", "people_max", "exposures"),
    "flow": (*Flow._fields,),
}
"""The columns of each answer, in order; an answer without rows has them too."""

DIRECTIONS = {
    Direction.into: "in",
    Direction.out: "out",
    Direction.closing: "out",
    Direction.unknown: "unknown",
}
_encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
ROWS_PER_LOOKUP = 5_000
VENUES_KEPT_MAX = 200_000


def visit_rows(reader: VisitReader, visits: Iterable[Visit]) -> Iterator[Row]:
    """One row per visit, unclipped, in the order given."""
    for visit, venue in with_venue(reader, visits, lambda one: one.venue):
        yield {
            "person": person_text(visit.person),
            "venue": venue,
            "arrived": iso(visit.arrived),
            "departed": iso(visit.departed),
            "ended": visit.ended.name,
            "departed_min": iso(visit.departed_min),
            "departed_max": iso(visit.departed_max),
            "scans": visit.scans,
        }


def scan_rows(reader: VisitReader, scans: Iterable[tuple[StoredScan, Made | None]]) -> Iterator[Row]:
    """One row per scan as it was sent. `since`: of a check-out, the check-in it says it closes."""
    for (one, made), venue in with_venue(reader, scans, lambda one: one[0].scan.venue):
        scan = one.scan
        closing = scan.direction == Direction.closing
        yield {
            "person": person_text(one.person),
            "at": iso(scan.at),
            "venue": venue,
            "direction": DIRECTIONS[Direction(scan.direction)],
            "since": iso(scan.anchor) if closing else None,
            "scan_id": f"{scan.scan_id:016x}",
            "received": iso(one.received),
            "origin": origin_text(one.origin),
            "outcome": made and made.value,
        }


def contact_rows(reader: VisitReader, met: Iterable[CoLocation], measure: Measure) -> Iterator[Row]:
    """One row per meeting: who, how long at least and at most, and both visits as ARRIVED/DEPARTED."""
    for one, venue in with_venue(reader, met, lambda one: one.venue):
        least, most = measure.exposure(one)[1:]
        yield {
            "person": person_text(one.theirs.person),
            "venue": venue,
            "start": iso(one.start),
            "end": iso(one.end),
            "minutes": minutes(one.end - one.start),
            "minutes_min": minutes(least.until - least.since),
            "minutes_max": minutes(most.until - most.since),
            "dose": round(measure.dose(one), 2) if measure.has_duration else None,
            "my_visit": _interval(one.mine),
            "their_visit": _interval(one.theirs),
        }


def chain_rows(reader: VisitReader, chain: Chain[CoLocation]) -> Iterator[Row]:
    """One row per person reached, also of a chain that was cut: `Chain.whole` says whether it may be."""
    links = chain.links
    return (_chain_row(chain, link, venue) for link, venue in with_venue(reader, links, _venue_of))


def path_rows(reader: VisitReader, path: Iterable[Link[CoLocation]]) -> Iterator[Row]:
    """One row per exposure of a path, the one at the case first."""
    for link, venue in with_venue(reader, path, _venue_of):
        yield {
            "generation": link.generation,
            "from_person": person_text(link.from_person),
            "person": person_text(link.person),
            "venue": venue,
            "start": iso(link.exposure.start),
            "end": iso(link.exposure.end),
            "from_visit": _interval(link.exposure.mine),
            "their_visit": _interval(link.exposure.theirs),
        }


def pair_rows(reader: VisitReader, met: Iterable[CoLocation]) -> Iterator[Row]:
    """One row per meeting; person_a is the smaller. Streams, with a bounded memory of venue ids."""
    for one, venue in with_venue(reader, met, lambda one: one.venue):
        yield {
            "person_a": person_text(one.mine.person),
            "person_b": person_text(one.theirs.person),
            "venue": venue,
            "start": iso(one.start),
            "end": iso(one.end),
        }


def flow_row(flow: Flow) -> Row:
    """The ledger; a moment that does not exist yet is null."""
    row: Row = dict(flow._asdict())
    for moment in ("received_until", "scanned_until"):
        second = getattr(flow, moment)
        row[moment] = iso(second) if second else None
    return row


def ndjson(rows: Iterable[Row]) -> Iterator[str]:
    """One JSON object per line. Every line is a row; nothing marks the last."""
    return (_encoded(row) + "\n" for row in rows)


def sentence(path: Sequence[Row]) -> str:
    """The rows of a path in words, empty for none; a date is said once, until it changes.

    A was at V 2021-12-01 10:00:00-11:00:00 with B from 10:20:00 until 10:40:00; B was at ... (UTC).
    """
    said: list[str] = []
    day = ""
    for row in path:
        arrived, departed = str(row["from_visit"]).split("/")
        moments = [arrived, departed, str(row["start"]), str(row["end"])]
        their_arrival = str(row["their_visit"]).split("/")[0]
        if row["start"] == row["end"]:
            moments = [arrived, their_arrival]
        told = []
        for moment in moments:
            told.append(moment[11:19] if moment[:10] == day else f"{moment[:10]} {moment[11:19]}")
            day = moment[:10]
        who, whom, where = row["from_person"], row["person"], row["venue"]
        if row["start"] == row["end"]:
            said.append(f"{who} checked in at {where} {told[0]}, {whom} at {told[1]}")
        else:
            said.append(
                f"{who} was at {where} {told[0]}-{told[1]} with {whom} from {told[2]} until {told[3]}"
            )
    return "; ".join(said) + " (UTC)." if said else ""


def minutes(seconds: int) -> float:
    """To the hundredth."""
    return round(seconds / 60, 2)


def _chain_row(chain: Chain[CoLocation], link: Link[CoLocation], venue: str) -> Row:
    dose = chain.dose_max.get(link.person)
    return {
        "person": person_text(link.person),
        "generation": link.generation,
        "exposed_at": iso(link.at),
        "from_person": person_text(link.from_person),
        "venue": venue,
        "start": iso(link.exposure.start),
        "end": iso(link.exposure.end),
        "generation_min": chain.generation_min.get(link.person, link.generation),
        "dose_max": None if dose is None else round(dose, 2),
    }


def _venue_of(link: Link[CoLocation]) -> int:
    return link.exposure.venue


def _interval(visit: Visit) -> str:
    return f"{iso(visit.arrived)}/{iso(visit.departed)}"


def with_venue(
    reader: VisitReader, items: Iterable[Item], venue_of: Callable[[Item], int]
) -> Iterator[tuple[Item, str]]:
    """Each item with its venue's id, in order, one lookup for many. Raises Refused where one has no id."""
    rest = iter(items)
    ids: dict[int, str] = {}
    while batch := list(islice(rest, ROWS_PER_LOOKUP)):
        missing = {venue_of(item) for item in batch} - ids.keys()
        if missing:
            if len(ids) + len(missing) > VENUES_KEPT_MAX:
                ids.clear()
                missing = {venue_of(item) for item in batch}
            ids.update(reader.venue_ids(missing))
        for item in batch:
            venue = ids.get(venue_of(item))
            if venue is None:
                raise Refused(
                    f"the store holds visits at venue key {venue_of(item)} and no id for it: "
                    "a venue was removed or a write went wrong; register the venue again."
                )
            yield item, venue
