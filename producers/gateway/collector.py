"""Collects requests that arrive together and lets one thread take them, so that many share one record."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Condition, Thread
from typing import NamedTuple

from producers.errors import TruyvetError
from producers.gateway.batch import Outcome
from producers.gateway.declined import Declined
from producers.gateway.post import Packet, Post, Taken

RETRY_SECONDS = 5
Take = Callable[[Sequence[Post], Sequence[Packet]], list[Outcome]]


@dataclass(frozen=True)
class Room:
    """How much may wait and how long. Scans; seconds."""

    waiting_max: int = 10_000
    batch_max: int = 4_000
    collect_seconds: float = 0.02


class _Waiting(NamedTuple):
    what: Post | Sequence[Packet]
    done: "asyncio.Future[Outcome | None]"

    @property
    def size(self) -> int:
        return max(1, len(self.what.scans) if isinstance(self.what, Post) else len(self.what))


class Collector:
    """A thread that takes what waits, as long as `closed` was not called. For one event loop.

    take: what is done with a batch. failed: told of each batch that was not taken, and why.
    Two limits keep a flood from becoming a collapse: what does not fit is declined at once (429), and what
    was let in is answered within the time that two batches take.
    """

    def __init__(self, take: Take, room: Room, failed: Callable[[BaseException], None]) -> None:
        self._take = take
        self._room = room
        self._failed = failed
        self._something = Condition()
        self._waiting: deque[_Waiting] = deque()
        self._at_work = 0
        self._scans = 0
        self._open = True
        self._thread = Thread(target=self._work, name="collector", daemon=True)
        self._thread.start()

    @property
    def scans(self) -> int:
        """How many wait or are being taken."""
        with self._something:  # else those that go from the one to the other would count twice
            return self._scans + self._at_work

    def check(self) -> None:
        """Raises Declined (429) while there is no room: to be asked before a body is even read."""
        if self.scans >= self._room.waiting_max:
            raise Declined("busy", after=RETRY_SECONDS)

    async def post(self, post: Post) -> Taken:
        """The answers, once Kafka has acknowledged. Raises Declined (503 where Kafka cannot be reached)."""
        outcome = await self._submit(post)
        assert isinstance(outcome, Taken)
        return outcome

    async def publish(self, packets: Sequence[Packet]) -> None:
        """Return when the log has acknowledged these records. Raises Declined."""
        await self._submit(packets)

    async def _submit(self, what: Post | Sequence[Packet]) -> Outcome | None:
        self.check()
        waiting = _Waiting(what, asyncio.get_running_loop().create_future())
        with self._something:
            if not self._open:
                raise Declined("later", after=RETRY_SECONDS)
            self._waiting.append(waiting)
            self._scans += waiting.size
            self._something.notify()
        outcome = await waiting.done
        if isinstance(outcome, Declined):
            raise outcome
        return outcome

    def close(self) -> None:
        """Take what still waits, then stop."""
        with self._something:
            self._open = False
            self._something.notify()
        self._thread.join()

    def _work(self) -> None:
        while batch := self._next():
            self._tell(batch, self._outcomes(batch))
            self._at_work = 0

    def _next(self) -> list[_Waiting]:
        """What arrived while the last batch was taken and a moment longer; nothing when it is over."""
        room = self._room
        with self._something:
            self._something.wait_for(lambda: self._waiting or not self._open)
            self._something.wait_for(
                lambda: self._scans >= room.batch_max or not self._open, room.collect_seconds
            )
            batch: list[_Waiting] = []
            while self._waiting and self._at_work < room.batch_max:
                one = self._waiting.popleft()
                batch.append(one)
                self._at_work += one.size
                self._scans -= one.size
            return batch

    def _outcomes(self, batch: Sequence[_Waiting]) -> list[Outcome | None]:
        posts = [one.what for one in batch if isinstance(one.what, Post)]
        packets = [packet for one in batch if not isinstance(one.what, Post) for packet in one.what]
        try:
            taken = iter(self._take(posts, packets))
        except TruyvetError as why:
            self._failed(why)
            return [Declined("later", after=RETRY_SECONDS) for _ in batch]
        except Exception as bug:
            # One request must not end the thread on which all others wait.
            self._failed(bug)
            return [Declined("failed") for _ in batch]
        return [next(taken) if isinstance(one.what, Post) else None for one in batch]

    def _tell(self, batch: Sequence[_Waiting], outcomes: Sequence[Outcome | None]) -> None:
        """All answers in one step of the event loop, which otherwise wakes for each."""

        def tell() -> None:
            for one, outcome in zip(batch, outcomes, strict=True):
                if not one.done.done():
                    one.done.set_result(outcome)

        loop = batch[0].done.get_loop()
        if not loop.is_closed():
            loop.call_soon_threadsafe(tell)
