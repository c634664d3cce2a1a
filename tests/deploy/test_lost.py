"""What Kafka dropped unread is told, waited for, and given up by nobody but an operator, once."""

from types import SimpleNamespace
from typing import Any

from deploy.lost import Lost, give_up, lost
from producers.memory_log import MemoryLog
from producers.scan import TOPIC
from storage.memory import MemoryStore
from streams.dead_letters import DeadLetter


class Letters:
    """Dead letters, by name."""

    def __init__(self) -> None:
        self.found: dict[Any, DeadLetter] = {}

    def put(self, letters: list[DeadLetter]) -> None:
        self.found |= {one.name: one for one in letters}


def world(dropped: dict[int, int]) -> Any:
    """Two partitions of ten records; so many of each are no longer kept."""
    log = MemoryLog(lambda: 0)
    log.create({TOPIC: 2})
    for number in range(20):
        log.publish(TOPIC, number % 2, b"[]")
    log.forget(TOPIC, dropped)
    return SimpleNamespace(log=log, store=MemoryStore(), letters=Letters())


def whole(made: Any, partition: int, until: int) -> None:
    made.store.settle(made.log.incarnation(TOPIC), {partition: until})


def test_what_is_kept_or_was_dealt_with_is_not_lost() -> None:
    made = world({0: 4})
    whole(made, 0, 4)
    assert lost(made) == []


def test_what_was_dropped_is_waited_for_until_it_is_given_up() -> None:
    """Then a letter says which; done twice, it is still one. What is kept is waited for as before."""
    made = world({0: 7, 1: 10})
    whole(made, 0, 4)
    found = lost(made)
    assert found == [Lost(0, 4, 7, 3), Lost(1, 0, 10, 10)]
    give_up(made, found)
    give_up(made, found)
    assert lost(made) == []
    name = made.log.incarnation(TOPIC)
    assert made.store.first_unprocessed(name, made.log.ends(TOPIC)) == {0: (7, 3)}
    assert [(one.reason, one.partition, one.offset, one.body) for one in made.letters.found.values()] == [
        ("lost", 0, 4, b""),
        ("lost", 1, 0, b""),
    ]
    assert "3 records from this one on, before 7" in made.letters.found[name, 0, 4, -1].detail
