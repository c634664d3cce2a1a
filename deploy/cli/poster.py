"""The command that prints: one venue's poster, or a PDF with one for each room of a list.

What draws is loaded by the command: others do not wait for it, nor need its libraries.
"""

from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.code import KEYS, SAYS, At, Way, WayOption, moment
from deploy.cli.shared import Exit, app, wired
from deploy.output import progress, tell
from deploy.wiring import clock
from producers.codes.key_files import Signers
from producers.errors import BadInput
from producers.posters.paper import Paper

REFUSED_TOLD_MAX = 10
KINDS = (".pdf", ".svg", ".png")


@app.command(
    epilog="Example: truyvet poster 'chợ Đông Ba' --name 'Chợ Đông Ba' --out poster.pdf, or: "
    "truyvet poster --list rooms.csv --inside building --out rooms.pdf"
)
def poster(
    venue: Annotated[
        str | None, typer.Argument(help="The venue's id. With --list: its column, else `venue`.")
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(
            help="What people call it; if not said, as registered. With --list: its column, else `name`."
        ),
    ] = None,
    inside: Annotated[
        str | None, typer.Option(help="The building a room is in. With --list: its column.")
    ] = None,
    rooms: Annotated[
        Path | None, typer.Option("--list", help="CSV, NDJSON or Parquet: one poster for each row.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Where to: .pdf; for one poster also .svg or .png.")] = Path(
        "poster.pdf"
    ),
    paper: Annotated[Paper, typer.Option(help="a4 has the code at 15 by 15 cm, a5 at 10.6.")] = Paper.a4,
    direction: WayOption = Way.both,
    url: Annotated[
        str, typer.Option(help="A web address to put before the code, that phones without the app open.")
    ] = "",
    at: At = None,
) -> None:
    """A poster with a signed code, ready to print; an older file at --out is replaced when it is whole."""
    if out.suffix.lower() not in KINDS or (rooms and out.suffix.lower() != ".pdf"):
        raise BadInput(f"--out {out}: name a .pdf, or for one poster also .svg or .png.")
    if url and (not url.startswith(("https://", "http://")) or "#" in url):
        raise BadInput(f"--url {url}: give an address that begins with https:// and has no #.")
    try:
        from deploy.posters import Posters, named_here, print_many, print_one  # noqa: PLC0415
        from producers.posters.signed import Making  # noqa: PLC0415
    except ImportError as error:
        raise BadInput(f"posters need {error.name}: install truyvet[producers].") from None

    with wired() as wiring:
        signers = Signers(wiring.settings.key_file().parent / KEYS)
        if venue and not name and rooms is None:
            name, within, odd = named_here(wiring.log, venue, clock())
            inside = inside or within
            if odd:
                tell(odd)
    made = Posters(signers, Making(moment(at), SAYS[direction], paper, url))
    if rooms is None:
        if not venue:
            raise BadInput("a poster is for a venue: give its id and --name, or a --list of them.")
        print_one(made, venue, name or venue, inside or "", out)
        tell(f"One poster in {out}.")
        return
    with progress(f"posters of {rooms.name}", 1) as bar:
        count, refused = print_many(made, rooms, (venue or "venue", name or "name", inside), out, bar)
    for sentence in refused[:REFUSED_TOLD_MAX]:
        tell(sentence)
    tell(f"{count} posters in {out}; {len(refused)} rows gave none.")
    if refused:
        raise typer.Exit(Exit.incomplete)
