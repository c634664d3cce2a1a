"""Commands for dead letters: ls, show, replay, drop."""

from collections import Counter
from typing import Annotated, Any, get_args

import typer

from deploy.cli.shared import Exit, FormatOption, app, wired
from deploy.letters import Chosen, book
from deploy.letters import drop as give_up
from deploy.letters import replay as send_again
from deploy.output import Format, emit, progress, tell
from deploy.wiring import Wiring
from producers.errors import BadInput
from producers.moment import iso
from producers.scan import DEAD_TOPIC
from streams.dead_letter_log import decode
from streams.dead_letters import Reason as Code
from streams.letter_book import Entered

dead = typer.Typer(help="Scans that could not become visits: ls, show, replay, drop.", no_args_is_help=True)
app.add_typer(dead, name="dead")
Reason = Annotated[str | None, typer.Option(help="Only letters with this reason code.")]
COLUMNS = ["letter", "reason", "detail", "from", "received", "attempt", "schema_version", "closed"]


@dead.command("ls", epilog="Example: truyvet dead ls --reason bad_field")
def list_(
    reason: Reason = None,
    everything: Annotated[bool, typer.Option("--all", help="Also those replayed or dropped.")] = False,
    count: Annotated[bool, typer.Option("--count", help="Only how many of each reason.")] = False,
    form: FormatOption = Format.table,
) -> None:
    """The dead letters that are open: why, and where each scan stood. Their bodies stay sealed."""
    with wired() as wiring:
        rows = (_row(one) for one in book(wiring) if everything or not one.closed)
        chosen = (row for row in rows if reason in (None, row["reason"]))
        if count:
            counted = Counter(str(row["reason"]) for row in chosen)
            found = emit(
                ({"reason": name, "letters": many} for name, many in sorted(counted.items())),
                form,
                ["reason", "letters"],
            )
        else:
            found = emit(chosen, form, COLUMNS)
    _must_be_one(reason, found)


def _must_be_one(reason: str | None, found: int) -> None:
    """A code that is misspelt finds nothing, which must not pass for "there is none". A letter of a newer
    version may have one that is not known here. Raises BadInput."""
    codes = get_args(Code)
    if reason and not found and reason not in codes:
        raise BadInput(
            f"{reason!r} is no reason code, and no open letter has it: give one of {', '.join(codes)}."
        )


def _row(one: Entered) -> dict[str, Any]:
    letter = one.letter
    return {
        "letter": f"{one.partition}:{one.offset}",
        "reason": letter.reason,
        "detail": letter.detail,
        "from": f"{letter.partition}:{letter.offset}:{letter.position}",
        "received": iso(letter.received),
        "attempt": letter.attempt,
        "schema_version": letter.schema_version,
        "closed": one.closed or "",
    }


@dead.command(epilog="Example: truyvet dead show 0:17")
def show(letter: Annotated[str, typer.Argument(help="PARTITION:OFFSET, as `dead ls` gives it.")]) -> None:
    """One dead letter with its body opened: it may hold an identity."""
    with wired() as wiring:
        partition, offset = _place(wiring, letter)
        found = wiring.log.read(DEAD_TOPIC, partition, offset, 1)
        if not found or found[0].offset != offset:
            raise _no_such(letter)
        opened = decode(found[0].value, wiring.seal)
        emit([_row(Entered(partition, offset, opened, None))], Format.table, COLUMNS[:-1])
        typer.echo(opened.body.decode(errors="backslashreplace"))


def _place(wiring: Wiring, letter: str) -> tuple[int, int]:
    partition, _, offset = letter.partition(":")
    if not (partition.isdecimal() and offset.isdecimal()):
        raise BadInput(f"{letter!r} is not PARTITION:OFFSET: `truyvet dead ls` lists the letters.")
    if int(partition) >= wiring.log.partitions(DEAD_TOPIC):
        raise _no_such(letter)
    return int(partition), int(offset)


def _no_such(letter: str) -> BadInput:
    return BadInput(f"there is no dead letter {letter}: `truyvet dead ls` lists them.")


@dead.command(epilog="Example: truyvet dead replay --reason from_the_future")
def replay(
    reason: Reason = None,
    attempts_max: Annotated[int, typer.Option(min=1, help="Leave letters that were tried so often.")] = 3,
    form: FormatOption = Format.table,
) -> None:
    """Publish the scans of open letters again, as they were; what was taken meanwhile is a duplicate."""
    with wired() as wiring, progress("replaying", None) as bar:
        done = send_again(wiring, Chosen(reason, attempts_max), bar)
    emit([dict(done)], form)
    _must_be_one(reason, done["letters"])
    if done["unreadable"]:
        tell(f"{done['unreadable']} letters hold no scan: they stay open, `truyvet dead drop` gives them up.")
    if done["tired"]:
        tell(
            f"{done['tired']} letters were tried {attempts_max} times: look at one with `truyvet dead show`."
        )
    if done["unreadable"] or done["tired"]:
        raise typer.Exit(Exit.incomplete)


@dead.command(epilog="Example: truyvet dead drop --reason too_old --yes")
def drop(
    letter: Annotated[
        str | None, typer.Argument(help="PARTITION:OFFSET; without it all, or --reason.")
    ] = None,
    reason: Reason = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without it nothing is done.")] = False,
    form: FormatOption = Format.table,
) -> None:
    """Give open letters up; what stands before the first still open is deleted from Kafka, for good."""
    with wired() as wiring:
        if not yes:
            raise BadInput(
                "this gives letters up for good: look with `truyvet dead ls`, then say so with --yes."
            )
        done = give_up(wiring, reason, _place(wiring, letter) if letter else None)
        _must_be_one(reason, done["letters"])
        if letter and not done["letters"]:
            raise BadInput(f"there is no open dead letter {letter}: `truyvet dead ls` lists them.")
    emit([dict(done)], form)
