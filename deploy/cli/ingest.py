"""Commands of those who bring data in: init, import, drain."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.shared import Exit, FormatOption, app, wired
from deploy.drain import drain as wait
from deploy.importing import Imported, import_file
from deploy.output import Format, emit, progress, tell
from producers.intake import Columns
from producers.moment import iso, zone
from producers.scan import SCANS_PER_RECORD_MAX


@app.command(epilog="Example: truyvet init")
def init(
    shorten: Annotated[
        bool, typer.Option("--shorten-retention", help="Let the store forget what is older, for good.")
    ] = False,
    form: FormatOption = Format.table,
) -> None:
    """Make what is missing: topics, database, tables. Safe to run again."""
    with wired() as wiring:
        made = wiring.prepare()
        longer = wiring.kept_longer()
        if longer and shorten:
            wiring.shorten_retention()
        elif longer:
            tell(
                f"The store keeps {longer}, longer than the {wiring.settings.retention_days} days of "
                "TRUYVET_RETENTION_DAYS: `truyvet init --shorten-retention` deletes what is older, for good."
            )
    emit(({"made": name} for name in made), form, ["made"])
    tell("Nothing was missing." if not made else f"Made {len(made)}.")


@app.command(
    "import",
    epilog="Example: truyvet import events.csv.gz --person person_id --venue venue_id --at event_time_utc",
)
def import_(
    file: Annotated[Path, typer.Argument(help="CSV, gzipped CSV, NDJSON or Parquet.")],
    person: Annotated[str, typer.Option(help="Column with the person's identity; becomes a pseudonym.")],
    venue: Annotated[str, typer.Option(help="Column with the venue's id, kept as given.")],
    at: Annotated[str, typer.Option(help="Column with the moment: ISO 8601 or epoch seconds.")],
    direction: Annotated[str | None, typer.Option(help="Column saying in, out or unknown.")] = None,
    until: Annotated[
        str | None, typer.Option(help="Column with the moment of leaving: a row is an in and an out.")
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(help="IANA zone of times that name none; else they are refused.")
    ] = None,
    form: FormatOption = Format.table,
) -> None:
    """Publish a file's check-ins; with TRUYVET_BROKER=memory:// also process and store them."""
    naive_as = zone(timezone) if timezone else None
    with wired() as wiring:
        if wiring.in_process:
            wiring.prepare()
        with progress(f"importing {file.name}", None) as bar:
            done = import_file(
                wiring,
                file,
                Columns(person, venue, at, direction, until),
                naive_as=naive_as,
                progress=lambda read, total: bar(read / total if total else 1),
            )
    told_rows(done, form)


def told_rows(done: Imported, form: Format) -> None:
    """What became of a file's rows; exit code 1 where some were left out."""
    for line, why in done.refused_first:
        tell(f"line {line}: {why}")
    if done.refused > len(done.refused_first):
        tell(f"... and {done.refused - len(done.refused_first)} more rows refused.")
    emit([done.row()], form)
    if done.refused:
        raise typer.Exit(Exit.incomplete)


@app.command(epilog="Example: truyvet drain --patience 120")
def drain(
    patience: Annotated[float, typer.Option(help="Give up after this many seconds without progress.")] = 60,
    form: FormatOption = Format.table,
) -> None:
    """Wait until everything published is processed and stored; print the watermark."""
    with wired() as wiring:
        if wiring.in_process:
            wiring.prepare()
        with progress("draining", None) as bar:
            found = wait(
                wiring,
                patience_seconds=patience,
                progress=lambda done, total: bar(done / total if total else 1),
            )
    emit([found._asdict() | {"watermark": iso(found.watermark)}], form)
    if found.missing:
        tell(
            f"{found.missing} of {found.records} records (up to {found.missing * SCANS_PER_RECORD_MAX} "
            f"scans) are not processed after {patience:g} s without progress: "
            "is a worker running? `truyvet worker`"
        )
        raise typer.Exit(Exit.incomplete)
