"""The highest doses over columns are those of weighing each exposure."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_indexed import IndexReader, index_of, questions
from tracer_worlds import ListReader, stay

from tracer import trace
from tracer.company import Company
from tracer.dose import Measure
from tracer.indexed import Access, search
from tracer.indexed_dose import longest
from tracer.profiles import OVERLAP, PROFILES
from tracer.question import ALWAYS, Window
from tracer.stays import tells_infector


@settings(max_examples=400, deadline=None)
@given(
    questions(),
    st.sampled_from(["forward", "backward"]),
    st.tuples(st.integers(1, 5), st.sampled_from([1, 2, 3, 1000])),
    st.integers(0, 14),
    st.data(),
)
def test_columns_weigh_as_the_search_does(question, direction, limited, later, data):
    """For every person reached, from one case or two, also where a limit cut the search."""
    visits, window, profile, min_seconds = question
    if not visits or profile.rule != "overlap":
        return
    people = sorted({visit.person for visit in visits})
    chosen = data.draw(st.sets(st.sampled_from(people), min_size=1, max_size=2))
    cases = {
        case: Window(window.since, data.draw(st.integers(window.since + 1, window.until))) for case in chosen
    }
    access = Access(index_of(visits, min(later, len(visits))), lambda rows: None)
    limits = dict(zip(("generations_max", "people_max"), limited, strict=True))
    rounds = search(access, cases, window, profile, min_seconds, direction=direction, **limits)
    company = Company(ListReader(visits), window, profile, min_seconds, direction, own=cases)
    weigh = Measure(profile, window, direction).dose
    expected = trace.searched(company, cases, **limits, weigh=weigh).result()
    assert longest(rounds) == pytest.approx(dict(expected.dose_max))


def test_a_chain_has_the_same_doses_with_an_index_and_without():
    """`trace.chain` takes the columns where it may, and weighs all the same."""
    visits = [stay(who, 1, 0, 600 * who) for who in (1, 2, 3)] + [stay(who, 2, 4000, 5200) for who in (3, 4)]
    measure = Measure(OVERLAP, ALWAYS)
    reader = IndexReader(visits)
    found = trace.chain(reader, 1, ALWAYS, OVERLAP, 0, measure=measure)
    assert reader.looked > 0
    plain = trace.chain(ListReader(visits), 1, ALWAYS, OVERLAP, 0, measure=measure)
    assert dict(found.dose_max) == dict(plain.dose_max) == {2: 10, 3: 10, 4: 20}
    assert found.links == plain.links


def test_a_dose_is_only_minutes_unless_the_profile_weighs():
    """With weights and a day of onset, whole minutes, or a rule that stretches stays, it is more."""
    for under in PROFILES.values():
        told = Measure(under, ALWAYS).is_plain
        assert told == (under.rule == "overlap" and not tells_infector(under))
    assert not Measure(PROFILES["cwa"], ALWAYS, day_zero={1: 0}).is_plain
