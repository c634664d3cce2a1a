"""One case asked in three ways: contacts, a chain of one generation and an outbreak of one name the same."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_indexed import IndexReader
from tracer_worlds import ListReader, sources_of, stay, worlds

from producers.person import person_text
from tracer.asking import ask
from tracer.profiles import PROFILES
from tracer.questions import Chain, Contacts
from tracer.questions_of_cases import Outbreak, Ranked

DAY, STEP = 86_400, 300
CASE = person_text(1)
BEGINS, ENDS = 8 * DAY, 10 * DAY
"""The infectious days of an onset on 10 January 1970, under the rules below."""


def rows_of(wanted, reader):
    """The answer as it is given."""
    return list(ask(wanted, sources_of(reader)).rows)


def asked_three_ways(reader, rule, day, crowd_max=None):
    """(contacts by person, chain, outbreak, ranking), each by person."""
    told = {"profile": rule, "venue_crowd_max": crowd_max}
    of_case = {"person": CASE, day: "1970-01-10"}
    contacts: dict[str, list] = {}
    for row in rows_of(Contacts(**of_case, **told), reader):
        contacts.setdefault(row["person"], []).append(row)
    chain, outbreak, ranked = (
        {row["person"]: row for row in rows_of(wanted, reader)}
        for wanted in (
            Chain(generations=1, **of_case, **told),
            Outbreak(cases=[of_case], **told),
            Ranked(**of_case, **told),
        )
    )
    return contacts, chain, outbreak, ranked


@pytest.mark.parametrize("name", PROFILES)
@settings(max_examples=40, deadline=None)
@given(
    worlds(step=STEP, visits_max=14),
    st.tuples(st.sampled_from([BEGINS, ENDS]), st.integers(1, 6), st.integers(1, 6)),
    st.tuples(st.sampled_from(["onset", "sample"]), st.sampled_from([None, None, 2])),
    st.sampled_from([ListReader, IndexReader]),
)
def test_three_questions_name_the_same_people_with_the_same_minutes(name, visits, around, asked, made):
    """Also where stays reach over the first or the last second of the infectious days; with an index, too."""
    rule = replace(PROFILES[name], days_before=1, days_after=0, days_after_sample=None)
    edge, before, after = around
    moved = edge - 9 * STEP
    visits = [
        stay(one.person, one.venue, one.arrived + moved, one.departed + moved)
        for one in visits
        if (one.person, one.venue) != (1, 1)
    ]
    visits.append(stay(1, 1, edge - before * STEP, edge + after * STEP))
    contacts, chain, outbreak, ranked = asked_three_ways(made(visits), rule, *asked)
    assert contacts.keys() == chain.keys() == outbreak.keys() == ranked.keys()
    for person, exposures in contacts.items():
        first = min(exposures, key=lambda row: (row["start"], row["venue"], row["end"]))
        place = ("venue", "start", "end")
        assert [chain[person][column] for column in place] == [first[column] for column in place]
        assert outbreak[person]["exposures"] == len(exposures)
        assert outbreak[person]["last"] == max(row["end"] for row in exposures)
        for column in ("first", "last", "minutes", "minutes_min", "minutes_max"):
            assert outbreak[person][column] == ranked[person][column]
        if rule.rule == "overlap":
            assert chain[person]["dose_max"] == pytest.approx(max(row["dose"] for row in exposures))


@pytest.mark.parametrize("made", [ListReader, IndexReader])
@pytest.mark.parametrize(("after", "found"), [(899, False), (900, True)])
def test_minutes_after_the_infectious_days_do_not_count(made, after, found):
    """Both are there until half an hour past midnight, 15 minutes are asked: those before midnight count."""
    rule = replace(PROFILES["who-15min"], days_before=1, days_after=0)
    visits = [stay(who, 7, ENDS - after, ENDS + 1800) for who in (1, 2)]
    contacts, chain, outbreak, _ = asked_three_ways(made(visits), rule, "onset")
    told = [person_text(2)] if found else []
    assert [*contacts] == [*chain] == [*outbreak] == told
    assert [row["end"] for row in chain.values()] == ["1970-01-11T00:00:00Z"] * len(told)
