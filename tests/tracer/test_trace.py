"""Over a store, contacts, pairs, visits and chains are what trying everything gives."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tracer_oracles import all_meetings, best_walks
from tracer_worlds import ListReader, is_present, stay, worlds

from producers.errors import BadInput
from tracer import company, trace
from tracer.chain import edge_of, steps
from tracer.errors import AnswerTooLarge, UnknownPerson
from tracer.profiles import OVERLAP, PCCOVID_1H
from tracer.question import ALWAYS, Window

WHOLE = Window(0, 100)


@st.composite
def questions(draw):
    """Visits, and (window, profile, min_seconds): stays by the second, check-ins by the half hour."""
    if draw(st.booleans()):
        since = draw(st.integers(0, 8))
        window = draw(st.sampled_from([WHOLE, Window(since, since + draw(st.integers(1, 9)))]))
        return draw(worlds()), (window, OVERLAP, draw(st.integers(0, 3)))
    since = draw(st.integers(0, 8)) * 1800
    window = draw(st.sampled_from([Window(0, 90_000), Window(since, since + draw(st.integers(1, 9)) * 1800)]))
    return draw(worlds(step=1800)), (window, PCCOVID_1H, 0)


def rule(asked):
    """The same question in the order the oracles take it."""
    window, profile, min_seconds = asked
    return profile, window, min_seconds


@settings(max_examples=300, deadline=None)
@given(questions())
def test_pairs_are_all_pairs(question):
    """Everyone who met anyone in the window, each meeting once, the smaller person first."""
    visits, asked = question
    expected = [met for met in all_meetings(visits, *rule(asked)) if met.mine.person < met.theirs.person]
    assert sorted(trace.pairs(ListReader(visits), *asked)) == sorted(expected)


@settings(max_examples=300, deadline=None)
@given(questions())
def test_contacts_are_all_meetings_of_the_person_in_order(question):
    """By start, then person, then venue; an exposure at the window's edge is not missed."""
    visits, asked = question
    meetings = all_meetings(visits, *rule(asked))
    for person in {visit.person for visit in visits}:
        found = trace.contacts(ListReader(visits), person, *asked)
        assert sorted(found) == sorted(met for met in meetings if met.mine.person == person)
        keys = [(met.start, met.theirs.person, met.venue) for met in found]
        assert keys == sorted(keys)


@settings(deadline=None)
@given(questions())
def test_visits_are_those_present_in_the_window(question):
    """Unclipped, by arrival."""
    visits, (window, _, _) = question
    for person in {visit.person for visit in visits}:
        found = trace.visits(ListReader(visits), person, window)
        assert sorted(found) == sorted(
            visit for visit in visits if visit.person == person and is_present(visit, *window)
        )
        assert [visit.arrived for visit in found] == sorted(visit.arrived for visit in found)


@settings(max_examples=300, deadline=None)
@given(questions(), st.sampled_from(["forward", "backward"]), st.integers(1, 4))
def test_chains_are_the_best_of_all_walks(question, direction, generations_max):
    """Who is reached, when, in how many exposures, through whom, and the path: as by trying all walks."""
    visits, asked = question
    if not visits:
        return
    case = visits[0].person
    edges = [edge_of(met, direction) for met in all_meetings(visits, *rule(asked))]
    expected = best_walks(case, edges, asked[0], direction, generations_max)
    found = trace.chain(
        ListReader(visits), case, *asked, direction=direction, generations_max=generations_max
    )
    assert found.cut is None
    assert {link.person: link.at for link in found.links} == {
        person: walk[-1].at for person, walk in expected.items()
    }
    for link in found.links:
        walk = expected[link.person]
        last = walk[-1]
        assert (link.generation, link.exposure) == (len(walk), last.evidence)
        assert link.from_person == (last.source if direction == "forward" else last.target)
    keys = [(link.at, link.person) for link in found.links]
    assert keys == sorted(keys)


@settings(max_examples=200, deadline=None)
@given(questions(), st.sampled_from(["forward", "backward"]))
def test_every_path_is_evidence(question, direction):
    """Each step is a real meeting, starts strictly later (earlier, backward), and leads to the person."""
    visits, asked = question
    if not visits:
        return
    case = visits[0].person
    meetings = all_meetings(visits, *rule(asked))
    reader = ListReader(visits)
    found = trace.chain(reader, case, *asked, direction=direction)
    for link in found.links:
        path = trace.path(reader, found, link.person)
        assert path == steps(link)
        assert [step.from_person for step in path] == [case, *(step.person for step in path[:-1])]
        assert [step.generation for step in path] == list(range(1, link.generation + 1))
        times = [step.at for step in path]
        forward = times if direction == "forward" else times[::-1]
        assert all(a < b for a, b in pairwise(forward))
        for step in path:
            assert step.exposure in meetings
            assert (step.exposure.mine.person, step.exposure.theirs.person) == (step.from_person, step.person)


def test_a_check_in_before_the_window_is_found_by_the_one_inside_it():
    """Two moments 50 minutes apart, the window opens between them, nobody stays: everyone's, mine, chains."""
    visits = [stay(1, 1, 6000, 6000), stay(2, 1, 9000, 9000)]
    reader = ListReader(visits)
    asked = Window(7000, 20_000), PCCOVID_1H, 0
    assert [met.start for met in trace.pairs(reader, *asked)] == [9000]
    for person in (1, 2):
        assert [met.start for met in trace.contacts(reader, person, *asked)] == [9000]
        for direction in ("forward", "backward"):
            found = trace.chain(reader, person, *asked, direction=direction)
            assert [link.at for link in found.links] == [9000]


def test_people_with_different_spans_are_read_together():
    """Backward, 2 may be explained until 50 and 3 until 90: 3's source at 80 is found with 2's at 40."""
    visits = [
        *[stay(1, 1, 50, 55), stay(2, 1, 50, 55), stay(1, 2, 90, 95), stay(3, 2, 90, 95)],
        *[stay(2, 3, 40, 45), stay(4, 3, 40, 45), stay(3, 4, 80, 85), stay(5, 4, 80, 85)],
    ]
    found = trace.chain(ListReader(visits), 1, WHOLE, OVERLAP, 0, direction="backward")
    assert {link.person: link.at for link in found.links} == {2: 50, 3: 90, 4: 40, 5: 80}


def test_small_reads_change_nothing(monkeypatch):
    """A chain read one person and one visit at a time is the chain read at once."""
    visits = [
        stay(person, venue, at, at + 9)
        for person, venue, at in [
            (1, 1, 0),
            (2, 1, 3),
            (3, 1, 5),
            (2, 2, 20),
            (4, 2, 22),
            (3, 2, 40),
            (5, 2, 41),
        ]
    ]
    at_once = trace.chain(ListReader(visits), 1, WHOLE, OVERLAP, 0)
    monkeypatch.setattr(company, "PEOPLE_PER_READ", 1)
    monkeypatch.setattr(company, "VISITS_PER_READ", 1)
    assert trace.chain(ListReader(visits), 1, WHOLE, OVERLAP, 0) == at_once
    assert [link.person for link in at_once.links] == [2, 3, 4, 5]


def test_a_person_nobody_stored_is_named():
    """An unknown person is an error; a known one without company is an empty answer."""
    reader = ListReader([stay(1, 1, 0, 10)])
    for ask in (
        lambda: trace.visits(reader, 9, WHOLE),
        lambda: trace.contacts(reader, 9, WHOLE, OVERLAP, 0),
        lambda: trace.chain(reader, 9, WHOLE, OVERLAP, 0),
        lambda: trace.path(reader, trace.chain(reader, 1, WHOLE, OVERLAP, 0), 9),
    ):
        with pytest.raises(UnknownPerson, match="no visit of person 0000000000000009 is stored: "):
            ask()
    assert trace.visits(reader, 1, Window(50, 60)) == []
    assert trace.contacts(reader, 1, WHOLE, OVERLAP, 0) == []
    assert trace.chain(reader, 1, WHOLE, OVERLAP, 0).links == []


def test_an_answer_past_its_limit_is_refused():
    """A chain of more people than people_max says so; nothing passes the part off as the whole."""
    reader = ListReader([stay(person, 1, 0, 10) for person in range(1, 6)])
    cut = trace.chain(reader, 1, ALWAYS, OVERLAP, 0, people_max=3)
    assert (cut.cut, cut.generations) == ("people_max", 0)
    with pytest.raises(AnswerTooLarge, match="people_max"):
        trace.path(reader, cut, 2)
    assert trace.chain(reader, 1, ALWAYS, OVERLAP, 0, people_max=4).cut is None
    with pytest.raises(BadInput, match="two different people"):
        trace.path(reader, trace.chain(reader, 1, ALWAYS, OVERLAP, 0), 1)
    with pytest.raises(BadInput, match="1 or more"):
        trace.chain(reader, 1, ALWAYS, OVERLAP, 0, generations_max=0)
