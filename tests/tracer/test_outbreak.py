"""An outbreak's answer is that of trying every walk from every case, and every exposure that may end one."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tracer_worlds import ListReader, stay, worlds

from producers.errors import BadInput
from tracer.colocation import meet
from tracer.company import Company
from tracer.dose import Measure
from tracer.errors import AnswerTooLarge
from tracer.outbreak import Case, outbreak
from tracer.profiles import OVERLAP, profile
from tracer.question import ALWAYS, Window
from tracer.ranking import pairs_of, ranked

WHOLE = Window(0, 40)
SECOND = 1 / 86_400

rules = st.builds(
    lambda strict, latent, lasts: replace(
        OVERLAP, strict=strict, latent_hours=latent / 3600, infectious_days_max=lasts and lasts * SECOND
    ),
    st.booleans(),
    st.sampled_from([0, 0, 2]),
    st.sampled_from([None, None, 1, 4]),
)
cases_drawn = st.dictionaries(
    st.integers(1, 5),
    st.tuples(st.integers(0, 12), st.integers(1, 12)).map(lambda one: Window(one[0], sum(one))),
    min_size=1,
    max_size=3,
)


def ending_walks(visits, cases, rule, direction, generations_max):
    """Every exposure that may end a walk from a case, and per person the fewest exposures of any walk."""
    sign = 1 if direction == "forward" else -1
    latent = round(rule.latent_hours * 3600)
    lasts = None if rule.infectious_days_max is None else round(rule.infectious_days_max * 86_400)
    met = [
        one
        for mine in visits
        for theirs in visits
        if (one := meet(mine, theirs, rule, cases.get(mine.person, WHOLE), 0, direction=direction))
    ]
    ending, fewest = set(), {}

    def follow(person, own, generation):
        for one in met:
            if one.mine.person != person:
                continue
            if own is None:
                if one.start not in range(*cases[person]):
                    continue
            else:
                wait = sign * (one.start - own)
                if wait < latent or (rule.strict and wait == 0) or (lasts is not None and wait > lasts):
                    continue
            ending.add(one)
            other = one.theirs.person
            if other not in cases:
                fewest[other] = min(fewest.get(other, 99), generation)
                if generation < generations_max:
                    follow(other, one.start, generation + 1)

    for case in cases:
        follow(case, None, 1)
    return ending, fewest


@settings(max_examples=300, deadline=None)
@given(worlds(), cases_drawn, rules, st.sampled_from(["forward", "backward"]), st.integers(1, 3))
def test_an_outbreak_is_that_of_all_walks(visits, cases, rule, direction, generations_max):
    """Who is reached, in how many exposures at the fewest, and every dose summed over all of it."""
    company = Company(ListReader(visits), WHOLE, rule, 0, direction)
    found = outbreak(
        company,
        [Case(person, span) for person, span in cases.items()],
        generations_max=generations_max,
        people_max=99,
    )
    ending, fewest = ending_walks(visits, cases, rule, direction, generations_max)
    assert found.met == len(ending)
    assert {one.ranked.person: one.generation for one in found.reached} == fewest
    pairs = list(pairs_of(sorted(ending), Measure(rule, WHOLE, direction, own=cases)))
    assert sorted(found.links, key=str) == sorted(pairs, key=str)
    expected = ranked(pair for pair in pairs if pair.far not in cases)
    assert [one.ranked for one in found.reached] == expected


def test_two_infectors_are_summed_and_cases_are_links_only():
    """3 was with both cases; the cases were with each other, which is a link and no contact to order."""
    visits = [stay(1, 1, 0, 600), stay(2, 1, 300, 900), stay(3, 1, 0, 900)]
    company = Company(ListReader(visits), ALWAYS, OVERLAP, 0)
    found = outbreak(company, [Case(1, ALWAYS), Case(2, ALWAYS)], generations_max=1, people_max=9)
    (one,) = found.reached
    assert (one.ranked.person, one.ranked.met, one.ranked.seconds, one.ranked.dose) == (3, 2, 1200, 20)
    assert [(link.near, link.far) for link in found.links] == [(1, 3), (1, 2), (2, 1), (2, 3)]


def test_each_case_weighs_by_its_own_onset():
    """Of two cases alike, the one whose onset is far off exposes nobody under `cwa`."""
    day = 86_400
    visits = [stay(who, who % 2, 0, 1200) for who in (1, 2, 11, 12)]
    company = Company(ListReader(visits), ALWAYS, profile("cwa"), 0)
    cases = [Case(1, ALWAYS, 0), Case(2, ALWAYS, 20 * day)]
    found = outbreak(company, cases, generations_max=1, people_max=9)
    assert {one.ranked.person: one.ranked.dose for one in found.reached} == {11: 32, 12: 0}


def test_a_limit_is_named_and_never_shortens():
    """More people than allowed, in the last generation or before it, is an error with the limit's name."""
    visits = [stay(who, 1, 0, 60) for who in range(1, 6)] + [stay(5, 2, 100, 200), stay(6, 2, 100, 200)]
    company = Company(ListReader(visits), ALWAYS, OVERLAP, 0)
    for generations in (1, 2):
        with pytest.raises(AnswerTooLarge, match="people_max"):
            outbreak(company, [Case(1, ALWAYS)], generations_max=generations, people_max=3)
    assert len(outbreak(company, [Case(1, ALWAYS)], generations_max=2, people_max=5).reached) == 5
    with pytest.raises(BadInput, match="needs a case"):
        outbreak(company, [], generations_max=1, people_max=3)


def test_no_more_exposures_are_held_than_allowed():
    """Links are held one by one: what would need more room is an error with the limit's name."""
    company = Company(ListReader([stay(who, 1, 0, 60) for who in range(1, 6)]), ALWAYS, OVERLAP, 0)
    asked = {"generations_max": 1, "people_max": 9}
    assert len(outbreak(company, [Case(1, ALWAYS)], **asked, exposures_max=4).links) == 4
    with pytest.raises(AnswerTooLarge, match="exposures_max"):
        outbreak(company, [Case(1, ALWAYS)], **asked, exposures_max=3)
