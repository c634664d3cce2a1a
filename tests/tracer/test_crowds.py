"""A stay's crowd is everyone it was shared with in the window: by trying all pairs, on every way to read."""

from collections import defaultdict
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_indexed import IndexReader, questions
from test_own_index import TableReader, answered
from tracer_oracles import all_meetings, best_walks
from tracer_worlds import ListReader, stay

from producers.person import person_text
from tracer import company, trace
from tracer.chain import edge_of
from tracer.limits import LeftOut
from tracer.profiles import OVERLAP
from tracer.question import Window
from tracer.questions_of_cases import Outbreak

HOUR = 3600


def of_small_crowds(question, crowd_max, own):
    """The meetings long enough, of those stays (`mine`) that met so many people, long enough or not."""
    visits, window, profile, min_seconds = question
    crowd = defaultdict(set)
    for one in all_meetings(visits, profile, window, 0, own):
        crowd[one.mine].add(one.theirs.person)
    long = all_meetings(visits, profile, window, min_seconds, own)
    return [one for one in long if len(crowd[one.mine]) <= crowd_max]


@settings(max_examples=400, deadline=None)
@given(
    questions(),
    st.sampled_from(["forward", "backward"]),
    st.integers(1, 3),
    st.integers(1, 90_000),
    st.tuples(st.integers(0, 14), st.booleans()),
)
def test_a_chain_follows_what_the_whole_stay_allows(question, direction, crowd_max, lasts, read):
    """The best of all walks along stays of small crowds, however the store is read, and as much left out."""
    visits, window, profile, min_seconds = question
    if not visits:
        return
    case, (later, small) = visits[0].person, read
    case_until = window.since + 1 + lasts % (window.until - window.since)
    own = {case: Window(window.since, case_until)}
    met = of_small_crowds(question, crowd_max, own)
    expected = best_walks(
        *(case, [edge_of(one, direction) for one in met], window, direction, 3),
        strict=profile.strict,
        latent=round(profile.latent_hours * HOUR),
    )
    told = []
    with pytest.MonkeyPatch.context() as patch:
        if small:
            patch.setattr(company, "PEOPLE_PER_READ", 1)
            patch.setattr(company, "VISITS_PER_READ", 1)
        for reader in (ListReader(visits), IndexReader(visits, min(later, len(visits)))):
            left_out = LeftOut()
            found = trace.chain(
                *(reader, case, window, profile, min_seconds),
                direction=direction,
                case_until=case_until,
                venue_crowd_max=crowd_max,
                left_out=left_out,
            )
            told.append((found.links, left_out.crowded))
    assert told[0] == told[1]
    assert {link.person: (link.at, link.generation, link.exposure) for link in told[0][0]} == {
        person: (walk[-1].at, len(walk), walk[-1].evidence) for person, walk in expected.items()
    }


@pytest.mark.parametrize("made", [ListReader, IndexReader])
def test_who_was_there_before_one_could_pass_it_on_is_of_the_crowd(made):
    """2 is at the venue all day, 3 and 4 until noon, when 2 is exposed elsewhere, and 5 after it."""
    visits = [stay(2, 7, 0, 24 * HOUR), *(stay(who, 7, 0, 12 * HOUR) for who in (3, 4))]
    visits += [*(stay(who, 8, 12 * HOUR, 13 * HOUR) for who in (1, 2)), stay(5, 7, 14 * HOUR, 15 * HOUR)]
    rule = replace(OVERLAP, latent_hours=1)
    for crowd_max, reached, left_out in ((2, [2], 1), (3, [2, 5], 0)):
        crowded = LeftOut()
        asked = (made(visits), 1, Window(0, 48 * HOUR), rule, 0)
        found = trace.chain(*asked, venue_crowd_max=crowd_max, left_out=crowded)
        assert ([link.person for link in found.links], len(crowded.crowded)) == (reached, left_out)


def test_an_outbreak_has_the_same_crowds_for_few_cases_and_for_many():
    """Two generations: 19 cases are read one by one, 20 from an index; a case more changes no crowd here."""
    visits = [stay(who, who, 0, HOUR) for who in range(1, 21)]
    visits += [stay(100, 1, 0, HOUR), stay(100, 99, 0, 9 * HOUR), stay(103, 99, 8 * HOUR, 9 * HOUR)]
    visits += [stay(who, 99, 0, HOUR // 2) for who in (101, 102)]
    visits.append(stay(100, 98, 8 * HOUR, 9 * HOUR))
    visits.append(stay(104, 98, 8 * HOUR, 9 * HOUR))
    answers = []
    for many, tables in ((19, 0), (20, 1)):
        cases = [{"person": person_text(who)} for who in range(1, many + 1)]
        reader = TableReader(visits)
        answers.append(answered(Outbreak(cases=cases, generations=2, venue_crowd_max=2), reader, 1000))
        assert reader.tables == tables
    assert answers[0] == answers[1]
    rows, counts = answers[0]
    assert sorted(row["person"] for row in rows) == [person_text(who) for who in (100, 104)]
    assert counts["left_out_venue_crowd_max"] == 1
