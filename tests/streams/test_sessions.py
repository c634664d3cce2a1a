"""Each line of the table at the top of sessions.py, one by one."""

import pytest

from producers.venue import Venue
from streams.sessions import Rules, assemble
from streams.timeline import Direction, Scan
from streams.visit import EndKnownBy

CAFE, OFFICE, ROOM, GATE, NOBODY_KNOWS = 1, 2, 3, 4, 5
VENUES = {
    CAFE: Venue(CAFE, "café", "restaurant", 75),
    OFFICE: Venue(OFFICE, "office", "office", 480),
    ROOM: Venue(ROOM, "room 3", "office", 60, inside=OFFICE),
    GATE: Venue(GATE, "checkpoint", "checkpoint", 0),
    NOBODY_KNOWS: Venue(NOBODY_KNOWS, "?", "unknown", 60),
}
MINUTE = 60
HOUR = 3600
T = 1_638_316_800


def scan(way: str, venue: int, minutes: float, since: float | None = None) -> Scan:
    at = T + int(minutes * MINUTE)
    anchor = at if since is None else T + int(since * MINUTE)
    return Scan(anchor, at, Direction[way], venue, hash((way, venue, at, anchor)) & 0xFFFF)


def stays(*scans: Scan, rules: Rules | None = None) -> list[tuple[int, float, float, str, int]]:
    visits = assemble(7, sorted(scans), rules=rules or Rules(), venues=VENUES).values()
    return sorted(
        (v.venue, (v.arrived - T) / MINUTE, (v.departed - T) / MINUTE, v.ended.name, v.scans) for v in visits
    )


@pytest.mark.parametrize(
    ("why", "scans", "expected"),
    [
        (
            "an out-scan ends the visit",
            [scan("into", CAFE, 0), scan("out", CAFE, 30)],
            [(CAFE, 0, 30, "checkout", 1)],
        ),
        (
            "an out-scan wins over an earlier scan elsewhere",
            [scan("into", CAFE, 0), scan("into", OFFICE, 10), scan("out", CAFE, 30), scan("out", OFFICE, 40)],
            [(CAFE, 0, 30, "checkout", 1), (OFFICE, 10, 40, "checkout", 1)],
        ),
        (
            "the next scan elsewhere ends it, sooner or later than the default stay",
            [scan("into", CAFE, 0), scan("into", OFFICE, 100), scan("out", OFFICE, 101)],
            [(CAFE, 0, 100, "next_scan", 1), (OFFICE, 100, 101, "checkout", 1)],
        ),
        (
            "a next scan beyond the cap says nothing",
            [scan("into", CAFE, 0), scan("into", OFFICE, 241), scan("out", OFFICE, 242)],
            [(CAFE, 0, 75, "venue_default", 1), (OFFICE, 241, 242, "checkout", 1)],
        ),
        (
            "entering a room does not end the stay in the building; leaving the building leaves the room",
            [scan("into", OFFICE, 0), scan("into", ROOM, 30), scan("out", OFFICE, 50)],
            [(OFFICE, 0, 50, "checkout", 1), (ROOM, 30, 50, "next_scan", 1)],
        ),
        (
            "no end known: the default stay",
            [scan("unknown", CAFE, 0)],
            [(CAFE, 0, 75, "venue_default", 1)],
        ),
        ("no default either: the cap", [scan("unknown", NOBODY_KNOWS, 0)], [(NOBODY_KNOWS, 0, 60, "cap", 1)]),
        ("a checkpoint is an instant", [scan("into", GATE, 0)], [(GATE, 0, 0, "venue_default", 1)]),
        (
            "never midnight",
            [scan("into", CAFE, 23 * 60 + 30)],
            [(CAFE, 23 * 60 + 30, 24 * 60 + 45, "venue_default", 1)],
        ),
        (
            "a double beep is one visit, and so is a run of them",
            [scan("into", CAFE, 0), scan("into", CAFE, 5), scan("into", CAFE, 10)],
            [(CAFE, 0, 75, "venue_default", 3)],
        ),
        (
            "beyond the debounce it is a new visit and the old one ends there at the latest",
            [scan("into", CAFE, 0), scan("into", CAFE, 6)],
            [(CAFE, 0, 6, "venue_default", 1), (CAFE, 6, 81, "venue_default", 1)],
        ),
        (
            "an out-scan between two in-scans makes them two visits, however close",
            [scan("into", CAFE, 0), scan("out", CAFE, 1), scan("into", CAFE, 2)],
            [(CAFE, 0, 1, "checkout", 1), (CAFE, 2, 77, "venue_default", 1)],
        ),
        (
            "touching: the out ends the earlier, the in begins the later",
            [scan("into", CAFE, 0), scan("out", CAFE, 3), scan("into", CAFE, 3), scan("out", CAFE, 4)],
            [(CAFE, 0, 3, "checkout", 1), (CAFE, 3, 4, "checkout", 1)],
        ),
        ("an out-scan without an in-scan makes no visit", [scan("out", CAFE, 0)], []),
        (
            "a second out-scan changes nothing",
            [scan("into", CAFE, 0), scan("out", CAFE, 30), scan("out", CAFE, 40)],
            [(CAFE, 0, 30, "checkout", 1)],
        ),
        (
            "an out-scan more than a day later ends nothing",
            [scan("into", CAFE, 0), scan("out", CAFE, 24 * 60 + 1)],
            [(CAFE, 0, 75, "venue_default", 1)],
        ),
        (
            "a stay given as a stay may last for days, and others may lie inside it",
            [scan("into", OFFICE, 0), scan("closing", OFFICE, 8 * 1440, since=0), scan("into", CAFE, 60)],
            [(CAFE, 60, 135, "venue_default", 1), (OFFICE, 0, 8 * 1440, "checkout", 1)],
        ),
        (
            "two given stays that overlap at one venue stay two when they began apart",
            [
                *(scan("into", CAFE, 0), scan("closing", CAFE, 60, since=0)),
                *(scan("into", CAFE, 20), scan("closing", CAFE, 90, since=20)),
            ],
            [(CAFE, 0, 60, "checkout", 1), (CAFE, 20, 90, "checkout", 1)],
        ),
        (
            "a closing scan alone still tells the whole stay",
            [scan("closing", CAFE, 60, since=0)],
            [(CAFE, 0, 60, "checkout", 0)],
        ),
        (
            "an out-scan elsewhere that names none is a next scan",
            [scan("into", OFFICE, 0), scan("into", CAFE, 60), scan("out", OFFICE, 120)],
            [(CAFE, 60, 120, "next_scan", 1), (OFFICE, 0, 120, "checkout", 1)],
        ),
        (
            "an out-scan elsewhere that names its in-scan is none",
            [scan("into", OFFICE, 0), scan("into", CAFE, 60), scan("closing", OFFICE, 120, since=0)],
            [(CAFE, 60, 135, "venue_default", 1), (OFFICE, 0, 120, "checkout", 1)],
        ),
        (
            "a stay of zero length stays one",
            [scan("into", CAFE, 0), scan("closing", CAFE, 0, since=0)],
            [(CAFE, 0, 0, "checkout", 1)],
        ),
    ],
)
def test_rule(why: str, scans: list[Scan], expected: list) -> None:
    """The table's line named by `why` holds."""
    assert stays(*scans) == expected, why


def test_debounce_zero_merges_only_one_second() -> None:
    """With the debounce off, scans a second apart are two visits; scans in one second are one."""
    none = Rules(debounce_seconds=0)
    apart = stays(scan("into", CAFE, 0), scan("unknown", CAFE, 1 / 60), rules=none)
    assert [visit[1:] for visit in apart] == [
        (0, 1 / 60, "venue_default", 1),
        (1 / 60, 75 + 1 / 60, "venue_default", 1),
    ]
    assert len(stays(scan("into", CAFE, 0), scan("unknown", CAFE, 0), rules=none)) == 1


def test_bounds_surround_the_expected_end() -> None:
    """An inferred end carries the last moment seen and the last moment possible."""
    (visit,) = assemble(7, [scan("into", CAFE, 0)], rules=Rules(), venues=VENUES).values()
    assert (visit.departed_min, visit.departed_max) == (T, T + 4 * HOUR)
    first, second = sorted(
        assemble(7, [scan("into", CAFE, 0), scan("into", OFFICE, 30)], rules=Rules(), venues=VENUES).values(),
        key=lambda v: v.arrived,
    )
    assert (first.departed_min, first.departed, first.departed_max) == (T, T + 30 * MINUTE, T + 30 * MINUTE)
    assert second.ended is EndKnownBy.venue_default


def test_a_cycle_in_the_registry_ends() -> None:
    """Two venues inside each other do not hang the worker."""
    venues = {1: Venue(1, "a", inside=2), 2: Venue(2, "b", inside=1)}
    scans = [Scan(T, T, Direction.into, 1, 1), Scan(T + 9, T + 9, Direction.into, 2, 2)]
    assert len(assemble(7, scans, rules=Rules(), venues=venues)) == 2
