"""Work that is done one at a time: who comes waits for a turn, and too many are told to come back."""

from asyncio import Lock
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from producers.gateway.declined import Declined

RETRY_SECONDS = 5


class Turns:
    """Turns at one thing. For one event loop. waiting_max: how many may be at it or wait for it."""

    def __init__(self, waiting_max: int) -> None:
        self._waiting_max = waiting_max
        self._waiting = 0
        self._lock = Lock()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Begins when it is one's turn. Raises Declined (429) at once where too many wait."""
        if self._waiting >= self._waiting_max:
            raise Declined("busy", after=RETRY_SECONDS)
        self._waiting += 1
        try:
            async with self._lock:
                yield
        finally:
            self._waiting -= 1
