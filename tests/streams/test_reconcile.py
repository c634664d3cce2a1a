"""A repair finds what differs, mends it, and never outlives what is learnt later."""

from hypothesis import given, settings
from hypothesis import strategies as st
from test_revise import PERSON, VENUES, World, scans

from streams.reconcile import reconcile
from streams.sessions import Rules, assemble
from streams.timeline import Direction, Scan


def repair(world: World) -> int:
    done = reconcile(
        {PERSON: sorted(world.scans)}, world.visits.values(), 0, 2**32, rules=world.rules, venues=VENUES
    )
    for row in done.rows:
        key = row.visit.venue, row.visit.arrived
        if key not in world.visits or row.version > world.visits[key].version:
            world.visits[key] = row
    return done.missing + done.different + done.extra


@settings(max_examples=200, deadline=None)
@given(scans(), st.randoms())
def test_repairs_whatever_was_spoilt(known: list[Scan], random) -> None:
    """Rows lost or written under other rules are found and mended once."""
    world = World(Rules(debounce_seconds=3600))
    world.take(known, forget=True)
    for key in [key for key in world.visits if random.random() < 0.3]:
        del world.visits[key]
    world.rules = Rules()
    repair(world)
    assert world.live() == assemble(PERSON, sorted(world.scans), rules=world.rules, venues=VENUES)
    assert repair(world) == 0


def test_many_repairs_do_not_outlive_the_next_scan() -> None:
    """After repair upon repair, the check-out that comes late still ends the visit."""
    world = World(Rules())
    world.take([Scan(1000, 1000, Direction.into, 5, 1)], forget=True)
    for minutes in (600, 60, 600, 60, 600):
        world.visits = {
            key: row._replace(visit=row.visit._replace(departed=1000 + minutes))
            for key, row in world.visits.items()
        }
        assert repair(world) == 1
    world.take([Scan(2200, 2200, Direction.out, 5, 2)], forget=True)
    assert [visit.departed for visit in world.live().values()] == [2200]


def test_an_id_that_two_scans_claim_is_found_however_far_apart() -> None:
    """A worker notices it within 6 hours only; here a week is between the two, and a third is innocent."""
    week = 7 * 86_400
    twice = [Scan(1000, 1000, Direction.into, 5, 1), Scan(1000 + week, 1000 + week, Direction.into, 1, 1)]
    known = {PERSON: [*twice, Scan(2000 + week, 2000 + week, Direction.into, 1, 2)], PERSON + 1: twice[:1]}
    assert reconcile(known, [], 0, 2**32, rules=Rules(), venues=VENUES).conflicting == 2


def test_a_visit_that_knows_more_scans_than_are_stored_is_told_and_left() -> None:
    """One of two scans was lost, or both: no version that the rest may give is higher than the visit's."""
    two = [Scan(1000, 1000, Direction.into, 5, 1), Scan(2200, 2200, Direction.out, 5, 2)]
    world = World(Rules())
    world.take(two, forget=True)
    for left in (two[:1], []):
        done = reconcile({PERSON: left}, world.visits.values(), 0, 2**32, rules=Rules(), venues=VENUES)
        assert (done.missing, done.different, done.extra) == (0, len(left), 1 - len(left))
        assert (done.ahead, done.rows) == (1, [])
