"""Opens a list of places, whatever it is: its rows as cells of text, each with its line."""

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from producers.errors import BadInput
from producers.file_kind import FIRST_BYTES, kind_of
from producers.venue_files.legacy import how_to_convert, legacy

DELIMITERS = ";,\t|"
BYTES_MAX = 300_000_000
SAMPLE_ROWS = 200
BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
WORKBOOKS = ("a zip archive or Excel workbook", "an old Excel workbook")
ROW_LINES_MAX = 20
"""A quoted cell over more lines is a stray quotation mark."""
NAMED = {"\t": "tab"}

Line = tuple[int, list[str]]


@dataclass(frozen=True)
class Cells:
    """The rows of a file in order, empty ones left out. what: told to the person who gave it."""

    what: str
    lines: list[Line] = field(repr=False)


def read_cells(path: Path, sheet: str | None = None) -> Cells:
    """Rows of a workbook, or of text apart by semicolon, comma, tab or bar, in UTF-8 or UTF-16.

    A line is the line of the file on which a row begins, in a workbook the row. Memory: the whole file.
    Raises BadInput for what cannot be read, also where most of it is in an encoding of before Unicode.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(FIRST_BYTES)
    except OSError as error:
        raise BadInput(f"{path} cannot be opened ({error.strerror}): check its name and place.") from None
    if not head:
        raise BadInput(f"{path} is empty: export it again.")
    if size > BYTES_MAX:
        raise BadInput(f"{path} is larger than 300 MB: split it.")
    kind = kind_of(head)
    if kind in WORKBOOKS:
        cells = _workbook(path, sheet)
    elif kind in ("text", "UTF-16 text"):
        if sheet is not None:
            raise BadInput(f"{path} is text and has no sheets: leave --sheet out.")
        cells = _text(path)
    else:
        raise BadInput(f"{path} is {kind}: save it as .xlsx or as CSV UTF-8, and give that file.")
    _refuse_legacy(path, cells)
    return cells


def _workbook(path: Path, sheet: str | None) -> Cells:
    try:
        from producers.venue_files.sheet import sheet_lines  # noqa: PLC0415 - only workbooks need it
    except ImportError:
        raise BadInput(
            f"{path} is a workbook, which needs python-calamine: install truyvet[producers], or save as CSV."
        ) from None
    name, others, lines = sheet_lines(path, sheet)
    told = f"the workbook's sheet {name!r}"
    if others:
        told += f" (not its {', '.join(map(repr, others))})"
    return Cells(told, [(number, row) for number, row in lines if any(cell.strip() for cell in row)])


def _text(path: Path) -> Cells:
    text, encoding = _decoded(path, path.read_bytes())
    lines = list(StringIO(text, newline=""))
    sample = [line for line in lines[:SAMPLE_ROWS] if line.strip()]
    delimiter = max(DELIMITERS, key=lambda one: _usual_width(sample, one))
    _, width = _usual_width(sample, delimiter)
    told = f"text in {encoding}, columns apart by {NAMED.get(delimiter, delimiter)!r}"
    return Cells(
        told, [one for one in _rows(lines, delimiter, width) if any(cell.strip() for cell in one[1])]
    )


def _usual_width(lines: list[str], delimiter: str) -> tuple[int, int]:
    """(lines with the most usual number of cells, that number), of lines with more than one."""
    counts = [len(next(csv.reader([line], delimiter=delimiter), [])) for line in lines]
    counts = [one for one in counts if one > 1]
    usual = max(set(counts), key=lambda one: (counts.count(one), one), default=0)
    return counts.count(usual), usual


def _rows(lines: list[str], delimiter: str, width: int) -> Iterator[Line]:
    """A quoted cell may run over some lines; a stray quotation mark costs its own row and no other."""
    start = 0
    while start < len(lines):
        row, used = _row(lines, start, delimiter, width)
        yield start + 1, row
        start += used


def _row(lines: list[str], start: int, delimiter: str, width: int) -> tuple[list[str], int]:
    """The cells of the row that begins on this line, and over how many lines it runs."""
    as_it_stands = lines[start].rstrip("\r\n").split(delimiter)
    if '"' not in lines[start]:
        return as_it_stands, 1
    reader = csv.reader(lines[start : start + ROW_LINES_MAX], delimiter=delimiter, strict=True)
    try:
        row = next(reader)
    except csv.Error:
        return as_it_stands, 1
    if reader.line_num > 1 and len(row) != width:
        return as_it_stands, 1
    return row, reader.line_num


def _decoded(path: Path, body: bytes) -> tuple[str, str]:
    encoding = next((name for bom, name in BOMS.items() if body.startswith(bom)), None)
    head = body[:1000]
    if encoding is None and 4 * head.count(0) >= len(head):
        encoding = "utf-16-le" if body[1:2] == b"\0" else "utf-16-be"
    try:
        text = body.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        found = legacy(body[:1_000_000].decode("latin-1")) if encoding is None else None
        if found:
            raise BadInput(f"{path} {how_to_convert(found)}.") from None
        line = body.count(b"\n", 0, error.start) + 1
        raise BadInput(
            f"{path} line {line} is not UTF-8 (it may be Windows-1258): open it in Excel or LibreOffice, "
            "save it as .xlsx or as 'CSV UTF-8', and give that file."
        ) from None
    if "\0" in text:
        raise BadInput(f"{path} holds NUL: it is no list, or was damaged; export it again.")
    return text, {"utf-8-sig": "UTF-8"}.get(encoding or "", (encoding or "UTF-8").upper())


def _refuse_legacy(path: Path, cells: Cells) -> None:
    """The file as a whole, where at least half of the rows with a foreign letter are in an old encoding."""
    rows = [" ".join(row) for _, row in cells.lines[:SAMPLE_ROWS]]
    foreign = [row for row in rows if not row.isascii()]
    found = [one for one in map(legacy, foreign) if one]
    if found and 2 * len(found) >= len(foreign):
        raise BadInput(f"{path} {how_to_convert(max(set(found), key=found.count))}.")
