"""A compacted topic as a table: what is newest counts, and a follower sees what another put."""

from producers.memory_log import MemoryLog
from producers.register import COMPACTED, VENUES_TOPIC, Register


def register() -> tuple[MemoryLog, Register]:
    log = MemoryLog(lambda: 0)
    log.create(dict.fromkeys(COMPACTED, 1), COMPACTED)
    return log, Register(log, VENUES_TOPIC)


def test_the_newest_word_counts() -> None:
    """Put, changed, taken out."""
    _, venues = register()
    venues.put({"a": b"1", "b": b"1"})
    venues.put({"a": b"2", "b": None})
    assert venues.values == {"a": b"2"}


def test_a_follower_is_told_what_changed() -> None:
    """Once each, with None for what is no more."""
    log, venues = register()
    follower = Register(log, VENUES_TOPIC)
    venues.put({"a": b"1", "b": b"1"})
    assert follower.refresh() == {"a": b"1", "b": b"1"}
    venues.put({"b": None})
    assert follower.refresh() == {"b": None}
    assert follower.refresh() == {}
    assert follower.values == {"a": b"1"}


def test_what_compaction_took_is_not_waited_for() -> None:
    """Offsets have holes, also at the end."""
    log, venues = register()
    venues.put({str(n): b"1" for n in range(5)})
    log.forget(VENUES_TOPIC, {0: 5})
    assert Register(log, VENUES_TOPIC).refresh() == {}


def test_a_topic_made_again_starts_over() -> None:
    """Who followed the old one forgets what the new one does not say."""
    _, venues = register()
    venues.put({"a": b"1", "b": b"1"})
    again = MemoryLog(lambda: 0)
    again.create(dict.fromkeys(COMPACTED, 1), COMPACTED)
    again.publish(VENUES_TOPIC, 0, b"3", b"b")
    venues._log = again
    assert venues.refresh() == {"a": None, "b": b"3"}
    assert venues.values == {"b": b"3"}
