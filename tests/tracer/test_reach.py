"""We look for company everywhere an exposure may start, and hardly anywhere else."""

from hypothesis import given, settings
from hypothesis import strategies as st
from tracer_worlds import is_present, stay

from storage.ports import Presence
from tracer.colocation import meet
from tracer.profiles import OVERLAP, PCCOVID_1H
from tracer.question import ALWAYS, Window
from tracer.reach import presences, visits_span


def test_a_stay_asks_for_itself_clipped():
    """And a zero-length stay, or one outside the span, asks nothing."""
    visits = [stay(1, 7, 10, 20), stay(1, 8, 30, 30), stay(1, 9, 0, 5)]
    assert presences(visits, {1: Window(12, 40)}, OVERLAP) == [Presence(7, 12, 20)]


def test_a_check_in_asks_for_an_hour_on_either_side_both_ends_inside():
    """Cut where the later of two check-ins would fall out of the span, or before 1970."""
    one = [stay(1, 7, 9000, 9000)]
    assert presences(one, {1: ALWAYS}, PCCOVID_1H) == [Presence(7, 5400, 12_601)]
    assert presences(one, {1: Window(9001, 20_000)}, PCCOVID_1H) == [Presence(7, 9001, 12_601)]
    assert presences(one, {1: Window(8000, 9500)}, PCCOVID_1H) == [Presence(7, 5400, 9500)]
    assert presences(one, {1: Window(0, 9000)}, PCCOVID_1H) == []
    assert presences([stay(1, 7, 60, 60)], {1: ALWAYS}, PCCOVID_1H) == [Presence(7, 0, 3661)]


times = st.tuples(st.integers(0, 12), st.integers(0, 6)).map(lambda one: (one[0], one[0] + one[1]))
spans = st.tuples(st.integers(0, 12), st.integers(1, 8)).map(lambda one: (one[0], one[0] + one[1]))


@settings(deadline=None)
@given(times, times, spans, st.sampled_from([(OVERLAP, 1), (PCCOVID_1H, 1800)]))
def test_whoever_is_met_is_found(mine, theirs, span, rule):
    """An exposure that starts in the span: my visit is read, and theirs is present where we ask."""
    profile, step = rule
    a = stay(1, 7, mine[0] * step, mine[1] * step)
    b = stay(2, 7, theirs[0] * step, theirs[1] * step)
    wanted = Window(span[0] * step, span[1] * step)
    met = meet(a, b, profile, ALWAYS, 0)
    if met and wanted.since <= met.start < wanted.until:
        assert is_present(a, *visits_span(wanted, profile))
        assert any(is_present(b, at.since, at.until) for at in presences([a], {1: wanted}, profile))
