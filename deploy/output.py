"""How the command line speaks: answers on stdout in three formats, progress and sentences on stderr."""

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from itertools import chain, islice
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

ERRORS = Console(stderr=True, highlight=False, soft_wrap=True)
ROWS_MEASURED = 1000
"""Rows looked at to choose a table's column widths; the rest streams past."""


class Format(StrEnum):
    """table for people; json: one object per line; csv with a header line."""

    table = "table"
    json = "json"
    csv = "csv"


def emit(rows: Iterable[Mapping[str, Any]], form: Format, columns: Sequence[str] = ()) -> int:
    """Write rows as they come; returns how many. `columns` heads an answer without rows."""
    writer = {Format.json: _json, Format.csv: _csv, Format.table: _table}[form]
    return writer(iter(rows), columns)


def _json(rows: Iterator[Mapping[str, Any]], _: Sequence[str]) -> int:
    count = 0
    for row in rows:
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
        count += 1
    return count


def _csv(rows: Iterator[Mapping[str, Any]], columns: Sequence[str]) -> int:
    first = next(rows, None)
    # csv leaves a lone carriage return bare, and readers end the row there: such a row is quoted whole.
    plain, quoted = (csv.writer(sys.stdout, lineterminator="\n", quoting=how) for how in (0, csv.QUOTE_ALL))
    names = list(first) if first else columns
    plain.writerow(names)
    count = 0
    for row in chain([first] if first else [], rows):
        cells = [_text(row[name]) for name in names]
        (quoted if any("\r" in cell for cell in cells) else plain).writerow(cells)
        count += 1
    return count


def _table(rows: Iterator[Mapping[str, Any]], columns: Sequence[str]) -> int:
    head = list(islice(rows, ROWS_MEASURED))
    names = list(head[0]) if head else list(columns)
    widths = {name: max([len(name), *(len(_text(row[name])) for row in head)]) for name in names}
    _line({name: name for name in names}, widths)
    count = 0
    for row in chain(head, rows):
        _line(row, widths)
        count += 1
    return count


def _line(row: Mapping[str, Any], widths: Mapping[str, int]) -> None:
    sys.stdout.write(
        "  ".join(_text(row[name]).ljust(width) for name, width in widths.items()).rstrip() + "\n"
    )


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def tell(sentence: str) -> None:
    """One sentence for the person at the terminal."""
    ERRORS.print(sentence, markup=False)


@contextmanager
def progress(what: str, total: float | None) -> Iterator[Callable[[float], None]]:
    """A bar on stderr while work goes on; call the result with how much is done."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=ERRORS,
        disable=not ERRORS.is_terminal,
        redirect_stdout=False,  # answers go there, also while a bar is shown
    )
    with bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, completed=done)
