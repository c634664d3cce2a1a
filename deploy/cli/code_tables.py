"""Commands about what codes rest on: the keys that sign ours, and what old ones stand for."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.code import ALIASES, KEYS, At, code, moment
from deploy.cli.shared import Exit, FormatOption, wired
from deploy.output import Format, emit, progress, tell
from producers.codes import key_files
from producers.codes.aliases import Aliases
from producers.errors import BadInput
from producers.files import open_rows
from producers.row import Refused

REFUSED_TOLD_MAX = 10
ROWS_BETWEEN_LOOKS = 1000


class Do(StrEnum):
    """What to do with the keys."""

    list = "list"
    make = "make"
    revoke = "revoke"


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
            if added.outcome == "refused" and counts["refused"] <= REFUSED_TOLD_MAX:
                tell(f"line {added.line}: {added.sentence}.")
        aliases.close()
    emit([counts], form)
    if counts["refused"]:
        raise typer.Exit(Exit.incomplete)
