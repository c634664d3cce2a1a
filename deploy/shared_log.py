"""A log that several threads may share."""

from threading import RLock
from typing import Any, cast

from producers.ports import Log


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
