"""Every case of the corpus of bad input, handed to the gateway by a device that signs."""

import json
import logging
from collections import Counter
from typing import Any

import httpx
import pytest
from corpus_cases import CARD, EARLIEST, GOOD, IDENTITY, LATEST, NOON, PERSON, Case, cases, strings, texts
from gateway_world import World, card, poster

from producers.scan import TOPIC
from streams.decode import Limits, decode
from streams.ports import Record


def outcome(answer: httpx.Response) -> str | list[str]:
    """`400 not_json` of a problem, else what became of each scan."""
    if answer.status_code != 200:
        assert answer.headers["content-type"] == "application/problem+json"
        return f"{answer.status_code} {answer.json()['code']}"
    return [one.get("reason", one["status"]) for one in answer.json()["answers"]]


def agrees(found: str | list[str], verdict: Any) -> bool:
    """A verdict is told in order, or counted."""
    return Counter(found) == verdict if isinstance(verdict, dict) else found == verdict


def check_nothing_leaks(
    world: World, answer: httpx.Response, caplog: pytest.LogCaptureFixture, secret: str = IDENTITY
) -> None:
    """Nobody reads the identity, and a log or a metric is written by us alone."""
    assert not world.failures
    metrics = world.ask("GET", "/metrics").text
    told = [*strings(answer.json()), *map(str, answer.headers.items()), caplog.text, metrics]
    for hidden in {IDENTITY, secret}:
        assert not [text for text in told if hidden in text]


def check_worker_takes(world: World) -> None:
    """What the gateway called taken is not a dead letter behind it."""
    for partition in range(world.log.partitions(TOPIC)):
        for entry in world.log.read(TOPIC, partition, 0, 10_000):
            record = Record("log", partition, entry.offset, NOON, entry.value)
            assert not decode(record, Limits(EARLIEST, LATEST)).dead


@pytest.mark.parametrize("case", cases(".json", ".bin", way="gateway"), ids=str)
def test_a_body_gets_its_verdict(case: Case, world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Posted by a kiosk: the answer is as told beside it, and names nobody."""
    caplog.set_level(logging.DEBUG)
    kiosk = world.invited("kiosk", "clinic 7")
    answer = kiosk.send("/v1/scans", case.body(), **case.entry.get("headers", {}))
    assert agrees(outcome(answer), case.entry["gateway"])
    check_nothing_leaks(world, answer, caplog)
    check_worker_takes(world)
    if "means" in case.entry:
        published = world.published()
        assert len(published) == len(case.entry["means"])
        for event, said in zip(published, case.entry["means"], strict=True):
            assert event.items() >= said.items()
            assert event.get("origin", "").startswith("kiosk ")


@pytest.mark.parametrize(("case", "field", "verdict"), texts("gateway"), ids=str)
def test_a_text_gets_its_verdict(
    case: Case, field: str, verdict: str, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """As a venue's or a person's code, a venue's id, or the name on a card; its neighbour is taken."""
    caplog.set_level(logging.DEBUG)
    text = case.text()
    kiosk = world.invited("kiosk", "clinic 7")
    named = {"person_code": CARD.replace("|A|", f"|{text}|")} if field == "name" else {field: text}
    scan = kiosk.one(**{"person_code": CARD} | named)
    if field == "venue":
        del scan["venue_code"]
    answer = kiosk.send("/v1/scans", {"scans": [scan, kiosk.one("next door", person_code=CARD)]})
    assert outcome(answer) == [verdict, "taken"]
    events = {event["scan_id"]: event for event in world.published()}
    if verdict == "taken":
        event = events[scan["scan_id"]]
        assert event["venue"] == (text if field == "venue" else case.entry.get("place", "market 12"))
        assert (event["person"] == PERSON) == (field != "person_code")
    # Shorter ones stand in any answer; and `TV1:` is no secret.
    check_nothing_leaks(world, answer, caplog, text if len(text) > 7 else IDENTITY)
    check_worker_takes(world)


def test_a_good_scan_is_taken(world: World) -> None:
    """So what is refused in a case is refused for what is odd about it."""
    kiosk = world.invited("kiosk", "clinic 7")
    assert kiosk.scan(GOOD) == [{"scan_id": GOOD["scan_id"], "status": "taken", "flags": ["unlisted"]}]
    assert world.published()[0]["person"] == PERSON
    assert json.dumps(world.published()).count(IDENTITY) == 0
    assert card(1) != poster("market 12")
