"""Tells a new request from one of before sent again, by the device's own clock, right or wrong.

A wrong clock is no reason to refuse a scan, so the gateway's clock cannot say how old a request is. Two rules
say it together. Nonces are remembered for three periods. And a device's times may not fall back behind the
highest one of two periods ago: whatever was taken before then has a time that is not above that floor, and
whatever was taken since has its nonce remembered. So a request that was taken is never taken again.

Who honestly falls back (a clock was set right, a kiosk without a clock battery started) is given a nonce of
ours and signs with that: it proves that the request is new whatever its time (as ACME's nonces do, RFC 8555).
"""

from hmac import compare_digest, digest
from typing import NamedTuple

PERIOD_SECONDS = 600
NONCE_SECONDS = 3 * PERIOD_SECONDS
"""How long a nonce is remembered."""
OURS_SECONDS = 300
"""How long a nonce of ours may be used."""
APART_SECONDS = 10
"""How far the clocks of two gateways may be apart: one gives a nonce, the other is asked with it."""
MARK_SECONDS = 400 * 86_400
"""How long a device that sends nothing is remembered."""
NUMBER_BYTES = 5
DRAWN_BYTES = 3
DOMAIN = b"truyvet nonce v1\0"


class Mark(NamedTuple):
    """What is remembered of a device: times of its clock, and since when (ours) `middle` holds.

    at, received: its newest request by its clock and by ours; 0 where an earlier version remembered.
    """

    floor: int
    middle: int
    highest: int
    since: int
    at: int = 0
    received: int = 0

    def packed(self) -> bytes:
        return b"".join(max(0, one).to_bytes(NUMBER_BYTES, "big") for one in self)

    def heard(self, at: int, received: int) -> "Mark":
        """After a request that is surely new."""
        return self._replace(at=at, received=received)

    @property
    def skew(self) -> int | None:
        """Seconds its clock was ahead of ours at its newest request."""
        return self.at - self.received if self.received else None


def unpacked(mark: bytes) -> Mark:
    """Reads `Mark.packed`."""
    starts = range(0, NUMBER_BYTES * len(Mark._fields), NUMBER_BYTES)
    return Mark(*(int.from_bytes(mark[start : start + NUMBER_BYTES], "big") for start in starts))


def followed(mark: Mark | None, at: int, now: int) -> tuple[bool, Mark]:
    """May a request with an unseen nonce be new? With what is to be remembered if it is taken.

    at: of the device's clock; now: of ours; both epoch seconds.
    """
    if mark is None:
        return True, Mark(0, 0, at, now).heard(at, now)
    age = now - mark.since
    if age >= 2 * PERIOD_SECONDS:
        mark = Mark(mark.highest, mark.highest, mark.highest, now)
    elif age >= PERIOD_SECONDS:
        mark = Mark(mark.middle, mark.highest, mark.highest, now)
    return at > mark.floor, mark._replace(highest=max(mark.highest, at)).heard(at, now)


def our_nonce(key: bytes, device: str, now: int, drawn: bytes) -> str:
    """A nonce for this device to use soon: 32 hex digits, the moment, 3 random bytes, a proof."""
    return _nonce(key, device, now.to_bytes(NUMBER_BYTES, "big") + drawn[:DRAWN_BYTES])


def is_ours(key: bytes, device: str, nonce: str, now: int) -> bool:
    """Was this nonce given to this device a short time ago?"""
    begin = bytes.fromhex(nonce)[: NUMBER_BYTES + DRAWN_BYTES]
    given = int.from_bytes(begin[:NUMBER_BYTES], "big")
    soon = given - APART_SECONDS <= now < given + OURS_SECONDS
    return soon and compare_digest(nonce, _nonce(key, device, begin))


def _nonce(key: bytes, device: str, begin: bytes) -> str:
    proof = digest(key, DOMAIN + device.encode() + begin, "sha256")
    return (begin + proof)[:16].hex()
