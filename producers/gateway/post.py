"""One signed request with scans on its way through the gateway, and what became of it."""

from typing import NamedTuple

from producers.gateway.asked import Answer, Damaged, ScanAsked
from producers.gateway.signature import Signed


class Post(NamedTuple):
    """A request whose signature is right.

    received: of our clock, epoch seconds. address: the network's. key: its Idempotency-Key, or empty.
    """

    signed: Signed
    scans: list[ScanAsked | Damaged]
    received: int
    address: str
    key: str = ""

    @property
    def skew(self) -> int:
        """Seconds the device's clock is ahead of ours."""
        return self.signed.at - self.received


class Taken(NamedTuple):
    """The answers to a request, given after Kafka acknowledged its scans.

    nonce: one of ours, for a device whose clock went back. again: these are the answers of before.
    """

    answers: list[Answer]
    skew: int
    nonce: str = ""
    again: bool = False


Packet = tuple[str, int, bytes, bytes | None]
"""Topic, partition, value, key: one record of another topic than that of scans."""
