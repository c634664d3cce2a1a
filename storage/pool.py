"""Connections that wait for their next use, so that each call has one to itself."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

Connection = TypeVar("Connection")


class Pool(Generic[Connection]):
    """As many connections as there are calls at once; the last used is used next.

    A connection that an error went through is closed: its state is not known, so the next call
    makes a new one. Safe between threads, because a deque's append and pop are.
    """

    def __init__(self, connect: Callable[[], Connection], disconnect: Callable[[Connection], None]) -> None:
        self._connect = connect
        self._disconnect = disconnect
        self._idle: deque[Connection] = deque()

    @contextmanager
    def borrow(self) -> Iterator[Connection]:
        """A connection for the length of a `with`; leaving by any exception closes it."""
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._connect()
        try:
            yield connection
        except BaseException:
            self._disconnect(connection)
            raise
        self._idle.append(connection)

    def close(self) -> None:
        """Close what is idle; what is in use is closed by its user's error or the next close."""
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return
            self._disconnect(connection)
