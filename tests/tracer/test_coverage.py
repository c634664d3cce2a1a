"""How many of those expected scanned: by venue, by unit, in a window, and in words."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tracer_worlds import ListReader, sources_of, stay

from producers.errors import BadInput
from producers.venue import venue_key
from tracer.asking import ask
from tracer.coverage import COLUMNS, Coverage, in_a_sentence
from tracer.limits import sentences

VENUES = ("chợ", "bus", "gate")
KEYS = [venue_key(venue) for venue in VENUES]


def rows_of(wanted, visits):
    return list(ask(wanted, sources_of(ListReader(visits))).rows)


@given(
    visits=st.lists(
        st.builds(
            lambda person, venue, arrived, length: stay(person, KEYS[venue], arrived, arrived + length),
            *(st.integers(1, 4), st.integers(0, 2), st.integers(0, 9), st.integers(0, 9)),
        ),
        max_size=12,
        unique_by=lambda visit: visit[:3],
    ),
    window=st.tuples(st.integers(0, 9), st.integers(1, 9)),
    expected=st.dictionaries(st.sampled_from(VENUES), st.integers(0, 5), min_size=1),
    units=st.dictionaries(st.sampled_from(VENUES), st.sampled_from(["79", "01"])),
)
def test_everyone_who_entered_is_counted_once(visits, window, expected, units):
    """Those whose stay began in the window, however often; a unit is the sum of its venues."""
    since, until = window[0], sum(window)
    people, entries = defaultdict(set), defaultdict(int)
    for visit in visits:
        if since <= visit.arrived < until:
            people[visit.venue].add(visit.person)
            entries[visit.venue] += 1
    asked = {"from_": str(since), "to": str(until), "expected": expected, "units": units}
    by_venue = rows_of(Coverage(**asked), visits)
    assert {
        (row["unit"], row["venue"], row["expected"], row["scanned"], row["visits"]) for row in by_venue
    } == {
        (units.get(venue, ""), venue, count, len(people[venue_key(venue)]), entries[venue_key(venue)])
        for venue, count in expected.items()
    }
    by_unit = rows_of(Coverage(**asked, by="unit"), visits)
    for name in ("expected", "scanned", "visits"):
        sums = defaultdict(int)
        for row in by_venue:
            sums[row["unit"]] += row[name]
        assert {row["unit"]: row[name] for row in by_unit} == sums
    for row in by_venue + by_unit:
        assert tuple(row) == COLUMNS
        assert row["share"] == (round(row["scanned"] / row["expected"], 3) if row["expected"] else None)


def test_it_says_how_many_are_in_no_answer():
    """The number that an investigator must know before a short list is taken for good news."""
    visits = [stay(1, KEYS[0], 0, 60), stay(2, KEYS[0], 5, 60), stay(2, KEYS[0], 99, 120)]
    for expected, sentence in (
        (8, "2 scanned of 8 expected (25%): the other 6 are in no answer about these places."),
        (2, "2 scanned of 2 expected (100%): as many as were expected, or more."),
        (0, "Nobody was expected, so how many did not scan is not known."),
    ):
        assert in_a_sentence(rows_of(Coverage(expected={"chợ": expected}), visits)) == sentence


def test_what_cannot_be_compared_is_refused():
    """Nothing to compare with, less than nobody."""
    for expected, sentence in (({}, "how many were expected"), ({"chợ": -1}, "cannot be expected at chợ")):
        with pytest.raises(BadInput, match=sentence):
            rows_of(Coverage(expected=expected), [])


def test_a_venue_nobody_knows_is_told():
    """Nobody scanned where the id is misspelt, which is no coverage of 0."""
    reader = ListReader([stay(1, KEYS[0], 0, 60)])
    reader.venue_ids = lambda keys: {key: VENUES[0] for key in keys if key == KEYS[0]}
    answer = ask(Coverage(expected={"chợ": 3, "cho": 3}), sources_of(reader))
    assert [row["scanned"] for row in answer.rows] == [0, 1]
    assert [told for told in sentences(answer.counts) if "written" in told] == [
        "Venues of which nothing is stored, so check how they are written: 1."
    ]


def registered(venues, moment):
    """A registry that knows two of the venues, one of which changed its unit."""
    then = "79" if moment < 1_638_316_800 else "80"
    return {venue: unit for venue, unit in (("chợ", then), ("bus", "48")) if venue in venues}


def test_a_unit_is_the_one_given_or_that_of_the_registry():
    """Whoever asks, at a terminal or over the network; both are told with the question."""
    sources = sources_of(ListReader([]), units=registered)
    expected = {"chợ": 3, "bus": 2, "gate": 1}
    answer = ask(Coverage(expected=expected, units={"bus": "01"}, to="2021-12-01"), sources)
    assert {row["venue"]: row["unit"] for row in answer.rows} == {"chợ": "79", "bus": "01", "gate": ""}
    assert answer.told["question"]["units"] == {"chợ": "79", "bus": "01"}
    (row,) = ask(Coverage(expected={"chợ": 3}, to="2021-12-02"), sources).rows
    assert row["unit"] == "80"
