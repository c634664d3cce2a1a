"""The newest word on each key of a compacted topic: venues, units, devices; followed as it grows.

Such a topic has one partition, so that all its changes have one order. Whoever follows it holds all of it in
memory: 100,000 venues of 400 bytes are about 60 MB.
"""

from collections.abc import Mapping

from producers.ports import Log

VENUES_TOPIC = "venues.v1"
UNITS_TOPIC = "units.v1"
DEVICES_TOPIC = "devices.v1"
COMPACTED = (VENUES_TOPIC, UNITS_TOPIC, DEVICES_TOPIC)
ENTRIES_MAX = 10_000
"""Read at a time."""


class Register:
    """A compacted topic of one partition as a table of key -> value, as of the last `refresh`.

    Raises what the log raises: Unavailable when it cannot be asked, Refused when the topic is not there.
    """

    def __init__(self, log: Log, topic: str) -> None:
        self._log = log
        self._topic = topic
        self._next = 0
        self._incarnation = ""
        self.values: dict[str, bytes] = {}

    def refresh(self) -> dict[str, bytes | None]:
        """What changed since the last time: the newest value of each key, None for one that is no more."""
        changed: dict[str, bytes | None] = {}
        if (incarnation := self._log.incarnation(self._topic)) != self._incarnation:
            # The topic was made again: what it no longer says is no more.
            changed = dict.fromkeys(self.values)
            self._next, self._incarnation = 0, incarnation
        end = self._log.ends(self._topic)[0]
        while self._next < end:
            entries = self._log.read(self._topic, 0, self._next, ENTRIES_MAX)
            if not entries:
                break  # Compaction took the last ones: nothing is left to read before the end.
            changed |= {one.key.decode(): one.value or None for one in entries}
            self._next = entries[-1].offset + 1
        for key, value in changed.items():
            if value is None:
                self.values.pop(key, None)
            else:
                self.values[key] = value
        return changed

    def put(self, values: Mapping[str, bytes | None]) -> None:
        """Publish these, None to take a key out, and return when the log has them and `values` shows them."""
        for key, value in values.items():
            self._log.publish(self._topic, 0, value, key.encode())
        self._log.flush()
        self.refresh()
