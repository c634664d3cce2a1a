"""Finds the row of column names below titles and merged cells, and what each column is, in two languages."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from producers.errors import BadInput
from producers.venue_files.grid import Line

SEARCHED_ROWS = 30
MATCHES_MIN = 2

WORDS = tomllib.loads((files("producers") / "venue_files" / "words.toml").read_text("utf-8"))
FIELD_OF = {title: field for field, titles in WORDS["columns"].items() for title in titles}
NUMBERED = re.compile(r"\(?\s*(\d{1,2}|[A-Z])\s*\)?")


@lru_cache(maxsize=1 << 15)
def folded(text: str) -> str:
    """A text as it is compared: no marks, no case, words apart by one space.

    >>> folded("  TÊN ĐỊA ĐIỂM (*)")
    'ten dia diem'
    """
    plain = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).lower()
    plain = re.sub(r"\([^)]*\)|\[[^]]*\]", " ", plain)
    return " ".join(re.findall(r"[a-z0-9]+", plain))


class Column(NamedTuple):
    """A column of the file: its place, its title there, and what it was taken for ("" for nothing)."""

    place: int
    title: str
    field: str


class Header(NamedTuple):
    """Where the list begins, and its columns."""

    line: int
    """On which line the column names (or the last of two rows of them) stand."""
    rows: int
    """Rows of the file up to the first of the list."""
    columns: Sequence[Column]

    @property
    def fields(self) -> dict[str, int]:
        """Field -> the place of its column."""
        return {column.field: column.place for column in self.columns if column.field}

    def is_again(self, row: Sequence[str]) -> bool:
        """Is this row the column names once more, as on each page of a print?"""
        known = [column for column in self.columns if column.field and column.place < len(row)]
        return len(known) >= MATCHES_MIN and all(
            row[one.place].strip() and folded(row[one.place]) in folded(one.title) for one in known
        )


def find_header(lines: Sequence[Line], name: str, told: Mapping[str, str] | None = None) -> Header:
    """The header of a list. told: field -> the title of its column, where a person says so.

    Raises BadInput where no row names an id or a name and one thing more, or where a told title is not there.
    """
    told = told or {}
    best, start, rows = 0, 0, 0
    columns: list[Column] = []
    for end in range(1, min(SEARCHED_ROWS, len(lines)) + 1):
        for many in (1, 2):
            block = [row for _, row in lines[max(0, end - many) : end]]
            if len(block) < many or (many == 2 and not _continues(block[0], block[1], told)):
                continue
            found = _columns(block, told)
            fields = {column.field for column in found} - {""}
            if len(fields) > best and fields & {"id", "name"}:
                best, start, rows, columns = len(fields), end - many, many, found
    _check(name, told, columns)
    end = start + rows
    while end < len(lines) and (
        _numbers_columns(lines[end][1]) or _continues(lines[end - 1][1], lines[end][1], told)
    ):
        end += 1
    return Header(lines[start + rows - 1][0], end, columns)


def _check(name: str, told: Mapping[str, str], columns: Sequence[Column]) -> None:
    fields = {column.field for column in columns} - {""}
    if missing := set(told) - fields:
        wanted = ", ".join(f"{field}={told[field]!r}" for field in sorted(missing))
        raise BadInput(f"{name} has no column as told by --column {wanted}: write its title as in the file.")
    if len(fields) < MATCHES_MIN:
        raise BadInput(
            f"{name} has no row of column names in its first {SEARCHED_ROWS} rows: name at least 'mã' or "
            "'tên địa điểm' and one column more, or say which is which with --column name=TITLE."
        )


def _continues(above: list[str], below: list[str], told: Mapping[str, str]) -> bool:
    """Is the second row one of names too? It names what the first left open, or repeats it in English."""
    titles = [cell for cell in below if cell.strip()]
    known = [cell for cell in titles if _field(cell, told)]
    more = {_field(cell, told) for cell in below} - {_field(cell, told) for cell in above} - {""}
    return bool(titles) and (2 * len(known) >= len(titles)) and (bool(more) or len(known) >= MATCHES_MIN)


def _columns(block: list[list[str]], told: Mapping[str, str]) -> list[Column]:
    width = max(map(len, block))
    columns: list[Column] = []
    taken: set[str] = set()
    for place in range(width):
        cells = [row[place].strip() if place < len(row) else "" for row in block]
        title = " / ".join(dict.fromkeys(cell for cell in cells if cell))
        field = next((found for cell in reversed(cells) if (found := _field(cell, told))), "")
        if field in taken:
            field = ""  # the first of two that are called alike
        taken.add(field)
        columns.append(Column(place, " ".join(title.split()), field))
    return columns


def _field(cell: str, told: Mapping[str, str]) -> str:
    for field, title in told.items():
        if folded(title) == folded(cell) and cell.strip():
            return field
    found = FIELD_OF.get(folded(cell), "")
    return "" if found in told else found


def _numbers_columns(row: Iterable[str]) -> bool:
    """A row such as `(1) (2) (3)` under the names, as forms have it."""
    cells = [cell.strip() for cell in row if cell.strip()]
    if len(cells) < MATCHES_MIN or not all(NUMBERED.fullmatch(cell) for cell in cells):
        return False
    numbers = [int(found[1]) for cell in cells if (found := NUMBERED.fullmatch(cell)) and found[1].isdigit()]
    return bool(numbers) and numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[0] <= 3
