"""Rows of a Parquet file, every value turned into text; the only place that knows pyarrow."""

from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from math import isnan
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import compute, parquet

from producers.errors import BadInput
from producers.row import Numbered

ROWS_PER_BATCH = 8192
BUFFER_BYTES = 1 << 20
"""Read of a column at a time: without it pyarrow loads whole columns of a row group."""


class ParquetRows:
    """The columns of the file and its rows, numbered from 1. Raises BadInput, also while iterating.

    Null and NaN become "", whole numbers are written plainly (470.0 too: pandas turns a column of
    whole numbers with a gap into such), a timestamp with a zone becomes ISO 8601 in UTC, one without
    stays without.
    """

    def __init__(self, path: Path, bytes_total: int) -> None:
        self._path = path
        self._bytes_total = bytes_total
        self._done = 0
        try:
            self._file = parquet.ParquetFile(path, buffer_size=BUFFER_BYTES, pre_buffer=False)
        except (pa.ArrowException, OSError) as error:
            raise self._damaged(error) from None
        self.columns: list[str] = self._file.schema_arrow.names
        if len(set(self.columns)) < len(self.columns):
            raise BadInput(f"{path} has two columns of one name: rename one of them.")

    def __iter__(self) -> Iterator[Numbered]:
        batches = self._file.iter_batches(batch_size=ROWS_PER_BATCH)
        while True:
            try:
                batch = next(batches, None)
                texts = [_texts(column) for column in batch.columns] if batch else []
            except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
                raise self._damaged(error) from None
            if batch is None:
                return
            for values in zip(*texts, strict=True):
                self._done += 1
                yield self._done, dict(zip(self.columns, values, strict=True))

    def bytes_read(self) -> int:
        """The share of the file that the rows read so far stand for."""
        rows = self._file.metadata.num_rows
        return self._bytes_total * self._done // rows if rows else self._bytes_total

    def close(self) -> None:
        self._file.close()

    def _damaged(self, error: Exception) -> BadInput:
        what = str(error).split("\n", 1)[0].rstrip(".")
        return BadInput(
            f"{self._path} cannot be read as Parquet beyond row {self._done} ({what}): "
            "get the file again, or export it as CSV."
        )


def _texts(column: Any) -> list[str]:
    """A column's values as text."""
    kind = column.type
    if pa.types.is_timestamp(kind):
        # Python reads no nanoseconds and may not know the file's zone: in UTC it is the same moment.
        unit = "us" if kind.unit == "ns" else kind.unit
        column = column.cast(pa.timestamp(unit, "UTC" if kind.tz else None), safe=False)
        column = compute.replace_substring(column.cast(pa.string()), " ", "T")
    elif pa.types.is_integer(kind):
        column = column.cast(pa.string())
    values = column.to_pylist()
    if pa.types.is_string(column.type):
        return ["" if value is None else value for value in values]
    return ["" if value is None else _text(value) for value in values]


def _text(value: object) -> str:  # noqa: PLR0911 - one line a kind of value
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case float():
            if isnan(value):
                return ""
            return str(int(value)) if value.is_integer() else repr(value)
        case bytes():
            return value.decode()  # older writers do not mark their text as text
        case date() | time():
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
        case _:
            return str(value)
