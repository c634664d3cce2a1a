"""Commands of those who mend: lag, watermark, reconcile, dead letters."""

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from deploy.cli.shared import Exit, FormatOption, From, To, app, wired
from deploy.output import Format, emit, progress, tell
from deploy.repair import repair
from deploy.wiring import Wiring
from producers.errors import BadInput
from producers.moment import iso
from producers.ports import Entry
from producers.scan import DEAD_TOPIC, TOPIC
from streams.dead_letter_log import decode, republished
from tracer.question import window

dead = typer.Typer(help="Scans that could not become visits: ls, show, replay.", no_args_is_help=True)
app.add_typer(dead, name="dead")
Reason = Annotated[str | None, typer.Option(help="Only letters with this reason code.")]
READ_AT_ONCE = 500


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
    """Rebuild visits from raw scans, report what differed, and mend it."""
    asked = window(since, until)
    with wired() as wiring, progress("reconciling", None) as bar:
        found = repair(wiring, asked, write=not dry_run, progress=bar)
    emit([dict(found) | {"written": not dry_run}], form)


def _letters(wiring: Wiring) -> Iterator[Entry]:
    for partition, end in sorted(wiring.log.ends(DEAD_TOPIC).items()):
        offset = 0
        while offset < end:
            found = wiring.log.read(DEAD_TOPIC, partition, offset, READ_AT_ONCE)
            if not found:
                break
            yield from found
            offset = found[-1].offset + 1


@dead.command("ls", epilog="Example: truyvet dead ls --reason bad_field")
def list_(
    reason: Reason = None,
    count: Annotated[bool, typer.Option("--count", help="Only how many of each reason.")] = False,
    form: FormatOption = Format.table,
) -> None:
    """The dead letters: why, and where each scan stood. Their bodies stay sealed."""
    with wired() as wiring:
        rows = (_row(wiring, entry) for entry in _letters(wiring))
        chosen = (row for row in rows if reason in (None, row["reason"]))
        if count:
            counted = Counter(str(row["reason"]) for row in chosen)
            emit(({"reason": name, "letters": many} for name, many in sorted(counted.items())), form)
        else:
            emit(chosen, form, ["letter", "reason", "detail", "from", "received"])


def _row(wiring: Wiring, entry: Entry) -> dict[str, Any]:
    letter = decode(entry.value, wiring.seal)
    return {
        "letter": f"{entry.partition}:{entry.offset}",
        "reason": letter.reason,
        "detail": letter.detail,
        "from": f"{letter.partition}:{letter.offset}:{letter.position}",
        "received": iso(letter.received),
    }


@dead.command(epilog="Example: truyvet dead show 0:17")
def show(letter: Annotated[str, typer.Argument(help="PARTITION:OFFSET, as `dead ls` gives it.")]) -> None:
    """One dead letter with its body opened: it may hold an identity."""
    with wired() as wiring:
        entry = _find(wiring, letter)
        emit([_row(wiring, entry)], Format.table)
        typer.echo(decode(entry.value, wiring.seal).body.decode(errors="backslashreplace"))


def _find(wiring: Wiring, letter: str) -> Entry:
    partition, _, offset = letter.partition(":")
    if not (partition.isdecimal() and offset.isdecimal()):
        raise BadInput(f"{letter!r} is not PARTITION:OFFSET: `truyvet dead ls` lists the letters.")
    if int(partition) >= wiring.log.partitions(DEAD_TOPIC):
        raise BadInput(f"there is no dead letter {letter}: `truyvet dead ls` lists them.")
    found = wiring.log.read(DEAD_TOPIC, int(partition), int(offset), 1)
    if not found or found[0].offset != int(offset):
        raise BadInput(f"there is no dead letter {letter}: `truyvet dead ls` lists them.")
    return found[0]


@dead.command(epilog="Example: truyvet dead replay --reason too_old")
def replay(reason: Reason = None, form: FormatOption = Format.table) -> None:
    """Publish the scans of dead letters again, as they were; what was taken meanwhile is a duplicate."""
    done: Counter[str] = Counter(letters=0, published=0, unreadable=0)
    with wired() as wiring, progress("replaying", None) as bar:
        partitions = wiring.log.partitions(TOPIC)
        for entry in _letters(wiring):
            letter = decode(entry.value, wiring.seal)
            if reason not in (None, letter.reason):
                continue
            done["letters"] += 1
            record = republished(letter, partitions)
            done["published" if record else "unreadable"] += 1
            if record:
                wiring.log.publish(TOPIC, *record)
            bar(done["letters"])
        wiring.log.flush()
    emit([dict(done)], form)
    if done["unreadable"]:
        tell(f"{done['unreadable']} letters hold no scan: they stay where they are.")
        raise typer.Exit(Exit.incomplete)
