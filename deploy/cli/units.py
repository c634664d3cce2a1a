"""Commands for administrative units: units load, show, of."""

from pathlib import Path
from typing import Annotated, Any

import typer

from deploy.cli.shared import FormatOption, app, wired
from deploy.cli.venues import register
from deploy.output import Format, emit, progress
from deploy.venues import put_units, unit_register
from deploy.wiring import clock
from producers.errors import BadInput
from producers.moment import parse
from producers.unit import Unit, Units
from producers.unit_list import read_units

units = typer.Typer(help="Provinces, districts, wards as they were and are.", no_args_is_help=True)
app.add_typer(units, name="units")
SCAN_COLUMNS = ["venue", "registered", "unit", "title", "level", "lies_in"]
COLUMNS = ["unit", "title", "level", "valid_from", "valid_to", "is"]


@units.command(epilog="Example: truyvet units load")
def load(
    file: Annotated[
        Path | None, typer.Argument(help="A list of units; without it, the one that comes with the program.")
    ] = None,
    form: FormatOption = Format.table,
) -> None:
    """Publish the administrative units to units.v1; again, only what differs."""
    with wired() as wiring:
        if wiring.in_process:
            wiring.prepare()
        found = read_units(file)
        with progress("loading units", len(found)) as bar:
            done = put_units(wiring, found, bar)
    counts = {name: getattr(done, name) for name in ("new", "changed", "unchanged")}
    emit([{"units": len(found)} | counts], form)


@units.command(epilog="Example: truyvet units show 00004 --at 2021-12-01T00:00:00+07:00")
def show(
    unit: Annotated[str, typer.Argument(help="Its code, or CODE@FIRST_DAY.")],
    at: Annotated[str | None, typer.Option(help="As of which moment; without it now.")] = None,
    form: FormatOption = Format.table,
) -> None:
    """A unit, what it lies in, what it came from and went to; and what surely holds it at the moment."""
    with wired() as wiring:
        if wiring.in_process:
            wiring.prepare()
        known = unit_register(wiring)
    moment = parse(at) if at else clock()
    found = known.find(unit, moment)
    if found is None:
        told = "" if known.named else " (none are known: `truyvet units load`)"
        raise BadInput(f"there is no unit {unit!r}{told}: give a code of the national list.")
    then = known.unit_of(found.name, moment)
    rows = [_row(found, "this unit")]
    rows += [_row(one, "it lies in") for one in known.above(found)]
    rows += [_row(known.named[name], "it came of") for name in found.successor_of if name in known.named]
    rows += [_row(one, "it became") for one in known.after(found)]
    rows += [_row(then, "the answer at that moment")] if then else []
    emit(rows, form, COLUMNS)


@units.command(epilog="Example: truyvet units of 'market 12' 'bus 32' --at 2021-12-01T00:00:00+07:00")
def of(
    venue: Annotated[list[str], typer.Argument(help="Ids of registered venues.")],
    at: Annotated[str | None, typer.Option(help="The moment of a scan there; without it now.")] = None,
    form: FormatOption = Format.table,
) -> None:
    """The unit of a scan: the smallest one that surely held the venue at the scan's moment."""
    moment = parse(at) if at else clock()
    with wired() as wiring:
        known = register(wiring)
        found = unit_register(wiring)
        records = [known.get(one) for one in venue]
        told = [(one, known.unit(one)) for one in records]
    if not found.named:
        raise BadInput("no administrative units are known: `truyvet units load` first.")
    emit((_scan(one.id, unit, found, moment) for one, unit in told), form, SCAN_COLUMNS)


def _scan(venue: str, told: str, known: Units, moment: int) -> dict[str, Any]:
    """A venue, its unit as the registry has it, and that of a scan; nulls where it is not sure."""
    then = known.unit_of(told, moment) if told else None
    return {
        "venue": venue,
        "registered": told or None,
        "unit": then.name if then else None,
        "title": then.title if then else None,
        "level": then.level if then else None,
        "lies_in": " < ".join(one.title for one in known.above(then)) if then else None,
    }


def _row(unit: Unit, what: str) -> dict[str, Any]:
    return {
        "unit": unit.name,
        "title": unit.title,
        "level": unit.level,
        "valid_from": unit.valid_from.isoformat(),
        "valid_to": unit.valid_to.isoformat() if unit.valid_to else "",
        "is": what,
    }
