"""Shows that the made-up city is the same everywhere, runs in order of time and scans as people do."""

import gzip
import hashlib
import os
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from producers.errors import BadInput
from producers.files import open_rows
from producers.intake import Columns, Intake
from producers.moment import iso
from producers.pseudonym import Pseudonyms
from producers.simulate import BEEP_SECONDS_MAX, START, City, CityScan, write_csv
from producers.venue import KINDS, STAY_MINUTES_DEFAULT, venue_key

ROOT = Path(__file__).parents[2]
PRINT_HASH = """
import hashlib
from producers.simulate import City
city = City(7, 300, 2)
print(hashlib.sha256(repr((city.venues(), list(city.scans()))).encode()).hexdigest())
"""


@pytest.fixture(scope="module")
def scans() -> list[CityScan]:
    return list(City(people=4000, days=2).scans())


def test_two_processes_make_the_same_city() -> None:
    told = {
        subprocess.run(
            [sys.executable, "-c", PRINT_HASH],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert len(told) == 1


def test_another_seed_makes_another_city_and_scans_can_be_read_twice() -> None:
    city = City(1, 100, 1)
    assert list(city.scans()) == list(city.scans())
    assert list(city.scans()) != list(City(2, 100, 1).scans())


@settings(max_examples=30, deadline=None)
@given(st.integers(), st.integers(1, 60), st.integers(1, 3), st.integers(86_400, 4_000_000_000))
def test_scans_are_in_order_inside_their_days_and_at_registered_venues(
    seed: int, people: int, days: int, start: int
) -> None:
    city = City(seed, people, days, start)
    seen = list(city.scans())
    times = [scan["at"] for scan in seen]
    assert times == sorted(times)
    midnight = start - (start + 7 * 3600) % 86_400
    assert all(midnight <= at < midnight + days * 86_400 for at in times)
    venues = {venue.id for venue in city.venues()}
    assert {scan["venue"] for scan in seen} <= venues
    assert {scan["person"] for scan in seen} <= {f"p{number:06d}" for number in range(people)}


def test_venues_are_whole_entries_of_the_registry() -> None:
    venues = City(people=12_000).venues()
    assert len({venue.key for venue in venues}) == len(venues)
    for venue in venues:
        assert venue.key == venue_key(venue.id)
        assert venue.kind in KINDS
        assert venue.stay_minutes == STAY_MINUTES_DEFAULT[venue.kind]
        assert venue.version == 1
    assert {venue.kind for venue in venues} >= {"school", "office", "market", "shop", "restaurant", "vehicle"}


def test_days_have_two_peaks(scans: list[CityScan]) -> None:
    hours = Counter((scan["at"] + 7 * 3600) // 3600 % 24 for scan in scans)
    morning, noon, evening = hours[7], hours[10], hours[17]
    assert morning > 5 * noon
    assert evening > 5 * noon
    assert not any(hours[hour] for hour in range(6))


def test_few_check_out_some_beep_twice_and_some_arrive_twice(scans: list[CityScan]) -> None:
    said = Counter((scan["person"], scan["venue"], scan["at"], scan["direction"]) for scan in scans)
    assert 0.005 < (len(scans) - len(said)) / len(scans) < 0.015
    at: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for person, venue, second, direction in said:
        at[person, venue, direction].append(second)
    beeps = sum(
        0 < later - earlier <= BEEP_SECONDS_MAX
        for seconds in at.values()
        for earlier, later in zip(sorted(seconds), sorted(seconds)[1:], strict=False)
    )
    assert 0.01 < beeps / len(scans) < 0.03
    directions = Counter(scan["direction"] for scan in scans)
    assert 0.12 < directions["out"] / directions["in"] < 0.18


@pytest.mark.parametrize("name", ["city.csv", "city.csv.gz"])
def test_the_file_can_be_taken_in_and_is_the_same_each_time(tmp_path: Path, name: str) -> None:
    city, path = City(people=200, days=1), tmp_path / name
    count = write_csv(city, path)
    first = hashlib.sha256(path.read_bytes()).hexdigest()
    again = tmp_path / f"again-{name}"
    write_csv(City(people=200, days=1), again)
    assert hashlib.sha256(again.read_bytes()).hexdigest() == first
    intake = Intake(Columns("person", "venue", "at", "direction"), Pseudonyms(b"k" * 32), None, None, None)
    taken = [scan for _, row in open_rows(path) for scan in intake.take(row) if isinstance(scan, dict)]
    assert len(taken) == count
    for event, scan in zip(taken, city.scans(), strict=True):
        assert (event["venue"], event["at"], event["direction"]) == (
            scan["venue"],
            scan["at"],
            scan["direction"],
        )
    body = gzip.decompress(path.read_bytes()) if name.endswith(".gz") else path.read_bytes()
    assert body.startswith(b"person,venue,at,direction\r\n")
    assert iso(START)[:4].encode() in body


def test_a_city_of_nobody_and_a_place_that_is_none_are_refused(tmp_path: Path) -> None:
    for people, days in ((0, 1), (1, 0), (-5, 5)):
        with pytest.raises(BadInput):
            City(1, people, days)
    with pytest.raises(BadInput, match="cannot be written"):
        write_csv(City(1, 1, 1), tmp_path / "none" / "city.csv")
