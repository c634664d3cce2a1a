"""The command of a screen at a door: its code is another one each time step."""

import shutil
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.code import KEYS, SAYS, Way, WayOption, code
from deploy.cli.shared import wired
from deploy.output import tell
from producers.codes.key_files import Signers
from producers.codes.own import screen_code
from producers.codes.own_body import STEP_SECONDS_MAX
from producers.errors import BadInput

CLEAR = "\x1b[H\x1b[2J"


@code.command(epilog="Example: truyvet code screen 'chợ Đông Ba' --name 'Chợ Đông Ba' --out screen.html")
def screen(
    venue: Annotated[str, typer.Argument(help="The venue's id.")],
    seconds: Annotated[
        int, typer.Option(min=1, max=STEP_SECONDS_MAX, help="How long each code is shown.")
    ] = 30,
    direction: WayOption = Way.both,
    name: Annotated[str, typer.Option(help="What people call it; its id if not said.")] = "",
    out: Annotated[
        Path | None, typer.Option(help="A page (.html) for a browser, instead of this terminal.")
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="Show the code of this moment, and end.")] = False,
) -> None:
    """Show a code that changes, so that a photograph of it soon counts no more; until Ctrl-C."""
    if out is not None and out.suffix.lower() != ".html":
        raise BadInput(f"--out {out}: name a .html, which a browser shows full screen.")
    try:
        from deploy.screens import Sign, at_terminal, write_page  # noqa: PLC0415
    except ImportError as error:
        raise BadInput(f"codes on screens need {error.name}: install truyvet[producers].") from None
    sign = Sign(venue, name or venue, SAYS[direction], seconds)
    with wired() as wiring:
        folder = wiring.settings.key_file().parent / KEYS
    step = -1
    while True:
        now = int(time.time())
        if step != now - now % seconds:
            step = now - now % seconds
            signer = Signers(folder).of(venue)  # each time: a key may have been revoked
            text = screen_code(signer, venue, now, seconds, sign.direction)
            if out is not None:
                write_page(sign, signer.id, text, out)
            else:
                _write(at_terminal(sign, text) if sys.stdout.isatty() else [], text)
        if once:
            return
        time.sleep(1 - time.time() % 1)  # a clock that somebody sets is followed within a second


def _write(lines: list[str], text: str) -> None:
    """The lines of a terminal; whoever reads a pipe gets the text of the code."""
    if not lines:
        typer.echo(text)
        return
    typer.echo(CLEAR + "\n".join(lines))
    if len(lines) >= shutil.get_terminal_size().lines:
        tell(f"The code needs {len(lines) + 1} lines: make the window larger or its letters smaller.")
