"""Faust's consumer, made to commit only up to the first record that was not acknowledged.

The installed Faust (0.15.3) can commit past a record that the agent was never given: a rebalance suspends the
flow in the middle of a fetch, drops some records, and goes on with the rest of the old fetch. Then
 - `_new_offset` lets the first acknowledged offset be one past the committed one, so one record is skipped;
 - a stream acknowledges the records that it skips because of the rebalance (`Stream._py_aiter`);
 - `_add_gap` takes a jump in what was read for compaction, and acknowledges it all, the last record too.
A worker that is killed then loses them: the kill ledger showed it (docs/reliability.md, F3, F20, F21). Here a
record that is not acknowledged holds the offset where it is. If it was given to nobody, that lasts: after a
while `skipped` is told, which ends the process, and whoever starts there is given the record again. The usual
way to such a record is closed: after a rebalance aiokafka goes back only where something was committed (F22).
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from aiokafka.errors import IllegalStateError
from faust.transport.drivers.aiokafka import Consumer

PATIENCE_SECONDS = 30
"""A batch of before a rebalance may be acknowledged out of order, and is given out again within seconds."""


class CarefulConsumer(Consumer):
    """skipped: told the partition and the offset of a record that was given to nobody."""

    skipped: Callable[[int, int], None]

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._since: dict[Any, float] = {}

    async def perform_seek(self) -> None:
        """Begin at what is committed, or where Kafka's records begin if that is later."""
        await super().perform_seek()
        partitions = self.assignment()
        firsts = await self.earliest_offsets(*partitions)
        never = [one for one in partitions if not self._committed_offset[one]]
        for one in partitions:
            self._committed_offset[one] = max(self._committed_offset[one] or 0, firsts.get(one) or 0)
        with suppress(IllegalStateError):  # taken away meanwhile: a rebalance goes on, which seeks again
            await self.seek_wait({one: self._committed_offset[one] or 0 for one in never})
        self._since.clear()

    def ack(self, message: Any) -> bool:
        """Count it, unless a rebalance is going on or was since: then the record is given again."""
        app = self.app
        if app.flow_control.is_active() and message.generation_id == app.consumer_generation_id:
            counted: bool = super().ack(message)
            return counted
        self._unacked_messages.discard(message)
        return False

    async def _add_gap(self, tp: Any, offset_from: int, offset_to: int) -> None:
        """Nothing is acknowledged that nobody dealt with: scans.v1 is not compacted and has no gaps."""

    def _new_offset(self, tp: Any) -> int | None:
        acked, expected = self._acked[tp], self._committed_offset[tp]
        if acked and expected is not None and min(acked) > expected:
            self._wait_for(tp, expected)
            return None
        self._since.pop(tp, None)
        offset: int | None = super()._new_offset(tp)
        return offset

    def _wait_for(self, tp: Any, offset: int) -> None:
        now = self.loop.time()
        if now - self._since.setdefault(tp, now) > PATIENCE_SECONDS:
            self.skipped(tp.partition, offset)


def careful(skipped: Callable[[int, int], None]) -> type[CarefulConsumer]:
    """The class of consumer for one app."""
    return type("Careful", (CarefulConsumer,), {"skipped": staticmethod(skipped)})
