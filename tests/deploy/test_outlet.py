"""The way into the log outlives its outages."""

from threading import Thread

import pytest

from deploy.outlet import Renewed, one_at_a_time
from producers.errors import Unavailable
from producers.memory_log import MemoryLog


class Outage(MemoryLog):
    """A log that cannot be reached while `down`, and counts how often it was closed."""

    down = False
    closed = 0

    def flush(self) -> None:
        if self.down:
            raise Unavailable("Kafka does not answer: start it.")

    def close(self) -> None:
        self.closed += 1
        if self.down:
            raise RuntimeError("closing failed too")


def test_after_a_failure_the_log_is_opened_anew() -> None:
    """The old one is closed, and a failure to close is no failure of ours."""
    opened: list[Outage] = []

    def open_one() -> Outage:
        opened.append(Outage(lambda: 0))
        opened[-1].create({"t": 1})
        return opened[-1]

    outlet = Renewed(open_one)
    outlet.publish("t", 0, b"a")
    outlet.flush()
    opened[0].down = True
    outlet.publish("t", 0, b"b")
    with pytest.raises(Unavailable):
        outlet.flush()
    outlet.publish("t", 0, b"b")
    outlet.flush()
    assert [[entry.value for entry in log.read("t", 0, 0, 9)] for log in opened] == [[b"a", b"b"], [b"b"]]
    outlet.close()
    assert [log.closed for log in opened] == [1, 1]


def test_several_threads_may_share_one_log() -> None:
    """No record is lost and none has another's place."""
    log = one_at_a_time(MemoryLog(lambda: 0))
    log.create({"t": 1})

    def work() -> None:
        for _ in range(500):
            log.publish("t", 0, b"x")

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [entry.offset for entry in log.read("t", 0, 0, 9999)] == list(range(2000))
