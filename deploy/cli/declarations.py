"""Commands for what was declared: ls, show."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from deploy.cli.shared import FormatOption, From, To, app, wired
from deploy.output import Format, emit
from deploy.wiring import Wiring
from producers.declaration import vehicle_venue
from producers.errors import BadInput
from producers.person import parse_person
from producers.venue import venue_key
from storage.declarations import DeclarationTable
from tracer.declared import LISTED, listed_row, shown_rows
from tracer.question import window

declarations = typer.Typer(help="Declarations of journeys and of health: ls, show.", no_args_is_help=True)
app.add_typer(declarations, name="declarations")


@declarations.command("ls", epilog="Example: truyvet declarations ls --plate 43A-123.45 --from 2021-12-01")
def list_(
    since: From = None,
    until: To = None,
    person: Annotated[str | None, typer.Option(help="By or with this person (16 hex digits).")] = None,
    checkpoint: Annotated[str | None, typer.Option(help="Made at this venue, by its id.")] = None,
    plate: Annotated[str | None, typer.Option(help="In the vehicle with this plate; needs the key.")] = None,
    form: FormatOption = Format.table,
) -> None:
    """What was declared, and what the officer decided, in the order of time."""
    asked = window(since, until)
    who = parse_person(person) if person else 0
    with wired() as wiring:
        vehicle = venue_key(vehicle_venue(plate, wiring.pseudonyms)) if plate else 0
        where = venue_key(checkpoint) if checkpoint else 0
        blocks = table(wiring).listed(asked.since, asked.until, person=who, venue=where, vehicle=vehicle)

        def rows() -> Iterator[dict[str, Any]]:
            for block in blocks:
                said = table(wiring).named({one.id for one in block})
                yield from (listed_row(one, said.get(one.id, [])) for one in block)

        emit(rows(), form, LISTED)


@declarations.command(epilog="Example: truyvet declarations show b121c55b72052dad")
def show(
    id: Annotated[str, typer.Argument(help="As `truyvet declarations ls` has it.")],
    form: FormatOption = Format.table,
) -> None:
    """Everything said under one id: the declaration, and each decision on it."""
    try:
        number = int(id, 16) if len(id) == 16 else -1
    except ValueError:
        number = -1
    if number < 0:
        raise BadInput(f"{id!r} is no declaration: give the 16 hex digits of `truyvet declarations ls`.")
    with wired() as wiring:
        said = table(wiring).named([number]).get(number)
    if not said:
        raise BadInput(f"there is no declaration {id}: `truyvet declarations ls` lists them.")
    emit(shown_rows(said), form)


def table(wiring: Wiring) -> DeclarationTable:
    """The store's table of declarations; the embedded mode makes it when it is missing."""
    if wiring.in_process:
        wiring.prepare()
    return DeclarationTable(wiring.engine, wiring.engine.database)
