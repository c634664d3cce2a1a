"""Rows of newline-delimited JSON: one object per line, every value turned into text."""

import json
from collections.abc import Iterator
from itertools import chain, islice

from producers.errors import BadInput
from producers.row import Numbered, Refused, Row

LOOKAHEAD_LINES = 100
"""An object may leave a key out: the columns are the keys of the first lines together."""
# A number stays as it is written, so that the person 470 and the second 1638316800.5 lose nothing.
DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)


class NdjsonRows:
    """The keys of the first LOOKAHEAD_LINES objects as columns, and one row per line.

    A line that is not an object is a refused row. lines: without newline; first: the number of the
    first of them. Raises BadInput when none of the first lines is an object.
    """

    def __init__(self, lines: Iterator[str], name: str, first: int) -> None:
        rows = _rows(lines, first)
        self._seen: list[Numbered] = []
        self._fault: BadInput | None = None
        try:
            self._seen.extend(islice(rows, LOOKAHEAD_LINES))
        except BadInput as fault:
            self._fault = fault
        self._rows = rows
        objects = [row for _, row in self._seen if not isinstance(row, Refused)]
        self.columns = list(dict.fromkeys(chain.from_iterable(objects)))
        if not objects:
            raise self._fault or BadInput(
                f"{name} does not hold one JSON object per line: write each object on a line of its own "
                "(`jq -c '.[]'` does it for an array)."
            )

    def __iter__(self) -> Iterator[Numbered]:
        yield from self._seen
        if self._fault is not None:
            raise self._fault
        yield from self._rows


def _rows(lines: Iterator[str], first: int) -> Iterator[Numbered]:
    for number, line in enumerate(lines, first):
        if line.strip():
            yield number, _row(line)


def _row(line: str) -> Row | Refused:
    try:
        value = DECODER.decode(line)
    except (ValueError, RecursionError):
        return Refused("not_a_row", "The line is not JSON: it may be cut off, or its marks are unbalanced.")
    if not isinstance(value, dict):
        return Refused("not_a_row", 'The line is not a JSON object: write it as {"column": "value", ...}.')
    return {key: text if type(text) is str else _text(text) for key, text in value.items()}


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
