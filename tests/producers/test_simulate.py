"""The made-up city is the same everywhere, people live in it, and its scans tell a part of it."""

import csv
import gzip
import hashlib
import os
import subprocess
import sys
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from producers.errors import BadInput
from producers.files import open_rows
from producers.intake import Columns, Intake
from producers.moment import iso
from producers.pseudonym import Pseudonyms
from producers.scan import RECORD
from producers.simulation.city import START, City
from producers.simulation.curve import BUCKET_SECONDS, CURVE
from producers.simulation.day import DAY_SECONDS
from producers.simulation.outbreak import HOME, INFECTIOUS_DAYS, LATENT_DAYS
from producers.simulation.scanned import CLOCK_SECONDS_MAX
from producers.simulation.sent import records, write_csv, write_truth
from producers.simulation.town import name_of
from producers.venue import KINDS, STAY_MINUTES_DEFAULT, venue_key

ROOT = Path(__file__).parents[2]
PRINT_HASH = """
import hashlib
from producers.simulation.city import City
city = City(7, 300, 2)
told = repr((city.venues(), list(city.scans()), city.infections()))
print(hashlib.sha256(told.encode()).hexdigest())
"""


@pytest.fixture(scope="module")
def city() -> City:
    return City(people=6000, days=4, cases=20)


def test_two_processes_make_the_same_city() -> None:
    """Venues, scans and infections, whatever Python's hashes are."""
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
    """Reading changes nothing."""
    city = City(1, 100, 1)
    assert list(city.scans()) == list(city.scans())
    assert list(city.scans()) != list(City(2, 100, 1).scans())


@settings(max_examples=20, deadline=None)
@given(st.integers(), st.integers(1, 60), st.integers(1, 3), st.integers(86_400, 4_000_000_000))
def test_scans_are_sent_in_order_and_at_registered_venues(
    seed: int, people: int, days: int, start: int
) -> None:
    """Also in the smallest city; a device's clock is never off by more than half an hour."""
    city = City(seed, people, days, start)
    blocks = list(city.columns())
    sent = [second for block in blocks for second in block.sent.tolist()]
    assert sent == sorted(sent)
    midnight = start - (start + 7 * 3600) % DAY_SECONDS
    venues = {venue.id for venue in city.venues()}
    for scan in city.scans():
        assert -CLOCK_SECONDS_MAX <= scan["at"] - midnight < days * DAY_SECONDS + CLOCK_SECONDS_MAX
        assert scan["venue"] in venues
        assert scan["person"] in {name_of(number) for number in range(people)}


def test_nobody_is_at_two_places_at_once(city: City) -> None:
    """The truth of a day: stays one after the other, inside the day."""
    stays = city.stays(1)
    assert (stays.arrived < stays.departed).all()
    assert stays.departed.max() < DAY_SECONDS
    same = stays.person[1:] == stays.person[:-1]
    assert (stays.arrived[1:][same] > stays.departed[:-1][same]).all()


def test_venues_are_whole_entries_of_the_registry(city: City) -> None:
    """Each kind of place, each with its own key."""
    venues = city.venues()
    assert len({venue.key for venue in venues}) == len(venues)
    for venue in venues:
        assert venue.key == venue_key(venue.id)
        assert venue.kind in KINDS
        assert venue.stay_minutes == STAY_MINUTES_DEFAULT[venue.kind]
        assert venue.version == 1
    assert {venue.kind for venue in venues} >= {"school", "office", "market", "shop", "restaurant", "vehicle"}
    assert [entry.venue(1) for entry in city.entries()] == venues


def test_the_day_has_the_published_curve(city: City) -> None:
    """By half hours: at most a seventh of the check-ins lies elsewhere than in the nation's day."""
    ins = np.concatenate([block.at[~block.out] for block in city.columns()])
    made = np.bincount(ins // BUCKET_SECONDS % len(CURVE), minlength=len(CURVE))
    elsewhere = np.abs(made / made.sum() - np.array(CURVE) / sum(CURVE)).sum() / 2
    assert elsewhere < 1 / 7


def test_scans_go_wrong_as_they_do(city: City) -> None:
    """Few check-outs, double beeps, repeats, late ones, wrong clocks and shared phones."""
    blocks = list(city.columns())
    at, sent = (np.concatenate([getattr(block, name) for block in blocks]) for name in ("at", "sent"))
    rows = Counter(
        row
        for block in blocks
        for row in zip(*(c.tolist() for c in (block.person, block.venue, block.at, block.out)), strict=True)
    )
    count = sum(rows.values())
    assert 0.005 < (count - len(rows)) / count < 0.015
    beeps = defaultdict(list)
    for person, venue, second, out in rows:
        beeps[person, venue, out].append(second)
    twice = sum(0 < b - a <= 60 for seconds in beeps.values() for a, b in pairwise(sorted(seconds)))
    assert 0.01 < twice / count < 0.03
    outs = sum(block.out.sum() for block in blocks)
    assert 0.12 < outs / (count - outs) < 0.18
    assert 0.002 < (sent - at > 2 * CLOCK_SECONDS_MAX).mean() < 0.03
    assert 0.003 < (np.abs(sent - at) > 60).mean() < 0.1
    named = {person for person, *_ in rows}
    pupils = set(np.flatnonzero(city.town.phone != np.arange(city.town.people)).tolist())
    assert pupils
    assert not pupils & named


def test_who_was_infected_was_there(city: City) -> None:
    """The truth of the outbreak: met at that second or lives there, infectious that day, infected once."""
    infections = city.infections()
    when = {one.infected: (one.at - city.midnight) // DAY_SECONDS for one in infections}
    assert len(when) == len(infections)
    stays = [city.stays(day) for day in range(city.days)]
    venues = Counter(one.venue == HOME for one in infections if one.infector >= 0)
    assert min(venues.values()) > 1
    for one in infections:
        if one.infector < 0:
            continue
        day, second = divmod(one.at - city.midnight, DAY_SECONDS)
        assert LATENT_DAYS <= day - when[one.infector] < LATENT_DAYS + INFECTIOUS_DAYS
        if one.venue == HOME:
            assert city.town.household[one.infector] == city.town.household[one.infected]
            continue
        today = stays[day]
        there = (today.venue == one.venue) & (today.arrived <= second) & (second < today.departed)
        assert {one.infector, one.infected} <= set(today.person[there].tolist())


def test_more_cases_do_not_change_the_scans() -> None:
    """Each part has random numbers of its own."""
    assert list(City(people=200, days=2, cases=0).scans()) == list(City(people=200, days=2, cases=9).scans())
    assert City(people=200, days=2, cases=0).infections() == []


@pytest.mark.parametrize("name", ["city.csv", "city.csv.gz"])
def test_the_file_can_be_taken_in_and_is_the_same_each_time(tmp_path: Path, name: str) -> None:
    """Every scan of the file is one of the city."""
    city, path = City(people=200, days=1), tmp_path / name
    count = write_csv(city, path)
    first = hashlib.sha256(path.read_bytes()).hexdigest()
    again = tmp_path / f"again-{name}"
    write_csv(City(people=200, days=1), again)
    assert hashlib.sha256(again.read_bytes()).hexdigest() == first
    intake = Intake(Columns("person", "venue", "at", "direction"), Pseudonyms(b"k" * 32), None, None, None)
    taken = [scan for _, row in open_rows(path) for scan in intake.take(row) if isinstance(scan, dict)]
    told = [(event["venue"], event["at"], event["direction"]) for event in taken]
    assert told == [(scan["venue"], scan["at"], scan["direction"]) for scan in city.scans()]
    assert len(taken) == count
    body = gzip.decompress(path.read_bytes()) if name.endswith(".gz") else path.read_bytes()
    assert body.startswith(b"person,venue,at,direction\r\n")
    assert iso(START)[:4].encode() in body


def test_the_file_and_the_records_hold_the_same_scans(tmp_path: Path) -> None:
    """What is published is what an import of the file would publish, ids included."""
    city, path, pseudonyms = City(people=200, days=1), tmp_path / "city.csv", Pseudonyms(b"k" * 32)
    write_csv(city, path)
    intake = Intake(Columns("person", "venue", "at", "direction"), pseudonyms, None, None, None)
    imported = [scan for _, row in open_rows(path) for scan in intake.take(row) if isinstance(scan, dict)]
    sent = [
        event for _, value, _ in records(city, pseudonyms, 8, 100) for event in RECORD.validate_json(value)
    ]
    order = [(one["person"], one["at"], one["scan_id"]) for one in sent]
    assert sorted(order) == sorted((one["person"], one["at"], one["scan_id"]) for one in imported)


def test_the_truth_is_written(city: City, tmp_path: Path) -> None:
    """One row an infection; nobody infected those with whom it began."""
    path = tmp_path / "truth.csv"
    assert write_truth(city, path) == len(city.infections())
    with path.open(encoding="utf-8") as text:
        rows = list(csv.DictReader(text))
    assert len(rows) == len(city.infections())
    assert {row["infected"] for row in rows if not row["infector"]} <= {name_of(n) for n in range(6000)}


def test_a_city_of_nobody_and_a_place_that_is_none_are_refused(tmp_path: Path) -> None:
    """With a sentence."""
    for people, days in ((0, 1), (1, 0), (-5, 5)):
        with pytest.raises(BadInput):
            City(1, people, days)
    for write in (write_csv, write_truth):
        with pytest.raises(BadInput, match="cannot be written"):
            write(City(1, 1, 1), tmp_path / "none" / "city.csv")
