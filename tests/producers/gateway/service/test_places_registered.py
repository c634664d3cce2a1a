"""Offices register their own places: what is answered is in the stream, and no place becomes another's."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest
from gateway_world import NOON, Made, Pen, World

from producers.gateway.declined import Declined
from producers.gateway.device import Kind
from producers.gateway.rates import Allowed
from producers.gateway.registrar import Registrar
from producers.gateway.turns import Turns
from producers.gateway.units import KnownUnits
from producers.gateway.venues import Venues
from producers.register import UNITS_TOPIC, VENUES_TOPIC, Register
from producers.unit_list import read_units
from producers.venue_files.rows import made_id
from producers.venue_record import VenueRecord, parse_record

ROOM: dict[str, Any] = {
    "id": "bv/12",
    "name": "Phòng khám 12",
    "kind": "hospital",
    "stay_minutes": 90,
    "hours": "T2-T6 7h-17h",
    "capacity": 30,
    "address": "16 Lê Lợi, Huế",
    "lat": 16.4637,
    "lon": 107.5909,
}


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def register(pen: Pen, asked: dict[str, Any]) -> dict[str, Any]:
    answer = pen.send("/v1/venues", asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def in_the_stream(world: World) -> dict[str, VenueRecord]:
    """Every venue, as somebody reads it who follows the topic from its beginning."""
    read = Register(world.log, VENUES_TOPIC)
    read.refresh()
    return {venue: parse_record(value) for venue, value in read.values.items()}


def test_what_is_answered_is_in_the_stream(world: World) -> None:
    """The whole entry, owned by who asked; at once found by the short code that was answered."""
    office = world.invited("office")
    told = register(office, ROOM)
    assert told["outcome"] == "new"
    assert in_the_stream(world) == {"bv/12": VenueRecord.model_validate(told["venue"])}
    assert told["venue"] == VenueRecord(**ROOM, owner=office.device).model_dump()
    assert told["venue"]["hours"] == "Mo-Fr 07:00-17:00"
    found = world.ask("GET", f"/v1/venues/{told['code']}").json()
    assert (found["venue"], found["name"], found["code"]) == ("bv/12", "Phòng khám 12", told["code"])
    assert told["posters"]["png"] == f"/v1/venues/{told['code']}/poster.png"


def test_what_is_not_told_stays_and_null_empties_it(world: World) -> None:
    """Sent again it changes nothing, and nothing is published."""
    office = world.invited("office")
    first = register(office, ROOM)
    records = world.log.ends(VENUES_TOPIC)
    assert register(office, ROOM) == first | {"outcome": "unchanged"}
    assert world.log.ends(VENUES_TOPIC) == records
    changed = register(office, {"id": "bv/12", "name": "Phòng 12", "capacity": None, "hours": None})
    assert changed["outcome"] == "changed"
    assert changed["venue"] == first["venue"] | {"name": "Phòng 12", "capacity": None, "hours": ""}
    assert in_the_stream(world)["bv/12"].name == "Phòng 12"


def test_without_an_id_it_is_the_one_an_import_makes(world: World) -> None:
    """So a place that is registered twice, or comes in a list later, is one place."""
    office = world.invited("office")
    asked = {"name": "Chợ  Bến Thành", "address": "Lê Lợi"}
    venue = register(office, asked)["venue"]
    assert (venue["id"], venue["name"]) == (made_id(asked), "Chợ Bến Thành")
    assert register(office, asked)["outcome"] == "unchanged"


def test_a_place_of_another_is_not_changed(world: World) -> None:
    """Neither another office's, nor one that an operator registered, until that says whose it is."""
    office, other = world.invited("office"), world.invited("office")
    register(office, ROOM)
    world.register(id="market 12", name="Chợ 12", owner="UBND phường")
    for pen, venue in ((other, "bv/12"), (office, "market 12")):
        before = in_the_stream(world)
        answer = pen.send("/v1/venues", {"id": venue, "name": "Của tôi"}, accept_language="vi")
        assert code_of(answer) == (403, "venue_of_another")
        assert "do nơi khác quản lý" in answer.json()["detail"]
        assert in_the_stream(world) == before
    world.register(id="market 12", name="Chợ 12", owner=office.device)
    assert register(office, {"id": "market 12", "name": "Chợ Mới"})["outcome"] == "changed"
    inside = register(other, {"id": "shop", "name": "Quán", "inside": "market 12"})
    assert inside["venue"]["inside"] == "market 12"


@pytest.mark.parametrize("kind", ["phone", "kiosk", "checkpoint", "station"])
def test_other_devices_register_nothing(world: World, kind: Kind) -> None:
    """They hand in scans; an office needs an invitation of its own kind."""
    pen = world.phone() if kind == "phone" else world.invited(kind, "bv")
    assert code_of(pen.send("/v1/venues", ROOM)) == (403, "not_for_this_kind")
    assert code_of(Pen(world).enrol(kind="office")) == (403, "no_invitation")
    assert code_of(world.ask("POST", "/v1/venues", json=ROOM)) == (401, "unsigned")
    assert not in_the_stream(world)


def test_an_office_hands_in_nothing(world: World) -> None:
    """No scan, no declaration, and no card: its key registers places and nothing else."""
    office = world.invited("office")
    for path, body in (
        ("/v1/scans", {"scans": [office.one()]}),
        ("/v1/health", {"declarations": []}),
        ("/v1/declarations", {"declarations": []}),
        ("/v1/cards", b""),
    ):
        assert code_of(office.send(path, body)) == (403, "not_for_this_kind"), path
    assert not world.published()


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"kind": "karaoke"}, "kind is wrong"),
        ({"name": None}, "name is wrong"),
        ({"name": " \u200b "}, "people must see that the poster is theirs"),
        ({"name": "Tr\u00adêng §¹i häc Y Hµ Néi", "address": None}, "convert it to Unicode"),
        ({"id": "ợ" * 34}, "no code holds it"),
        ({"inside": "nowhere"}, "register the building first"),
        ({"inside": "bv/12"}, "neither lies inside itself"),
        ({"id": "bv", "inside": "bv/12"}, "lies in this one"),
        ({"lat": None}, "give both or none"),
        ({"lat": 91}, "lat is wrong"),
        ({"stay_minutes": 1441}, "stay_minutes is wrong"),
        ({"hours": "always"}, "is not opening hours"),
        ({"unit": "99999"}, "there is no unit '99999'"),
        ({"unit": "4"}, "its zeros were lost"),
        ({"unit": "ward 4"}, "is no unit"),
        ({"owner": "me"}, "owner is wrong"),
        ({"retired_at": 1}, "retired_at is wrong"),
    ],
)
def test_what_is_wrong_is_told_and_not_published(world: World, wrong: dict[str, Any], why: str) -> None:
    """One sentence that names the field."""
    for unit in read_units():
        world.log.publish(UNITS_TOPIC, 0, unit.encode(), unit.name.encode())
    office = world.invited("office")
    register(office, {"id": "bv", "name": "Bệnh viện"})
    register(office, ROOM | {"inside": "bv"})
    before = in_the_stream(world)
    answer = office.send("/v1/venues", ROOM | wrong)
    assert code_of(answer) == (400, "bad_request")
    assert why in answer.json()["detail"]
    assert in_the_stream(world) == before


def test_which_field_is_wrong_is_told_to_programs(world: World) -> None:
    """A page says it in its own words, beside that field; `body` where it is several together."""
    office = world.invited("office")
    register(office, {"id": "bv", "name": "Bệnh viện", "inside": None})
    wrong: dict[str, Any] = {
        **{"kind": "karaoke", "stay_minutes": 1441, "hours": "always", "unit": "ward 4", "name": " \u200b "},
        **{"inside": "nowhere", "id": "ợ" * 34, "owner": "me", "capacity": 0},
    }
    for field, value in wrong.items():
        assert office.send("/v1/venues", ROOM | {field: value}).json()["field"] == field
    assert office.send("/v1/venues", ROOM | {"lat": None}).json()["field"] == "body"
    assert "field" not in office.send("/v1/scans", {}).json()


def test_a_unit_is_named_as_of_its_day(world: World) -> None:
    """A code becomes the unit of that moment; where no units are known it stays as it was given."""
    office = world.invited("office")
    assert register(office, ROOM | {"unit": "00004"})["venue"]["unit"] == "00004"
    for unit in read_units():
        world.log.publish(UNITS_TOPIC, 0, unit.encode(), unit.name.encode())
    assert register(office, ROOM | {"unit": "00004"})["venue"]["unit"] == "00004@2021-01-01"
    assert register(office, ROOM | {"unit": "00004@2025-07-01"})["venue"]["unit"] == "00004@2025-07-01"


def test_nothing_counts_as_registered_that_kafka_has_not(world: World) -> None:
    """The answer is 503; sent again when Kafka is back, it is taken."""
    office = world.invited("office")
    world.log.down = 1
    assert code_of(office.send("/v1/venues", ROOM)) == (503, "later")
    assert register(office, ROOM)["venue"]["id"] == "bv/12"
    assert set(in_the_stream(world)) == {"bv/12"}


def test_what_others_changed_a_moment_ago_is_not_undone(world: World) -> None:
    """The topic is read before each change: an operator retired the venue, unseen here."""
    office = world.invited("office")
    register(office, ROOM)
    retired = in_the_stream(world)["bv/12"].model_copy(update={"retired_at": NOON})
    world.log.publish(VENUES_TOPIC, 0, retired.encode(), b"bv/12")
    assert register(office, ROOM | {"name": "Phòng 12"})["venue"]["retired_at"] == NOON


def test_an_entry_of_a_later_program_is_left_alone(world: World) -> None:
    """This one cannot say whose it is."""
    later = b'{"id": "bv/12", "v": 2}'
    world.log.publish(VENUES_TOPIC, 0, later, b"bv/12")
    answer = world.invited("office").send("/v1/venues", ROOM)
    assert code_of(answer) == (400, "bad_request")
    assert world.log.read(VENUES_TOPIC, 0, 0, 10)[-1].value == later


def test_whose_word_came_last_is_told(world: World) -> None:
    """Two gateways take one id in the same moment: the topic has one order, and the answer follows it."""
    venues = Venues(Register(world.log, VENUES_TOPIC))

    async def publish(packets: Any) -> None:
        for topic, partition, value, key in packets:
            world.log.publish(topic, partition, value, key)
            world.log.publish(topic, partition, VenueRecord(id="bv/12", owner="other").encode(), key)

    registrar = Registrar(venues, KnownUnits(Register(world.log, UNITS_TOPIC)), publish)
    with pytest.raises(Declined) as told:
        asyncio.run(registrar.register({"id": "bv/12", "name": "Phòng"}, "mine", NOON))
    assert told.value.word == "venue_of_another"


def test_an_office_registers_as_many_as_a_phone_scans(made: Made) -> None:
    """A stolen key must not fill the registry that every gateway holds in memory."""
    office = made(allowed=Allowed(phone=2)).invited("office")
    for room in ("1", "2"):
        register(office, {"id": room, "name": room})
    assert code_of(office.send("/v1/venues", ROOM)) == (429, "device_rate")


def test_turns_are_one_at_a_time_and_too_many_are_told() -> None:
    """In the order in which they came; who left makes room."""

    async def tried() -> list[str]:
        turns, told = Turns(2), []

        async def take(name: str) -> None:
            async with turns.turn():
                told.append(f"{name} begins")
                await asyncio.sleep(0)
                told.append(f"{name} ends")

        async with AsyncExitStack() as first:
            await first.enter_async_context(turns.turn())
            waits = asyncio.create_task(take("b"))
            await asyncio.sleep(0)
            with pytest.raises(Declined) as refused:
                await take("c")
            assert (refused.value.status, refused.value.word) == (429, "busy")
            assert not told
        await asyncio.gather(waits, take("d"))
        return told

    assert asyncio.run(tried()) == ["b begins", "b ends", "d begins", "d ends"]
