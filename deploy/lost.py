"""Records that Kafka dropped before anyone had dealt with them to the end: they will wait for ever.

It happens where workers are down for longer than Kafka keeps scans. `lag` and the watermark are right to
count them, for the answers lack what they held; until an operator gives them up. Then a dead letter says
which they were, for whoever asks later why something is missing, and everything goes on without them.
"""

from collections.abc import Sequence
from typing import NamedTuple

from deploy.wiring import Wiring, clock
from producers.scan import TOPIC
from streams.dead_letters import DeadLetter


class Lost(NamedTuple):
    """So many records of a partition, in [first, until): Kafka keeps none before `until`."""

    partition: int
    first: int
    until: int
    records: int


def lost(wiring: Wiring) -> list[Lost]:
    """By partition; without those that have none."""
    starts = {partition: first for partition, first in wiring.log.starts(TOPIC).items() if first}
    gone = wiring.store.first_unprocessed(wiring.log.incarnation(TOPIC), starts)
    return [Lost(partition, first, starts[partition], many) for partition, (first, many) in gone.items()]


def give_up(wiring: Wiring, found: Sequence[Lost]) -> None:
    """Nobody waits for them any more. The letters come first: done twice, a letter is still one."""
    log = wiring.log.incarnation(TOPIC)
    if found:
        wiring.letters.put([_letter(log, one, clock()) for one in found])
        wiring.store.settle(log, {one.partition: one.until for one in found})


def _letter(log: str, one: Lost, now: int) -> DeadLetter:
    detail = f"{one.records} records from this one on, before {one.until}: Kafka dropped them unread"
    return DeadLetter("lost", detail, log, one.partition, one.first, -1, now, b"", schema_version=None)
