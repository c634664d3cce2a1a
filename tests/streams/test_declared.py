"""Declarations reach the store once, whatever dies on the way, and what is none stops no other."""

from collections.abc import Mapping, Sequence

import pytest
from declared_events import AN, BINH, CAR, CHI, NOON, decision, health, movement

from producers import declaration
from producers import health as health_topic
from producers.errors import Unavailable
from producers.memory_log import MemoryLog
from producers.ports import Entry
from producers.venue import venue_key
from streams.declared import KINDS, TOPICS, Keeping, Kept, Told, told


class Book:
    """A store in dictionaries. `fails`: before which write or mark it is down once."""

    def __init__(self) -> None:
        self.rows: dict[tuple[int, int, int, int, int], Told] = {}
        self.marks: dict[tuple[str, int], int] = {}
        self.fails: str = ""

    def _down(self, what: str) -> None:
        if self.fails == what:
            self.fails = ""
            raise Unavailable("down")

    def reached(self) -> dict[tuple[str, int], int]:
        return dict(self.marks)

    def write(self, rows: Sequence[Told]) -> None:
        self._down("write")
        self.rows |= {(row.person, row.at, row.id, row.kind, row.companion): row for row in rows}

    def reach(self, log: str, nexts: Mapping[int, int]) -> None:
        self._down("reach")
        self.marks |= {(log, partition): following for partition, following in nexts.items()}


@pytest.fixture
def log() -> MemoryLog:
    """Both topics, with a journey, what was decided on it, rubbish, and a health declaration."""
    made = MemoryLog(lambda: NOON + 90)
    made.create(dict.fromkeys(TOPICS, 2))
    made.publish(declaration.TOPIC, 1, movement())
    made.publish(declaration.TOPIC, 1, b"rubbish")
    made.publish(declaration.TOPIC, 1, decision())
    made.publish(health_topic.TOPIC, 0, health())
    made.publish(health_topic.TOPIC, 0, movement())
    return made


def test_each_person_of_a_journey_has_a_row() -> None:
    """The declarer and whoever travels along, with the venue keys of checkpoint and vehicle."""
    entry = Entry(1, 7, NOON + 90, movement())
    rows = told(declaration.TOPIC, entry)
    assert [(row.person, row.companion) for row in rows] == [(int(AN, 16), 0), (int(BINH, 16), 1)]
    for row in rows:
        assert (row.kind, row.at, row.received) == (KINDS["movement"], NOON, NOON + 90)
        assert (row.venue, row.vehicle) == (venue_key("chốt Lăng Cô"), venue_key(CAR))
        assert row.body.encode() == movement()


def test_everything_new_is_kept_and_rubbish_is_counted(log: MemoryLog) -> None:
    """A second step finds nothing; what is added later is found."""
    book = Book()
    keeping = Keeping(log, book)
    assert keeping.step() == Kept(4, 2)
    assert sorted(row.kind for row in book.rows.values()) == [1, 1, 2, 3]
    assert {row.person for row in book.rows.values() if row.kind == 3} == {int(CHI, 16)}
    assert keeping.step() == Kept(0, 0)
    log.publish(health_topic.TOPIC, 1, health("3" * 16))
    assert keeping.step() == Kept(1, 0)


@pytest.mark.parametrize("fails", ["write", "reach"])
def test_a_store_that_is_down_for_a_moment_loses_nothing(log: MemoryLog, fails: str) -> None:
    """Neither in this process nor in the next one; and nothing is there twice."""
    book = Book()
    book.fails = fails
    keeping = Keeping(log, book)
    with pytest.raises(Unavailable):
        keeping.step()
    quiet = Book()
    Keeping(log, quiet).step()
    for after in (keeping, Keeping(log, book)):
        after.step()
        assert (book.rows, book.marks) == (quiet.rows, quiet.marks)


def test_a_topic_made_again_is_read_from_its_beginning(log: MemoryLog) -> None:
    """Its offsets start over."""
    book = Book()
    Keeping(log, book).step()
    again = MemoryLog(lambda: NOON)
    again.create(dict.fromkeys(TOPICS, 2))
    again.publish(declaration.TOPIC, 0, movement("9" * 16))
    assert Keeping(again, book).step() == Kept(2, 0)
