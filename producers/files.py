"""Opens a file of check-ins, whatever it is, and says in one sentence what is wrong with it."""

import zlib
from collections.abc import Callable, Iterable, Iterator
from gzip import GzipFile
from io import BufferedReader
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Protocol

from producers.csv_rows import CsvRows
from producers.errors import BadInput
from producers.file_kind import FIRST_BYTES, check_inside, check_outside, text_format
from producers.lines import Readable, lines
from producers.ndjson_rows import NdjsonRows
from producers.row import Numbered


class Source(Protocol):
    """What a format gives: its columns, and its rows once."""

    columns: list[str]

    def __iter__(self) -> Iterator[Numbered]: ...


class Rows:
    """An open file's columns and, once, its rows: (line, column -> text) or (line, Refused).

    A line is the physical line, counted from 1, on which the row begins; in Parquet it is the row.
    Memory stays bounded whatever the file's size. Iterating raises BadInput at the place from which
    the file cannot be read; every row before it has been yielded by then.
    """

    def __init__(
        self, source: Source, bytes_total: int, tell: Callable[[], int], close: Callable[[], None]
    ) -> None:
        self.columns = source.columns
        self.bytes_total = bytes_total
        """Size of the file on disk."""
        self._tell = tell
        self._close = close
        self._closed = False
        self._rows = self._until_end(source)

    def __iter__(self) -> Iterator[Numbered]:
        return self._rows

    def _until_end(self, source: Source) -> Iterator[Numbered]:
        try:
            yield from source
        finally:
            self.close()

    def bytes_read(self) -> int:
        """How much of bytes_total has been used, for a progress bar."""
        return self.bytes_total if self._closed else min(self._tell(), self.bytes_total)

    def close(self) -> None:
        """Lets go of the file; reading to the end does it too."""
        if not self._closed:
            self._closed = True
            self._close()

    def __enter__(self) -> "Rows":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_rows(path: Path, need: Iterable[str] = ()) -> Rows:
    """Opens CSV, NDJSON (each also gzipped) or Parquet, told by content and checked against the name.

    need: columns that must be there. Raises BadInput.
    """
    try:
        if path.exists() and not path.is_file():
            raise BadInput(f"{path} is not a file: give one file of check-ins.")
        file = path.open("rb")
    except OSError as error:
        raise BadInput(f"{path} cannot be opened ({error.strerror}): check its name and place.") from None
    rows: Rows | None = None
    try:
        rows = _rows(path, file)
        _must_have(path, rows.columns, need)
    except BaseException:
        (rows or file).close()
        raise
    return rows


def _must_have(path: Path, columns: list[str], need: Iterable[str]) -> None:
    for column in need:
        if column not in columns:
            there = ", ".join(map(repr, columns))
            raise BadInput(f"{path} has no column {column!r}: name one of its columns, which are {there}.")


def _rows(path: Path, file: BufferedReader) -> Rows:
    size = path.stat().st_size
    kind = check_outside(path, file.peek(FIRST_BYTES))
    if kind == "Parquet":
        file.close()
        return _parquet(path, size)
    if kind == "gzip":
        return Rows(_text(path, _unzipped(path, file)), size, file.tell, file.close)
    return Rows(_text(path, file), size, file.tell, file.close)


def _unzipped(path: Path, file: BufferedReader) -> GzipFile:
    unzipped = GzipFile(fileobj=file, mode="rb")
    try:
        head = unzipped.peek(FIRST_BYTES)
    except (EOFError, OSError, zlib.error):
        head = b""  # reading the lines says what is wrong, and where
    check_inside(path, head)
    return unzipped


def _text(path: Path, stream: Readable) -> Source:
    """CSV or NDJSON from its first line that is not blank."""
    body = lines(stream, str(path))
    for number, line in enumerate(body, 1):
        if line.strip():
            kind = NdjsonRows if text_format(path, line) == "NDJSON" else CsvRows
            return kind(chain([line], body), str(path), number)
    raise BadInput(f"{path} holds nothing but blank lines: export it again.")


def _parquet(path: Path, size: int) -> Rows:
    try:
        from producers.parquet_rows import ParquetRows  # noqa: PLC0415 - 100 MB only Parquet needs
    except ImportError:
        raise BadInput(
            f"{path} is Parquet, which needs pyarrow: install truyvet[embedded], or export it as CSV."
        ) from None
    source = ParquetRows(path, size)
    return Rows(source, size, source.bytes_read, source.close)
