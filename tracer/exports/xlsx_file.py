"""Excel workbooks: text is written as text, so that no cell is a formula; only this file knows xlsxwriter."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import XlsxFileError

from tracer.exports.answered import Answered, Written
from tracer.exports.cells import whole

ROWS_PER_SHEET = 1_048_575
"""Excel's 2^20 without the header; what is beyond goes on a further sheet."""
CELL_LENGTH_MAX = 32_767
"""Excel's own limit; a longer text runs on in a column of its own at the right."""
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "use_zip64": True,
}


def write_xlsx(answered: Answered, path: Path) -> Written:
    """A sheet of rows under a header (several, where one is full)."""
    try:
        return _write_book(answered, path)
    except XlsxFileError as error:
        raise OSError(str(error)) from None


def _write_book(answered: Answered, path: Path) -> Written:
    count = 0
    with xlsxwriter.Workbook(str(path), OPTIONS) as book:
        # The moment of the question and not of the clock: the same answer is the same file.
        book.set_properties({"created": datetime.fromtimestamp(answered.made, UTC).replace(tzinfo=None)})
        sheet = _sheet(book, answered, 1)
        for row in answered.rows:
            if count and count % ROWS_PER_SHEET == 0:
                sheet = _sheet(book, answered, count // ROWS_PER_SHEET + 1)
            _write(sheet, count % ROWS_PER_SHEET + 1, [row[name] for name in answered.columns])
            count += 1
    return Written(count, answered.columns)


def _sheet(book: Any, answered: Answered, number: int) -> Any:
    sheet = book.add_worksheet(answered.question if number == 1 else f"{answered.question} {number}")
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(answered.columns) - 1, 20)
    _write(sheet, 0, answered.columns)
    return sheet


def _write(sheet: Any, line: int, values: Any) -> None:
    """One row. A number is a number, everything else is text, nothing is guessed."""
    beyond: list[str] = []
    for column, value in enumerate(values):
        if isinstance(value, int | float):
            sheet.write_number(line, column, value)
        elif value is not None:
            text = whole(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
            sheet.write_string(line, column, text[:CELL_LENGTH_MAX])
            beyond += (
                text[at : at + CELL_LENGTH_MAX] for at in range(CELL_LENGTH_MAX, len(text), CELL_LENGTH_MAX)
            )
    for column, text in enumerate(beyond, len(values)):
        sheet.write_string(line, column, text)
