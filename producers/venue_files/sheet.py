"""The one place that reads workbooks (Excel .xlsx and .xls, OpenDocument), through calamine.

python-calamine was taken and not openpyxl: it is many times faster, and reads the old .xls too.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zipfile import BadZipFile, ZipFile, is_zipfile

from python_calamine import CalamineError, CalamineWorkbook

from producers.errors import BadInput

UNPACKED_BYTES_MAX = 500_000_000
"""A workbook is a zip archive; a small one can unpack to any size."""
WHOLE_MAX = 2.0**53
"""Up to here a float holds every whole number."""

Line = tuple[int, list[str]]
"""A row's number in the sheet, counted from 1, and its cells as text."""


def sheet_lines(path: Path, sheet: str | None) -> tuple[str, list[str], Iterator[Line]]:
    """(the sheet's name, the other sheets' names, its rows). Without a name, the first sheet that has a row.

    Raises BadInput for a workbook that cannot be read, or has no such sheet.
    """
    try:
        if is_zipfile(path):
            with ZipFile(path) as archive:
                if sum(one.file_size for one in archive.infolist()) > UNPACKED_BYTES_MAX:
                    raise BadInput(f"{path} unpacks to over 500 MB: split it, or save it as CSV UTF-8.")
        book = CalamineWorkbook.from_path(str(path))
        names = book.sheet_names
        if sheet is not None and sheet not in names:
            raise BadInput(f"{path} has no sheet {sheet!r}: give one of {', '.join(map(repr, names))}.")
        chosen = [sheet] if sheet is not None else names
        for name in chosen:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            if any(any(cell != "" for cell in row) for row in rows):
                others = [other for other in names if other != name]
                return name, others, ((n, [_text(cell) for cell in row]) for n, row in enumerate(rows, 1))
    except (CalamineError, BadZipFile, OSError) as error:
        raise BadInput(f"{path} cannot be read as a workbook ({error}): save it again as .xlsx.") from None
    raise BadInput(f"{path} has no sheet with a row in it: give the file with the list.")


def _text(cell: int | float | str | bool | time | date | datetime | timedelta) -> str:
    """A cell as a person would type it: a whole number has no decimal point."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < WHOLE_MAX else repr(cell)
    if isinstance(cell, str):
        return cell
    return cell.isoformat() if isinstance(cell, date | datetime | time) else str(cell)
