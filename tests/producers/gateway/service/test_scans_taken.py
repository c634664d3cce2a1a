"""Scans come in by the hundred: each is answered on its own, and only what the log has is called taken."""

import json

import pytest
from gateway_world import DAY, NOON, Made, World, card, new_id, person, poster

from producers.codes.short import short_code, shown
from producers.errors import Unavailable
from producers.gateway import batch
from producers.gateway.asked import BODY_BYTES_MAX, parse
from producers.gateway.collector import Room
from producers.gateway.declined import WORDS, Declined
from producers.gateway.post import Post, Taken
from producers.gateway.routes.problems import TITLES, TITLES_VI
from producers.gateway.signature import checked
from producers.origin import parse_origin
from producers.scan import ScanEvent
from producers.venue import venue_key


def only(world: World) -> ScanEvent:
    (event,) = world.published()
    return event


def test_a_phone_s_scan_is_in_the_log_with_a_pseudonym_and_its_origin(world: World) -> None:
    """Enrolled, signed, read, published: what is in Kafka names a venue and nobody."""
    phone = world.phone()
    asked = phone.one("market 12", 7, direction="in")
    assert phone.scan(asked) == [{"scan_id": asked["scan_id"], "status": "taken", "flags": ["unlisted"]}]
    assert only(world) == {
        "scan_id": asked["scan_id"],
        "person": person(7),
        "venue": "market 12",
        "at": NOON,
        "direction": "in",
        "origin": "phone truyvet/1 valid unlisted",
    }


def test_a_kiosk_sends_what_it_sealed_for_its_own_venue(world: World) -> None:
    """The same person as by the card's text; the venue is the device's, or one it names."""
    kiosk = world.invited("kiosk", "clinic 7")
    sealed = {"scan_id": new_id(), "at": NOON, "person_sealed": world.sealed(7)}
    elsewhere = {"scan_id": new_id(), "at": NOON, "person_sealed": world.sealed(7), "venue": "room 3"}
    assert [one["status"] for one in kiosk.scan(sealed, elsewhere)] == ["taken", "taken"]
    found = {event["venue"]: event for event in world.published()}
    assert found.keys() == {"clinic 7", "room 3"}
    assert {event["person"] for event in found.values()} == {person(7)}
    assert found["clinic 7"]["origin"] == "kiosk - - unlisted"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"venue_code": None}, "no_venue"),
        ({"venue_code": None, "venue": "market 12"}, "venue_not_allowed"),
        ({"venue": "market 12"}, "two_venues"),
        ({"person_code": None}, "no_person"),
        ({"person_sealed": "1.AAAA"}, "two_persons"),
        ({"person_code": None, "person_sealed": "1.AAAA"}, "damaged_envelope"),
        ({"venue_code": card(3)}, "not_a_venue"),
        ({"person_code": poster("market 12")}, "not_a_person"),
        ({"venue_code": "WIFI:S:cafe;;"}, "not_a_check_in"),
        ({"venue_code": poster("market 12")[:-1] + "A"}, "bad_signature"),
        ({"venue_code": "H505N-J5WPV"}, "no_such_venue"),
        ({"at": NOON + 601}, "from_the_future"),
        ({"at": NOON - 28 * DAY - 1}, "too_old"),
        ({"direction": "out", "since": NOON + 1}, "out_before_in"),
        ({"direction": "sideways"}, "bad_field"),
        ({"at": "noon"}, "bad_field"),
        ({"since": -1}, "bad_field"),
    ],
)
def test_a_scan_that_cannot_be_taken_says_why_and_costs_no_other(
    world: World, fields: dict[str, object], reason: str
) -> None:
    """With a reason for programs and a sentence for people, in both languages."""
    phone = world.phone()
    bad, good = phone.one(**fields), phone.one()
    refused, taken = phone.scan(bad, good)
    assert (refused["status"], refused["reason"], taken["status"]) == ("refused", reason, "taken")
    (again,) = phone.scan(phone.one(**fields), Accept_Language="vi")
    assert again["sentence"] != refused["sentence"]
    assert [event["scan_id"] for event in world.published()] == [good["scan_id"]]


def test_a_short_code_that_was_typed_is_a_venue_but_proves_nothing(world: World) -> None:
    """The origin says that there was no signature."""
    world.register(id="market 12", name="Chợ 12")
    code = shown(short_code(venue_key("market 12")))
    phone = world.phone()
    assert phone.scan(phone.one(venue_code=code))[0]["status"] == "taken"
    assert only(world)["venue"] == "market 12"
    assert only(world)["origin"] == "phone truyvet absent"


def test_an_older_code_that_the_operator_knows_is_flagged(world: World) -> None:
    """By its whole text; the venue is ours."""
    phone = world.phone()
    assert phone.scan(phone.one(venue_code="old poster"))[0]["flags"] == ["alias", "unlisted"]
    origin = parse_origin(only(world)["origin"])
    assert (only(world)["venue"], origin.system) == ("market 12", "alias")


def test_a_scan_sent_again_is_a_duplicate_and_one_with_its_id_is_not(world: World) -> None:
    """Ids are the device's own: another device may draw the same one."""
    phone, other = world.phone(), world.phone()
    asked = phone.one()
    assert [one["status"] for one in phone.scan(asked, asked)] == ["taken", "duplicate"]
    assert phone.scan(asked) == [{"scan_id": asked["scan_id"], "status": "duplicate"}]
    (changed,) = phone.scan(asked | {"person_code": card(2)})
    assert (changed["status"], changed["reason"]) == ("refused", "conflicting_id")
    assert other.scan(asked)[0]["status"] == "taken"
    assert len(world.published()) == 2


def test_what_kafka_did_not_acknowledge_is_not_called_taken_now_or_later(world: World) -> None:
    """503 with a time to come back, and the same scans are then taken and not duplicates."""
    phone = world.phone()
    asked = phone.one()
    world.log.down = 1
    answer = phone.send("/v1/scans", {"scans": [asked]})
    assert (answer.status_code, answer.json()["code"]) == (503, "later")
    assert int(answer.headers["retry-after"]) > 0
    assert phone.scan(asked)[0]["status"] == "taken"
    assert [str(why) for why in world.failures] == ["Kafka does not answer: start it."]


def test_a_request_with_a_key_has_the_same_answers_again(world: World) -> None:
    """Also those that were refused; another body under the key is an error."""
    phone = world.phone()
    scans = [phone.one(), phone.one(person_code=None)]
    first = phone.scan(*scans, Idempotency_Key="a1")
    assert phone.scan(*scans, Idempotency_Key="a1") == first
    assert [one["status"] for one in phone.scan(*scans)] == ["duplicate", "refused"]
    other = phone.send("/v1/scans", {"scans": scans[:1]}, Idempotency_Key="a1")
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert world.phone().scan(*scans, Idempotency_Key="a1")[0]["status"] == "taken"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "not_json"),
        (b"{", 400, "not_json"),
        (b"\xff\xfe", 400, "not_json"),
        (b"[" * 5000, 400, "too_deep"),
        (b"[]", 400, "bad_request"),
        (b'{"scans": []}', 400, "bad_request"),
        (b'{"scans": [7]}', 400, "bad_request"),
        (b'{"scans": [{"scan_id": "7"}]}', 400, "bad_request"),
        (json.dumps({"scans": [{"scan_id": f"{n:016x}"} for n in range(501)]}).encode(), 400, "bad_request"),
        (b" " * (BODY_BYTES_MAX + 1), 413, "too_large"),
    ],
)
def test_a_body_that_nothing_can_be_answered_of_is_one_problem(
    world: World, body: bytes, status: int, code: str
) -> None:
    """In the caller's language, with a word for programs."""
    phone = world.phone()
    told = {language: phone.send("/v1/scans", body, Accept_Language=language) for language in ("vi", "en")}
    for language, answer in told.items():
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["content-language"] == language
    assert told["vi"].json()["detail"] != told["en"].json()["detail"]
    assert told["vi"].json()["title"] == TITLES_VI[status] != told["en"].json()["title"] == TITLES[status]


def test_every_problem_has_a_title_in_both_languages() -> None:
    """Of every status that is answered."""
    assert TITLES.keys() == TITLES_VI.keys() == {told.status for told in WORDS.values()}


def test_a_full_gateway_says_so_at_once_and_takes_again_later(made: Made) -> None:
    """429 with a time to come back, before the body is read."""
    world = made(room=Room(waiting_max=0))
    phone = world.phone()
    answer = phone.send("/v1/scans", {"scans": [phone.one()]})
    assert (answer.status_code, answer.json()["code"]) == (429, "busy")
    assert answer.headers["retry-after"] == "5"


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        (RecursionError("a bug"), "failed"),
        (Unavailable("the alias table cannot be read: try again."), "later"),
    ],
)
def test_a_fault_on_one_request_costs_those_beside_it_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, fault: Exception, word: str
) -> None:
    """A bug in a reader of codes, or a table that cannot be read, met by one request of a batch of two."""
    door = world.parts.door()
    read = door.venue

    def broken(text: str, at: int) -> object:
        if text == "met":
            raise fault
        return read(text, at)

    monkeypatch.setattr(door, "venue", broken)
    phone, bodies = world.phone(), []
    for code in ("met", poster("market 12")):
        raw = json.dumps({"scans": [phone.one(venue_code=code)]}).encode()
        bodies.append(
            checked("POST", "/v1/scans", phone.headers("POST", "/v1/scans", raw), raw, phone.known())
        )
    posts = [Post(one, parse(one.body), NOON, "") for one in bodies]
    bad, good = batch.take(world.parts, posts)
    assert isinstance(bad, Declined)
    assert bad.word == word
    assert isinstance(good, Taken)
    assert good.answers[0]["status"] == "taken"
