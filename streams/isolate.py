"""A record on which the worker fails is set aside whole, so that the others go on.

A batch that fails is halved until the record is alone; alone it is tried again, and then becomes a
dead letter (`worker_failed`). An outage or a refusal (`producers.errors`) is no such failure: it says
nothing of the record, and is left to whoever called. What ends the process itself (no memory, a crash in
a library) is not caught here.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from producers.errors import TruyvetError
from streams.batch import Told
from streams.decode import Limits
from streams.ports import Receipt, Record

TRIES = 3
"""How often a record that is alone is tried before it is set aside."""


class Processor(Protocol):
    """What is asked of `streams.batch.BatchProcessor`; a batch that raised may be given again, in parts."""

    def process(self, records: Sequence[Record], limits: Limits, told: Told = ...) -> list[Receipt]: ...

    def set_aside(self, record: Record, detail: str, told: Told = ...) -> Receipt: ...


class Isolating:
    """`process` of another processor, that no single record can stop."""

    def __init__(self, inner: Processor, failed: Callable[[Record, Exception], None]) -> None:
        """`failed` is told of each record before it is set aside, with the error of its last try."""
        self._inner = inner
        self._failed = failed

    def process(self, records: Sequence[Record], limits: Limits, told: Told) -> list[Receipt]:
        """One receipt per record, in order. Raises TruyvetError, with nothing acknowledged."""
        try:
            return self._inner.process(records, limits, told)
        except TruyvetError:
            raise
        except Exception as error:
            if len(records) > 1:
                middle = len(records) // 2
                return [
                    *self.process(records[:middle], limits, told),
                    *self.process(records[middle:], limits, told),
                ]
            return [self._alone(records[0], limits, told, error)]

    def _alone(self, record: Record, limits: Limits, told: Told, error: Exception) -> Receipt:
        for _ in range(TRIES - 1):
            try:
                return self._inner.process([record], limits, told)[0]
            except TruyvetError:
                raise
            except Exception as again:
                error = again
        self._failed(record, error)
        # The kind of error and not its text, which may quote what was sent.
        detail = f"the worker failed {TRIES} times on this record ({type(error).__name__}): a bug"
        return self._inner.set_aside(record, detail, told)
