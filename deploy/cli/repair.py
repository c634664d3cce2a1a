"""Commands of those who mend: lag, watermark, lost, reconcile, forget."""

from typing import Annotated

import typer

from deploy.cli.shared import Exit, FormatOption, From, To, app, wired
from deploy.lost import Lost, give_up, lost
from deploy.output import Format, emit, progress, tell
from deploy.repair import repair, still_kept
from deploy.wiring import clock
from producers.errors import BadInput
from producers.moment import iso
from producers.scan import TOPIC
from tracer.question import window


@app.command(epilog="Example: truyvet lag --format json")
def lag(form: FormatOption = Format.table) -> None:
    """How far the workers are behind: one line per partition that has records."""
    with wired() as wiring:
        ends = wiring.log.ends(TOPIC)
        done = wiring.store.processed(wiring.log.incarnation(TOPIC), ends)
        rows = (
            {"partition": p, "records": end, "processed": done.get(p, 0), "lag": end - done.get(p, 0)}
            for p, end in sorted(ends.items())
            if end
        )
        emit(rows, form, ["partition", "records", "processed", "lag"])


@app.command(epilog="Example: truyvet watermark")
def watermark(form: FormatOption = Format.table) -> None:
    """Until which moment of receipt every answer is complete; exit code 1 while workers are behind."""
    with wired() as wiring:
        until, behind = wiring.watermark()
        emit([{"watermark": iso(until), "records_behind": behind}], form)
    if behind:
        raise typer.Exit(Exit.incomplete)


@app.command("lost", epilog="Example: truyvet lost --give-up")
def lost_(
    give: Annotated[bool, typer.Option("--give-up", help="Wait no more: dead letters say so.")] = False,
    form: FormatOption = Format.table,
) -> None:
    """Records that Kafka dropped before they were dealt with; exit code 1 while they are waited for."""
    with wired() as wiring:
        found = lost(wiring)
        emit((one._asdict() for one in found), form, list(Lost._fields))
        if give:
            give_up(wiring, found)
    if found and not give:
        tell("Have their senders send them again if they can, then stop waiting: `truyvet lost --give-up`.")
        raise typer.Exit(Exit.incomplete)


@app.command(epilog="Example: truyvet forget --yes")
def forget(
    yes: Annotated[bool, typer.Option("--yes", help="Delete; without it nothing is done.")] = False,
    form: FormatOption = Format.table,
) -> None:
    """Delete scans and visits older than TRUYVET_RETENTION_DAYS, day by day. New engines do it themselves."""
    with wired() as wiring:
        if not yes:
            days = wiring.settings.retention_days
            raise BadInput(f"this deletes for good what is older than {days} days: say so with --yes.")
        emit(({"forgotten": name} for name in wiring.forget()), form, ["forgotten"])


@app.command(epilog="Example: truyvet reconcile --from 2021-12-01 --to 2021-12-15 --dry-run")
def reconcile(
    since: From = None,
    until: To = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only report what differs.")] = False,
    form: FormatOption = Format.table,
) -> None:
    """Rebuild visits from raw scans, report what differed, and mend it; exit code 1 if some cannot be."""
    asked = window(since, until)
    with wired() as wiring:
        kept = still_kept(wiring, asked, clock())
        with progress("reconciling", None) as bar:
            found = repair(wiring, kept, write=not dry_run, progress=bar)
    emit([dict(found) | {"written": not dry_run}], form)
    if kept != asked:
        tell(f"Visits that began before {iso(kept.since)} are left: their scans are being forgotten.")
    if found["ahead"]:
        tell(
            f"{found['ahead']} visits know more scans than are stored and stay as they are: look again after "
            "`truyvet drain`; if it stays so, scans are lost: read the topic again (deploy/README.md)."
        )
        raise typer.Exit(Exit.incomplete)
