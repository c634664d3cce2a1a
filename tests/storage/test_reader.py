"""The SQL reader cuts its questions and walks in slices without losing, doubling or splitting anything."""

from collections.abc import Iterator

import pytest
from store_worlds import AN, LARGEST, NOON, put, row, stay, writes

from storage import reader, spans
from storage.engine import BLOCK_ROWS
from storage.ports import Presence
from storage.store import SqlStore

ALWAYS = (0, 2**32)


@pytest.fixture
def crowded(sql_store: SqlStore) -> SqlStore:
    """Venues spread over all keys, one of them with more visits than a block holds."""
    visits = [stay(v, p, NOON + p % 5, NOON + 60) for v in range(0, LARGEST, 2**60) for p in range(30)]
    visits += [stay(LARGEST, p, NOON, NOON + 60) for p in range(BLOCK_ROWS + 10)]
    put(sql_store, *visits)
    return sql_store


@pytest.mark.parametrize("per_slice", [5_000, 10_000_000])
def test_slices_and_blocks_do_not_show(
    crowded: SqlStore, monkeypatch: pytest.MonkeyPatch, per_slice: int
) -> None:
    """A venue comes whole even when the engine gives it in two blocks."""
    monkeypatch.setattr(reader, "VISITS_PER_SLICE", per_slice)
    sizes = [(together[0].venue, len(together)) for together in crowded.visits_by_venue(*ALWAYS)]
    assert sizes == [*((v, 30) for v in range(0, LARGEST, 2**60)), (LARGEST, BLOCK_ROWS + 10)]


@pytest.mark.parametrize("per_slice", [5_000, 10_000_000])
def test_columns_are_the_visits_of_the_walk(
    crowded: SqlStore, monkeypatch: pytest.MonkeyPatch, per_slice: int
) -> None:
    """Also what began long before the span; not what is gone, nor what is over, nor more than is allowed."""
    monkeypatch.setattr(reader, "VISITS_PER_SLICE", per_slice)
    put(crowded, stay(3, 1, NOON - 9 * 86_400, NOON + 5), stay(4, 1, NOON - 9, NOON))
    crowded.write(writes(visits=[row(stay(5, 1, NOON, NOON + 9), 3, gone=True)]))
    for span in (ALWAYS, (NOON + 1, NOON + 60), (0, 1), (5, 5)):
        table = crowded.visits_between(*span, rows_max=10**6)
        assert table is not None
        found = sorted(row.visit for row in table.rows())
        assert found == [visit for together in crowded.visits_by_venue(*span) for visit in together]
    assert crowded.visits_between(*ALWAYS, rows_max=BLOCK_ROWS) is None


def test_a_walk_may_be_left_and_others_may_ask(crowded: SqlStore) -> None:
    walk: Iterator[object] = crowded.visits_by_venue(*ALWAYS)
    next(walk)
    assert crowded.knows(AN) is True
    put(crowded, stay(1, 2, NOON, NOON))
    next(walk)
    del walk
    assert crowded.visits_of([2], *ALWAYS)


@pytest.mark.parametrize("per_question", [1, 3, 1000])
def test_cut_questions_have_one_answer(
    sql_store: SqlStore, monkeypatch: pytest.MonkeyPatch, per_question: int
) -> None:
    monkeypatch.setattr(reader, "KEYS_PER_QUESTION", per_question)
    monkeypatch.setattr(spans, "PLACES_PER_QUESTION", per_question)
    monkeypatch.setattr(spans, "PLACES_FEW", max(1, per_question // 2))
    visits = [stay(v, p, NOON + p, NOON + 60) for v in range(5) for p in range(7)]
    put(sql_store, *visits)
    sql_store.write(writes([row(visits[3], 2, gone=True)]))
    left = sorted(visits[:3] + visits[4:])
    assert sorted(sql_store.visits_of(range(9), *ALWAYS)) == left
    places = [Presence(v, NOON + s, NOON + s + 4) for v in range(5) for s in range(0, 60, 8)]
    assert sorted(sql_store.visits_at(places)) == left
