"""An outbreak summed over columns is the outbreak summed visit by visit, to the second."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_indexed import IndexReader, questions
from test_outbreak import cases_drawn
from tracer_worlds import ListReader, stay

from streams.visit import Visit
from tracer import indexed_spread
from tracer.company import Company
from tracer.errors import AnswerTooLarge, OutOfTime
from tracer.indexed_outbreak import access_for
from tracer.outbreak import Case, Outbreak, measure_of, outbreak
from tracer.profiles import OVERLAP, PROFILES, profile
from tracer.question import ALWAYS, Window

DAY = 86_400


def rounded(found: Outbreak) -> list[tuple[object, ...]]:
    """The rows of an outbreak; doses, which are added up in another order, to a millionth of a minute."""
    return [
        (
            one.generation,
            *(round(value, 6) if isinstance(value, float) else value for value in one.ranked),
        )
        for one in found.reached
    ]


def uncertain(visit: Visit, pick: tuple[int, int]) -> Visit:
    """The visit with an end that nobody told."""
    return visit._replace(
        departed_min=max(visit.arrived, visit.departed - pick[0]), departed_max=visit.departed + pick[1]
    )


def both(visits, later, question, cases, limits):
    """The answer and what it left out: visit by visit, over an index by rows, and by columns."""
    window, rule, min_seconds, direction = question
    told = []
    for reader, with_links in (
        (ListReader(visits), True),
        (IndexReader(visits, later), True),
        (IndexReader(visits, later), False),
    ):
        company = Company(reader, window, rule, min_seconds, direction)
        try:
            found = outbreak(company, cases, **limits, with_links=with_links)
        except AnswerTooLarge as error:
            told.append((str(error), None))
        else:
            told.append(((rounded(found), found.met, found.inferred), company.left_out.too_short))
    return told


@settings(max_examples=800, deadline=None)
@given(
    questions(),
    cases_drawn,
    st.sampled_from(["forward", "backward"]),
    st.tuples(st.integers(1, 4), st.sampled_from([1, 2, 3, 1000])),
    st.data(),
)
def test_columns_sum_what_the_rows_sum(question, cases, direction, limited, data):
    """Every number of every person, generations, order, counts and limits, in one layer or two."""
    visits, window, rule, min_seconds = question
    scale = 1 if rule.rule == "overlap" else 1800
    picks = data.draw(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=14, max_size=14))
    visits = [uncertain(visit, pick) for visit, pick in zip(visits, picks, strict=False)]
    told = [Case(person, Window(span.since * scale, span.until * scale)) for person, span in cases.items()]
    limits = dict(zip(("generations_max", "people_max"), limited, strict=True))
    asked = (window, rule, min_seconds, direction)
    later = data.draw(st.integers(0, len(visits)))
    plain, rows, columns = both(visits, later, asked, told, limits)
    assert plain[0] == rows[0] == columns[0]
    assert rows[1] == columns[1]


@settings(max_examples=200, deadline=None)
@given(questions(), cases_drawn)
def test_small_batches_change_nothing(question, cases):
    """One spreader after the other gives what all at once give."""
    visits, window, rule, min_seconds = question
    told = [Case(person, Window(span.since, 90_000)) for person, span in cases.items()]
    limits = {"generations_max": 3, "people_max": 99}
    asked = (visits, 0, (window, rule, min_seconds, "forward"), told, limits)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(indexed_spread, "PEOPLE_FIRST", 1)
        patch.setattr(indexed_spread, "MEETINGS_AT_ONCE", 1)
        slow = both(*asked)
    assert slow[2] == both(*asked)[2]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 4), st.integers(1, 2), st.integers(0, 12), st.integers(1, 12)),
        min_size=2,
        max_size=12,
    ),
    st.sampled_from([0.0, 7.0, -5.5]),
)
def test_days_are_summed_where_the_profile_begins_them(drawn, utc_offset):
    """Stays of a quarter of a day to three days, over midnight here and elsewhere."""
    kept: list[Visit] = []
    for person, venue, at, length in drawn:
        new = stay(person, venue, DAY + at * DAY // 4, DAY + (at + length) * DAY // 4 + 7 * person)
        if all(
            (old.person, old.venue) != (person, venue)
            or old.departed <= new.arrived
            or new.departed <= old.arrived
            for old in kept
        ):
            kept.append(new)

    rule = replace(OVERLAP, utc_offset_hours=utc_offset)
    cases = [Case(1, ALWAYS), Case(2, Window(2 * DAY + 60, 4 * DAY))]
    asked = (ALWAYS, rule, 0, "forward")
    plain, _, columns = both(kept, 0, asked, cases, {"generations_max": 2, "people_max": 9})
    assert plain[0] == columns[0]


def test_columns_are_summed_only_where_a_dose_is_minutes():
    """Not with a limit on crowds, nor where a day of onset weighs; `links` are always told one by one."""
    reader = IndexReader([stay(1, 1, 0, 10), stay(2, 1, 5, 15)])
    for name, rule in PROFILES.items():
        company = Company(reader, ALWAYS, rule, 0)
        told = access_for(company, measure_of(company, [])) is not None
        assert told == (name not in {"cdc-24h", "cwa", "nhs", "nz"}), name
    crowd = Company(reader, ALWAYS, OVERLAP, 0, venue_crowd_max=3)
    assert access_for(crowd, measure_of(crowd, [])) is None
    weighed = Company(reader, ALWAYS, profile("cwa"), 0)
    assert access_for(weighed, measure_of(weighed, [Case(1, ALWAYS, 0)])) is None
    found = outbreak(
        Company(reader, ALWAYS, OVERLAP, 0),
        [Case(1, ALWAYS)],
        generations_max=1,
        people_max=9,
        with_links=False,
    )
    assert (found.links, found.met, [one.ranked.seconds for one in found.reached]) == ([], 1, [5])


def test_an_outbreak_that_runs_out_of_time_is_an_error():
    """Never a part of an answer: before the last generation the limit is named, in it the time is."""

    def stop(rows: int) -> None:
        raise OutOfTime(1)

    reader = IndexReader([stay(1, 1, 0, 10), stay(2, 1, 5, 15)])
    reader._look = stop
    company = Company(reader, ALWAYS, OVERLAP, 0)
    for generations, error in ((2, AnswerTooLarge), (1, OutOfTime)):
        with pytest.raises(error):
            outbreak(company, [Case(1, ALWAYS)], generations_max=generations, people_max=9, with_links=False)
