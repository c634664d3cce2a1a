"""Venues with their counts and coordinates, as GeoJSON; the guests of one place, for IRIS."""

import json

import pytest
from answers_made import HALF, NAMES, NINE, FewVisits, written

from producers.errors import Refused
from producers.person import person_text
from producers.row import Refused as NotARow
from producers.venue import venue_key
from storage.ports import Presence
from tracer.answer import COLUMNS, visit_rows
from tracer.exports import venues
from tracer.exports.answered import Answered
from tracer.exports.places import PlaceColumns, Places
from tracer.exports.venues import Venues
from tracer.question import ALWAYS, Window

CITY = FewVisits(
    *((1, "chợ", NINE, NINE + 60), (2, "chợ", NINE + 30, NINE + 90), (1, "chợ", NINE + 500, NINE + 600)),
    *((3, "=1+2", NINE, NINE + 60), (3, "trường", NINE + 10_000, NINE + 10_060)),
)


def table(*rows: tuple[str, str, str]):
    """Rows of a table of places."""
    return [(line, dict(zip(PlaceColumns(), row, strict=True))) for line, row in enumerate(rows, 2)]


def exported(rows, tmp_path, places=None):
    """The GeoJSON of these rows, read."""
    answered = Answered("venues", venues.COLUMNS, rows, places=places)
    return json.loads(written(answered, "geojson", tmp_path).read_text("utf-8"))


def test_venues_are_counted():
    """Visits, different people, the first arrival and the last departure; in the window only."""
    found = {row["venue"]: row for row in Venues(CITY, Window(NINE, NINE + 1000))}
    assert found["chợ"] == {
        "venue": "chợ",
        "visits": 3,
        "people": 2,
        "first_arrived": "2021-12-01T09:00:00Z",
        "last_departed": "2021-12-01T09:10:00Z",
    }
    assert set(found) == {"chợ", "=1+2"}
    assert tuple(found["chợ"]) == venues.COLUMNS


def test_venues_of_few_people_are_left_out_and_counted():
    """As a map that is shown around must: never in silence."""
    asked = Venues(CITY, ALWAYS, people_min=2)
    assert [row["venue"] for row in asked] == ["chợ"]
    assert asked.left_out == 2


def test_a_venue_without_an_id_is_refused():
    """The store lost it: an answer would name nothing."""
    city = FewVisits((1, "chợ", NINE, NINE + 60))
    city._ids.clear()
    with pytest.raises(Refused, match="no id"):
        list(Venues(city, ALWAYS))


def test_geojson_is_a_collection_of_venues(tmp_path):
    """Longitude first; a venue whose place is not known has no geometry and is there all the same."""
    with Places() as places:
        places.read(table(("chợ", "10.7725", "106.6980"), ("other", "1", "2")), PlaceColumns())
        found = exported(Venues(CITY, ALWAYS), tmp_path, places)
    assert found["type"] == "FeatureCollection"
    features = {one["id"]: one for one in found["features"]}
    assert set(features) == {"chợ", "=1+2", "trường"}
    assert features["chợ"]["geometry"] == {"type": "Point", "coordinates": [106.698, 10.7725]}
    assert features["=1+2"]["geometry"] is None
    assert features["chợ"]["properties"]["people"] == 2
    assert all(one["type"] == "Feature" for one in found["features"])


def test_a_bad_place_costs_no_other():
    """Off the earth, nowhere, not a number, no row: counted, the venue written without geometry."""
    bad = [
        ("a", "91", "0"),
        ("a", "0", "181"),
        ("a", "0", "0"),
        ("a", "x", "1"),
        ("a", "nan", "1"),
        ("a", "", ""),
    ]
    with Places() as places:
        rows = [*table(*bad, ("b", "-1", "-2")), (9, NotARow("not_a_row", "Too short."))]
        places.read(rows, PlaceColumns())
        assert places.refused == len(bad) + 1
        assert places.of("a") is None
        assert places.of("b") == [-2.0, -1.0]


def test_geojson_keeps_every_name(tmp_path):
    """Hostile, Vietnamese, half a character: the ids come back as they were."""
    names = [*NAMES, HALF]
    rows = [
        {"venue": name, "visits": 1, "people": 1, "first_arrived": "", "last_departed": ""} for name in names
    ]
    with Places() as places:
        places.read(table(*((name, "1", "2") for name in names)), PlaceColumns())
        found = exported(rows, tmp_path, places)
    assert [one["id"] for one in found["features"]] == names
    assert all(one["geometry"] for one in found["features"])
    assert exported([], tmp_path)["features"] == []


def test_iris_has_a_guest_per_visit(tmp_path):
    """The fields of its gateway: the guest by pseudonym, when they came and went, and how we know."""
    window = Window(NINE, NINE + 1000)
    visits = CITY.visits_at([Presence(venue_key("chợ"), *window)])
    answered = Answered("visits", COLUMNS["visits"], visit_rows(CITY, visits), window=window, venue="chợ")
    found = json.loads(written(answered, "iris", tmp_path).read_text("utf-8"))
    assert (found["startDate"], found["endDate"]) == ("2021-12-01T09:00:00Z", "2021-12-01T09:16:40Z")
    assert found["dataProvider"]["name"] == "chợ"
    assert len(found["guests"]) == 3
    guest = found["guests"][0]
    assert guest["firstName"] == person_text(1)
    assert guest["attendanceInformation"] == {
        "descriptionOfParticipation": "chợ",
        "attendFrom": "2021-12-01T09:00:00Z",
        "attendTo": "2021-12-01T09:01:00Z",
        "additionalInformation": (
            "end known by checkout, between 2021-12-01T09:00:00Z and 2021-12-01T09:01:00Z"
        ),
    }
    assert guest["identityChecked"] is False


def test_iris_without_guests_or_bounds(tmp_path):
    """An empty list and open ends are said as such."""
    answered = Answered("visits", COLUMNS["visits"], [], venue="x")
    found = json.loads(written(answered, "iris", tmp_path).read_text("utf-8"))
    assert (found["guests"], found["startDate"], found["endDate"]) == ([], None, None)


def test_a_place_read_from_a_table_keeps_its_first_row():
    """Of two rows for one venue the first counts, whatever the order of keys."""
    with Places() as places:
        places.read(table(("a", "1", "2"), ("a", "3", "4")), PlaceColumns())
        assert places.of("a") == [2.0, 1.0]
