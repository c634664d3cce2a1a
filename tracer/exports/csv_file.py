"""CSV: every cell quoted, no cell a formula, nothing lost."""

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from tracer.exports.answered import Answered, Written
from tracer.exports.cells import guarded


class CsvFile:
    """A file of quoted cells (RFC 4180, UTF-8 without a mark, CRLF); text is guarded, numbers are not."""

    def __init__(self, path: Path, *headers: tuple[str, ...]) -> None:
        self._rows = 0
        self._columns = headers[-1]
        # Half a character cannot be written in UTF-8: as \udXXX it breaks no other row.
        self._file = path.open("w", encoding="utf-8", errors="backslashreplace", newline="")
        self._writer = csv.writer(self._file, quoting=csv.QUOTE_ALL)
        for header in headers:
            self._writer.writerow(header)

    def write(self, values: Iterable[object]) -> None:
        self._writer.writerow([guarded(one) if isinstance(one, str) else _cell(one) for one in values])
        self._rows += 1

    def written(self) -> Written:
        """What it holds so far; the last header names the columns."""
        return Written(self._rows, self._columns)

    def __enter__(self) -> "CsvFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


def write_csv(answered: Answered, path: Path) -> Written:
    """One line per row under the answer's own columns."""
    with CsvFile(path, answered.columns) as file:
        for row in answered.rows:
            file.write([row[name] for name in answered.columns])
        return file.written()


def _cell(value: object) -> object:
    if value is None or isinstance(value, int | float):
        return value
    return guarded(json.dumps(value, ensure_ascii=False))
