"""The cache of timelines in Redis, shared by all workers.

Redis is a cache here: FLUSHALL or an eviction costs time, never truth. A save that fails must be
repeated, though: a timeline left behind as it was would claim to be complete.
"""

from collections.abc import Collection, Mapping

import numpy as np

from producers.redis_link import RedisLink

PERSONS_PER_COMMAND = 5_000
"""Redis serves others between commands; one of this size takes about 20 ms."""
KEEP_SECONDS = 48 * 3600
"""An entry expires so long after its person's last scan was stored. It reaches back 42 hours from that
scan (`streams.revise.KEEP_SECONDS`); who comes back later is read from the store, once."""
SAVE = b"for i = 1, #KEYS do redis.call('SET', KEYS[i], ARGV[i], 'EX', ARGV[#ARGV]) end"
"""MSET knows no expiry. As a script it is one command as well; a pipeline costs us 15 times as much."""

PREFIX = b"t:"


class RedisTimelines:
    """`streams.ports.Timelines` at `redis://user:password@host:6379/0` (`rediss://` with TLS).

    Connects at the first call. Safe to use from several threads.
    """

    def __init__(self, url: str, *, prefix: bytes = PREFIX) -> None:
        self._link = RedisLink(url)
        self._prefix = prefix

    def load(self, persons: Collection[int]) -> dict[int, bytes]:
        """The timelines still kept; a person without one is left out. Raises Unavailable, Refused."""
        keys, values = self._keys(persons), list[bytes | None]()
        with self._link.sentences():
            for n in range(0, len(keys), PERSONS_PER_COMMAND):
                values += self._link.command(b"MGET", *keys[n : n + PERSONS_PER_COMMAND])
        found = zip(persons, values, strict=True)
        return {person: value for person, value in found if value is not None}

    def save(self, timelines: Mapping[int, bytes]) -> None:
        """Keep these for a while. Raises Unavailable, Refused; some may be kept then, so save all again."""
        keys, values = self._keys(timelines), list(timelines.values())
        with self._link.sentences():
            for n in range(0, len(keys), PERSONS_PER_COMMAND):
                some = keys[n : n + PERSONS_PER_COMMAND]
                words = *some, *values[n : n + PERSONS_PER_COMMAND], b"%d" % KEEP_SECONDS
                self._link.command(b"EVAL", SAVE, b"%d" % len(some), *words)

    def close(self) -> None:
        """Give the connections back."""
        self._link.close()

    def _keys(self, persons: Collection[int]) -> list[bytes]:
        """The keys of these people, prefix and 8 bytes; made together, in a quarter of the time."""
        length = len(self._prefix)
        keys = np.empty((len(persons), length + 8), np.uint8)
        keys[:, :length] = np.frombuffer(self._prefix, np.uint8)
        numbers = np.fromiter(persons, np.uint64, len(persons)).astype(">u8")
        keys[:, length:] = numbers.view(np.uint8).reshape(-1, 8)
        made: list[bytes] = keys.view(f"V{length + 8}").ravel().tolist()
        return made
