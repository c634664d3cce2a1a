"""Which of many requests are new, within their limits, and not answered before: decided together."""

import json
from collections import Counter
from collections.abc import Collection, Sequence
from hashlib import blake2b, sha256
from secrets import token_bytes

from producers.gateway.declined import Declined
from producers.gateway.fresh import (
    DRAWN_BYTES,
    MARK_SECONDS,
    NONCE_SECONDS,
    Mark,
    followed,
    is_ours,
    our_nonce,
    unpacked,
)
from producers.gateway.memory import ANSWERS, MARKS, NONCES, Memory
from producers.gateway.post import Post, Taken
from producers.gateway.rates import Key, Rates
from producers.gateway.signature import Signed

DIGEST_BYTES = 16
ANSWER_SECONDS = 3600
"""How long the answers to an Idempotency-Key are kept."""


class Admission:
    """Tells new requests from those sent again. key: of our nonces."""

    def __init__(self, memory: Memory, rates: Rates, key: bytes) -> None:
        self._memory = memory
        self._rates = rates
        self._key = key

    def first_time(self, requests: Sequence[tuple[Signed, int]]) -> list[str | Declined]:
        """Is each (request, when we received it) new? The nonce to use next, mostly empty; or Declined."""
        nonces = [
            _key_of(NONCES, signed.device.device, bytes.fromhex(signed.nonce)) for signed, _ in requests
        ]
        new = self._memory.add(nonces, NONCE_SECONDS)
        marks = marks_of(self._memory, dict.fromkeys(signed.device.device for signed, _ in requests))
        told: list[str | Declined] = []
        for (signed, now), unseen in zip(requests, new, strict=True):
            told.append(self._judged(signed, now, marks) if unseen else Declined("nonce_seen"))
        self._memory.put(
            {_key_of(MARKS, device): mark.packed() for device, mark in marks.items() if mark is not None},
            MARK_SECONDS,
        )
        return told

    def _judged(self, signed: Signed, now: int, marks: dict[str, Mark | None]) -> str | Declined:
        device, before = signed.device.device, marks[signed.device.device]
        fine, mark = followed(before, signed.at, now)
        ours = not fine and is_ours(self._key, device, signed.nonce, now)
        if fine:
            marks[device] = mark
            return ""
        if ours and before is not None:
            marks[device] = before.heard(signed.at, now)
        nonce = our_nonce(self._key, device, now, token_bytes(DRAWN_BYTES))
        return nonce if ours else Declined("clock_went_back", nonce=nonce)

    def within_limits(self, posts: Sequence[Post]) -> list[Declined | None]:
        """Takes the scans of these from their limits; who passes one is told to come back."""
        amounts: Counter[Key] = Counter()
        for post in posts:
            amounts["address", post.address] += 1
            amounts["device", post.signed.device.device] += len(post.scans)
        sums = self._rates.take(amounts)
        return [
            self._rates.judge(
                sums["address", post.address], post.signed.device, sums["device", post.signed.device.device]
            )
            for post in posts
        ]

    def answered(self, posts: Sequence[Post]) -> list[Taken | Declined | None]:
        """Of those with an Idempotency-Key: the answers of before. Declined for a key used otherwise."""
        keyed = [post for post in posts if post.key]
        if not keyed:
            return [None] * len(posts)
        found = dict(zip(map(id, keyed), self._memory.get([answer_key(post) for post in keyed]), strict=True))
        return [_before(post, found.get(id(post))) for post in posts]

    def remember(self, answered: Sequence[tuple[Post, Taken]]) -> None:
        """Keep the answers of those with an Idempotency-Key."""
        kept = {
            answer_key(post): _digest(post) + json.dumps(taken.answers, separators=(",", ":")).encode()
            for post, taken in answered
            if post.key and not taken.again
        }
        self._memory.put(kept, ANSWER_SECONDS)


def marks_of(memory: Memory, devices: Collection[str]) -> dict[str, Mark | None]:
    """What is remembered of these devices; None for those that sent nothing."""
    found = memory.get([_key_of(MARKS, device) for device in devices])
    return {
        device: None if value is None else unpacked(value)
        for device, value in zip(devices, found, strict=True)
    }


def answer_key(post: Post) -> bytes:
    """Where the answers to a request's Idempotency-Key are kept: each device has keys of its own."""
    return _key_of(ANSWERS, post.signed.device.device, blake2b(post.key.encode(), digest_size=16).digest())


def _digest(post: Post) -> bytes:
    return sha256(post.signed.body).digest()[:DIGEST_BYTES]


def _before(post: Post, kept: bytes | None) -> Taken | Declined | None:
    if kept is None:
        return None
    if kept[:DIGEST_BYTES] != _digest(post):
        return Declined("key_reused")
    return Taken(json.loads(kept[DIGEST_BYTES:]), post.skew, again=True)


def _key_of(kind: bytes, device: str, rest: bytes = b"") -> bytes:
    return kind + bytes.fromhex(device) + rest
