"""Of the values of a key the one of highest rank is kept, as a dictionary would."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracer.exports import on_disk
from tracer.exports.on_disk import Kept, OnePerKey


@given(st.lists(st.tuples(st.sampled_from("abcé"), st.sampled_from("123"), st.text("xyz", max_size=2))))
def test_the_highest_rank_wins_and_the_first_of_equals(put):
    """Against a dictionary; keys come in order, each with how often it was put."""
    expected: dict[str, tuple[str, str, int]] = {}
    with OnePerKey() as kept:
        for key, rank, value in put:
            kept.put(key, value, rank)
            known = expected.get(key)
            if known is None or rank > known[0]:
                expected[key] = (rank, value, known[2] if known else 0)
            expected[key] = (*expected[key][:2], expected[key][2] + 1)
        assert list(kept) == [Kept(key, value, times) for key, (_, value, times) in sorted(expected.items())]
        assert {key: kept.get(key) for key in "abcé"} == {
            key: expected[key][1] if key in expected else None for key in "abcé"
        }


def test_more_than_is_held_at_once(monkeypatch):
    """Batches and reads of a few rows make no difference."""
    monkeypatch.setattr(on_disk, "KEPT_AT_ONCE", 7)
    with OnePerKey() as kept:
        for number in range(100):
            kept.put(f"{number % 50:02}", str(number))
        assert [one.value for one in kept] == [str(number) for number in range(50)]
        assert {one.times for one in kept} == {2}


def test_a_full_disk_is_an_error_of_the_disk():
    """So that an export says that it cannot be written."""

    class Full:
        def executemany(self, *_: object) -> None:
            raise sqlite3.OperationalError("database or disk is full")

        def close(self) -> None: ...

    kept = OnePerKey()
    kept._database.close()
    kept._database = Full()
    kept.put("a")
    with pytest.raises(OSError, match="full"):
        kept.get("a")
