"""An index that is behind says until when it is complete, also when it cannot be refreshed any more."""

from typing import Any

from deploy.indexing import Indexing
from producers.errors import Refused, Unavailable


class Reader:
    """A reader whose refresh does what it is told."""

    def __init__(self) -> None:
        self.index: Any = None
        self.fails: Exception | None = None

    def refresh(self) -> None:
        if self.fails is not None:
            raise self.fails
        self.index = [1, 2, 3]


def made() -> tuple[Indexing, Reader, list[int]]:
    """An indexing of this reader, and the clock it reads."""
    reader, now = Reader(), [1000]
    return Indexing(reader, 10, lambda: now[0]), reader, now  # type: ignore[arg-type]


def test_before_the_first_refresh_the_store_s_watermark_holds():
    """The store answers, and nothing is held back."""
    indexing, _, _ = made()
    assert indexing.complete_until(990) == 990
    assert indexing.complete_until(None) is None


def test_an_answer_is_complete_until_the_watermark_before_the_refresh():
    """A newer watermark of the store is no claim of the index, and of an older one no more is claimed."""
    indexing, _, _ = made()
    indexing.refresh(900)
    assert indexing.complete_until(990) == 900
    assert indexing.complete_until(800) == 800
    indexing.refresh(950)
    assert indexing.complete_until(990) == 950


def test_an_index_that_stays_behind_says_so():
    """While the store is down the old watermark holds, and the age grows."""
    indexing, reader, now = made()
    indexing.refresh(900)
    reader.fails = Unavailable("the store is down: wait.")
    now[0] = 1060
    indexing.refresh(1050)
    assert indexing.complete_until(1055) == 900
    assert indexing.gauges()["truyvet_index_age_seconds"]() == 60
    assert indexing.gauges()["truyvet_index_visits"]() == 3


def test_the_first_refresh_already_holds_the_watermark_back():
    """Who asked for the watermark before the index was there may be answered from it."""
    indexing, reader, _ = made()
    seen = []
    reader.refresh = lambda: seen.append(indexing.complete_until(990))  # type: ignore[method-assign]
    indexing.refresh(900)
    assert seen == [900]


def test_without_memory_for_an_index_the_store_answers():
    """Refused is no outage: the store's own watermark holds again."""
    indexing, reader, _ = made()
    reader.fails = Refused("it would need more memory: allow more.")
    indexing.refresh(900)
    assert indexing.complete_until(990) == 990
    assert indexing.gauges()["truyvet_index_visits"]() == 0


def test_an_unknown_watermark_stays_unknown():
    """Where the broker was never reached nobody knows until when anything is complete."""
    indexing, _, _ = made()
    indexing.refresh(None)
    assert indexing.complete_until(990) is None
