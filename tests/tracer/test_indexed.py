"""Chains over columns are the chains visit by visit: labels, generations, paths, limits and ties."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tracer_worlds import ListReader, orderly_worlds, stay, worlds

from storage.visit_index import VisitIndex
from streams.tables import VisitRow, VisitTable
from streams.visit import Visit
from tracer import frontier, trace
from tracer.company import Company
from tracer.dose import Measure
from tracer.errors import OutOfTime
from tracer.indexed import Access, can_search, chain_of, search
from tracer.profiles import OVERLAP, PCCOVID_1H, PROFILES
from tracer.question import Window

WHOLE = Window(0, 100)
HOURS = 1800


def index_of(visits: list[Visit], later: int = 0) -> VisitIndex:
    """The last `later` visits were stored after the index was made."""
    rows = [VisitRow(visit, 1, False) for visit in visits]
    split = len(rows) - later
    index = VisitIndex.of(VisitTable.of(rows[:split]))
    return index.with_newer(VisitTable.of(rows[split:])) if later else index


class IndexReader(ListReader):
    """A reader over a list that also has an index, and counts the rows looked at."""

    def __init__(self, visits: list[Visit], later: int = 0) -> None:
        super().__init__(visits)
        self.looked = 0
        self._index = index_of(visits, later)

    def access(self) -> Access:
        return Access(self._index, self._look)

    def _look(self, rows: int) -> None:
        self.looked += rows


@st.composite
def crowds(draw, step: int = 1, length_max: int = 2) -> list[Visit]:
    """Few people, places and moments, so that almost everything is a tie; nobody is twice at one place."""
    names = st.tuples(st.integers(1, 3), st.integers(1, 2), st.integers(0, 4))
    drawn = draw(st.dictionaries(names, st.integers(0, length_max), min_size=3, max_size=14))
    kept: list[Visit] = []
    for (person, venue, at), length in sorted(drawn.items()):
        new = stay(person, venue, at * step, (at + length) * step)
        if all((old.person, old.venue) != (person, venue) or old.departed <= new.arrived for old in kept):
            kept.append(new)
    return draw(st.permutations(kept))


@st.composite
def questions(draw):
    """Visits, a window, a profile and min_seconds: stays by the second, check-ins by the half hour."""
    latent = draw(st.sampled_from([0, 0, 1, 2]))
    strict = draw(st.booleans())
    since = draw(st.integers(0, 8))
    if draw(st.booleans()):
        window = draw(st.sampled_from([WHOLE, Window(since, since + draw(st.integers(1, 9)))]))
        own = replace(OVERLAP, strict=strict, latent_hours=latent / 3600)
        return (
            draw(st.one_of(worlds(visits_max=14), orderly_worlds(), crowds())),
            window,
            own,
            draw(st.integers(0, 3)),
        )
    window = draw(
        st.sampled_from([Window(0, 90_000), Window(since * HOURS, (since + draw(st.integers(1, 9))) * HOURS)])
    )
    own = replace(PCCOVID_1H, strict=strict, latent_hours=latent / 2)
    return draw(st.one_of(worlds(step=HOURS, visits_max=14), crowds(HOURS, 0))), window, own, 0


@settings(max_examples=600, deadline=None)
@given(
    questions(),
    st.sampled_from(["forward", "backward"]),
    st.tuples(st.integers(1, 6), st.sampled_from([1, 2, 3, 1000])),
    st.integers(0, 14),
    st.data(),
)
def test_columns_find_the_same_chain(question, direction, limited, later, data):
    """Everything an answer says is equal, from one case or two, in one layer or two."""
    visits, window, profile, min_seconds = question
    if not visits:
        return
    people = sorted({visit.person for visit in visits})
    chosen = data.draw(st.sets(st.sampled_from(people), min_size=1, max_size=2))
    cases = {
        case: Window(window.since, data.draw(st.integers(window.since + 1, window.until))) for case in chosen
    }
    index = index_of(visits, min(later, len(visits)))
    assert can_search(index, profile)
    access = Access(index, lambda rows: None)
    limits = dict(zip(("generations_max", "people_max"), limited, strict=True))
    rounds = search(access, cases, window, profile, min_seconds, direction=direction, **limits)
    found = chain_of(rounds, next(iter(cases)), profile, min_seconds)
    company = Company(ListReader(visits), window, profile, min_seconds, direction, own=cases)
    expected = trace.searched(company, cases, **limits).result()
    assert found._replace(generation_min={}) == expected._replace(generation_min={})
    assert dict(found.generation_min) == dict(expected.generation_min)


@settings(max_examples=100, deadline=None)
@given(questions(), st.sampled_from(["forward", "backward"]))
def test_small_portions_change_nothing(question, direction):
    """Rows looked at one by one give what all at once give."""
    visits, window, profile, min_seconds = question
    if not visits:
        return
    index, case = index_of(visits), visits[0].person
    asked = (Access(index, lambda rows: None), {case: window}, window, profile, min_seconds)
    limits = {"direction": direction, "generations_max": 4, "people_max": 1000}
    at_once = chain_of(search(*asked, **limits), case, profile, min_seconds)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frontier, "ROWS_AT_ONCE", 1)
        assert chain_of(search(*asked, **limits), case, profile, min_seconds) == at_once


@settings(max_examples=200, deadline=None)
@given(questions(), st.integers(0, 14), st.integers(0, 90_000), st.one_of(st.none(), st.integers(0, 2)))
def test_columns_find_the_same_meetings(question, later, opens, crowd_max):
    """Contacts are equal; of several people all that start in their span, also clipped to their own days."""
    visits, window, profile, min_seconds = question
    if not visits:
        return
    plain, indexed = ListReader(visits), IndexReader(visits, min(later, len(visits)))
    for person in {visit.person for visit in visits}:
        asked = (person, window, profile, min_seconds)
        expected = trace.contacts(plain, *asked, venue_crowd_max=crowd_max)
        assert trace.contacts(indexed, *asked, venue_crowd_max=crowd_max) == expected
        for limited in ({}, {"venue_crowd_max": crowd_max}):
            chain = trace.chain(plain, *asked, **limited)
            assert trace.chain(indexed, *asked, **limited) == chain
    opens = window.since + opens % (window.until - window.since)
    spans = {person: Window(opens, window.until) for person in (1, 2)}
    for own in ({}, spans):
        found = [
            sorted(
                met
                for met in Company(reader, window, profile, min_seconds, own=own).of(spans)
                if met.start >= spans[met.mine.person].since
            )
            for reader in (plain, indexed)
        ]
        assert found[0] == found[1]


def test_a_tie_goes_to_the_smaller_venue_however_the_index_grew():
    """2 is met by 1 at two places in one second; the place with the smaller key came into the index later."""
    visits = [stay(who, venue, 0, 10) for venue in (7, 3) for who in (1, 2)]
    for later in range(4):
        found = trace.chain(IndexReader(visits, later), 1, WHOLE, OVERLAP, 0)
        assert [link.exposure.venue for link in found.links] == [3]


def test_what_was_looked_at_is_told_and_may_end_the_question():
    """A chain that runs out of time says so, with the rounds that are whole."""
    visits = [stay(1, 1, 0, 10), stay(2, 1, 5, 15), stay(2, 2, 20, 30), stay(3, 2, 25, 35)]
    reader = IndexReader(visits)
    assert [link.person for link in trace.chain(reader, 1, WHOLE, OVERLAP, 0).links] == [2, 3]
    assert reader.looked > 0

    def stop(rows: int) -> None:
        reader.looked -= rows
        if reader.looked < 0:
            raise OutOfTime(1)

    reader.looked, reader._look = 3, stop
    found = trace.chain(reader, 1, WHOLE, OVERLAP, 0)
    assert (found.cut, found.left_out, found.generations) == ("seconds_max", 1, 1)
    assert [link.person for link in found.links] == [2]


def test_a_chain_whose_doses_ran_out_of_time_says_so():
    """Its people are whole, their doses are not: the answer is cut and not silent."""
    reader = IndexReader([stay(1, 1, 0, 10), stay(2, 1, 5, 15)])
    looked: list[int] = []
    reader._look = looked.append
    trace.chain(reader, 1, WHOLE, OVERLAP, 0)

    def stop(rows: int, left: list[int] = looked) -> None:
        if not left:
            raise OutOfTime(1)
        left.pop()

    reader._look = stop
    found = trace.chain(reader, 1, WHOLE, OVERLAP, 0, measure=Measure(OVERLAP, WHOLE))
    assert (found.cut, [link.person for link in found.links]) == ("seconds_max", [2])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 20)), max_size=12))
def test_painting_shows_the_first_stretch_on_top(drawn):
    """At each second the lowest number of those that cover it, as by looking at each."""
    stretches = [(begin, begin + length) for begin, length in drawn]
    points, lowest = frontier.painted(
        *(frontier.np.array([one[side] for one in stretches], dtype=frontier.np.int64) for side in (0, 1))
    )
    shown = {
        second: number
        for begin, end, number in zip(points[:-1].tolist(), points[1:].tolist(), lowest.tolist(), strict=True)
        for second in range(begin, end)
        if number != frontier.NOBODY
    }
    covers = {
        second: min(n for n, (begin, end) in enumerate(stretches) if begin <= second < end)
        for begin, end in stretches
        for second in range(begin, end)
    }
    assert shown == covers


def test_what_columns_cannot_follow_goes_visit_by_visit():
    """Profiles that sum, round, leave an aerosol or ask who was there first; a person at one venue twice."""
    index = index_of([stay(1, 1, 0, 10), stay(2, 1, 5, 15)])
    followed = {name for name, profile in PROFILES.items() if can_search(index, profile)}
    assert followed >= {"overlap", "pccovid-1h", "moh-vn-2021-12", "moh-vn-5053", "who-15min"}
    assert not followed & {"cdc-24h", "cwa", "nhs", "nz"}
    assert not can_search(index_of([stay(1, 1, 0, 10), stay(1, 1, 5, 15)]), OVERLAP)
    assert not can_search(index_of([stay(1, 1, 0, 10), stay(1, 1, 5, 15)], later=1), OVERLAP)
