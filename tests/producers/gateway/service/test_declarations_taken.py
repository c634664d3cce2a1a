"""Declarations at the gateway: nobody is named in what it publishes, and everyone in a vehicle was in it."""

import json
from typing import Any

import pytest
from gateway_world import DAY, NOON, PSEUDONYMS, Pen, World, card, new_id, person, poster

from producers import declaration, health
from producers.envelope import seal
from producers.origin import parse_origin

POST = "chốt Lăng Cô"
CARD = "046099012345|204567890|Nguyễn Văn An|01011999|Nam|Huế|01012021"


@pytest.fixture
def post(world: World) -> Pen:
    """A device that an operator invited for the checkpoint."""
    world.log.create({declaration.TOPIC: 2, health.TOPIC: 2})
    return world.invited("checkpoint", POST)


def journey(**fields: Any) -> dict[str, Any]:
    """Two people in a car, referred."""
    made = {
        "id": new_id(),
        "at": NOON,
        "persons": [{"person_code": card(1)}, {"person_code": card(2)}],
        "origin": "Đà Nẵng",
        "destination": "Huế",
        "plate": "43A-123.45",
        "symptoms": ["cough"],
        "contacts": ["case"],
        "recent": ["Hòa Vang"],
        "decision": {"decision": "refer", "note": "ho nhiều"},
    }
    return {name: value for name, value in (made | fields).items() if value is not None}


def told(world: World, topic: str = declaration.TOPIC) -> list[dict[str, Any]]:
    """Every event in the topic."""
    entries = [entry for partition in range(2) for entry in world.log.read(topic, partition, 0, 100)]
    return [json.loads(entry.value) for entry in entries]


def answers(pen: Pen, *asked: dict[str, Any], path: str = "/v1/declarations", **how: str) -> list[Any]:
    answer = pen.send(path, {"declarations": asked}, **how)
    assert answer.status_code == 200, answer.text
    found: list[Any] = answer.json()["answers"]
    return found


def test_a_journey_becomes_events_and_scans(world: World, post: Pen) -> None:
    """Declared and decided; both people at the checkpoint in that second, and in the vehicle from then on."""
    asked = journey()
    assert answers(post, asked) == [{"id": asked["id"], "status": "taken"}]
    moved, decided = told(world)
    vehicle = declaration.vehicle_venue("43a 12345", PSEUDONYMS)
    assert moved == {
        "kind": "movement",
        "id": asked["id"],
        "at": NOON,
        "person": person(1),
        "companions": [person(2)],
        "origin": "Đà Nẵng",
        "destination": "Huế",
        "vehicle": vehicle,
        "symptoms": ["cough"],
        "contacts": ["case"],
        "recent": ["Hòa Vang"],
        "checkpoint": POST,
        "device": post.device,
    }
    assert (decided["kind"], decided["decision"], decided["note"]) == ("decision", "refer", "ho nhiều")
    assert (decided["id"], decided["person"]) == (asked["id"], person(1))
    scans = world.published()
    assert {(scan["person"], scan["venue"], scan["direction"], scan["at"]) for scan in scans} == {
        (who, venue, way, NOON)
        for who in (person(1), person(2))
        for venue, way in ((POST, "unknown"), (vehicle, "in"))
    }
    assert len(scans) == 4
    assert {parse_origin(scan["origin"]).via for scan in scans} == {"checkpoint"}


@pytest.mark.parametrize(
    ("venue", "ahead", "age", "told"),
    [
        ({"kind": "checkpoint"}, 0, 0, ("checkpoint", "checkpoint")),
        (None, 0, 0, ("checkpoint - - unlisted", "checkpoint")),
        ({}, 0, 2 * DAY, ("checkpoint - - offline",) * 2),
        ({}, 600, 0, ("checkpoint - - clock",) * 2),
        ({}, -600, 2 * DAY, ("checkpoint - - clock,offline",) * 2),
        ({"retired_at": NOON - 3600}, 0, 0, ("checkpoint - - retired", "checkpoint")),
        ({"retired_at": NOON - 3600}, 0, DAY, ("checkpoint - - offline",) * 2),  # it was not retired then
        ({"hours": "Sa 07:00-17:00"}, 0, 0, ("checkpoint - - closed", "checkpoint")),
    ],
)
def test_what_is_odd_travels_with_the_scans(
    post: Pen, venue: dict[str, Any] | None, ahead: int, age: int, told: tuple[str, str]
) -> None:
    """At the checkpoint and in the vehicle, as with any scan; that nobody registered a vehicle is not odd."""
    if venue is not None:
        post.world.register(id=POST, **venue)
    post.ahead = ahead
    assert answers(post, journey(at=NOON + ahead - age))[0]["status"] == "taken"
    scans = post.world.published()
    origins = {scan["venue"].startswith("vehicle:"): scan["origin"] for scan in scans}
    assert (len(scans), origins[False], origins[True]) == (4, *told)


def test_sent_again_it_is_the_same(world: World, post: Pen) -> None:
    """After an answer that was lost: the same events, and scans with the same ids."""
    asked = journey()
    answers(post, asked)
    first = {json.dumps(event, sort_keys=True) for event in told(world)}
    ids = {scan["scan_id"] for scan in world.published()}
    answers(post, asked)
    assert {json.dumps(event, sort_keys=True) for event in told(world)} == first
    assert {scan["scan_id"] for scan in world.published()} == ids


def test_a_person_is_the_same_by_card_number_or_seal(world: World, post: Pen) -> None:
    """A citizen card's text, its number typed, and either sealed: one pseudonym, and no digit published."""
    number = CARD[:12]
    ways = [{"person_code": CARD}, {"person_code": number}]
    ways += [{"person_sealed": seal(world.opener.public, text)} for text in (CARD, number)]
    for way in ways:
        answers(post, journey(persons=[way]))
    assert {event["person"] for event in told(world)} == {PSEUDONYMS.of(number)}
    everything = json.dumps(told(world)) + json.dumps(world.published())
    assert not [
        word for word in (number, "204567890", "An|", "01011999", "43A", '12345"') if word in everything
    ]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"at": NOON + 3600}, "from_the_future"),
        ({"at": NOON - 40 * DAY}, "too_old"),
        ({"plate": " - . "}, "bad_plate"),
        ({"persons": [{}]}, "no_person"),
        ({"persons": [{"person_code": card(1), "person_sealed": "1.AAAA"}]}, "two_persons"),
        ({"persons": [{"person_code": card(1)}, {"person_sealed": "1.AAAA"}]}, "damaged_envelope"),
        ({"persons": [{"person_code": poster("market 12")}]}, "not_a_person"),
        ({"persons": [{"person_code": "12345678"}]}, "unknown"),
    ],
)
def test_what_is_refused_says_why_and_costs_no_other(
    world: World, post: Pen, fields: dict[str, Any], reason: str
) -> None:
    """In the officer's language."""
    wrong, right = journey(**fields), journey()
    refused, taken = answers(post, wrong, right, accept_language="vi")
    assert (refused["status"], refused["reason"], taken["status"]) == ("refused", reason, "taken")
    assert refused["sentence"].endswith(".")
    assert {event["id"] for event in told(world)} == {right["id"]}


def test_a_phone_declares_ahead_and_is_nowhere_yet(world: World, post: Pen) -> None:
    """An event without a checkpoint and without a scan; it may not decide."""
    phone = world.phone()
    assert answers(phone, journey(decision=None))[0]["status"] == "taken"
    (event,) = told(world)
    assert event["checkpoint"] == ""
    assert world.published() == []
    assert phone.send("/v1/declarations", {"declarations": [journey()]}).status_code == 403


def test_how_one_is_travels_alone(world: World, post: Pen) -> None:
    """A health declaration has a topic of its own, and makes no scan; a kiosk takes none."""
    asked = {"id": new_id(), "at": NOON, "person_code": card(3), "symptoms": ["fever", "tired"]}
    assert answers(post, asked, path="/v1/health") == [{"id": asked["id"], "status": "taken"}]
    (event,) = told(world, health.TOPIC)
    assert (event["person"], event["symptoms"], event["venue"]) == (person(3), ["fever", "tired"], POST)
    assert world.published() == told(world) == []
    kiosk = world.invited("kiosk", "clinic 7")
    assert kiosk.send("/v1/health", {"declarations": [asked]}).status_code == 403


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        ({"declarations": []}, 400),
        ({"declarations": [{"id": "1"}]}, 400),
        ({"declarations": [journey(symptoms=["plague"])]}, 400),
        ({"declarations": [journey(persons=[{"person_code": card(1)}] * 62)]}, 400),
        ({"declarations": [journey(recent=["x" * 200] * 20)] * 20}, 413),
    ],
)
def test_a_request_that_cannot_be_read_is_refused_whole(
    world: World, post: Pen, body: Any, status: int
) -> None:
    """With a sentence that names the field."""
    answer = post.send("/v1/declarations", body)
    assert answer.status_code == status
    assert told(world) == world.published() == []


def test_nothing_is_called_taken_while_kafka_is_down(world: World, post: Pen) -> None:
    """The device keeps it and sends it again."""
    world.log.down = 1
    answer = post.send("/v1/declarations", {"declarations": [journey()]})
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
    assert answers(post, journey())[0]["status"] == "taken"


def test_the_same_request_twice_is_refused(post: Pen) -> None:
    """Whoever recorded it cannot send it again."""
    body = {"declarations": [journey()]}
    assert post.send("/v1/declarations", body, nonce="a" * 32).status_code == 200
    assert post.send("/v1/declarations", body, nonce="a" * 32).status_code == 401
