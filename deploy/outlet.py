"""A way into the log that outlives an outage of it, and one that several threads may share."""

from collections.abc import Callable
from contextlib import suppress
from threading import RLock
from typing import Any, cast

from producers.errors import TruyvetError
from producers.ports import Log


class Renewed:
    """Publishes through a log that is opened again after each failure. For one thread.

    A client whose records were given up keeps counting them as on their way; a new one begins anew.
    """

    def __init__(self, opened: Callable[[], Log]) -> None:
        self._opened = opened
        self._log: Log | None = None

    def publish(self, topic: str, partition: int, value: bytes | None, key: bytes | None = None) -> None:
        """As `Log.publish`. Raises Unavailable, Refused."""
        self._asked(lambda log: log.publish(topic, partition, value, key))

    def flush(self) -> None:
        """As `Log.flush`. Raises Unavailable, Refused."""
        self._asked(lambda log: log.flush())

    def close(self) -> None:
        """Close what is open; what was published and not flushed may be lost."""
        log, self._log = self._log, None
        if log is not None:
            log.close()

    def _asked(self, ask: Callable[[Log], None]) -> None:
        if self._log is None:
            self._log = self._opened()
        try:
            ask(self._log)
        except TruyvetError:
            with suppress(Exception):  # what failed may fail at closing too
                self.close()
            raise


class _Locked:
    """Every method of a log, one at a time."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._lock = RLock()

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._log, name)

        def alone(*words: Any, **named: Any) -> Any:
            with self._lock:
                return method(*words, **named)

        return alone


def one_at_a_time(log: Log) -> Log:
    """The same log for several threads: the embedded mode has only one."""
    return cast(Log, _Locked(log))
