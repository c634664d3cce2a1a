"""What the gateway remembers, in Redis, shared by all gateways; when Redis is down, in this process."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from producers.errors import TruyvetError
from producers.gateway.memory import Memory
from producers.redis_link import RedisLink

ADD = b"""
local new = {}
for i = 1, #KEYS do new[i] = redis.call('SET', KEYS[i], '', 'NX', 'EX', ARGV[1]) and 1 or 0 end
return new
"""
PUT = b"for i = 1, #KEYS do redis.call('SET', KEYS[i], ARGV[i + 1], 'EX', ARGV[1]) end"
COUNT = b"""
local found, at = {}, 2
for i = 1, #KEYS do
  local many = tonumber(ARGV[at])
  if many > 0 then redis.call('PFADD', KEYS[i], unpack(ARGV, at + 1, at + many)) end
  redis.call('EXPIRE', KEYS[i], ARGV[1])
  found[i] = redis.call('PFCOUNT', KEYS[i])
  at = at + many + 1
end
return found
"""
TALLY = b"""
local found = {}
for i = 1, #KEYS do
  found[i] = redis.call('INCRBY', KEYS[i], ARGV[i + 1])
  if found[i] == tonumber(ARGV[i + 1]) then redis.call('EXPIRE', KEYS[i], ARGV[1]) end
end
return found
"""
"""Scripts, for each is one command; a pipeline of small ones costs us many times as much."""
MEMBERS_MAX = 5_000
"""Of one key in one command: more do not fit a script's stack."""
AWAY_SECONDS = 5
"""How long Redis is left alone after it failed."""

Answer = TypeVar("Answer")


class RedisMemory:
    """A `Memory` at `redis://host:6379/0`. Counts are HyperLogLog: about 1 % off, 12 kB at most."""

    def __init__(self, url: str) -> None:
        self._link = RedisLink(url)

    def add(self, keys: Sequence[bytes], seconds: int) -> list[bool]:
        """Which of these were not there? They are now."""
        return [bool(one) for one in self._ask(ADD, keys, b"%d" % seconds)] if keys else []

    def get(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """The values still kept."""
        if not keys:
            return []
        with self._link.sentences():
            return list(self._link.command(b"MGET", *keys))

    def put(self, values: Mapping[bytes, bytes], seconds: int) -> None:
        """Keep these."""
        if values:
            self._ask(PUT, list(values), b"%d" % seconds, *values.values())

    def count(self, members: Mapping[bytes, Collection[bytes]], seconds: int) -> dict[bytes, int]:
        """About how many different ones each key has now."""
        if not members:
            return {}
        words = [b"%d" % seconds]
        for more in members.values():
            few = list(more)[:MEMBERS_MAX]
            words += [b"%d" % len(few), *few]
        return dict(zip(members, self._ask(COUNT, list(members), *words), strict=True))

    def tally(self, amounts: Mapping[bytes, int], seconds: int) -> dict[bytes, int]:
        """The sums now."""
        if not amounts:
            return {}
        words = (b"%d" % amount for amount in amounts.values())
        return dict(zip(amounts, self._ask(TALLY, list(amounts), b"%d" % seconds, *words), strict=True))

    def close(self) -> None:
        """Give the connections back."""
        self._link.close()

    def _ask(self, script: bytes, keys: Sequence[bytes], *words: bytes) -> list[int]:
        with self._link.sentences():
            found: list[int] = self._link.command(b"EVAL", script, b"%d" % len(keys), *keys, *words)
        return found


class SteadyMemory:
    """A shared memory, and one of this process for as long as the shared one fails: it never raises.

    clock: epoch seconds. failed: told each time the shared one could not be used.
    """

    def __init__(
        self, shared: Memory, own: Memory, clock: Callable[[], float], failed: Callable[[TruyvetError], None]
    ) -> None:
        self._shared = shared
        self._own = own
        self._clock = clock
        self._failed = failed
        self._away_until = 0.0

    def add(self, keys: Sequence[bytes], seconds: int) -> list[bool]:
        """Which of these were not there? They are now."""
        return self._asked(lambda memory: memory.add(keys, seconds))

    def get(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """The values still kept."""
        return self._asked(lambda memory: memory.get(keys))

    def put(self, values: Mapping[bytes, bytes], seconds: int) -> None:
        """Keep these."""
        self._asked(lambda memory: memory.put(values, seconds))

    def count(self, members: Mapping[bytes, Collection[bytes]], seconds: int) -> dict[bytes, int]:
        """About how many different ones each key has now."""
        return self._asked(lambda memory: memory.count(members, seconds))

    def tally(self, amounts: Mapping[bytes, int], seconds: int) -> dict[bytes, int]:
        """The sums now."""
        return self._asked(lambda memory: memory.tally(amounts, seconds))

    def _asked(self, ask: Callable[[Memory], Answer]) -> Answer:
        if self._clock() >= self._away_until:
            try:
                return ask(self._shared)
            except TruyvetError as why:
                self._away_until = self._clock() + AWAY_SECONDS
                self._failed(why)
        return ask(self._own)
