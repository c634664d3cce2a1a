"""The same scans in any order, batching and repetition end in the same visits."""

from bisect import bisect_left
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from producers.venue import Venue
from streams.revise import Verdict, clean_cut, needed_since, revise
from streams.sessions import Rules, assemble
from streams.tables import VisitRow
from streams.timeline import Direction, Scan, Timeline, pack, unpack

VENUES = {
    1: Venue(1, "a", "restaurant", 75),
    2: Venue(2, "b", "office", 480),
    3: Venue(3, "c", "office", 30, inside=2),
    4: Venue(4, "d", "checkpoint", 0),
    5: Venue(5, "e", "unknown", 1440),
}
PERSON = 7
T = 1_638_316_800


@st.composite
def scans(draw: st.DrawFn) -> list[Scan]:
    """A person's scans over a few days, dense enough to beep, cross, nest, touch and clash."""
    drawn = []
    for _ in range(draw(st.integers(1, 14))):
        step = draw(st.sampled_from([20, 60, 600, 7200, 40_000]))
        at = T + step * draw(st.integers(0, 12))
        way = draw(st.sampled_from(Direction))
        anchor = at - step * draw(st.integers(0, 3)) if way is Direction.closing else at
        drawn.append(Scan(anchor, at, way, draw(st.sampled_from(sorted(VENUES))), draw(st.integers(1, 12))))
    return drawn


class World:
    """A store that keeps the newest version of a visit and a cache that forgets at will."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.scans: set[Scan] = set()
        self.visits: dict = {}
        self.cache: bytes | None = None

    def take(self, batch: list[Scan], forget: bool) -> list[Verdict]:
        needed = needed_since(min(batch).anchor)
        line = None if forget or self.cache is None else unpack(self.cache)
        if line is None or line.complete_since > needed:
            stored = sorted(self.scans)
            cut = clean_cut(stored, needed)
            line = Timeline(cut, tuple(stored[bisect_left(stored, (cut,)) :]))
        revision = revise(PERSON, line, batch, rules=self.rules, venues=VENUES)
        self.write(revision.rows)
        self.scans |= set(batch)
        self.cache = pack(revision.timeline)
        return revision.verdicts

    def write(self, rows: list[VisitRow]) -> None:
        for row in rows:
            key = row.visit.venue, row.visit.arrived
            there = self.visits.get(key)
            if there and there.version == row.version:
                same = there.gone == row.gone and (row.gone or there.visit == row.visit)
                assert same, "two writes of a visit have one version"
            if there is None or row.version >= there.version:
                self.visits[key] = row

    def unstored(self, batch: list[Scan]) -> list[VisitRow]:
        """The visits that a worker decides from this batch and what is stored, without storing the scans."""
        line = Timeline(0, tuple(sorted(self.scans)))
        return revise(PERSON, line, batch, rules=self.rules, venues=VENUES).rows

    def live(self) -> dict:
        return {key: row.visit for key, row in self.visits.items() if not row.gone}


@settings(max_examples=600, deadline=None)
@given(scans(), st.randoms(), st.sampled_from([0, 300, 3600]))
def test_order_free(known: list[Scan], random, debounce: int) -> None:
    """Shuffled, split, repeated and with a forgetful cache: as if all scans had come at once."""
    rules = Rules(debounce_seconds=debounce)
    expected = assemble(PERSON, sorted(set(known)), rules=rules, venues=VENUES)
    world = World(rules)
    sent = known + random.sample(known, len(known) // 3)
    random.shuffle(sent)
    verdicts = []
    taken = 0
    while taken < len(sent):
        batch = sent[taken : taken + random.randint(1, 4)]
        verdicts += world.take(batch, forget=random.random() < 0.3)
        taken += len(batch)
    assert world.live() == expected
    assert verdicts == [verdict(scan, sent[:n]) for n, scan in enumerate(sent)]


def verdict(scan: Scan, before: list[Scan]) -> Verdict:
    """The same said plainly, over all scans that ever came before this one."""
    if scan in before:
        return Verdict.duplicate
    same_id = [one for one in before if one.scan_id == scan.scan_id]
    near = [one for one in same_id if abs(one.anchor - scan.anchor) <= 6 * 3600]
    return Verdict.conflicting if near else Verdict.stored


@settings(max_examples=300, deadline=None)
@given(scans(), st.randoms())
def test_less_knowledge_never_wins(known: list[Scan], random) -> None:
    """A worker that woke up and knows fewer scans writes lower versions of what it gets wrong."""
    rules = Rules()
    whole = World(rules)
    whole.take(list(known), forget=True)
    zombie = World(rules)
    zombie.take(random.sample(known, random.randint(1, len(known))), forget=True)
    for key, row in zombie.visits.items():
        if key in whole.visits and (row.visit, row.gone) != (whole.visits[key].visit, whole.visits[key].gone):
            assert row.version < whole.visits[key].version


def test_an_id_that_was_drawn_twice_costs_no_visit() -> None:
    """Two scans of one id, half an hour apart at two venues: the second to come is reported, both count."""
    scans = Scan(T, T, Direction.into, 1, 9), Scan(T + 1800, T + 1800, Direction.into, 2, 9)
    for first, second in permutations(scans):
        world = World(Rules())
        assert world.take([first], False) == [Verdict.stored]
        assert world.take([second], False) == [Verdict.conflicting]
        assert world.live() == assemble(PERSON, scans, rules=Rules(), venues=VENUES)
        assert {venue for venue, _ in world.live()} == {1, 2}


@pytest.mark.parametrize("forget", [False, True])
def test_a_conflict_is_seen_among_all_scans_of_the_id(forget: bool) -> None:
    """The third conflicts with the first, though the second of this id, of seven hours later, does not."""
    world = World(Rules())
    verdicts = [
        world.take([Scan(T + hours, T + hours, Direction.into, 1, 9)], forget)[0]
        for hours in (0, 7 * 3600, 1800)
    ]
    assert verdicts == [Verdict.stored, Verdict.stored, Verdict.conflicting]


def test_an_out_scan_that_a_second_in_scan_took_away_leaves_no_trace() -> None:
    """A worker that slept knew of the out-scan alone; the next one learnt of it together with the in-scan."""
    world = World(Rules(debounce_seconds=0))
    world.take([Scan(T, T, Direction.into, 3, 1), Scan(T + 20, T + 20, Direction.out, 1, 2)], False)
    out, again = Scan(T + 60, T + 60, Direction.out, 3, 3), Scan(T + 40, T + 40, Direction.into, 3, 4)
    asleep = world.unstored([out])
    world.take([out, again], False)
    world.write(asleep)
    assert world.live() == assemble(PERSON, sorted(world.scans), rules=world.rules, venues=VENUES)


def test_pack_keeps_the_extremes() -> None:
    """A timeline survives packing at both ends of every field, in 4 + 25 bytes a scan."""
    line = Timeline(0, (Scan(0, 0, 0, 0, 0), Scan(2**32 - 1, 2**32 - 1, 3, 2**64 - 1, 2**64 - 1)))
    assert unpack(pack(line)) == line
    assert len(pack(line)) == 4 + 2 * 25


def test_in_order_traffic_needs_no_store() -> None:
    """Scans that come in order stay within what is kept: the cache is never too short."""
    rules = Rules()
    world = World(rules)
    for hour in range(0, 400, 7):
        at = T + hour * 3600
        if world.cache:
            assert unpack(world.cache).complete_since <= needed_since(at)
        world.take([Scan(at, at, Direction.into, 1 + hour % 2, hour)], forget=False)
    assert len(unpack(world.cache).scans) < 10


@settings(max_examples=2000, deadline=None)
@given(scans(), st.data(), st.sampled_from([0, 300, 3600]))
def test_visits_of_scans_that_were_never_stored_leave_no_trace(
    sent: list[Scan], data: st.DataObject, debounce: int
) -> None:
    """Workers die between visits and scans, or sleep there and write when all is over: batches are cut
    otherwise the second time, and end as if nothing had happened.
    """
    if data.draw(st.booleans()):
        sent = [scan._replace(scan_id=100 + number) for number, scan in enumerate(sent)]
    rules = Rules(debounce_seconds=debounce)
    world = World(rules)
    asleep: list[VisitRow] = []
    done = 0
    while done < len(sent):
        if data.draw(st.booleans()):
            rows = world.unstored(sent[done : done + data.draw(st.integers(1, 4))])
            if data.draw(st.booleans()):
                world.write(rows)
            else:
                asleep += rows
        size = data.draw(st.integers(1, 4))
        world.take(sent[done : done + size], forget=data.draw(st.booleans()))
        done += size
        if data.draw(st.booleans()):
            world.write(asleep)
            asleep = []
    world.write(asleep)
    assert world.live() == assemble(PERSON, sorted(set(sent)), rules=rules, venues=VENUES)
