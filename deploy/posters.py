"""Makes posters with signed codes and writes them as files that are there whole or not at all."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from producers.codes.key_files import Signers
from producers.codes.own import poster_code
from producers.codes.short import short_code, shown
from producers.errors import BadInput
from producers.files import open_rows
from producers.moment import iso
from producers.posters.layout import Page, Poster, page
from producers.posters.paper import Paper
from producers.posters.pdf import write_pdf
from producers.posters.png import write_png
from producers.posters.svg import write_svg
from producers.row import Refused
from producers.scan import Direction
from producers.venue import venue_key


class Posters:
    """Makes pages that have everything but the venue in common."""

    def __init__(self, signers: Signers, at: int, direction: Direction, paper: Paper, url: str) -> None:
        self._signers = signers
        self._at = at
        self._direction = direction
        self._paper = paper
        self._url = url

    def of(self, venue: str, name: str, inside: str) -> Page:
        """One page; its small print says which code it is. Raises BadInput."""
        signer = self._signers.of(venue)
        text = poster_code(signer, venue, self._at, self._direction)
        return page(
            Poster(
                code=f"{self._url}#{text}" if self._url else text,
                venue=venue,
                name=name,
                inside=inside,
                direction=self._direction,
                short=shown(short_code(venue_key(venue))),
                footnote=f"{venue} · {iso(self._at)[:10]} · {signer.id} · Truy vết",
            ),
            self._paper,
        )


def print_one(made: Posters, venue: str, name: str, inside: str, out: Path) -> None:
    """One poster as PDF, SVG or PNG, as the file's name says. Raises BadInput."""
    drawn = made.of(venue, name, inside)
    kind = out.suffix.lower()
    with _whole(out) as file:
        if kind == ".pdf":
            write_pdf([drawn], file)
        else:
            {".svg": write_svg, ".png": write_png}[kind](drawn, file)


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
    with open_rows(rooms, [column for column in columns if column]) as rows, _whole(out) as file:

        def pages() -> Iterator[Page]:
            for line, row in rows:
                progress(rows.bytes_read() / max(rows.bytes_total, 1))
                try:
                    if isinstance(row, Refused):
                        raise BadInput(row.sentence)
                    yield made.of(row[venue], row[name], row[inside] if inside else "")
                except BadInput as error:
                    refused.append(f"line {line}: {error}")

        count = write_pdf(pages(), file)
        if not count:
            raise BadInput(f"{rooms} gives no poster: {refused[0] if refused else 'it has no rows.'}")
    return count, refused


@contextmanager
def _whole(out: Path) -> Iterator[BinaryIO]:
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
