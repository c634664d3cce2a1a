"""Questions about many cases mean what their parts mean, and refuse what cannot be meant."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from tracer_worlds import ListReader, sources_of, stay, worlds

from producers.errors import BadInput
from producers.person import person_text
from tracer.asking import ask
from tracer.errors import AnswerTooLarge, OutOfTime
from tracer.limits import is_whole, sentences
from tracer.question import Limits
from tracer.questions import Chain, Contacts
from tracer.questions_of_cases import CommonSources, Outbreak, Ranked, WhatIf

DAY = 86_400
A, B, C = (person_text(one) for one in (1, 2, 3))


def rows_of(wanted, visits, **limits):
    """The rows, and what is counted beside them."""
    given = ask(wanted, sources_of(ListReader(visits), limits=Limits(**limits)))
    return list(given.rows), given.counts


@settings(max_examples=100, deadline=None)
@given(worlds(step=300), st.sampled_from(["overlap", "cwa", "who-15min", "pccovid-1h", "cdc-24h"]))
def test_an_outbreak_of_one_case_is_its_ranking(visits, profile):
    """One generation of one case: the same people, sums and order, and the same days."""
    if not any(visit.person == 1 for visit in visits):
        return
    days = {"onset": "1970-01-02"} if profile in ("cwa", "who-15min") else {}
    ranked, _ = rows_of(Ranked(person=A, profile=profile, **days), visits)
    spread, _ = rows_of(Outbreak(cases=[{"person": A, **days}], profile=profile), visits)
    more = {"generation", "from_person", "met", "dose_max"}
    assert [{name: row[name] for name in row if name not in more} for row in spread] == ranked
    assert all((row["generation"], row["met"], row["from_person"]) == (1, 1, A) for row in spread)


def test_the_ranking_grades_a_day_under_cwa():
    """20 minutes weigh 1.4 two days before onset, 1.0 three days after, 0.8 four days before."""
    visits = [stay(who, 7, 0, 1200) for who in (1, 2)]
    visits += [stay(who, 8, 5 * DAY, 5 * DAY + 1200) for who in (1, 3)]
    rows, _ = rows_of(Ranked(person=A, profile="cwa", onset="1970-01-03"), visits)
    assert [(row["person"], row["dose"], row["risk"]) for row in rows] == [
        (B, 28.0, "high"),
        (C, 20.0, "high"),
    ]
    rows, _ = rows_of(Ranked(person=A, profile="cwa", onset="1970-01-05"), visits)
    assert [(row["person"], row["dose"]) for row in rows] == [(C, 32.0), (B, 16.0)]
    both, _ = rows_of(Ranked(person=A, profile="cwa"), visits)
    assert [row["dose"] for row in both] == [20.0, 20.0]


@pytest.mark.parametrize(("minutes", "risk"), [(6, "low"), (7, "high")])
def test_ten_weighted_minutes_are_the_line_of_corona_warn_app(minutes, risk):
    """6 minutes on the day of onset are 9.6, 7 are 11.2."""
    visits = [stay(1, 7, 0, 1200), stay(2, 7, 0, minutes * 60)]
    (row,), _ = rows_of(Ranked(person=A, profile="cwa", onset="1970-01-01"), visits)
    assert row["risk"] == risk


def test_infectious_days_are_each_cases_own():
    """2 met 1 within the days of 1, and 3 outside those of 3."""
    visits = [stay(who, 7, DAY, DAY + 3600) for who in (1, 2)]
    visits += [stay(who, 8, DAY, DAY + 3600) for who in (2, 3)]
    cases = [{"person": A, "onset": "1970-01-02"}, {"person": C, "onset": "1970-01-20"}]
    wanted = Outbreak(cases=cases, profile="who-15min")
    assert wanted.window().since == 0
    (row,), counts = rows_of(wanted, visits)
    assert (row["person"], row["met"], row["from_person"]) == (B, 1, A)
    assert counts["exposures"] == 1


def test_links_say_who_may_have_infected_whom_both_ways_round():
    """Backward the giver is the one found."""
    visits = [stay(who, 7, 0, 60) for who in (1, 2)]
    forward, _ = rows_of(Outbreak(cases=[{"person": A}], links=True), visits)
    backward, _ = rows_of(Outbreak(cases=[{"person": A}], links=True, direction="backward"), visits)
    assert [(row["from_person"], row["person"], row["to_case"]) for row in forward] == [(A, B, 0)]
    assert [(row["from_person"], row["person"], row["to_case"]) for row in backward] == [(B, A, 1)]


def test_cases_are_looked_for_in_the_days_of_incubation():
    """14 to 2 days before onset: the place of the day before onset is none, that of 3 days before is."""
    onset = "1970-01-20"
    zero = 19 * DAY
    visits = [stay(who, 7, zero - DAY, zero - DAY + 60) for who in (1, 2)]
    visits += [stay(who, 8, zero - 3 * DAY, zero - 3 * DAY + 60) for who in (1, 2)]
    visits += [stay(who, 9, zero - 15 * DAY, zero - 15 * DAY + 60) for who in (1, 2)]
    cases = [{"person": A, "onset": onset}, {"person": B, "sample": onset}]
    rows, counts = rows_of(CommonSources(cases=cases), visits)
    assert [row["venue"] for row in rows] == ["venue 8"]
    assert (counts["places_looked_at"], counts["people_compared"]) == (1, 2)
    wider, _ = rows_of(CommonSources(cases=cases, incubation_days_min=1, incubation_days_max=15), visits)
    assert {row["venue"] for row in wider} == {"venue 7", "venue 8", "venue 9"}


@pytest.mark.parametrize("question", [Outbreak, WhatIf, CommonSources])
@pytest.mark.parametrize("turned", [False, True])
def test_a_case_with_two_onsets_is_refused(question, turned):
    """Which of them counted would depend on the order of the rows."""
    cases = [{"person": A, "onset": "2021-12-05"}, {"person": A, "onset": "2022-03-05"}, {"person": B}]
    rule = {} if question is CommonSources else {"profile": "who-15min"}
    with pytest.raises(BadInput, match=f"case {A} is given twice with different days"):
        question(cases=cases[::-1] if turned else cases, **rule).check()
    same = [cases[0], cases[0], cases[2]]
    assert len(CommonSources(cases=same).told_cases()) == 2


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (lambda: Outbreak(cases=[]), "at least 1"),
        (lambda: CommonSources(cases=[{"person": A}]), "at least 2"),
        (lambda: Outbreak(cases=[{"person": "zz"}]).check(), "16 hex digits"),
        (
            lambda: Outbreak(cases=[{"person": A, "onset": "2021-12-01"}]).check(),
            "nothing of infectious days",
        ),
        (
            lambda: Outbreak(
                cases=[{"person": A}, {"person": A, "onset": "2021-12-01"}], profile="who-15min"
            ).check(),
            "given twice with different days",
        ),
        (
            lambda: Outbreak(
                cases=[{"person": A, "onset": "2021-12-01"}], profile="who-15min", direction="backward"
            ).check(),
            "for an outbreak backward give from and to",
        ),
        (lambda: WhatIf(cases=[{"person": A}], min_minutes=5).check(), "leave min_minutes out"),
        (lambda: WhatIf(cases=[{"person": A}], minutes=[-1]).check(), "between 0 and 1440"),
        (
            lambda: CommonSources(
                cases=[{"person": A}, {"person": B}], incubation_days_min=3, incubation_days_max=2
            ).check(),
            "no day lies between",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(wanted, message):
    """Before anything is read."""
    with pytest.raises((BadInput, ValidationError), match=message):
        wanted()


CROWD = [stay(who, 7, 0, 3600) for who in range(1, 8)]
QUIET = [stay(who, 8, 2 * DAY, 2 * DAY + 3600) for who in (1, 2)]


def test_a_crowd_is_left_out_and_counted():
    """Six met at one place are more than five: the stay is counted, and the answer is not whole."""
    for wanted in (
        Contacts(person=A, venue_crowd_max=5),
        Chain(person=A, venue_crowd_max=5, generations=1),
        Ranked(person=A, venue_crowd_max=5),
        Outbreak(cases=[{"person": A}], venue_crowd_max=5),
    ):
        rows, counts = rows_of(wanted, CROWD + QUIET)
        assert [row["person"] for row in rows] == [B], wanted
        assert counts["left_out_venue_crowd_max"] == 1
        assert not is_whole(counts)
        assert any("venue_crowd_max" in sentence for sentence in sentences(counts))
    rows, counts = rows_of(Contacts(person=A, venue_crowd_max=6), CROWD + QUIET)
    assert len(rows) == 7
    assert is_whole(counts)


def test_the_smaller_of_what_is_asked_and_what_is_allowed_holds():
    """Nobody asks a service out of its limit."""
    rows, _ = rows_of(Contacts(person=A, venue_crowd_max=9), CROWD + QUIET, venue_crowd_max=5)
    assert len(rows) == 1


def test_a_minimum_and_generations_are_counted_and_leave_the_answer_whole():
    """They are the question's own: what they leave out is told, and nothing is missing."""
    visits = [*QUIET, stay(1, 9, 0, 60), stay(3, 9, 0, 60)]
    rows, counts = rows_of(Contacts(person=A, min_minutes=5), visits)
    assert [row["person"] for row in rows] == [B]
    assert counts["too_short"] == 1
    rows, counts = rows_of(Chain(person=A, generations=1), visits)
    assert (len(rows), counts["unfollowed"]) == (2, 2)
    assert is_whole(counts)
    assert len(sentences(counts)) == 1


def test_a_chain_past_people_max_is_refused_or_ends_with_what_is_whole():
    """Where a part may be told it is the generations before, and what the next would add is counted."""
    visits = [*QUIET, *(stay(who, 9, 3 * DAY, 3 * DAY + 60) for who in range(2, 9))]
    wanted = Chain(person=A)
    with pytest.raises(AnswerTooLarge, match="people_max"):
        rows_of(wanted, visits, people_max=3)
    rows, counts = rows_of(wanted, visits, people_max=3, whole=False)
    assert [row["person"] for row in rows] == [B]
    # Counted up to as many again as the limit allows.
    assert 3 <= counts["left_out_people_max"] <= 6
    assert not is_whole(counts)
    with pytest.raises(AnswerTooLarge, match="people_max"):
        rows_of(Outbreak(cases=[{"person": A}], generations=2), visits, people_max=3, whole=False)


@settings(max_examples=100, deadline=None)
@given(worlds(), st.integers(1, 4), st.integers(1, 4))
def test_what_a_limit_lets_through_is_right(visits, people_max, generations):
    """A chain that was cut is the whole chain of fewer generations, and more people were there."""
    if not visits:
        return
    person = person_text(visits[0].person)
    whole, _ = rows_of(Chain(person=person, generations=generations), visits)
    cut, counts = rows_of(
        Chain(person=person, generations=generations), visits, people_max=people_max, whole=False
    )
    if is_whole(counts):
        assert cut == whole
        assert len(whole) <= people_max
        return
    assert counts["left_out_people_max"] >= 1
    assert len(cut) <= people_max
    kept = max((row["generation"] for row in cut), default=0)
    if kept:
        again, _ = rows_of(Chain(person=person, generations=kept), visits)
        assert [row["person"] for row in cut] == [row["person"] for row in again]


def test_a_search_that_runs_out_of_time_ends_with_what_is_whole():
    """The third generation may not be read any more: two are whole."""

    class Tired(ListReader):
        reads = 0

        def visits_of(self, persons, since, until):
            self.reads += 1
            if self.reads == 3:
                raise OutOfTime(1)
            return super().visits_of(persons, since, until)

    visits = [
        stay(who, place, place * DAY, place * DAY + 60) for place in range(1, 5) for who in (place, place + 1)
    ]
    given = ask(Chain(person=A, generations=9), sources_of(Tired(visits), limits=Limits(whole=False)))
    assert [row["generation"] for row in given.rows] == [1, 2]
    assert given.counts["left_out_seconds_max"] == 1
    with pytest.raises(OutOfTime, match="seconds_max of 1"):
        ask(Contacts(person=A), sources_of(Spent(visits)))


class Spent(ListReader):
    """A reader whose time is over."""

    def visits_of(self, persons, since, until):
        raise OutOfTime(1)


def test_what_if_counts_each_minimum():
    """Beside the profile's own."""
    visits = [stay(1, 7, 0, 3600), stay(2, 7, 0, 700), stay(3, 7, 0, 2000)]
    rows, _ = rows_of(WhatIf(cases=[{"person": A}], profile="who-15min", minutes=[5, 30]), visits)
    assert [(row["minutes"], row["people"]) for row in rows] == [(5.0, 2), (30.0, 1)]


@pytest.mark.parametrize("question", [Outbreak, WhatIf, CommonSources])
def test_cases_of_whom_nothing_is_stored_are_counted(question):
    """Nobody follows from them: that is said, or two cases would look like one without contacts."""
    visits = [stay(1, 7, 0, 1200), stay(2, 7, 0, 1200), stay(2, 7, 2 * DAY, 2 * DAY + 60)]
    cases = [{"person": A}, {"person": C}, {"person": B}]
    _, counts = rows_of(question(cases=cases), visits)
    assert counts["cases_unseen"] == 1
    assert any("no visit is stored in their days" in told for told in sentences(counts))
    _, counts = rows_of(question(cases=[cases[0], cases[2]]), visits)
    assert "cases_unseen" not in counts


def test_a_wrong_day_names_its_case():
    """Of a table of thousands."""
    with pytest.raises(BadInput, match=f"case {B}: "):
        rows_of(Outbreak(cases=[{"person": A}, {"person": B, "onset": "yesterday"}], profile="cwa"), [])
