"""What commands share: the app, the exit codes, the options that mean the same everywhere."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import Annotated

import typer

from deploy.output import Format, tell
from deploy.settings import load, unknown
from deploy.wiring import Wiring

app = typer.Typer(
    name="truyvet",
    help="Contact tracing from QR check-ins: scans in, exposure chains out.",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


class Exit(IntEnum):
    """0: the answer is complete. Anything else says why it is not."""

    complete = 0
    incomplete = 1
    bad_input = 2
    outside = 3


@contextmanager
def wired() -> Iterator[Wiring]:
    """This process's parts, closed at the end."""
    for sentence in unknown(os.environ):
        tell(sentence)
    wiring = Wiring(load(os.environ))
    try:
        yield wiring
    finally:
        wiring.close()


FormatOption = Annotated[Format, typer.Option("--format", help="How the answer is written on stdout.")]
From = Annotated[
    str | None,
    typer.Option("--from", help="First moment: ISO 8601 (UTC unless it says), a date, or epoch seconds."),
]
To = Annotated[str | None, typer.Option("--to", help="The moment before which the window ends, likewise.")]
