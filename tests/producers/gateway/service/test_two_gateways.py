"""Two gateways are one to a device: what the first took, gave or forbade, the second knows."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from gateway_world import NOON, Made, Pen, World

from producers import signed_request
from producers.gateway import device as states
from producers.gateway.memory import Memory, ProcessMemory
from producers.gateway.rates import Allowed
from producers.gateway.redis_memory import RedisMemory

FEW = Allowed(phone=5)
Pair = tuple[World, World]


@pytest.fixture(params=["one process", pytest.param("redis", marks=pytest.mark.stack)])
def pair(request: pytest.FixtureRequest, made: Made) -> Iterator[Pair]:
    """They share the log and what they remember: in Redis each has a connection of its own."""
    with ExitStack() as ended:
        memories: list[Memory] = [ProcessMemory(lambda: float(NOON))] * 2
        if request.param == "redis":
            url = os.environ.get("TRUYVET_STATE", "")
            if urlsplit(url).scheme != "redis":
                pytest.skip("needs Redis: run `make test`")
            redis = [RedisMemory(url) for _ in range(2)]
            for one in redis:
                ended.callback(one.close)
            memories = list(redis)
        first = made(allowed=FEW, memory=memories[0])
        yield first, made(allowed=FEW, memory=memories[1], log=first.log)


def at(world: World, pen: Pen) -> Pen:
    """The same device, as it comes to this gateway."""
    pen.world = world
    return pen


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_scan_that_one_took_is_a_duplicate_at_the_other(pair: Pair) -> None:
    """A device that heard no answer comes back wherever it is sent."""
    first, second = pair
    phone = first.phone()
    scan = phone.one()
    assert phone.scan(scan)[0]["status"] == "taken"
    assert at(second, phone).scan(scan)[0]["status"] == "duplicate"
    conflict = at(second, phone).scan(scan | {"at": scan["at"] - 1})[0]
    assert (conflict["status"], conflict["reason"]) == ("refused", "conflicting_id")
    assert len(first.published()) == 1


def test_a_request_that_one_took_is_no_new_one_at_the_other(pair: Pair) -> None:
    """Also the very same bytes, and the answers to an Idempotency-Key."""
    first, second = pair
    phone = first.phone()
    body, key = {"scans": [phone.one()]}, {"Idempotency_Key": phone.device}
    taken = phone.send("/v1/scans", body, nonce="0f" * 16, **key)
    assert taken.json()["answers"][0]["status"] == "taken"
    assert code_of(at(second, phone).send("/v1/scans", body, nonce="0f" * 16)) == (401, "nonce_seen")
    again = phone.send("/v1/scans", body, **key)
    assert again.json()["answers"] == taken.json()["answers"]
    other: dict[str, Any] = {"scans": [phone.one()]}
    assert code_of(phone.send("/v1/scans", other, **key)) == (422, "key_reused")
    assert len(first.published()) == 1


def test_what_a_device_may_send_it_may_send_to_both_together(pair: Pair) -> None:
    """A limit for each gateway would be none for who asks them in turn."""
    first, second = pair
    phone = first.phone()
    phone.scan(*(phone.one() for _ in range(3)))
    at(second, phone).scan(*(phone.one() for _ in range(2)))
    assert code_of(phone.send("/v1/scans", {"scans": [phone.one()]})) == (429, "device_rate")
    assert code_of(at(first, phone).send("/v1/cards", b"")) == (429, "device_rate")


def test_a_clock_that_fell_back_at_one_goes_on_at_the_other(pair: Pair) -> None:
    """With the nonce that the first gave: all gateways of one key know their nonces, though clocks differ."""
    first, second = pair
    phone = first.phone()
    phone.ahead = 7200
    phone.scan(phone.one(at=NOON))
    for world in pair:
        world.now += 1800
    phone.ahead = -1800
    second.now += 2
    refused = at(second, phone).send("/v1/scans", {"scans": [phone.one()]})
    assert code_of(refused) == (401, "clock_went_back")
    ours = refused.headers[signed_request.NONCE]
    taken = at(first, phone).send("/v1/scans", {"scans": [phone.one()]}, nonce=ours)
    assert taken.json()["answers"][0]["status"] == "taken"
    assert code_of(at(second, phone).send("/v1/cards", b"", nonce=ours)) == (401, "nonce_seen")


def test_a_new_key_and_a_revocation_count_at_both(pair: Pair) -> None:
    """At the next look of the other, which is every two seconds."""
    first, second = pair
    phone, new = first.phone(), Pen(second)
    new.device = phone.device
    at(second, phone).scan(phone.one())
    assert at(first, phone).send("/v1/devices/rotate", {"public_key": new.public}).status_code == 200
    second.devices.refresh()
    assert code_of(at(second, phone).send("/v1/cards", b"")) == (401, "wrong_signature")
    assert new.scan(new.one())[0]["status"] == "taken"
    first.devices.change(phone.device, lambda found: states.revoke(found, NOON))  # type: ignore[arg-type]
    second.devices.refresh()
    assert code_of(new.send("/v1/cards", b"")) == (401, "revoked_device")


def test_one_invitation_is_one_device_at_both(pair: Pair) -> None:
    """Used at the second after the first, by another key, it is used up."""
    first, second = pair
    invitation = first.invitation("kiosk", "clinic 7")
    assert Pen(first).enrol(kind="kiosk", invitation=invitation).status_code == 201
    assert code_of(Pen(second).enrol(kind="kiosk", invitation=invitation)) == (409, "used_invitation")
