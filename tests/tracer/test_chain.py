"""The search keeps the earliest exposure, expands again when it improves, and says where it stopped."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tracer_oracles import all_meetings, best_walks
from tracer_worlds import ListReader, orderly_worlds, stay

from tracer import trace
from tracer.chain import ChainSearch, Edge
from tracer.errors import AnswerTooLarge
from tracer.profiles import OVERLAP
from tracer.question import Window

WHOLE = Window(0, 100)


def searched(case, edges, **how):
    """Feed a search the edges it wants until it wants none."""
    settings = {"window": WHOLE, "direction": "forward", "generations_max": 9, "people_max": 99, **how}
    search = ChainSearch(case, **settings)
    while wanted := search.wants():
        near = 0 if settings["direction"] == "forward" else 1
        search.feed(edge for edge in edges if edge[near] in wanted)
    return search.result()


def test_a_visited_set_would_be_wrong():
    """1 meets 3 late (at 50) and 2 early (at 10), who meets 3 at 20: so 3 exposed 4 at 30.

    A search that never looks at a person twice keeps 3 at 50 and loses 4.
    """
    visits = [
        stay(1, 1, 50, 60),
        stay(3, 1, 50, 60),
        stay(1, 2, 10, 15),
        stay(2, 2, 10, 15),
        stay(2, 3, 20, 25),
        stay(3, 3, 20, 25),
        stay(3, 4, 30, 35),
        stay(4, 4, 30, 35),
    ]
    found = trace.chain(ListReader(visits), 1, WHOLE, OVERLAP, 0)
    assert [(link.person, link.at, link.generation) for link in found.links] == [
        (2, 10, 1),
        (3, 20, 2),
        (4, 30, 3),
    ]
    # With two generations there is no time for 4: the path that reaches 3 early already has two.
    shorter = trace.chain(ListReader(visits), 1, WHOLE, OVERLAP, 0, generations_max=2)
    assert [(link.person, link.at, link.generation) for link in shorter.links] == [(2, 10, 1), (3, 20, 2)]


def test_a_path_stays_evidence_when_a_label_on_it_improves():
    """3 is first reached at 50, and 4 from there at 60 in two exposures; 3 improves to 20 in two.

    With two exposures allowed, 4 keeps the path through 3 at 50.
    """
    edges = [Edge(1, 3, 50, 0), Edge(1, 2, 10, 0), Edge(2, 3, 20, 0), Edge(3, 4, 60, 0)]
    found = {link.person: link for link in searched(1, edges, generations_max=2).links}
    assert (found[3].at, found[4].at, found[4].generation) == (20, 60, 2)
    assert found[4].parent is not None
    assert (found[4].parent.at, found[4].parent.generation) == (50, 1)


def test_of_equal_starts_the_fewest_generations_then_the_smallest_person_then_venue():
    """All of it at second 30: directly first; else through the smallest person; else the smallest venue."""
    ties = [Edge(2, 5, 30, 8), Edge(3, 5, 30, 1), Edge(2, 5, 30, 4)]
    reached = [Edge(1, 2, 10, 0), Edge(1, 3, 10, 0)]
    indirect = {link.person: link for link in searched(1, reached + ties).links}[5]
    assert (indirect.generation, indirect.from_person, indirect.exposure) == (2, 2, 4)
    direct = {link.person: link for link in searched(1, [*reached, *ties, Edge(1, 5, 30, 9)]).links}[5]
    assert (direct.generation, direct.from_person, direct.exposure) == (1, 1, 9)


def test_backward_mirrors_forward():
    """The source's exposure starts strictly before the one it explains; the latest is kept."""
    edges = [Edge(2, 1, 50, 0), Edge(3, 2, 50, 0), Edge(3, 2, 40, 0), Edge(4, 3, 39, 0), Edge(5, 3, 40, 0)]
    found = searched(1, edges, direction="backward")
    assert [(link.person, link.at, link.from_person) for link in found.links] == [
        (4, 39, 3),
        (3, 40, 2),
        (2, 50, 1),
    ]


@st.composite
def edge_lists(draw):
    """Up to ten directed edges between four people at seven moments."""
    person = st.integers(1, 4)
    edge = st.builds(Edge, person, person, st.integers(0, 6), st.integers(0, 1))
    return draw(st.lists(edge, max_size=10, unique=True))


@settings(max_examples=300, deadline=None)
@given(edge_lists(), st.sampled_from(["forward", "backward"]), st.booleans(), st.integers(1, 4))
def test_directed_edges_strict_or_not_are_the_best_of_all_walks(edges, direction, strict, generations_max):
    """The core alone, on plain directed edges, self-loops and same-second steps among them."""
    window = Window(1, 6)
    expected = best_walks(1, edges, window, direction, generations_max, strict=strict)
    found = searched(
        1, edges, window=window, direction=direction, generations_max=generations_max, strict=strict
    )
    assert {
        link.person: (link.at, link.generation, link.from_person, link.exposure) for link in found.links
    } == {
        person: (
            walk[-1].at,
            len(walk),
            walk[-1].source if direction == "forward" else walk[-1].target,
            walk[-1].evidence,
        )
        for person, walk in expected.items()
    }


@settings(deadline=None)
@given(edge_lists(), st.integers(1, 3))
def test_a_cut_chain_is_the_whole_chain_of_fewer_generations(edges, people_max):
    """It names the limit, and its links are right for the generations it says."""
    found = searched(1, edges, people_max=people_max)
    if found.cut is None:
        assert len(found.links) <= people_max
        assert found.whole() == found.links
        return
    assert found.cut == "people_max"
    assert len(searched(1, edges, generations_max=found.generations + 1).links) > people_max
    assert found.links == (
        searched(1, edges, generations_max=found.generations).links if found.generations else []
    )
    with pytest.raises(AnswerTooLarge, match="people_max"):
        found.whole()


def test_a_search_that_is_not_over_has_no_result():
    """Half an answer cannot be taken for one."""
    search = ChainSearch(1, WHOLE, "forward", 2, 99)
    with pytest.raises(ValueError, match="not over"):
        search.result()


def reached_going_on(visits, case, min_seconds, generations_max):
    """Labels under the looser rule: an exposure may have begun before, if enough of it is left.

    Relaxes every meeting in rounds, on the walk's last start; for comparison only.
    """
    meetings = all_meetings(visits, OVERLAP, WHOLE, min_seconds)
    labels = {case: -1}
    for _ in range(generations_max):
        before = dict(labels)
        for met in meetings:
            label = before.get(met.mine.person)
            if label is None or met.theirs.person == case:
                continue
            at = max(met.start, label)
            if met.end - at >= max(min_seconds, 1):
                labels[met.theirs.person] = min(labels.get(met.theirs.person, 999), at)
    return {person: at for person, at in labels.items() if person != case}


@settings(max_examples=500, deadline=None)
@given(orderly_worlds(), st.integers(0, 3), st.integers(1, 5))
def test_starting_strictly_after_loses_nobody(visits, min_seconds, generations_max):
    """Where nobody is at two venues at once, meetings that go on after add no person and no earlier start."""
    case = visits[0].person
    found = trace.chain(
        ListReader(visits), case, WHOLE, OVERLAP, min_seconds, generations_max=generations_max
    )
    assert {link.person: link.at for link in found.links} == reached_going_on(
        visits, case, min_seconds, generations_max
    )
