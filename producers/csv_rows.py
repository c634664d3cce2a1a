"""Rows of comma, semicolon or tab separated text, in which one broken row costs no other."""

import csv
import re
from collections import deque
from collections.abc import Iterator

from producers.errors import BadInput
from producers.row import Numbered, Refused

DELIMITERS = ",;\t"
QUOTED = re.compile(r'"[^"]*"')
ROW_LINES_MAX = 100
"""A quoted field may run over this many lines; beyond that its quotation mark is a stray one."""


class CsvRows:
    """The columns of the header (RFC 4180, with the separator the header uses) and the rows below it.

    lines: physical lines without their newline, none before the header.
    first: the number of the first of them.
    Raises BadInput when the header cannot be used, and while iterating what `lines` raises.
    """

    def __init__(self, lines: Iterator[str], name: str, first: int) -> None:
        self._lines = lines
        self._back: deque[str] = deque()
        self._fault: BadInput | None = None
        self._next = first
        header = self._take() or ""
        self._delimiter = max(DELIMITERS, key=QUOTED.sub("", header).count)
        fields = self._fields(header, None)
        if fields is None or "\r" in "".join(fields):
            raise BadInput(
                f"{name} line {first} is not a header of column names: check its quotation marks, "
                "and save the file with LF or CRLF line ends."
            )
        self.columns = [field.strip() for field in fields]
        twice = [column for column in self.columns if column and self.columns.count(column) > 1]
        if twice:
            raise BadInput(f"{name} line {first} names the column {twice[0]!r} twice: rename one of them.")

    def __iter__(self) -> Iterator[Numbered]:
        columns, width = self.columns, len(self.columns)
        while (line := self._take()) is not None:
            number = self._next - 1
            if not line.strip():
                continue
            fields = self._fields(line, width)
            if fields is None:
                yield number, Refused("not_a_row", "A quotation mark is out of place: close or double it.")
            elif len(fields) == width:
                yield number, dict(zip(columns, fields, strict=True))
            else:
                yield number, Refused("not_a_row", _ragged(len(fields), width))
        if self._fault is not None:
            raise self._fault

    def _take(self) -> str | None:
        """The next physical line. A fault waits until the lines that were given back are used up."""
        line = None
        if self._back:
            line = self._back.popleft()
        elif self._fault is None:
            try:
                line = next(self._lines, None)
            except BadInput as fault:
                self._fault = fault
        if line is not None:
            self._next += 1
        return line

    def _fields(self, line: str, width: int | None) -> list[str] | None:
        """The fields of the row that begins with this line, None if its quotation marks are broken.

        A row over several lines must have `width` fields, or its marks are taken for stray ones.
        """
        if '"' not in line:
            return line.removesuffix("\r").split(self._delimiter)
        used: list[str] = []
        try:
            fields = next(csv.reader(self._more(line, used), delimiter=self._delimiter, strict=True))
        except csv.Error:
            fields = None
        wrong = fields is None or len(fields) != (width or len(fields))
        if wrong and len(used) > 1:
            # A stray quotation mark has swallowed the lines after it: only the first is lost.
            self._back.extendleft(reversed(used[1:]))
            self._next -= len(used) - 1
            return None
        return fields

    def _more(self, line: str, used: list[str]) -> Iterator[str]:
        """Feeds the csv module the lines of one row, and keeps which it took."""
        following: str | None = line
        while following is not None:
            used.append(following)
            yield following + "\n"
            following = self._take() if len(used) < ROW_LINES_MAX else None


def _ragged(found: int, width: int) -> str:
    return f"The row has {found} fields where the header has {width}: quote a field that holds a separator."
