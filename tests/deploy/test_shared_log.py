"""One log for several threads."""

from threading import Thread

from deploy.shared_log import one_at_a_time
from producers.memory_log import MemoryLog


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
