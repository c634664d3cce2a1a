"""Check-ins that say when the person left: exact stays, and co-location as badge sensors saw it."""

import csv
import gzip
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest
from scenario_oracles import epoch
from scenario_world import World

NEW_WORLD = Callable[..., World]
STAYS = """person,room,came,left
an,ward 1,2021-12-01T08:00:00Z,2021-12-01T09:30:15Z
binh,ward 1,2021-12-01T09:30:00Z,2021-12-01T09:45:00Z
chi,ward 1,2021-12-01T09:30:15Z,2021-12-02T11:00:00Z
dung,ward 2,2021-12-01T08:00:00+07:00,
"""


class TestUntil:
    @pytest.fixture(scope="class")
    def world(self, embedded: NEW_WORLD) -> World:
        world = embedded()
        file = world.home / "stays.csv"
        file.write_text(STAYS, encoding="utf-8")
        columns = ("--person", "person", "--venue", "room", "--at", "came", "--until", "left")
        done = world.take_in(file, *columns)
        assert (done["read"], done["published"], done["scans"]) == (4, 4, 7)
        return world

    def test_a_row_is_an_in_scan_and_an_out_scan(self, world: World) -> None:
        flow = world.flow()
        assert (flow["scans"], flow["stored"], flow["visits"]) == (7, 7, 4)

    def test_a_stay_is_exact_to_the_second(self, world: World) -> None:
        (row,) = world.ask("visits", "chi", "--identity")
        assert (row["arrived"], row["departed"]) == ("2021-12-01T09:30:15Z", "2021-12-02T11:00:00Z")
        assert row["departed_min"] == row["departed_max"] == row["departed"]
        assert row["ended"] == "checkout"

    def test_an_end_that_is_not_told_is_estimated(self, world: World) -> None:
        (row,) = world.ask("visits", "dung", "--identity")
        assert row["arrived"] == "2021-12-01T01:00:00Z"
        assert row["ended"] == "cap"
        assert row["departed_min"] < row["departed"] < row["departed_max"]

    def test_who_shared_minutes_met_and_who_came_as_the_other_left_did_not(self, world: World) -> None:
        met = {(row["start"], row["end"]) for row in world.ask("pairs", "--profile", "overlap")}
        assert met == {
            ("2021-12-01T09:30:00Z", "2021-12-01T09:30:15Z"),  # an and binh
            ("2021-12-01T09:30:15Z", "2021-12-01T09:45:00Z"),  # binh and chi
        }


class TestBadges:
    """In and out scans of a workplace made from face-to-face contacts: presence must cover every contact."""

    @pytest.fixture(scope="class")
    def world(self, embedded: NEW_WORLD, shared_data: Callable[[str], Path]) -> World:
        world = embedded()
        file = shared_data("sociopatterns/scans_workplace_2013.csv.gz")
        columns = (
            "--person",
            "person_id",
            "--venue",
            "venue_id",
            "--at",
            "time_s",
            "--direction",
            "direction",
        )
        assert world.take_in(file, *columns)["refused"] == 0
        return world

    def test_every_contact_lies_inside_a_co_location(
        self, world: World, shared_data: Callable[[str], Path]
    ) -> None:
        with gzip.open(shared_data("sociopatterns/contact_intervals_workplace_2013.csv.gz"), "rt") as text:
            contacts = list(csv.DictReader(text))
        people = sorted({row[key] for row in contacts for key in ("person_a", "person_b")})
        told = world.truyvet("pseudonym", "-", "--format", "json", stdin="\n".join(people)).rows()
        name = {row["given"]: row["person"] for row in told}
        together = defaultdict(list)
        for row in world.ask("pairs", "--profile", "overlap"):
            together[row["person_a"], row["person_b"]].append((epoch(row["start"]), epoch(row["end"])))
        assert len(contacts) == 4_592
        for row in contacts:
            a, b = sorted((name[row["person_a"]], name[row["person_b"]]))
            start, end = int(row["start_s"]), int(row["end_s"])
            assert any(since <= start and end <= until for since, until in together[a, b]), row
