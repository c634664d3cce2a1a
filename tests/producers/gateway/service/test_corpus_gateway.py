"""Every case of the corpus of bad input, handed to the gateway by a device that signs."""

import logging
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from corpus_cases import CARD, EARLIEST, GOOD, IDENTITY, LATEST, NOON, PERSON, Case, cases, strings
from gateway_world import Pen, World

from producers.gateway.rates import Allowed
from producers.scan import RECORD, TOPIC, ScanEvent
from streams.decode import Limits, decode
from streams.ports import Record


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """One gateway for all cases, each from a kiosk of its own; nothing of one may be felt by the next."""
    made = World(allowed=Allowed(address=10**6, enrolment=10**6))
    yield made
    made.close()


@pytest.fixture
def kiosk(world: World, caplog: pytest.LogCaptureFixture) -> Pen:
    """It stands at clinic 7; from now on all log lines are kept."""
    pen = world.invited("kiosk", "clinic 7")
    caplog.set_level(logging.DEBUG)
    return pen


def outcome(answer: httpx.Response) -> str | list[str]:
    """`400 not_json` of a problem, else what became of each scan."""
    if answer.status_code != 200:
        assert answer.headers["content-type"] == "application/problem+json"
        return f"{answer.status_code} {answer.json()['code']}"
    return [one.get("reason", one["status"]) for one in answer.json()["answers"]]


def agrees(found: str | list[str], verdict: Any) -> bool:
    """A verdict is told in order, or counted."""
    return Counter(found) == verdict if isinstance(verdict, dict) else found == verdict


def published(world: World, ends: dict[int, int]) -> list[ScanEvent]:
    """What was published after these ends, which no worker may make a dead letter of."""
    events: list[ScanEvent] = []
    for partition, end in ends.items():
        for entry in world.log.read(TOPIC, partition, end, 1000):
            record = Record("log", partition, entry.offset, NOON, entry.value)
            assert not decode(record, Limits(NOON - EARLIEST, LATEST - NOON)).dead
            events += RECORD.validate_json(entry.value)
    return events


def check_nothing_leaks(world: World, answer: httpx.Response, logged: str, *secrets: str) -> None:
    """Nobody reads the identity, and a line of a log or a metric is written by us alone."""
    assert not world.failures
    told = [*strings(answer.json()), *map(str, answer.headers.items()), logged]
    told += [world.ask("GET", "/metrics").text]
    for secret in (IDENTITY, *secrets):
        assert not [text for text in told if secret in text]


def test_a_good_scan_is_taken(world: World, kiosk: Pen) -> None:
    """So what is refused in a case is refused for what is odd about it."""
    ends = world.log.ends(TOPIC)
    assert kiosk.scan(GOOD) == [{"scan_id": GOOD["scan_id"], "status": "taken", "flags": ["unlisted"]}]
    (event,) = published(world, ends)
    assert (event["person"], event["venue"]) == (PERSON, "market 12")


@pytest.mark.parametrize("case", cases(".json", ".bin", way="gateway"), ids=str)
def test_a_body_gets_its_verdict(
    case: Case, world: World, kiosk: Pen, caplog: pytest.LogCaptureFixture
) -> None:
    """The answer is as told beside the case; what is taken says what it said, and where it came in."""
    ends = world.log.ends(TOPIC)
    answer = kiosk.send("/v1/scans", case.body(), **case.entry.get("headers", {}))
    assert agrees(outcome(answer), case.entry["gateway"])
    check_nothing_leaks(world, answer, caplog.text)
    events = published(world, ends)
    assert len(events) == Counter(outcome(answer))["taken"]
    assert all(event.get("origin", "").startswith("kiosk ") for event in events)
    for event, said in zip(events, case.entry.get("means", []), strict="means" in case.entry):
        assert event.items() >= said.items()


@pytest.mark.parametrize("case", cases(".txt", way="gateway"), ids=str)
def test_a_text_gets_its_verdicts(
    case: Case, world: World, kiosk: Pen, caplog: pytest.LogCaptureFixture
) -> None:
    """As a venue's or a person's code, a venue's id, the name on a card, a moment; its neighbour is taken."""
    text, ends = case.text(), world.log.ends(TOPIC)
    fields = {field: kiosk.one(**placed(field, text)) for field in case.entry["gateway"]}
    answer = kiosk.send("/v1/scans", {"scans": [*fields.values(), kiosk.one(person_code=CARD)]})
    assert outcome(answer) == [*case.entry["gateway"].values(), "taken"]
    events = {event["scan_id"]: event for event in published(world, ends)}
    for field, verdict in case.entry["gateway"].items():
        if verdict == "taken":
            event = events.pop(fields[field]["scan_id"])
            venue = {"venue": text, "venue_code": case.entry.get("place")}.get(field, "market 12")
            assert event["venue"] == venue
            assert (event["person"] == PERSON) == (field != "person_code")
    assert len(events) == 1
    # A shorter one may stand in any answer by chance; a moment is no secret.
    secrets = () if len(text) < 8 or case.entry["gateway"].keys() == {"at"} else (text,)
    check_nothing_leaks(world, answer, caplog.text, *secrets)


def placed(field: str, text: str) -> dict[str, Any]:
    """The fields of a good scan with this text in one of them."""
    if field == "name":
        return {"person_code": CARD.replace("|A|", f"|{text}|")}
    return {"person_code": CARD} | ({"venue_code": None} if field == "venue" else {}) | {field: text}
