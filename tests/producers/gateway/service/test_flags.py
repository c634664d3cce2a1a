"""What is odd about a scan is told with it and deletes nothing."""

from math import cos, radians

import pytest
from gateway_world import DAY, NOON, World
from hypothesis import given
from hypothesis import strategies as st

from producers.gateway.flags import DISTANCE_MIN, PERSONS_MAX, SPEED_MAX, Spot, metres_between, spot, too_far

HUE, DA_NANG, HANOI = (16.4637, 107.5909), (16.0544, 108.2022), (21.0285, 105.8542)


def flags(answers: list[dict[str, object]]) -> list[object]:
    return [answer.get("flags", []) for answer in answers]


def test_a_retired_venue_and_one_out_of_hours_and_one_nobody_registered(world: World) -> None:
    """All are taken. Noon of the tests is 10:00 on a Wednesday in Vietnam."""
    world.register(id="open", hours="Mo-Fr 07:00-17:00")
    world.register(id="closed", hours="Sa 07:00-17:00")
    world.register(id="retired", retired_at=NOON - 1, replaced_by="open")
    world.register(id="not yet", retired_at=NOON + 1)
    phone = world.phone()
    answers = phone.scan(*(phone.one(id) for id in ("open", "closed", "retired", "not yet", "nowhere")))
    assert flags(answers) == [[], ["closed"], ["retired"], [], ["unlisted"]]
    assert len(world.published()) == 5


def test_two_cities_in_five_minutes(world: World) -> None:
    """The same person, whoever sends it and in one request or two; another person is not concerned."""
    world.register(id="hue", lat=HUE[0], lon=HUE[1])
    world.register(id="hanoi", lat=HANOI[0], lon=HANOI[1])
    phone, other = world.phone(), world.phone()
    assert flags(phone.scan(phone.one("hue", 1))) == [[]]
    world.now += 300
    assert flags(other.scan(other.one("hanoi", 1), other.one("hanoi", 2))) == [["far"], []]
    assert flags(phone.scan(phone.one("hanoi", 1), phone.one("hue", 1))) == [[], ["far"]]
    world.now += 5 * 3600
    assert flags(phone.scan(phone.one("hanoi", 1))) == [[]]


def test_one_phone_for_hundreds(world: World) -> None:
    """From the 101st person in an hour; a kiosk may, and an hour later the phone may again."""
    phone, kiosk = world.phone(), world.invited("kiosk", "clinic 7")
    many = [phone.one(number=number) for number in range(PERSONS_MAX)]
    assert {str(one) for one in flags(phone.scan(*many))} == {"['unlisted']"}
    assert flags(phone.scan(phone.one(number=5))) == [["unlisted"]]
    assert flags(phone.scan(phone.one(number=PERSONS_MAX))) == [["crowd", "unlisted"]]
    for number in range(0, 2 * PERSONS_MAX, 50):
        answers = kiosk.scan(*(kiosk.one(number=number + one) for one in range(50)))
        assert flags(answers)[-1] == ["unlisted"]
    world.now += 3600
    assert flags(phone.scan(phone.one())) == [["unlisted"]]


CITIZEN = "046190000001|Trần Thị B|1990|Nữ|1 Lê Lợi, Huế|15042021"


def test_a_person_whom_a_phone_named_by_what_anyone_can_write(world: World) -> None:
    """A citizen card's text, also sealed; not a card that we signed, and not from an attendant's device."""
    phone, kiosk = world.phone(), world.invited("kiosk", "clinic 7")
    named = {"person_code": CITIZEN}, {"person_code": None, "person_sealed": world.sealed(7)}, {}
    assert flags(phone.scan(*(phone.one(**one) for one in named))) == [
        ["unlisted", "unproven"],
        ["unlisted", "unproven"],
        ["unlisted"],
    ]
    assert flags(kiosk.scan(*(kiosk.one(**one) for one in named))) == [["unlisted"]] * 3
    origins = [one["origin"] for one in world.published()]
    assert origins.count("phone truyvet/1 valid unlisted,unproven") == 2


@pytest.mark.parametrize(("ahead", "odd"), [(0, False), (60, False), (61, True), (-61, True), (-DAY, True)])
def test_a_clock_that_is_off_by_more_than_a_minute(world: World, ahead: int, odd: bool) -> None:
    """The times stay as the device said."""
    phone = world.phone()
    phone.ahead = ahead
    ((found,),) = [flags(phone.scan(phone.one(at=NOON + min(ahead, 0))))]
    assert ("clock" in found) == odd
    assert world.published()[0]["at"] == NOON + min(ahead, 0)


def test_a_scan_that_lay_on_the_device_for_more_than_an_hour(world: World) -> None:
    """By the device's own clock, right or wrong."""
    phone = world.phone()
    phone.ahead = -DAY
    answers = phone.scan(phone.one(at=NOON - DAY - 3600), phone.one(at=NOON - DAY - 3601))
    assert flags(answers) == [["clock", "unlisted"], ["clock", "offline", "unlisted"]]


@given(st.floats(-80, 80), st.floats(-170, 170), st.floats(-0.1, 0.1), st.floats(-0.1, 0.1))
def test_short_distances_are_those_of_a_plane(lat: float, lon: float, north: float, east: float) -> None:
    """Oracle: Pythagoras on a small piece of the Earth."""
    found = metres_between(Spot(0, lat, lon), Spot(0, lat + north, lon + east))
    degree = 6_371_000 * radians(1)
    plane = ((north * degree) ** 2 + (east * degree * cos(radians(lat + north / 2))) ** 2) ** 0.5
    assert abs(found - plane) <= 0.001 * plane + 1


def test_distances_between_cities() -> None:
    """From a map: Huế to Đà Nẵng 79 km, to Hà Nội 540 km, as the crow flies."""
    hue, da_nang, hanoi = (Spot(0, *place) for place in (HUE, DA_NANG, HANOI))
    assert metres_between(hue, da_nang) == pytest.approx(79_500, rel=0.02)
    assert metres_between(hue, hanoi) == pytest.approx(540_000, rel=0.02)


@given(st.integers(0, 6 * 3600), st.integers(0, 6 * 3600))
def test_far_does_not_hang_on_the_order(one: int, other: int) -> None:
    """The earlier scan may arrive later."""
    here, there = Spot(one, *HUE), Spot(other, *HANOI)
    assert too_far(here, there) == too_far(there, here)
    assert too_far(here, there) == (metres_between(here, there) > SPEED_MAX * abs(one - other))
    assert not too_far(here, here._replace(lat=here.lat + DISTANCE_MIN / 120_000))


def test_a_spot_is_kept_in_twelve_bytes() -> None:
    """Degrees as 32-bit floats: a few metres."""
    found = spot(Spot(NOON, *HUE).packed())
    assert (found.at, len(found.packed())) == (NOON, 12)
    assert metres_between(found, Spot(NOON, *HUE)) < 5
