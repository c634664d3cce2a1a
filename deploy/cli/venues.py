"""Commands for the registry of places: venues ls, show, import, retire, rebuild."""

from pathlib import Path
from typing import Annotated, Any

import typer

from deploy.cli.shared import Exit, FormatOption, app, wired
from deploy.output import Format, emit, progress, tell
from deploy.venue_import import Asked, Understood, import_venues, understand, write_result
from deploy.venues import VenueRegister, known_here, rebuild, unit_register
from deploy.wiring import Wiring, clock
from producers.codes.short import short_code, shown
from producers.errors import BadInput
from producers.moment import iso, parse
from producers.venue import venue_key
from producers.venue_files.header import WORDS
from producers.venue_record import VenueRecord, record_of

venues = typer.Typer(help="The registry of places: ls, show, import, retire, rebuild.", no_args_is_help=True)
app.add_typer(venues, name="venues")
Id = Annotated[str, typer.Argument(help="A venue's id, as its code names it.")]
ROWS_SHOWN_MAX = 5
REFUSED_SHOWN_MAX = 10
COLUMNS = ["venue", "name", "kind", "stay_minutes", "inside", "unit", "state", "replaced_by"]
IMPORTED = ["read", "taken", "refused", "new", "changed", "unchanged"]


def register(wiring: Wiring) -> VenueRegister:
    """The registry, with what is missing made in the embedded mode."""
    if wiring.in_process:
        wiring.prepare()
    return VenueRegister(wiring)


@venues.command("ls", epilog="Example: truyvet venues ls --inside hospital-7 --format csv")
def list_(
    inside: Annotated[str | None, typer.Option(help="Only those that lie in this venue.")] = None,
    state: Annotated[str | None, typer.Option(help="Only those active, or only those retired.")] = None,
    owner: Annotated[
        str | None, typer.Option(help="Only those of this organisation, or of this office (its device).")
    ] = None,
    form: FormatOption = Format.table,
) -> None:
    """The registered places."""
    if state not in (None, "active", "retired"):
        raise BadInput(f"--state {state} is none: give active or retired.")
    with wired() as wiring:
        now = clock()
        rows = (
            _row(one, now)
            for one in register(wiring)
            if inside in (None, one.inside) and state in (None, one.state(now)) and owner in (None, one.owner)
        )
        emit(rows, form, COLUMNS)


def _row(record: VenueRecord, now: int) -> dict[str, Any]:
    return {
        "venue": record.id,
        "name": record.name,
        "kind": record.kind,
        "stay_minutes": record.venue(0).stay_minutes,
        "inside": record.inside,
        "unit": record.unit,
        "state": record.state(now),
        "replaced_by": record.replaced_by,
    }


@venues.command(epilog="Example: truyvet venues show hospital-7/room-12")
def show(venue: Id, form: FormatOption = Format.table) -> None:
    """All that is known of one place; what it lies in, what lies in it, what took its place."""
    with wired() as wiring:
        known = register(wiring)
        record = known.find(venue)
        if record is None:
            named = known_here(wiring, venue)
            raise BadInput(
                f"venue {venue!r} is not registered"
                + (", though scans name it: register it with `truyvet venues import`." if named else ".")
            )
        now = clock()
        facts: dict[str, Any] = {"venue": record.id} | {
            name: value for name, value in record.model_dump(exclude_defaults=True).items() if name != "id"
        }
        facts["kind"], facts["state"] = record.kind, record.state(now)
        facts["stay_minutes"] = record.venue(0).stay_minutes
        facts["short_code"] = shown(short_code(venue_key(record.id)))
        if record.retired_at is not None:
            facts["retired_at"] = iso(record.retired_at)
        units = unit_register(wiring) if record.unit else None
        if units and (unit := units.unit_of(record.unit, now)):
            facts["unit_now"] = " < ".join(one.title for one in (unit, *units.above(unit)))
        facts["lies_in"] = [_named(known, one) for one in known.around(record)]
        facts["holds"] = [one.id for one in known if one.inside == record.id]
        facts["now"] = [_named(known, one) for one in known.successors(record)]
        if form is Format.table:
            emit(({"fact": name, "value": value} for name, value in facts.items() if value != []), form)
        else:
            emit([facts], form)


def _named(known: VenueRegister, venue_id: str) -> str:
    found = known.find(venue_id)
    return f"{venue_id} ({found.name})" if found and found.name else venue_id


@venues.command(epilog="Example: truyvet venues retire market-12 --replaced-by market-40")
def retire(
    venue: Id,
    replaced_by: Annotated[
        str | None, typer.Option("--replaced-by", help="The venue that took its place.")
    ] = None,
    at: Annotated[str | None, typer.Option(help="From which moment; without it from now.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="It is not retired after all.")] = False,
    form: FormatOption = Format.table,
) -> None:
    """Take a venue's codes down: scans of them are still kept, and flagged; it is told what replaced it."""
    if undo and (at or replaced_by):
        raise BadInput("--undo takes a retirement back: leave --at and --replaced-by out.")
    with wired() as wiring:
        known = register(wiring)
        record = known.get(venue)
        fields: dict[str, Any] = {"retired_at": parse(at) if at else clock()}
        if undo:
            fields = {"retired_at": None, "replaced_by": ""}
        if replaced_by:
            if venue in (replaced_by, *known.successors(known.get(replaced_by))):
                raise BadInput(f"{replaced_by} is replaced by {venue} itself: name the venue of today.")
            fields["replaced_by"] = replaced_by
        changed = record_of(record.model_dump() | fields)
        known.put([changed])
        emit([_row(changed, clock())], form)


@venues.command("rebuild", epilog="Example: truyvet venues rebuild")
def rebuild_(form: FormatOption = Format.table) -> None:
    """Make the store's table of venues anew from venues.v1; venues that only scans named stay in it."""
    with wired() as wiring:
        if wiring.in_process:
            wiring.prepare()
        done = rebuild(wiring)
        emit([{"entries": done.written, "unusable": done.unusable}], form)
    tell("Workers that run keep what they remember: restart them where the table had been wrong.")
    if done.unusable:
        tell(f"{done.unusable} records of venues.v1 are no venues and were left out.")
        raise typer.Exit(Exit.incomplete)


@venues.command("import", epilog="Example: truyvet venues import danh-sach.xlsx --preview")
def import_(
    file: Annotated[Path, typer.Argument(help="A workbook (.xlsx, .xls, .ods) or text (CSV, tabs).")],
    preview: Annotated[
        bool, typer.Option("--preview", help="Only show what would be taken, and publish nothing.")
    ] = False,
    result: Annotated[
        Path | None, typer.Option(help="Write what became of each line to this CSV file.")
    ] = None,
    column: Annotated[
        list[str] | None, typer.Option(help="FIELD=TITLE: which column holds a field; may be given often.")
    ] = None,
    sheet: Annotated[str | None, typer.Option(help="Of a workbook: which sheet.")] = None,
    form: FormatOption = Format.table,
) -> None:
    """Bring an office's list of places into the registry. Again with the same file: nothing changes."""
    with wired() as wiring:
        known = register(wiring)
        units = unit_register(wiring)
        found = understand(Asked(file, sheet, _told(column or []), clock()), known, units)
        if not units.named and any(one.unit for one in found.records.values()):
            tell(
                "No administrative units are known, so codes are kept unchecked: `truyvet units load` first."
            )
        _tell_reading(found)
        if preview:
            emit(found.columns(), form)
            _tell_rows(found)
        else:
            with progress(f"importing {file.name}", len(found.records)) as bar:
                done = import_venues(found, known, bar)
            counts = {"read": found.lines, "taken": len(found.records), "refused": found.refused}
            emit([counts | {name: getattr(done, name) for name in IMPORTED[3:]}], form)
            if done.stays:
                tell(
                    f"Venues at which people are taken to stay otherwise now: {done.stays}. Visits that were "
                    "stored before are as they were: `truyvet reconcile --from DAY` makes them anew."
                )
        if result:
            write_result(found, result)
    if found.refused:
        raise typer.Exit(Exit.incomplete)


def _told(given: list[str]) -> dict[str, str]:
    told: dict[str, str] = {}
    for one in given:
        name, found, title = one.partition("=")
        if not found or name not in WORDS["columns"] or not title.strip():
            fields = ", ".join(WORDS["columns"])
            raise BadInput(f"--column {one!r}: write FIELD=TITLE, where FIELD is one of {fields}.")
        told[name] = title
    return told


def _tell_reading(found: Understood) -> None:
    tell(f"Read as {found.what}; column names on line {found.header.line}.")
    if found.makes_ids:
        tell("The list has no column of ids: each place gets one made of its name, building and address.")
    for fate in [one for one in found.fates if not one.taken][:REFUSED_SHOWN_MAX]:
        tell(f"line {fate.line}: {fate.reason}")
    if found.refused > REFUSED_SHOWN_MAX:
        tell(f"... and {found.refused - REFUSED_SHOWN_MAX} more lines refused; --result FILE tells of each.")
    noted = [one for one in found.fates if one.taken and one.reason]
    for fate in noted[:REFUSED_SHOWN_MAX]:
        tell(f"line {fate.line} is taken, but {fate.reason}.")
    if len(noted) > REFUSED_SHOWN_MAX:
        tell(f"... and {len(noted) - REFUSED_SHOWN_MAX} more lines are taken with something left out.")


def _tell_rows(found: Understood) -> None:
    for record in list(found.records.values())[:ROWS_SHOWN_MAX]:
        tell(record.model_dump_json(exclude_defaults=True))
    tell(f"{len(found.records)} of {found.lines} lines would be taken. Nothing was published.")
