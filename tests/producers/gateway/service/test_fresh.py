"""No request is ever taken twice, whatever clocks do and however long one waits to send it again."""

from hypothesis import given
from hypothesis import strategies as st

from producers.gateway.fresh import (
    APART_SECONDS,
    NONCE_SECONDS,
    OURS_SECONDS,
    PERIOD_SECONDS,
    Mark,
    followed,
    is_ours,
    our_nonce,
    unpacked,
)

T = 1_638_327_600
STEPS = st.lists(
    st.tuples(
        st.integers(0, 3 * PERIOD_SECONDS),  # seconds that pass for us
        st.integers(-2 * PERIOD_SECONDS, 3 * PERIOD_SECONDS),  # and for the device, whose clock may be set
        st.none() | st.integers(0, 30),  # which request before is sent again; None: a new one
    ),
    max_size=30,
)


@given(STEPS)
def test_what_was_taken_is_never_taken_again(steps: list[tuple[int, int, int | None]]) -> None:
    """Oracle: the set of all requests ever taken. Nonces are forgotten as Redis forgets them."""
    mark: Mark | None = None
    now, clock = T, T
    taken: dict[int, int] = {}
    remembered: dict[int, int] = {}
    for number, (passed, moved, again) in enumerate(steps):
        now, clock = now + passed, max(0, clock + moved)
        known = list(taken)
        nonce = known[again % len(known)] if again is not None and known else number
        at = taken.get(nonce, clock)
        remembered = {one: until for one, until in remembered.items() if until > now}
        fine, following = followed(mark, at, now)
        if nonce in remembered or not fine:
            continue
        assert nonce not in taken
        taken[nonce], remembered[nonce], mark = at, now + NONCE_SECONDS, following


@given(st.lists(st.integers(0, 5 * PERIOD_SECONDS), max_size=30), st.integers(0, 2**31))
def test_a_clock_that_only_goes_on_is_never_refused(passed: list[int], offset: int) -> None:
    """However wrong it is; a second at least lies between two requests."""
    mark: Mark | None = None
    now = T
    for seconds in passed:
        now += seconds + 1
        fine, mark = followed(mark, now - T + offset, now)
        assert fine


@given(st.lists(st.integers(-PERIOD_SECONDS // 2, PERIOD_SECONDS // 2), min_size=1, max_size=30))
def test_requests_that_overtake_each_other_are_taken(late: list[int]) -> None:
    """Two senders on one outbox: a request may come some minutes after one that was made later."""
    mark: Mark | None = None
    for number, apart in enumerate(late):
        now = T + 60 * number
        fine, mark = followed(mark, now + apart, now)
        assert fine


@given(st.tuples(*[st.integers(0, 2**32)] * 6))
def test_a_mark_is_kept_in_thirty_bytes(numbers: tuple[int, int, int, int, int, int]) -> None:
    """And is read back as it was; one of before, in twenty, says nothing of the newest request."""
    mark = Mark(*numbers)
    assert unpacked(mark.packed()) == mark
    assert len(mark.packed()) == 30
    assert unpacked(mark.packed()[:20]) == Mark(*numbers[:4])
    assert Mark(*numbers[:4]).skew is None


def test_a_nonce_of_ours_is_for_one_device_and_a_short_time() -> None:
    """And nobody else can make one."""
    nonce = our_nonce(b"key", "0123456789abcdef", T, b"abc")
    assert is_ours(b"key", "0123456789abcdef", nonce, T + OURS_SECONDS - 1)
    assert not is_ours(b"key", "0123456789abcdef", nonce, T + OURS_SECONDS)
    assert is_ours(b"key", "0123456789abcdef", nonce, T - APART_SECONDS)  # by another gateway's clock
    assert not is_ours(b"key", "0123456789abcdef", nonce, T - APART_SECONDS - 1)
    assert not is_ours(b"key", "0123456789abcdee", nonce, T)
    assert not is_ours(b"other", "0123456789abcdef", nonce, T)
