"""Commands about codes: read any, and make ours."""

import secrets
import sys
import time
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any

import typer

from deploy.cli.shared import Exit, FormatOption, app, wired
from deploy.output import Format, emit
from producers.codes import key_files
from producers.codes.aliases import Aliases
from producers.codes.own import card_code, poster_code, screen_code
from producers.codes.own_body import CARD_BYTES
from producers.codes.reader import read as read_code
from producers.codes.reading import Reading
from producers.codes.taken import taken
from producers.codes.trust import Given, Trust
from producers.errors import BadInput
from producers.moment import parse
from producers.pseudonym import Pseudonyms
from producers.scan import Direction

code = typer.Typer(help="Codes: read, make, keys, alias.", no_args_is_help=True)
app.add_typer(code, name="code")

KEYS = "code-keys"
ALIASES = "code-aliases.sqlite"

At = Annotated[str | None, typer.Option(help="The moment it counts as done (ISO 8601, epoch seconds).")]


class Way(StrEnum):
    """What a scan of the code says; `both`: nothing."""

    both = "both"
    into = "in"
    out = "out"


SAYS: dict[Way, Direction] = {Way.both: "unknown", Way.into: "in", Way.out: "out"}


WayOption = Annotated[
    Way, typer.Option("--direction", help="For a door that is only an entrance or an exit.")
]


def moment(given: str | None) -> int:
    """What --at says, else now."""
    return parse(given) if given else int(time.time())


@code.command(epilog="Example: truyvet code read - --key uk.pem")
def read(
    text: Annotated[str, typer.Argument(help="The text of one code, or - for one per line on stdin.")] = "-",
    key: Annotated[
        list[str] | None,
        typer.Option(help="A public key to believe as well: FILE or NAME=FILE (PEM, or a list of ours)."),
    ] = None,
    at: At = None,
    pseudonym: Annotated[
        bool, typer.Option("--pseudonym", help="Show who a personal code is (needs the key), and no more.")
    ] = False,
    form: FormatOption = Format.json,
) -> None:
    """What is this code, does it count as a check-in, and if not, why?"""
    with wired() as wiring:
        folder = wiring.settings.key_file().parent
        ours = [one.key() for one in key_files.read_keys(folder / KEYS)]
        others = [one for file in key or [] for one in key_files.trusted(file)]
        given = Given(Trust(ours + others), moment(at))
        aliases = Aliases(folder / ALIASES) if (folder / ALIASES).exists() else None
        of = wiring.pseudonyms if pseudonym else None
        refused = 0

        def rows() -> Iterator[dict[str, Any]]:
            nonlocal refused
            for one in _lines() if text == "-" else [text]:
                reading = read_code(one, given, aliases)
                refused += not reading.accepted
                yield _row(reading, of)

        emit(rows(), form)
    if refused:
        raise typer.Exit(Exit.incomplete)


def _lines() -> Iterator[str]:
    """Bytes that are no UTF-8 become half characters, which the reader refuses by name."""
    for line in sys.stdin.buffer:
        yield line.rstrip(b"\r\n").decode("utf-8", "surrogateescape")


def _row(reading: Reading, of: Pseudonyms | None) -> dict[str, Any]:
    """A code as it is told; with `of` a person's only as it may leave a device: without its fields."""
    found = taken(reading, of) if of else None
    hidden = of is not None and reading.kind == "person"
    return {
        "system": reading.system,
        "kind": reading.kind,
        "accepted": reading.accepted,
        "reason": reading.reason,
        "sentence": reading.sentence or None,
        "signature": reading.signature,
        "venue": reading.place or None,
        "direction": reading.direction,
        "person": (found.person or None) if found else None,
        "decoded": None if hidden else reading.decoded,
    }


@code.command(epilog="Example: truyvet code make 'chợ Đông Ba' --direction in")
def make(
    venues: Annotated[
        list[str] | None, typer.Argument(help="Ids of venues, or - to read one per line.")
    ] = None,
    direction: WayOption = Way.both,
    screen: Annotated[
        int | None, typer.Option(min=1, help="A code for a screen, that changes every so many seconds.")
    ] = None,
    cards: Annotated[int, typer.Option(min=0, help="So many cards for persons, instead of venues.")] = 0,
    at: At = None,
    form: FormatOption = Format.table,
) -> None:
    """Sign codes of our own: of venues, for posters or screens, or of cards for persons."""
    if bool(venues) == bool(cards):
        raise BadInput("a code is for something: name venues, or how many --cards.")
    given = (line.rstrip("\r\n") for line in sys.stdin) if venues == ["-"] else iter(venues or [])
    with wired() as wiring:
        folder = wiring.settings.key_file().parent / KEYS
        when = moment(at)
        way = SAYS[direction]
        signers = key_files.Signers(folder)

        def card() -> str:
            return card_code(signers.of(""), secrets.token_bytes(CARD_BYTES), when)

        def text(venue: str) -> str:
            if screen:
                return screen_code(signers.of(venue), venue, when, screen, way)
            return poster_code(signers.of(venue), venue, when, way)

        made: Iterator[dict[str, Any]] = ({"venue": venue, "code": text(venue)} for venue in given)
        if cards:
            made = ({"venue": None, "code": card()} for _ in range(cards))
        emit(made, form, ["venue", "code"])
