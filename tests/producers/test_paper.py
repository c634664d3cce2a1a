"""What was written by hand is read as it was meant, and a slip of the pen makes no place that is none."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from producers.codes.reader import read as read_code
from producers.codes.short import short_code, shown
from producers.codes.trust import Given, Trust
from producers.intake import Intake
from producers.moment import zone
from producers.paper import IMPORTED, ZONE, PaperList
from producers.pseudonym import Pseudonyms
from producers.row import Refused, Row
from producers.scan import ScanEvent
from producers.venue import venue_key

MARKET = "chợ Đông Ba"
SHORT = shown(short_code(venue_key(MARKET)))
KEY = Pseudonyms(bytes(32))
ROW = {"person": "046 099 012 345", "venue": MARKET, "day": "22/11/2026", "came": "14:30", "left": ""}


class Registry:
    """One market."""

    def venues_of(self, short: str) -> list[str]:
        return [MARKET] if shown(short) == SHORT else []


def read(**fields: str) -> list[ScanEvent] | Refused:
    """The scans of one row, as an import makes them."""
    intake = Intake(IMPORTED, KEY, zone(ZONE), None, None)
    row: Row = ROW | fields
    return intake.take(PaperList(Registry(), lambda id: id == MARKET).mended(row))


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).timestamp())


@pytest.mark.parametrize("day", ["22/11/2026", "22.11.2026", "22-11-2026", "2026-11-22", " 22/11/2026 "])
@pytest.mark.parametrize("came", ["14:30", "14h30", "14.30", "14H30", "14:30 "])
def test_days_and_hours_are_read_as_people_write_them(day: str, came: str) -> None:
    """Day first, in the time of Vietnam."""
    (scan,) = read(day=day, came=came)
    assert isinstance(scan, dict)
    assert (scan["at"], scan["venue"], scan["direction"]) == (at("2026-11-22T14:30"), MARKET, "in")


@pytest.mark.parametrize(
    ("left", "until"),
    [("15h", "2026-11-22T15:00"), ("15:10", "2026-11-22T15:10"), ("23/11/2026 6h05", "2026-11-23T06:05")],
)
def test_who_left_was_there_until_then(left: str, until: str) -> None:
    """On the same day, or on the one that is written."""
    _, went = read(left=left)
    assert isinstance(went, dict)
    assert (went["at"], went["since"], went["direction"]) == (at(until), at("2026-11-22T14:30"), "out")


@pytest.mark.parametrize("person", ["046099012345", "046 099 012 345", "046.099.012.345", " 046-099-012-345"])
def test_a_number_is_one_person_however_it_is_grouped(person: str) -> None:
    """The one whose card is scanned elsewhere."""
    (scan,) = read(person=person)
    assert isinstance(scan, dict)
    assert scan["person"] == KEY.of("046099012345")


@pytest.mark.parametrize("person", ["DN4460000000001", "DN 4 46 0000000001", "hc3460000000001"])
def test_an_insurance_card_s_whole_number_is_the_person_whose_card_is_scanned(person: str) -> None:
    """Whatever stands before the ten digits, which may change."""
    (scan,) = read(person=person)
    assert isinstance(scan, dict)
    card = "DN4460000000001|41|1990|1|42|46 - 001|01/01/2021|-|01/01/2021"
    assert scan["person"] == KEY.of(read_code(card, Given(Trust(), 0)).identity)


def test_a_place_is_named_by_its_short_code() -> None:
    """As its poster has it, small letters too."""
    (scan,) = read(venue=SHORT.lower())
    assert isinstance(scan, dict)
    assert scan["venue"] == MARKET


@pytest.mark.parametrize(
    ("fields", "reason", "words"),
    [
        ({"venue": SHORT[1] + SHORT[0] + SHORT[2:]}, "no_venue", "compare it with its poster"),
        ({"venue": "H505N-J5WPV"}, "no_venue", "no venue has the short code"),
        ({"venue": "cho Dong Ba"}, "no_venue", "compare it with its poster"),
        ({"venue": ""}, "no_venue", "name the venue"),
        ({"person": ""}, "no_person", "name the person"),
        ({"person": "46099012345"}, "no_person", "11 digits"),
        ({"person": "46 099 012 345"}, "no_person", "11 digits"),
        ({"person": "4,6099E+10"}, "no_person", "Excel has shortened"),
        ({"day": "31/02/2026"}, "bad_time", "2026-02-31T14:30"),
        ({"came": "25:00"}, "bad_time", "25:00"),
        ({"came": ""}, "bad_time", "not a time"),
        ({"left": "13:00"}, "out_before_in", "before it began"),
    ],
)
def test_a_slip_of_the_pen_is_told(fields: dict[str, str], reason: str, words: str) -> None:
    """With a sentence, and no scan."""
    found = read(**fields)
    assert isinstance(found, Refused)
    assert found.reason == reason
    assert words in found.sentence


@pytest.mark.parametrize("number", ["046099012345", "046 099 012 345", "0912345678", "191000001"])
def test_a_person_s_number_in_the_place_s_column_is_not_shown(number: str) -> None:
    """Two columns that were exchanged are told without anybody's number on the screen."""
    found = read(venue=number)
    assert isinstance(found, Refused)
    assert "exchanged" in found.sentence
    assert not any(part in found.sentence for part in number.split())


def test_a_row_that_was_refused_stays_so() -> None:
    """With its first reason."""
    refused = Refused("not_a_row", "too few fields")
    assert PaperList(Registry(), lambda id: True).mended(refused) == refused
