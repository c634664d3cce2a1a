"""Makes posters with signed codes and writes them as files that are there whole or not at all."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from producers.codes.key_files import Signers
from producers.errors import BadInput, Refused, Unavailable
from producers.files import open_rows
from producers.gateway.venues import Venues
from producers.ports import Log
from producers.posters.kinds import WRITE
from producers.posters.layout import Page
from producers.posters.pdf import write_pdf
from producers.posters.signed import Making, signed_page
from producers.register import VENUES_TOPIC, Register
from producers.row import Refused as RefusedRow


class Posters:
    """Makes pages that have everything but the venue in common."""

    def __init__(self, signers: Signers, making: Making) -> None:
        self._signers = signers
        self._making = making

    def of(self, venue: str, name: str, inside: str) -> Page:
        """One page. Raises BadInput where no key may sign it, or it cannot be printed."""
        return signed_page(self._making, self._signers.of(venue), venue, name, inside)


def named_here(log: Log, venue: str, now: int) -> tuple[str, str, str]:
    """The name of a venue and of the building it lies in, as the registry has them; empty where it has none.

    And a sentence where its poster should perhaps not hang. Raises Unavailable, Refused: a poster with a
    guessed name would hang for years.
    """
    known = Venues(Register(log, VENUES_TOPIC))
    try:
        known.refresh()
    except (Unavailable, Refused) as why:
        raise type(why)(f"the name of {venue!r} is in the registry, so give --name, or: {why}") from why
    record = known.of(venue)
    odd = ""
    if record is None:
        odd = (
            f"Nobody registered {venue!r}: the poster calls it so, and its scans will be flagged `unlisted`."
        )
    elif record.state(now) == "retired":
        odd = (
            f"{venue!r} is retired, and its scans are flagged so: `truyvet venues show` tells what it is now."
        )
    return (*known.named(venue), odd)


def print_one(made: Posters, venue: str, name: str, inside: str, out: Path) -> None:
    """One poster as PDF, SVG or PNG, as the file's name says. Raises BadInput."""
    drawn = made.of(venue, name, inside)
    write = next(write for kind, write in WRITE.items() if out.suffix.lower() == f".{kind}")
    with whole_file(out) as file:
        write(drawn, file)


def print_many(
    made: Posters,
    rooms: Path,
    columns: tuple[str, str, str | None],
    out: Path,
    progress: Callable[[float], None],
) -> tuple[int, list[str]]:
    """A PDF with a page for each row of a list, in its order. `columns`: of id, name and building.

    Returns how many there are, and a sentence for each row that could not be printed. Raises BadInput where
    that is all of them.
    """
    venue, name, inside = columns
    refused: list[str] = []
    with open_rows(rooms, [column for column in columns if column]) as rows, whole_file(out) as file:

        def pages() -> Iterator[Page]:
            for line, row in rows:
                progress(rows.bytes_read() / max(rows.bytes_total, 1))
                try:
                    if isinstance(row, RefusedRow):
                        raise BadInput(row.sentence)
                    yield made.of(row[venue], row[name], row[inside] if inside else "")
                except BadInput as error:
                    refused.append(f"line {line}: {error}")

        count = write_pdf(pages(), file)
        if not count:
            raise BadInput(f"{rooms} gives no poster: {refused[0] if refused else 'it has no rows.'}")
    return count, refused


@contextmanager
def whole_file(out: Path) -> Iterator[BinaryIO]:
    """A file that appears when it is complete and on disk, and not at all when something fails."""
    beside = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        with beside.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(out)
    except OSError as error:
        raise BadInput(
            f"{out} cannot be written ({error.strerror}): check its place and free space."
        ) from None
    finally:
        beside.unlink(missing_ok=True)
