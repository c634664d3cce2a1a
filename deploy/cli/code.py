"""Commands about codes: read any, make ours, keep their keys, and say what others' codes stand for."""

import itertools
import secrets
import sys
import time
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from deploy.cli.shared import Exit, FormatOption, app, wired
from deploy.output import Format, emit, progress, tell
from producers.codes import key_files
from producers.codes.aliases import Aliases
from producers.codes.own import CARD_BYTES, card_code, poster_code, screen_code
from producers.codes.reader import read as read_code
from producers.codes.reading import Reading
from producers.codes.taken import taken
from producers.codes.trust import Given, Trust
from producers.errors import BadInput
from producers.files import open_rows
from producers.moment import parse
from producers.pseudonym import Pseudonyms
from producers.row import Refused
from producers.scan import Direction

code = typer.Typer(help="Codes: read, make, keys, alias.", no_args_is_help=True)
app.add_typer(code, name="code")

KEYS = "code-keys"
ALIASES = "code-aliases.sqlite"
ALIASES_TOLD_MAX = 10
ROWS_BETWEEN_LOOKS = 1000

At = Annotated[str | None, typer.Option(help="The moment it counts as done (ISO 8601, epoch seconds).")]


class Way(StrEnum):
    """What a scan of the code says; `both`: nothing."""

    both = "both"
    into = "in"
    out = "out"


SAYS: dict[Way, Direction] = {Way.both: "unknown", Way.into: "in", Way.out: "out"}


class Do(StrEnum):
    """What to do with the keys."""

    list = "list"
    make = "make"
    revoke = "revoke"


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

        def text(venue: str) -> str:
            if not venue:
                return card_code(signers.of(""), secrets.token_bytes(CARD_BYTES), when)
            if screen:
                return screen_code(signers.of(venue), venue, when, screen, way)
            return poster_code(signers.of(venue), venue, when, way)

        named = given if not cards else itertools.repeat("", cards)
        emit(({"venue": venue or None, "code": text(venue)} for venue in named), form, ["venue", "code"])


@code.command(epilog="Example: truyvet code keys make, then: truyvet code keys revoke 1f00ab2c")
def keys(
    do: Annotated[Do, typer.Argument(help="list, make or revoke.")] = Do.list,
    key: Annotated[str | None, typer.Argument(help="With revoke: which.")] = None,
    venue: Annotated[
        str, typer.Option(help="With make: a key that may sign for this venue only, as for a screen.")
    ] = "",
    at: At = None,
    form: FormatOption = Format.table,
) -> None:
    """The keys our codes are signed with; the list holds no secret and is what --key takes."""
    if (do is Do.revoke) != (key is not None) or (venue and do is not Do.make):
        raise BadInput("`revoke` needs a key and only it takes one; --venue goes with `make`.")
    with wired() as wiring:
        folder = wiring.settings.key_file().parent / KEYS
        if do is Do.make:
            found = [key_files.make_key(folder, moment(at), venue)]
        elif key is not None:
            found = [key_files.revoke_key(folder, key, moment(at))]
        else:
            found = key_files.read_keys(folder)
    emit(map(key_files.row, found), form, ["key", "public", "made", "revoked", "venue"])


@code.command(epilog="Example: truyvet code alias old-posters.csv --code text --venue venue_id")
def alias(
    file: Annotated[Path, typer.Argument(help="CSV, NDJSON or Parquet; each may be gzipped.")],
    text: Annotated[str, typer.Option("--code", help="Column with the whole text of the old code.")] = "code",
    venue: Annotated[str, typer.Option(help="Column with the venue of ours it stands for.")] = "venue",
    replace: Annotated[
        bool, typer.Option("--replace", help="Let a code stand for another venue now.")
    ] = False,
    form: FormatOption = Format.table,
) -> None:
    """Say which of our venues the codes of Bluezone, VHD, PC-COVID or anyone else stand for."""
    counts = {"read": 0, "added": 0, "changed": 0, "known": 0, "refused": 0}
    with wired() as wiring, open_rows(file, [text, venue]) as rows, progress(file.name, 1) as bar:
        aliases = Aliases(wiring.settings.key_file().parent / ALIASES)
        told = (
            (line, "", "") if isinstance(row, Refused) else (line, row[text], row[venue])
            for line, row in rows
        )
        for added in aliases.add(told, replace=replace):
            counts["read"] += 1
            counts[added.outcome] += 1
            if counts["read"] % ROWS_BETWEEN_LOOKS == 0:
                bar(rows.bytes_read() / max(rows.bytes_total, 1))
            if added.outcome == "refused" and counts["refused"] <= ALIASES_TOLD_MAX:
                tell(f"line {added.line}: {added.sentence}.")
        aliases.close()
    emit([counts], form)
    if counts["refused"]:
        raise typer.Exit(Exit.incomplete)
