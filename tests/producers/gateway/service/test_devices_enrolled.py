"""Who may hand in scans: devices enrol with a key, sign with it, change it, and are revoked."""

from typing import Any

import pytest
from gateway_world import NOON, Made, Pen, World

from producers import signed_request
from producers.codes.encoded import from_base64
from producers.envelope import seal
from producers.gateway import device as states
from producers.gateway.admit import marks_of
from producers.gateway.devices import Devices
from producers.gateway.rates import Allowed
from producers.register import DEVICES_TOPIC, Register


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_phone_enrols_itself_and_twice_is_the_same_phone(world: World) -> None:
    """A lost answer is asked for again; the envelope key it is given opens at the gateway."""
    pen = Pen(world)
    first, second = pen.enrol(kind="phone").json(), pen.enrol(kind="phone").json()
    assert first == second
    assert first.keys() == {"device", "kind", "venue", "envelope_key", "server_time"}
    assert (first["kind"], first["venue"], first["server_time"]) == ("phone", None, NOON)
    assert world.opener.open(seal(from_base64(first["envelope_key"]), "an")) == "an"


def test_an_invitation_is_good_for_one_device_of_its_kind_and_for_a_time(world: World) -> None:
    """Typed in lower case and with spaces it is the same one."""
    invitation = world.invitation("kiosk", "clinic 7", hours=1)
    pen, other = Pen(world), Pen(world)
    assert code_of(pen.enrol(kind="kiosk")) == (403, "no_invitation")
    assert code_of(pen.enrol(kind="kiosk", invitation="AAAA")) == (403, "wrong_invitation")
    assert code_of(pen.enrol(kind="kiosk", invitation="!")) == (403, "wrong_invitation")
    assert code_of(pen.enrol(kind="station", invitation=invitation)) == (403, "wrong_invitation")
    typed = invitation.lower().replace("-", " ")
    assert pen.enrol(kind="kiosk", invitation=typed).json()["venue"] == "clinic 7"
    assert code_of(other.enrol(kind="kiosk", invitation=invitation)) == (409, "used_invitation")
    world.now += 3600
    assert pen.enrol(kind="kiosk", invitation=invitation).status_code == 201
    late = world.invitation("kiosk", hours=1)
    world.now += 3600
    assert code_of(other.enrol(kind="kiosk", invitation=late)) == (403, "wrong_invitation")


def test_the_register_lets_nobody_in(world: World) -> None:
    """What stands in `devices.v1` holds neither an invitation nor a private key."""
    invitation = world.invitation("kiosk")
    record = world.log.read(DEVICES_TOPIC, 0, 0, 1)[0]
    assert invitation.replace("-", "").lower() not in record.value.decode().replace("-", "").lower()
    assert record.key.decode() == states.invited_device(invitation)


def test_a_device_that_is_revoked_is_heard_no_more_at_any_gateway(world: World) -> None:
    """The register is what all gateways follow."""
    phone = world.phone()
    elsewhere = Devices(Register(world.log, DEVICES_TOPIC), lambda: world.now)
    elsewhere.change(phone.device, lambda found: states.revoke(found, NOON))  # type: ignore[arg-type]
    assert phone.scan(phone.one())[0]["status"] == "taken"
    world.devices.refresh()
    assert code_of(phone.send("/v1/scans", {"scans": [phone.one()]})) == (401, "revoked_device")
    assert code_of(phone.enrol(kind="phone")) == (401, "revoked_device")


def test_a_device_enrolled_elsewhere_a_moment_ago_is_known_here(world: World) -> None:
    """Without waiting for the next look at the register."""
    pen = Pen(world)
    elsewhere = Devices(Register(world.log, DEVICES_TOPIC), lambda: world.now)
    made = states.enrol_phone(None, pen.public, "", NOON)
    elsewhere.change(made.device, lambda _: made)
    pen.device = made.device
    assert pen.scan(pen.one())[0]["status"] == "taken"


def test_a_rotated_key_replaces_the_old_one(world: World) -> None:
    """The old key signs for the new one; then only the new one counts."""
    phone, new = world.phone(), Pen(world)
    new.device = phone.device
    assert phone.send("/v1/devices/rotate", {"public_key": new.public}).status_code == 200
    assert code_of(phone.send("/v1/scans", {"scans": [phone.one()]})) == (401, "wrong_signature")
    assert new.scan(new.one())[0]["status"] == "taken"
    assert code_of(new.send("/v1/devices/rotate", {"public_key": "AAAA"})) == (400, "bad_key")


@pytest.mark.parametrize("header", [signed_request.DEVICE, signed_request.TIME, signed_request.NONCE])
def test_a_header_that_was_changed_on_the_way_breaks_the_signature(world: World, header: str) -> None:
    """All of what is signed counts, and each header must be there in its form."""
    phone, other, body = world.phone(), world.phone(), b'{"scans": []}'
    headers = phone.headers("POST", "/v1/scans", body)
    changed = {
        signed_request.DEVICE: other.device,
        signed_request.TIME: str(NOON + 1),
        signed_request.NONCE: "00" * 16,
    }
    for words, code in (
        ({header: changed[header]}, "wrong_signature"),
        ({header: "!"}, "unsigned"),
        ({header: ""}, "unsigned"),
    ):
        answer = world.ask("POST", "/v1/scans", content=body, headers=headers | words)
        assert code_of(answer) == (401, code)
        assert code != "unsigned" or header in answer.json()["detail"]


def test_body_path_and_method_are_signed_too(world: World) -> None:
    """A signature for one request is none for another."""
    phone, body = world.phone(), b'{"scans": []}'
    signed = phone.headers("POST", "/v1/scans", body)
    assert code_of(world.ask("POST", "/v1/scans", content=b"{}", headers=signed)) == (401, "wrong_signature")
    assert code_of(world.ask("POST", "/v1/cards", content=body, headers=signed)) == (401, "wrong_signature")
    assert code_of(world.ask("POST", "/v1/scans?a=1", content=body, headers=signed)) == (
        401,
        "wrong_signature",
    )


def test_a_request_sent_again_is_refused_by_its_nonce(world: World) -> None:
    """Also where its scans would have been duplicates anyway."""
    phone, nonce = world.phone(), "0f" * 16
    body = {"scans": [phone.one()]}
    assert phone.send("/v1/scans", body, nonce=nonce).status_code == 200
    assert code_of(phone.send("/v1/scans", body, nonce=nonce)) == (401, "nonce_seen")
    assert world.phone().send("/v1/cards", b"", nonce=nonce).status_code == 201


def test_how_far_a_clock_was_off_is_kept_of_each_device(world: World) -> None:
    """At the newest request that is surely new, whatever it asked; one that was sent again says nothing."""
    phone, other = world.phone(), world.phone()

    def kept() -> tuple[int | None, int | None]:
        marks = marks_of(world.memory, [phone.device, other.device])
        return tuple(None if mark is None else mark.skew for mark in marks.values())  # type: ignore[return-value]

    assert kept() == (None, None)
    phone.ahead, other.ahead = 500, -3
    phone.scan(phone.one(at=NOON))
    other.send("/v1/cards", b"")
    assert kept() == (500, -3)
    world.now += 10 * 86_400
    phone.ahead = -40 * 86_400  # as a board without a battery starts
    refused = phone.send("/v1/scans", {"scans": [phone.one()]})
    assert code_of(refused) == (401, "clock_went_back")
    assert kept() == (500, -3)
    phone.send("/v1/scans", {"scans": [phone.one()]}, nonce=refused.headers[signed_request.NONCE])
    assert kept() == (-40 * 86_400, -3)
    mark = marks_of(world.memory, [phone.device])[phone.device]
    assert mark is not None
    assert mark.received == NOON + 10 * 86_400


def test_a_clock_may_be_wrong_but_not_fall_back_unless_with_a_nonce_of_ours(world: World) -> None:
    """A year ahead, then set right: the device is told how to go on, and the next request needs nothing."""
    phone = world.phone()
    phone.ahead = 500
    answer = phone.send("/v1/scans", {"scans": [phone.one(at=NOON)]})
    assert answer.json()["clock_skew_seconds"] == 500
    assert answer.json()["answers"][0]["flags"] == ["clock", "unlisted"]
    phone.ahead = 365 * 86_400
    assert phone.scan(phone.one(at=NOON))[0]["status"] == "taken"
    world.now += 3 * 600
    phone.ahead = 0
    refused = phone.send("/v1/scans", {"scans": [phone.one()]})
    assert code_of(refused) == (401, "clock_went_back")
    ours = refused.headers[signed_request.NONCE]
    taken = phone.send("/v1/scans", {"scans": [phone.one()]}, nonce=ours)
    assert taken.status_code == 200
    assert code_of(phone.send("/v1/scans", {"scans": [phone.one()]}, nonce=ours)) == (401, "nonce_seen")
    another = taken.headers[signed_request.NONCE]
    assert phone.send("/v1/scans", {"scans": [phone.one()]}, nonce=another).status_code == 200
    stranger = world.phone()
    stranger.ahead = 3600
    stranger.scan(stranger.one(at=NOON))
    world.now += 3 * 600
    stranger.ahead = 0
    theirs = taken.headers[signed_request.NONCE]
    assert code_of(stranger.send("/v1/scans", {"scans": [stranger.one()]}, nonce=theirs)) == (
        401,
        "clock_went_back",
    )


def test_requests_sent_again_by_another_do_not_use_up_what_a_device_may_send(made: Made) -> None:
    """Whoever listened in could otherwise silence it."""
    world = made(allowed=Allowed(phone=3))
    phone, nonce = world.phone(), "0f" * 16
    body = {"scans": [phone.one()]}
    phone.send("/v1/scans", body, nonce=nonce)
    for _ in range(10):
        assert code_of(phone.send("/v1/scans", body, nonce=nonce)) == (401, "nonce_seen")
    assert phone.scan(phone.one(), phone.one())[0]["status"] == "taken"


def test_a_card_is_for_phones_and_new_each_time(world: World) -> None:
    """Signed by the authority, so that a kiosk believes it."""
    phone, kiosk = world.phone(), world.invited("kiosk", "clinic 7")
    codes = [phone.send("/v1/cards", b"").json()["code"] for _ in range(2)]
    assert len(set(codes)) == 2
    assert [one["status"] for one in phone.scan(*(phone.one(person_code=code) for code in codes))] == [
        "taken",
        "taken",
    ]
    assert code_of(kiosk.send("/v1/cards", b"")) == (403, "not_for_this_kind")


def test_who_sends_too_much_is_told_when_to_come_back(made: Made) -> None:
    """By device, by venue, by address, and for enrolling; nothing of it is published."""
    few = Allowed(phone=2, device=5, address=100, venue=4, enrolment=4)
    world = made(allowed=few)
    phone, other, kiosk = world.phone(), world.phone(), world.invited("kiosk", "clinic 7")
    assert phone.scan(phone.one(), phone.one())[0]["status"] == "taken"
    assert code_of(phone.send("/v1/scans", {"scans": [phone.one()]})) == (429, "device_rate")
    assert other.scan(other.one(), other.one())[0]["status"] == "taken"
    assert code_of(kiosk.send("/v1/scans", {"scans": [kiosk.one()]})) == (429, "venue_rate")
    assert Pen(world).enrol(kind="phone").status_code == 201
    assert code_of(Pen(world).enrol(kind="phone")) == (429, "address_rate")
    assert len(world.published()) == 4
    for _ in range(100):
        answer = world.ask("GET", "/v1/venues/nowhere")
    assert code_of(answer) == (429, "address_rate")
    assert int(answer.headers["retry-after"]) > 0


def test_a_venue_is_found_by_short_code_and_by_id(world: World) -> None:
    """With what anyone may know of it."""
    world.register(id="hue/12", name="Chợ Đông Ba", unit="474", retired_at=NOON - 1)
    found = world.ask("GET", "/v1/venues/hue/12").json()
    assert found == {"venue": "hue/12", "name": "Chợ Đông Ba", "unit": "474", "state": "retired"} | {
        "code": found["code"]
    }
    assert world.ask("GET", f"/v1/venues/{found['code'].lower()}").json() == found
    assert code_of(world.ask("GET", "/v1/venues/nowhere")) == (404, "no_such_venue")
    assert code_of(world.ask("GET", "/v1/venues/00000-00000")) == (404, "no_such_venue")
