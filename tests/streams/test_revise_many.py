"""Deciding many people at once over arrays gives what deciding them one by one gives."""

from time import process_time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_revise import VENUES, scans

from producers.venue import Venue
from streams.revise import revise
from streams.revise_many import VERDICTS, Batch, gathered, revise_many
from streams.sessions import Rules
from streams.tables import SCAN, VisitRow, VisitTable
from streams.timeline import Direction, Scan, Timeline, pack, unpack
from streams.visit import SCANS_MAX

PLAIN = {key: venue._replace(inside=0) for key, venue in VENUES.items()}


@st.composite
def plain_scans(draw: st.DrawFn) -> list[Scan]:
    """Scans of the plain case: no id is claimed twice, no out-scan names its in-scan."""
    plain = []
    for n, scan in enumerate(draw(scans())):
        way = min(scan.direction, Direction.unknown)
        scan_id = ((scan.at * 10 + scan.venue) * 10 + way) * 3 + n % 3
        plain.append(Scan(scan.at, scan.at, way, scan.venue, scan_id))
    return plain


def _both(people: list[tuple[list[Scan], list[Scan]]], venues: dict, rules: Rules) -> None:
    """people: (scans known before, new scans) of each."""
    persons = [2**64 - 1 - n for n in range(len(people))]
    lines = [Timeline(0, tuple(sorted(set(known)))) for known, _ in people]
    new = [(n, scan) for n, (_, fresh) in enumerate(people) for scan in fresh]
    new.sort(key=lambda one: hash(one[1]) % 7)  # arrivals of several people interleave
    owner = np.array([n for n, _ in new], np.int64)
    array = np.array([tuple(scan) for _, scan in new], SCAN)
    batch = Batch(persons, [pack(line) for line in lines], owner, array)
    done = revise_many(batch, gathered(batch), rules, venues)
    rows: list[VisitRow] = []
    for n, line in enumerate(lines):
        mine = [index for index, (owner, _) in enumerate(new) if owner == n]
        alone = revise(persons[n], line, [new[i][1] for i in mine], rules=rules, venues=venues)
        rows += alone.rows
        assert unpack(done.timelines[n]) == alone.timeline
        assert [VERDICTS[done.verdicts[i]] for i in mine] == alone.verdicts
    assert sorted(done.visits.rows()) == sorted(rows)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.tuples(plain_scans(), plain_scans()), min_size=1, max_size=4), st.sampled_from([0, 300, 3600])
)
def test_plain_people(people: list, debounce: int) -> None:
    """The plain case, in sweeps over arrays, equals the rules person by person."""
    _both(people, PLAIN, Rules(debounce_seconds=debounce))


@pytest.mark.parametrize("more", [[], [Scan(50_000, 50_001, Direction.closing, 1, 2**40)]])
def test_a_stuck_device(more: list[Scan]) -> None:
    """More scans in one visit than a table counts: the visit is there, and counts as far as it can. Person by
    person it takes seconds (and took an hour): its work grows as the scans and not as their square."""
    venue = min(PLAIN)
    beeps = [Scan(at, at, Direction.into, venue, at) for at in range(70_000)]
    closing = [scan._replace(venue=venue) for scan in more]
    _both([(beeps[:60_000], beeps[60_000:] + closing)], PLAIN, Rules())
    rows = revise(7, Timeline(0, ()), beeps, rules=Rules(), venues=PLAIN).rows
    (visit,) = [row.visit for row in rows if not row.gone]
    assert (visit.arrived, visit.scans) == (0, SCANS_MAX)


@pytest.mark.parametrize("same_id", [False, True])
def test_one_name_for_everybody(same_id: bool) -> None:
    """A sender that calls each guest by one name: 10,000 stays with both ends, at one venue, in one batch."""
    ins = [Scan(at, at, Direction.into, min(PLAIN), 3 * at) for at in range(0, 70_000, 7)]
    outs = [Scan(scan.at, scan.at + 5, Direction.closing, scan.venue, 3 * scan.at + 1) for scan in ins]
    new = [scan._replace(scan_id=9) if same_id else scan for scan in [*outs, *ins]]
    began = process_time()
    done = revise(7, Timeline(0, ()), new, rules=Rules(), venues=PLAIN)
    assert len([row for row in done.rows if not row.gone]) == 10_000
    assert process_time() - began < 10  # was a minute


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(scans() | plain_scans(), scans()), min_size=1, max_size=4))
def test_anyone(people: list) -> None:
    """Nested venues, named in-scans and claimed ids beside plain people: the same too."""
    _both(people, VENUES, Rules())


def test_old_scans_are_trimmed_alike() -> None:
    """A timeline of a month is cut where one person's alone would be."""
    day = 86_400
    known = [Scan(n * day // 3, n * day // 3, Direction.into, 1 + n % 2, n) for n in range(90)]
    _both([(known, [Scan(31 * day, 31 * day, Direction.into, 1, 999)]), ([], known[:1])], PLAIN, Rules())


def test_tables_keep_the_extremes() -> None:
    """Rows become columns and rows again at both ends of every field; an empty table is one."""
    visits = VisitTable.of([])
    assert list(visits.rows()) == []
    assert [column.dtype.str for column in visits] == [
        column.dtype.str for column in VisitTable.of(VisitTable.of([]).rows())
    ]


def test_a_nation_in_one_batch() -> None:
    """More pairs of people and venues than 32 bits number: each person's visit is at his own venue."""
    people = 2**16 + 1
    owner = np.arange(people)
    array = np.zeros(people, SCAN)
    array["venue"], array["anchor"], array["at"] = owner, 86_400, 86_400
    array["direction"] = Direction.into
    venues = {n: Venue(n, str(n), "market", n % 1000) for n in range(people)}
    batch = Batch(range(people), [pack(Timeline(0, ()))] * people, owner, array)
    visits = revise_many(batch, gathered(batch), Rules(), venues).visits
    assert visits.person.tolist() == visits.venue.tolist() == owner.tolist()
    assert visits.departed.tolist() == [86_400 + 60 * (n % 1000) for n in range(people)]
