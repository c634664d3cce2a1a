"""The embedded mode keeps its registers: what was put is there in the next process, in its order."""

from pathlib import Path

import pytest

from deploy.in_process import InProcessLog
from deploy.kept_topics import KeptTopics
from producers.errors import Unavailable
from producers.register import VENUES_TOPIC, Register


def process(folder: Path, now: int) -> InProcessLog:
    """A log as a process has it that starts at this second."""
    log = InProcessLog(
        lambda: now, lambda records: [], records_max=1, kept=KeptTopics(folder / "kept.sqlite")
    )
    log.create({VENUES_TOPIC: 1, "other": 1}, [VENUES_TOPIC])
    return log


def test_the_next_process_finds_what_was_put(tmp_path: Path) -> None:
    """The newest value of each key, without those taken out; other topics are gone."""
    first = process(tmp_path, 100)
    Register(first, VENUES_TOPIC).put({"a": b"1", "b": b"2"})
    Register(first, VENUES_TOPIC).put({"a": b"3", "b": None})
    first.publish("other", 0, b"x", b"x")
    first.flush()
    first.close()
    second = process(tmp_path, 200)
    register = Register(second, VENUES_TOPIC)
    assert register.refresh() == {"a": b"3", "b": None}
    assert register.values == {"a": b"3"}
    assert second.ends("other") == {0: 0}
    second.close()


def test_places_only_grow(tmp_path: Path) -> None:
    """Or an older entry would win over a newer one of the same second (`streams.following.version_of`)."""
    highest = -1
    for number in range(4):
        log = process(tmp_path, 100)
        Register(log, VENUES_TOPIC).put({"a": b"%d" % number, "b": b"same"})
        (newest,) = (one for one in log.read(VENUES_TOPIC, 0, 0, 100)[-2:] if one.key == b"a")
        assert newest.offset > highest
        assert newest.value == b"%d" % number
        highest = newest.offset
        log.close()


def test_what_was_not_flushed_may_be_gone(tmp_path: Path) -> None:
    """As with any log; and nothing half is there."""
    log = process(tmp_path, 100)
    log.publish(VENUES_TOPIC, 0, b"1", b"a")
    log.close()
    assert Register(process(tmp_path, 100), VENUES_TOPIC).refresh() == {}


def test_a_file_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    """With its name."""
    (tmp_path / "kept.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(Unavailable, match=r"kept\.sqlite"):
        process(tmp_path, 100)
