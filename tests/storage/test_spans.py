"""Spans of places are merged without gaining or losing a second, and lists are cut without loss."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import spans
from storage.ports import Presence
from storage.spans import NEAR_SECONDS, UNTIL_MAX, chunks, merged, neighbours, slices, span

PLACES = st.lists(
    st.builds(Presence, st.integers(1, 3), st.integers(-3, 30), st.integers(-3, 30)), max_size=12
)


@given(PLACES)
def test_merging_keeps_every_second(places: list[Presence]) -> None:
    """And the result is in order, without touching or empty spans."""
    result = merged(places)
    seconds = {(v, s) for v, since, until in places for s in range(max(0, since), until)}
    assert {(v, s) for v, since, until in result for s in range(since, until)} == seconds
    assert all(one.since < one.until for one in result)
    assert all(a.venue < b.venue or a.until < b.since for a, b in pairwise(result))


@given(st.integers(-10, UNTIL_MAX + 10), st.integers(-10, UNTIL_MAX + 10))
def test_a_span_is_what_the_store_can_hold(since: int, until: int) -> None:
    found = span(since, until)
    if found is None:
        assert since >= until or until <= 0 or since >= UNTIL_MAX
    else:
        assert (found.since, found.until) == (max(0, since), min(until, UNTIL_MAX))
        assert 0 <= found.earliest <= found.since <= found.last < UNTIL_MAX


@given(st.lists(st.integers()), st.integers(1, 5))
def test_chunks_lose_nothing(items: list[int], size: int) -> None:
    cut = list(chunks(items, size))
    assert [item for chunk in cut for item in chunk] == items
    assert all(0 < len(chunk) <= size for chunk in cut)


@given(st.integers(1, 300))
def test_slices_cover_each_key_once(count: int) -> None:
    cut = list(slices(count))
    assert (cut[0][0], cut[-1][1]) == (0, 2**64 - 1)
    assert all(a[1] + 1 == b[0] for a, b in pairwise(cut))
    assert len(cut) == count


@given(
    st.lists(st.builds(Presence, st.integers(1, 3), st.integers(0, 9 * NEAR_SECONDS), st.just(2**32))),
    st.integers(1, 5),
    st.integers(1, 9),
)
def test_neighbours_lose_nothing_and_are_near(places: list[Presence], few: int, most: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spans, "PLACES_FEW", few)
        patch.setattr(spans, "PLACES_PER_QUESTION", most)
        cut = list(neighbours(places))
    assert sorted(place for chunk in cut for place in chunk) == sorted(places)
    for chunk in cut:
        assert 0 < len(chunk) <= most
        assert len(chunk) <= few or chunk[-1].since < chunk[0].since + NEAR_SECONDS
