"""The facts as rows of tables: the one list of columns, and the way back."""

from collections.abc import Iterable, Sequence

from producers.venue import Venue
from storage.engine import Columns, Row
from streams.ports import Receipt
from streams.tables import ScanTable, StoredScan, VisitTable
from streams.timeline import Scan
from streams.visit import EndKnownBy, Visit

VENUES = ("venue", "id", "kind", "stay_minutes", "inside", "unit", "version")
RECEIPTS = Receipt._fields
WHOLE = ("log", "partition", "offset")
"""The fields of a receipt that name its record."""

ENDED = {int(known_by): known_by for known_by in EndKnownBy}


def columns(names: Sequence[str], rows: Iterable[Row]) -> Columns:
    """Rows turned by a quarter: column name -> its values."""
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))


def scan_columns(scans: ScanTable) -> Columns:
    return scans._asdict()


def visit_columns(visits: VisitTable) -> Columns:
    return visits._asdict()


def venue_columns(venues: Iterable[Venue]) -> Columns:
    return columns(VENUES, venues)


def receipt_columns(receipts: Iterable[Receipt]) -> Columns:
    return columns(RECEIPTS, receipts)


def whole_columns(receipts: Iterable[Receipt]) -> Columns:
    return columns(WHOLE, (receipt[: len(WHOLE)] for receipt in receipts))


def visits_from(rows: Iterable[Row]) -> list[Visit]:
    """Visits of rows in the order of Visit's fields."""
    return [
        Visit(venue, arrived, person, departed, least, most, ENDED[ended], scans)
        for venue, arrived, person, departed, least, most, ended, scans in rows
    ]


def told(rows: Iterable[Row]) -> list[StoredScan]:
    """Scans of rows in the order of ScanTable's fields, in order of time."""
    found = [
        StoredScan(person, Scan._make(scan), received, origin) for person, *scan, received, origin in rows
    ]
    return sorted(found, key=lambda one: (one.scan.at, one.scan.scan_id, one.scan))
