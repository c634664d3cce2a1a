"""The quick ways to sort, find and take rows do what NumPy's own do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.known import Known, clean_cuts
from streams.revise import clean_cut
from streams.sorting import places_in, rows_at, stable_order
from streams.tables import SCAN
from streams.timeline import Direction, Scan

NUMBERS = st.lists(st.integers(0, 5) | st.integers(0, 2**62))


@given(NUMBERS)
def test_the_order_is_stable(numbers: list[int]) -> None:
    """Also of numbers too large to have their place beside them."""
    key = np.array(numbers, np.int64)
    assert stable_order(key).tolist() == np.argsort(key, kind="stable").tolist()


@pytest.mark.parametrize("largest", [2**60 - 1, 2**60])
def test_the_largest_numbers_that_leave_room(largest: int) -> None:
    """Four of them need three bits for their places; one bit more and they are sorted the other way."""
    assert stable_order(np.array([largest, 1, largest, 0])).tolist() == [3, 1, 0, 2]


@given(NUMBERS, NUMBERS)
def test_each_number_is_found_or_not(there: list[int], asked: list[int]) -> None:
    """In a sorted array, also in an empty one."""
    lines, words = np.array(sorted(there), np.uint64), np.array(asked, np.uint64)
    at, found = places_in(lines, words)
    assert found.tolist() == [one in there for one in asked]
    assert lines[at[found]].tolist() == words[found].tolist()


def test_rows_are_taken_whole() -> None:
    """Every field, in the order asked."""
    rows = np.array([(n, n + 1, 2, 2**64 - n - 1, n) for n in range(5)], SCAN)
    assert rows_at(rows, np.array([4, 0, 4])).tolist() == rows[[4, 0, 4]].tolist()
    assert rows_at(rows, np.array([], np.int64)).tolist() == []


@given(
    st.lists(st.lists(st.integers(0, 40), min_size=1).map(sorted), min_size=1, max_size=4),
    st.integers(0, 50),
)
def test_a_clean_cut_of_many_is_that_of_each(people: list[list[int]], at: int) -> None:
    """Moments in steps of a quarter of the longest debounce; nobody's neighbour is in the way."""
    lines = [[Scan(900 * n, 900 * n, Direction.into, 1, n) for n in line] for line in people]
    owner = np.repeat(np.arange(len(people)), [len(line) for line in lines])
    scans = np.array([tuple(scan) for line in lines for scan in line], SCAN)
    known = Known(owner, scans, (owner << 32) + scans["anchor"].astype(np.int64), np.ones(len(owner), bool))
    cuts = clean_cuts(known, np.arange(len(people)), np.full(len(people), 900 * at))
    for n, line in enumerate(lines):
        cut = clean_cut(line, 900 * at)
        kept = [tuple(scan) for scan in line if scan.anchor >= cut]
        end = int(np.searchsorted(owner, n, "right"))
        assert scans[cuts[n] : end].tolist() == kept
