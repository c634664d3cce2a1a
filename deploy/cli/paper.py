"""The command of a health station: take in what was written on paper."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.ingest import told_rows
from deploy.cli.shared import FormatOption, app, wired
from deploy.importing import import_file
from deploy.output import Format, progress
from producers.errors import BadInput
from producers.gateway.venues import Venues
from producers.moment import zone
from producers.origin import Origin
from producers.paper import COLUMNS, IMPORTED, NEEDED, ZONE, PaperList
from producers.register import VENUES_TOPIC, Register

FORM = ("046 099 012 345", "4P0A4-R5Y29", "22/11/2026", "14:30", "15:10")
"""One line to show how the others are written."""


@app.command(epilog="Example: truyvet paper --blank > list.csv, then: truyvet paper list.csv")
def paper(
    file: Annotated[Path | None, typer.Argument(help="The list: CSV, NDJSON or Parquet.")] = None,
    blank: Annotated[bool, typer.Option("--blank", help="Print a list to fill in, and do nothing.")] = False,
    timezone: Annotated[str, typer.Option(help="IANA zone of the hours that were written.")] = ZONE,
    form: FormatOption = Format.table,
) -> None:
    """Take in a paper list that was typed in later; its scans say that they come from paper."""
    if blank:
        typer.echo("\n".join(",".join(line) for line in (COLUMNS, FORM)))
        return
    if file is None:
        raise BadInput("a list is needed: give a FILE, or print one to fill in with --blank.")
    hours = zone(timezone)
    with wired() as wiring:
        if wiring.in_process:
            wiring.prepare()
        venues = Venues(Register(wiring.log, VENUES_TOPIC))
        venues.refresh()
        typed = PaperList(venues, lambda id: venues.of(id) is not None)
        with progress(f"importing {file.name}", None) as bar:
            done = import_file(
                wiring,
                file,
                IMPORTED,
                naive_as=hours,
                needed=NEEDED,
                mended=typed.mended,
                origin=Origin("paper").text(),
                progress=lambda read, total: bar(read / total if total else 1),
            )
    told_rows(done, form)
