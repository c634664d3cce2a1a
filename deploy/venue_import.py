"""A list of places from an office comes into the registry: understood, checked, told of line by line."""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from deploy.venues import Put, VenueRegister
from producers.errors import BadInput
from producers.unit import Units
from producers.venue_files.grid import Cells, read_cells
from producers.venue_files.header import Header, find_header
from producers.venue_files.rows import NotTaken, Rows, Told, alike
from producers.venue_files.unit_names import UnitNames
from producers.venue_record import VenueRecord, record_of
from tracer.exports.cells import guarded


class Fate(NamedTuple):
    """What became of one line. reason: why it was refused, or what of it was left out."""

    line: int
    id: str
    taken: bool
    reason: str

    def row(self) -> dict[str, Any]:
        """As the result file has it; a spreadsheet takes nothing that the list said for a formula."""
        return {
            "line": self.line,
            "id": guarded(self.id),
            "outcome": "taken" if self.taken else "refused",
            "reason": guarded(self.reason),
        }


@dataclass
class Understood:
    """A file as it was understood, before anything is published."""

    what: str
    header: Header
    makes_ids: bool
    lines: int
    records: dict[str, VenueRecord] = field(default_factory=dict)
    fates: list[Fate] = field(default_factory=list)

    @property
    def refused(self) -> int:
        return sum(not fate.taken for fate in self.fates)

    def columns(self) -> Iterator[dict[str, Any]]:
        """What each column was taken for."""
        for column in self.header.columns:
            yield {
                "column": column.place + 1,
                "title": column.title,
                "taken_for": column.field or "(left out)",
            }


class Asked(NamedTuple):
    """A file and how to read it. columns: field -> the title of its column, where a person says so."""

    file: Path
    sheet: str | None
    columns: Mapping[str, str]
    now: int


def understand(asked: Asked, register: VenueRegister, units: Units) -> Understood:
    """Read a file and hold it against the registry. Raises BadInput for one that is no list of places."""
    cells: Cells = read_cells(asked.file, asked.sheet)
    header = find_header(cells.lines, str(asked.file), asked.columns)
    rows = Rows(header, UnitNames(units, asked.now))
    found = Understood(cells.what, header, rows.makes_ids, len(cells.lines) - header.rows)
    line_of: dict[str, int] = {}
    for line, row in cells.lines[header.rows :]:
        if header.is_again(row):
            found.lines -= 1
            continue
        told = rows.read(line, row)
        if isinstance(told, Told) and rows.makes_ids:
            told = _of_another(told, register) or told
        fate = told if isinstance(told, NotTaken) else _taken(told, line_of, register, found.records)
        if isinstance(fate, NotTaken):
            found.fates.append(Fate(line, fate.id, False, fate.sentence))
        else:
            found.fates.append(fate)
    _refuse_lost(found, register)
    return found


def _of_another(told: Told, register: VenueRegister) -> NotTaken | None:
    """Why a place is left out whose made id has another name in the registry: neither may lose its entry."""
    venue_id, name = str(told.fields["id"]), str(told.fields["name"])
    was = register.find(venue_id)
    if was is None or alike(was.name) == alike(name):
        return None
    return NotTaken(
        told.line,
        venue_id,
        f"The id made for it, {venue_id!r}, is registered as {was.name!r}: give the list a column of ids.",
    )


def _taken(
    told: Told, line_of: dict[str, int], register: VenueRegister, records: dict[str, VenueRecord]
) -> Fate | NotTaken:
    venue_id = str(told.fields["id"])
    if venue_id in line_of:
        return NotTaken(
            told.line, venue_id, f"{venue_id!r} is on line {line_of[venue_id]} already: keep one."
        )
    was = register.find(venue_id)
    try:
        # What the file does not tell stays as it is.
        record = record_of((was.model_dump() if was else {}) | told.fields)
    except BadInput as error:
        return NotTaken(told.line, venue_id, str(error))
    line_of[venue_id] = told.line
    records[venue_id] = record
    return Fate(told.line, venue_id, True, "; ".join(told.notes))


def _refuse_lost(found: Understood, register: VenueRegister) -> None:
    """Take out what lies in a venue that nobody knows, or in itself by way of others; and all in that."""
    while True:
        lost = {
            venue_id: why
            for venue_id, record in found.records.items()
            if (why := _lost(record, found, register))
        }
        if not lost:
            return
        for venue_id in lost:
            del found.records[venue_id]
        found.fates = [
            Fate(fate.line, fate.id, False, lost[fate.id]) if fate.taken and fate.id in lost else fate
            for fate in found.fates
        ]


def _lost(record: VenueRecord, found: Understood, register: VenueRegister) -> str:
    seen = {record.id}
    inside = record.inside
    while inside:
        if inside in seen:
            return f"It lies in {record.inside!r}, which lies in it: mend one of the two."
        seen.add(inside)
        outer = found.records.get(inside) or register.find(inside)
        if outer is None:
            return f"It lies in {inside!r}, which is neither registered nor taken from this file: add it."
        inside = outer.inside
    return ""


def import_venues(
    understood: Understood, register: VenueRegister, progress: Callable[[int], None] = lambda done: None
) -> Put:
    """Publish what was taken. Importing a file again changes nothing."""
    return register.put(understood.records.values(), progress)


def write_result(understood: Understood, path: Path) -> None:
    """One line for each of the list, as CSV that Excel opens. Raises BadInput where it cannot be written."""
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, ["line", "id", "outcome", "reason"])
            writer.writeheader()
            writer.writerows(fate.row() for fate in understood.fates)
    except OSError as error:
        raise BadInput(f"{path} cannot be written ({error.strerror}): give another file.") from None
