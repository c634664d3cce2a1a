"""For fault tests only: a worker that dies at a named point, or fails on certain records."""

import os
import re
import signal
from collections.abc import Callable, Sequence
from typing import Any

from producers.errors import BadInput
from storage.engine import Columns, Engine
from streams.batch import Told, nobody
from streams.decode import Limits
from streams.isolate import Processor
from streams.ports import Receipt, Record

POINTS = (
    # The records of a batch are read.
    "fetched",
    # Everything is decided, nothing is written.
    "decided",
    # Before each table of the write, in the order of the contract.
    *(f"before-{table}" for table in ("venues", "visits", "receipts", "scans", "whole")),
    # All is in the store, the state is not saved.
    "written",
    # The state is saved, nothing is acknowledged.
    "saved",
    # Everything is acknowledged, the offsets are perhaps not committed.
    "acknowledged",
)


def crash_at(text: str) -> Callable[[str], None]:
    """`POINT[:N]` becomes a function to be told each point; an empty text never crashes.

    `POINT:N:stop` stops the process there, as if it slept, until somebody lets it go on (SIGCONT).
    """
    if not text:
        return lambda point: None
    found = re.fullmatch(r"([a-z-]+)(?::(\d+)(:stop)?)?", text)
    if not found or found[1] not in POINTS:
        raise BadInput(
            f"TRUYVET_CRASH_AT={text}: give POINT[:N[:stop]], with a point of {', '.join(POINTS)}."
        )
    left = int(found[2] or "1")
    end = signal.SIGSTOP if found[3] else signal.SIGKILL

    def reached(point: str) -> None:
        nonlocal left
        if point == found[1]:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), end)

    return reached


class FailingOn:
    """A processor with a bug: it fails on every record that holds this text."""

    def __init__(self, inner: Processor, text: str) -> None:
        self._inner = inner
        self._text = text.encode()
        self.set_aside = inner.set_aside

    def process(self, records: Sequence[Record], limits: Limits, told: Told = nobody) -> list[Receipt]:
        for record in records:
            if self._text in record.value:
                raise ValueError(record.value)  # it quotes what was sent, as the errors of libraries do
        return self._inner.process(records, limits, told)


class CrashingEngine:
    """An engine that tells `reached` before each insert."""

    def __init__(self, engine: Engine, reached: Callable[[str], None]) -> None:
        self._engine = engine
        self._reached = reached

    def insert(self, table: str, columns: Columns) -> None:
        self._reached(f"before-{table.rpartition('.')[2]}")
        self._engine.insert(table, columns)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)
