"""Nothing leaves the outbox but by the gateway's answer for it, whatever else is said on the way."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kiosk_world import AT, box

from producers.errors import Unavailable
from producers.kiosk.outbox import Outbox
from producers.kiosk.sender import NOT_OURS_SECONDS, PAUSE_SECONDS_MAX, Answer, Sender

Says = Callable[[list[dict[str, Any]]], Answer]


class Gateway:
    """Takes what it takes; `says` may answer in its place."""

    def __init__(self) -> None:
        self.has: dict[str, dict[str, Any]] = {}
        self.bodies: list[int] = []
        self.says: list[Says] = []

    def __call__(self, path: str, body: bytes) -> Answer:
        assert path == "/v1/scans"
        assert len(body) <= 64 * 1024
        scans = json.loads(body)["scans"]
        self.bodies.append(len(scans))
        return self.says.pop(0)(scans) if self.says else self.take(scans)

    def take(self, scans: list[dict[str, Any]]) -> Answer:
        answers = []
        for scan in scans:
            told = "duplicate" if scan["scan_id"] in self.has else "taken"
            assert self.has.setdefault(scan["scan_id"], scan) == scan
            answers.append({"scan_id": scan["scan_id"], "status": told})
        return Answer(200, {"answers": answers, "clock_skew_seconds": 0})

    def takes_and_breaks_off(self, scans: list[dict[str, Any]]) -> Answer:
        self.take(scans)
        raise Unavailable("the answer was lost")


def fill(outbox: Outbox, scans: int, more: str = "") -> list[str]:
    ids = [f"{number:016x}" for number in range(scans)]
    for one in ids:
        assert outbox.keep(one, AT, json.dumps({"scan_id": one, "at": AT, "more": more})) is None
    return ids


def waiting(outbox: Outbox) -> set[str]:
    return {one.scan_id for one in outbox.waiting(10_000, 10**9)}


def test_what_is_taken_is_deleted_and_noted(tmp_path: Path) -> None:
    """500 at most in one request, the rest at once after it."""
    outbox, gateway = box(tmp_path), Gateway()
    fill(outbox, 501)
    sender = Sender(outbox, gateway, lambda: 0.5)
    assert sender.round(AT) == (500, 0, 0.0)
    assert sender.round(AT + 1) == (1, 0, 0.0)
    assert sender.round(AT + 2) == (0, 0, None)
    assert gateway.bodies == [500, 1]
    assert outbox.notes() == {"last_sent": str(AT + 1), "skew_seconds": "0", "heard_at": str(AT + 1)}


def test_a_request_stays_below_the_gateway_s_limit(tmp_path: Path) -> None:
    """By its bytes, not by its number of scans."""
    outbox, gateway = box(tmp_path), Gateway()
    fill(outbox, 300, more="x" * 400)
    sender = Sender(outbox, gateway, lambda: 0.5)
    while sender.round(AT).pause is not None:
        pass
    assert len(gateway.has) == 300
    assert max(gateway.bodies) < 200


def test_a_lost_answer_is_asked_for_again_and_adds_nothing(tmp_path: Path) -> None:
    """The second time the gateway knows the ids, and they may go."""
    outbox, gateway = box(tmp_path), Gateway()
    fill(outbox, 3)
    gateway.says = [gateway.takes_and_breaks_off]
    sender = Sender(outbox, gateway, lambda: 0.5)
    assert sender.round(AT).sent == 0
    assert len(waiting(outbox)) == 3
    assert sender.round(AT).sent == 3
    assert waiting(outbox) == set()


def test_a_scan_the_gateway_refuses_is_set_aside_with_its_reason(tmp_path: Path) -> None:
    """The others go; nothing is lost."""
    outbox, gateway = box(tmp_path), Gateway()
    ids = fill(outbox, 3)

    def refuse_one(scans: list[dict[str, Any]]) -> Answer:
        taken = gateway.take([scans[0], scans[2]]).body["answers"]
        no = {"scan_id": ids[1], "status": "refused", "reason": "no_such_venue", "sentence": "Ask."}
        return Answer(200, {"answers": [*taken, no], "clock_skew_seconds": 0})

    gateway.says = [refuse_one]
    assert Sender(outbox, gateway, lambda: 0.5).round(AT) == (2, 1, 0.0)
    assert [(one.scan_id, one.reason) for one in outbox.aside()] == [(ids[1], "no_such_venue")]


@pytest.mark.parametrize("status", [400, 413, 422])
def test_one_scan_that_spoils_a_request_is_found_and_set_aside(tmp_path: Path, status: int) -> None:
    """Halving finds it; all the others are sent."""
    outbox, gateway = box(tmp_path), Gateway()
    ids = fill(outbox, 40)

    def all_but(scans: list[dict[str, Any]]) -> Answer:
        if any(scan["scan_id"] == ids[17] for scan in scans):
            return Answer(status, {"detail": "scans.3.at is wrong"}, problem=True)
        return gateway.take(scans)

    gateway.says = [all_but] * 100
    sender = Sender(outbox, gateway, lambda: 0.5)
    while sender.round(AT).pause is not None:
        pass
    assert set(gateway.has) == set(ids) - {ids[17]}
    assert [one[2:] for one in outbox.aside()] == [(f"http_{status}", "scans.3.at is wrong")]
    assert len(gateway.bodies) < 30


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, {}),
        Answer(200, {"answers": "all fine"}),
        Answer(200, {"answers": [None, 5, {"scan_id": "f" * 16, "status": "taken"}]}),
        Answer(200, {"answers": [{"scan_id": "0" * 16, "status": "welcome"}]}),
        Answer(200, {"answers": [{"scan_id": ["0" * 16], "status": "taken"}]}),
        Answer(302, {}),
        Answer(404, {}),
        Answer(400, {}),
        Answer(413, {"detail": "a proxy in between"}),
    ],
)
def test_nobody_but_the_gateway_makes_a_scan_go(tmp_path: Path, answer: Answer) -> None:
    """A hotel's login page and a proxy say all sorts of things: everything waits on."""
    outbox, gateway = box(tmp_path), Gateway()
    ids = fill(outbox, 3)
    gateway.says = [lambda scans: answer]
    found = Sender(outbox, gateway, lambda: 0.5).round(AT)
    assert found[:2] == (0, 0)
    assert found.pause
    assert waiting(outbox) == set(ids)
    assert outbox.notes()["trouble"]


@pytest.mark.parametrize("status", [401, 403])
def test_a_device_that_is_not_let_in_keeps_everything(tmp_path: Path, status: int) -> None:
    """It is no fault of the scans: enrolled again, they are sent. Meanwhile it asks seldom, and says why."""
    outbox, gateway = box(tmp_path), Gateway()
    fill(outbox, 3)
    gateway.says = [lambda scans: Answer(status, {"detail": "The device was revoked."}, problem=True)]
    sender = Sender(outbox, gateway, lambda: 0.0)
    found = sender.round(AT)
    assert found.pause is not None
    assert found.pause >= NOT_OURS_SECONDS
    assert outbox.notes()["trouble"] == f"{status} The device was revoked."
    assert sender.round(AT).sent == 3
    assert "trouble" not in outbox.notes()


def test_retry_after_is_obeyed_and_spread(tmp_path: Path) -> None:
    """Never sooner than told, and not all kiosks at the same second."""
    outbox, gateway = box(tmp_path), Gateway()
    fill(outbox, 1)
    pauses = []
    for draw in (0.0, 0.5, 1.0):
        gateway.says = [lambda scans: Answer(429, {}, 40.0, problem=True)]
        pauses.append(Sender(outbox, gateway, lambda draw=draw: draw).round(AT).pause)
    assert pauses == [40.0, 60.0, 80.0]


def test_after_days_offline_a_busy_gateway_is_asked_again_soon(tmp_path: Path) -> None:
    """That it answers at all is news: its Retry-After counts, not the pauses of a time without a network."""
    outbox, gateway = box(tmp_path), Gateway()
    fill(outbox, 1)

    def down(scans: list[dict[str, Any]]) -> Answer:
        raise Unavailable("no network")

    def busy(scans: list[dict[str, Any]]) -> Answer:
        return Answer(429, {}, 5.0, problem=True)

    gateway.says = [down] * 12 + [busy] * 10 + [down]
    sender = Sender(outbox, gateway, lambda: 1.0)
    pauses = [sender.round(AT).pause for _ in range(23)]
    assert pauses[11] == PAUSE_SECONDS_MAX
    assert pauses[12] == 13.0  # 5 s, and up to 8 s more
    assert pauses[12:22] == sorted(pauses[12:22])  # type: ignore[type-var]
    assert pauses[22] == PAUSE_SECONDS_MAX


def test_pauses_grow_to_a_limit_and_start_anew(tmp_path: Path) -> None:
    """Days offline cost a try in five minutes; the first success makes the next failure a small one again."""
    outbox, gateway = box(tmp_path), Gateway()
    fill(outbox, 2)

    def down(scans: list[dict[str, Any]]) -> Answer:
        raise Unavailable("no network")

    gateway.says = [down] * 12
    sender = Sender(outbox, gateway, lambda: 1.0)
    pauses = [sender.round(AT + n).pause for n in range(12)]
    assert pauses == sorted(pauses)  # type: ignore[type-var]
    assert (pauses[0], pauses[-1]) == (1.0, PAUSE_SECONDS_MAX)
    assert outbox.notes()["offline_since"] == str(AT)
    gateway.says = []
    assert sender.round(AT).sent == 2
    assert "offline_since" not in outbox.notes()
    fill_more = outbox.keep("f" * 16, AT, '{"scan_id":"%s"}' % ("f" * 16))
    gateway.says = [down]
    assert fill_more is None
    assert sender.round(AT).pause == 1.0


def test_the_clock_s_error_is_noted_as_the_gateway_measured_it(tmp_path: Path) -> None:
    """The kiosk's clock less the gateway's."""
    outbox, gateway = box(tmp_path), Gateway()
    fill(outbox, 1)
    outbox.note(clock_moved=3600)
    gateway.says = [lambda scans: Answer(200, gateway.take(scans).body | {"clock_skew_seconds": 3600})]
    Sender(outbox, gateway, lambda: 0.5).round(AT)
    assert outbox.notes()["skew_seconds"] == "3600"
    assert outbox.notes()["heard_at"] == str(AT - 3600)
    assert "clock_moved" not in outbox.notes()


moods = st.sampled_from(
    ["take", "lose answer", "down", "429", "503", "blame", "refuse", "partly", "portal", "401"]
)


@given(kept=st.integers(0, 30), moods=st.lists(st.tuples(st.integers(0, 1), moods), max_size=25))
@settings(max_examples=60, deadline=None)
def test_two_senders_on_one_outbox_lose_and_double_nothing(
    kept: int, moods: list[tuple[int, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """At each moment every scan waits, is set aside, or is at the gateway; in the end all are there, once."""
    folder = tmp_path_factory.mktemp("kiosk")
    hands, gateway = [box(folder), box(folder)], Gateway()
    senders = [Sender(hand, gateway, lambda: 0.5) for hand in hands]
    ids = set(fill(hands[0], kept))

    def said(mood: str) -> Says:
        def say(scans: list[dict[str, Any]]) -> Answer:
            if mood == "lose answer":
                return gateway.takes_and_breaks_off(scans)
            if mood == "down":
                raise Unavailable("down")
            if mood == "refuse":
                return Answer(
                    200, {"answers": [{"scan_id": one["scan_id"], "status": "refused"} for one in scans]}
                )
            if mood == "partly":
                return gateway.take(scans[::2])
            simple = {
                "429": Answer(429, {}, 5.0, problem=True),
                "503": Answer(503, {}, problem=True),
                "401": Answer(401, {}, problem=True),
                "blame": Answer(422, {}, problem=True),
                "portal": Answer(200, {}),
            }
            return simple.get(mood) or gateway.take(scans)

        return say

    for who, mood in moods:
        gateway.says = [said(mood)]
        senders[who].round(AT)
        apart = {one.scan_id for one in hands[who].aside()}
        assert waiting(hands[0]) | apart | set(gateway.has) == ids
    gateway.says = []
    hands[0].put_back()
    for _ in range(40):
        senders[0].round(AT)
    assert set(gateway.has) == ids
    assert waiting(hands[1]) == set()
    for hand in hands:
        hand.close()
