"""Shows which rows become scans, which are refused with which words, and that nothing is altered."""

from datetime import UTC, timedelta, timezone
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from producers.files import open_rows
from producers.intake import STAY_DAYS_MAX, Columns, Intake, Refused
from producers.moment import COMPACT_DATE, iso
from producers.packing import pack
from producers.pseudonym import Pseudonyms
from producers.row import Row
from producers.scan import RECORD, SECONDS_MAX, VENUE_LENGTH_MAX, ScanEvent, content_id

NYC = Path(__file__).parents[2] / ".." / "shared" / "data" / "foursquare_nyc" / "events.csv.gz"
KEY = b"k" * 32
PERSON = Pseudonyms(KEY).of("470")
PLAIN = Columns("person", "venue", "at")
DIRECTED = PLAIN._replace(direction="direction")
STAYS = PLAIN._replace(until="until")
ROW = {"person": "470", "venue": "Chợ 3", "at": "1638316800"}
DAY = 86_400


def take(row: Row, columns: Columns = PLAIN, **options: object) -> list[ScanEvent] | Refused:
    settings: dict[str, object] = {"naive_as": None, "oldest": None, "latest": None, **options}
    return Intake(columns, Pseudonyms(KEY), **settings).take(row)  # type: ignore[arg-type]


def taken(row: Row, columns: Columns = PLAIN, **options: object) -> list[ScanEvent]:
    scans = take(row, columns, **options)
    assert not isinstance(scans, Refused), scans
    return scans


def refusal(row: Row, columns: Columns = PLAIN, **options: object) -> Refused:
    refused = take(row, columns, **options)
    assert isinstance(refused, Refused)
    assert refused.sentence.endswith(".")
    assert "\n" not in refused.sentence
    return refused


def test_a_row_becomes_a_scan() -> None:
    assert taken(ROW) == [
        {
            "scan_id": content_id(PERSON, "Chợ 3", 1_638_316_800, "unknown", None),
            "person": PERSON,
            "venue": "Chợ 3",
            "at": 1_638_316_800,
            "direction": "unknown",
        }
    ]


@given(
    st.text(min_size=1).filter(str.strip),
    st.text(min_size=1, max_size=VENUE_LENGTH_MAX).filter(str.strip),
    st.integers(0, SECONDS_MAX),
    st.sampled_from(["in", "out", "unknown", "", " IN ", "Out", "UNKNOWN"]),
)
def test_any_text_is_taken_as_it_is_and_can_travel(person: str, venue: str, at: int, told: str) -> None:
    row = {"person": person, "venue": venue, "at": iso(at), "direction": told}
    (scan,) = taken(row, DIRECTED)
    assert scan["venue"] == venue
    assert scan["at"] == at
    assert scan["direction"] == (told.strip().lower() or "unknown")
    assert RECORD.validate_json(pack([scan])) == [scan]
    assert taken(dict(row), DIRECTED) == [scan]


@pytest.mark.parametrize("text", ["12E5", "1E10", "1.5E+1", "E+11", "1.23E+11a", "1.23e+11", "lớp 1E+11"])
def test_what_only_looks_like_a_number_of_excel_s_is_taken(text: str) -> None:
    """A room may be called so; Excel writes a capital, a sign and two digits."""
    assert taken({**ROW, "venue": text})[0]["venue"] == text
    taken({**ROW, "person": text})


def test_venues_keep_their_spaces_and_their_unicode_form_and_people_do_not() -> None:
    for venue in (" 635", "635 ", normalize("NFC", "Chợ"), normalize("NFD", "Chợ")):
        assert taken({**ROW, "venue": venue})[0]["venue"] == venue
    assert normalize("NFC", "Chợ") != normalize("NFD", "Chợ")
    persons = {
        taken({**ROW, "person": person})[0]["person"]
        for person in ("Nguyễn ", normalize("NFD", "Nguyễn"), "\tNguyễn")
    }
    assert len(persons) == 1


@given(st.integers(0, SECONDS_MAX - 40 * DAY), st.integers(0, STAY_DAYS_MAX * DAY))
def test_a_stay_is_an_in_scan_and_an_out_scan_that_names_it(at: int, lasts: int) -> None:
    assume(not COMPACT_DATE.fullmatch(str(at + lasts)))  # a number that may be a date is refused
    came, went = taken({**ROW, "at": iso(at), "until": str(at + lasts)}, STAYS)
    assert came == {
        "scan_id": content_id(PERSON, "Chợ 3", at, "in", None),
        "person": PERSON,
        "venue": "Chợ 3",
        "at": at,
        "direction": "in",
    }
    assert went == {
        "scan_id": content_id(PERSON, "Chợ 3", at + lasts, "out", at),
        "person": PERSON,
        "venue": "Chợ 3",
        "at": at + lasts,
        "direction": "out",
        "since": at,
    }
    assert RECORD.validate_json(pack([came, went])) == [came, went]


def test_a_stay_without_an_end_is_an_in_scan() -> None:
    for row in ({**ROW, "until": " "}, ROW):
        (scan,) = taken(row, STAYS)
        assert scan["direction"] == "in"


def test_with_both_columns_the_end_decides_and_then_the_direction() -> None:
    both = STAYS._replace(direction="direction")
    (scan,) = taken({**ROW, "until": "", "direction": "out"}, both)
    assert scan["direction"] == "out"
    (scan,) = taken({**ROW, "until": "", "direction": ""}, both)
    assert scan["direction"] == "unknown"
    came, went = taken({**ROW, "until": "1638316900", "direction": ""}, both)
    assert (came["direction"], went["direction"]) == ("in", "out")
    assert refusal({**ROW, "until": "1638316900", "direction": "out"}, both).reason == "bad_direction"


@pytest.mark.parametrize(
    ("change", "reason", "words"),
    [
        ({"person": "4.6099E+10"}, "no_person", "'person' holds a number that Excel has shortened"),
        ({"person": " 1E+11 "}, "no_person", "Excel has shortened"),
        ({"venue": "1,23E+11"}, "no_venue", "'venue' holds a number that Excel has shortened"),
        ({"person": ""}, "no_person", "'person' is empty"),
        ({"person": " \u00a0"}, "no_person", "'person' is empty"),
        ({"person": "\ud800"}, "not_text", "UTF-8"),
        ({"venue": ""}, "no_venue", "'venue' is empty"),
        ({"venue": "\t "}, "no_venue", "'venue' is empty"),
        ({"venue": "x\udfff"}, "not_text", "UTF-8"),
        ({"venue": "x" * 257}, "venue_too_long", "has 257 characters: shorten it to 256"),
        ({"at": ""}, "bad_time", "is not a time"),
        ({"at": "soon"}, "bad_time", "'soon' is not a time"),
        ({"at": "2021-12-01T07:00:00"}, "bad_time", "add one (Z, +07:00) or give --timezone"),
        ({"at": "1638316800000"}, "bad_time", "give seconds, not milliseconds"),
        ({"direction": "inside"}, "bad_direction", "'inside' is not a direction: write in, out or unknown"),
        ({"until": "1638316799"}, "out_before_in", "ends at 2021-11-30T23:59:59Z, before"),
        ({"until": str(1_638_316_800 + 31 * DAY + 1)}, "stay_too_long", "is longer than 31 days"),
        ({"until": "later"}, "bad_time", "'later' is not a time"),
    ],
)
def test_a_row_that_says_too_little_or_too_much_is_refused(change: Row, reason: str, words: str) -> None:
    refused = refusal({**ROW, **change}, STAYS._replace(direction="direction"))
    assert refused.reason == reason
    assert words in refused.sentence


def test_a_missing_column_is_an_empty_one() -> None:
    assert [refusal({}).reason, refusal({"person": "1"}).reason] == ["no_person", "no_venue"]
    assert refusal({"person": "1", "venue": "2"}).reason == "bad_time"


def test_a_time_without_a_zone_takes_the_given_one() -> None:
    hanoi = timezone(timedelta(hours=7))
    row = {**ROW, "at": "2021-12-01T07:00:00"}
    assert taken(row, naive_as=hanoi)[0]["at"] == 1_638_316_800
    assert taken(row, naive_as=UTC)[0]["at"] == 1_638_316_800 + 7 * 3600
    assert taken({**row, "at": "2021-12-01T07:00:00Z"}, naive_as=hanoi)[0]["at"] == 1_638_316_800 + 7 * 3600


def test_bounds_are_inside() -> None:
    bounds = {"oldest": 1_638_316_800, "latest": 1_638_316_800}
    assert taken(ROW, PLAIN, **bounds)
    assert refusal({**ROW, "at": "1638316799"}, PLAIN, **bounds).reason == "too_old"
    assert refusal({**ROW, "at": "1638316801"}, PLAIN, **bounds) == Refused(
        "from_the_future",
        "1638316801 is later than 2021-12-01T00:00:00Z: check the clock and the time zone it came from.",
    )
    assert refusal({**ROW, "until": "1638316801"}, STAYS, **bounds).reason == "from_the_future"


def test_a_row_that_is_too_old_says_how_to_keep_it() -> None:
    row = {**ROW, "at": "2012-04-03T18:00:00Z"}
    assert refusal(row, oldest=1_638_316_800, kept_days=28).sentence == (
        "2012-04-03T18:00:00Z is older than the 28 days kept: "
        "set TRUYVET_RETENTION_DAYS=0 to keep everything."
    )
    assert "is older than 2021-12-01T00:00:00Z" in refusal(row, oldest=1_638_316_800).sentence


def test_a_row_already_refused_stays_so() -> None:
    refused = Refused("not_a_row", "The line is not JSON.")
    assert Intake(PLAIN, Pseudonyms(KEY), None, None, None).take(refused) is refused


@pytest.mark.skipif(not NYC.exists(), reason="the check-ins of New York (../shared/data) are not here")
def test_the_check_ins_of_new_york_are_all_taken() -> None:
    columns = Columns("person_id", "venue_id", "event_time_utc", direction="direction")
    intake = Intake(columns, Pseudonyms(KEY), naive_as=None, oldest=None, latest=None)
    ids: list[str] = []
    for _, row in open_rows(NYC, columns.names()):
        scans = intake.take(row)
        assert not isinstance(scans, Refused)
        ids += [scan["scan_id"] for scan in scans]
    assert len(ids) == 147_938
    assert len(ids) - len(set(ids)) == 458
