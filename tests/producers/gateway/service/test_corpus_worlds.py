"""The places and the behaviour of the corpus of bad input: registered, scanned, and told with its flags."""

import json
from collections import Counter
from itertools import groupby
from typing import Any

import httpx
import pytest
from corpus_cases import NOON, Beep, Case, beeps, cases
from gateway_world import Made, Pen, World, card, new_id, poster

from producers.errors import BadInput
from producers.gateway.rates import Allowed
from producers.register import VENUES_TOPIC
from producers.venue_record import record_of

REQUEST_SCANS = 100
"""So many scans fit a request whatever their codes are."""


def register(world: World, entries: list[dict[str, Any] | None]) -> None:
    """As records of the topic, whatever they say; null takes the last one out."""
    last = ""
    for entry in entries:
        value = None if entry is None else json.dumps(entry).encode()
        last = last if entry is None else entry["id"]
        world.log.publish(VENUES_TOPIC, 0, value, last.encode())
    world.venues.refresh()


def scanned(world: World, pen: Pen, beep: Beep) -> dict[str, Any]:
    """A phone sends the poster's code, a kiosk the id."""
    where = {"venue": beep.venue}
    if pen.known().kind == "phone":
        where = {"venue_code": poster(beep.venue)}
    return {"scan_id": new_id(), "at": beep.at, "person_code": card(beep.person)} | where


def words(answer: httpx.Response) -> list[str]:
    """Of each scan what became of it, and its flags; or the one problem of the request."""
    if answer.status_code != 200:
        return [f"{answer.status_code} {answer.json()['code']}"]
    return [
        " ".join([one.get("reason", one["status"]), ",".join(one.get("flags", []))]).strip()
        for one in answer.json()["answers"]
    ]


@pytest.mark.parametrize("case", cases(".world", way="gateway"), ids=str)
def test_what_is_odd_is_told_and_deletes_nothing(case: Case, made: Made) -> None:
    """Each step is answered as told beside the case, and what is called taken is in the log."""
    told, world = json.loads(case.text()), made(allowed=Allowed(enrolment=10**6))
    register(world, told["venues"])
    pens: dict[str, Pen] = {}
    found = []
    for step in beeps(told):
        answers: Counter[str] = Counter()
        for now, together in groupby(step, key=lambda beep: beep.now):
            world.now = float(now)
            batch = list(together)
            pen = pens.get(batch[0].by) or _enrolled(world, batch[0].by)
            pens[batch[0].by] = pen
            for n in range(0, len(batch), REQUEST_SCANS):
                scans = [scanned(world, pen, one) for one in batch[n : n + REQUEST_SCANS]]
                answers.update(words(pen.send("/v1/scans", {"scans": scans})))
        found.append(answers)
    assert found == case.entry["gateway"]
    taken = sum(count for step in found for word, count in step.items() if word.startswith("taken"))
    assert len(world.published()) == taken
    assert not world.failures


def _enrolled(world: World, by: str) -> Pen:
    return world.phone() if by.startswith("phone") else world.invited("kiosk", "somewhere else")


@pytest.mark.parametrize("case", cases(".world", way="registry"), ids=str)
def test_an_entry_of_the_registry_gets_its_verdict(case: Case) -> None:
    """Accepted and read back as it is, or refused in one sentence that says what is wrong."""
    entries = [entry for entry in json.loads(case.text())["venues"] if entry is not None]
    for entry, verdict in zip(entries, case.entry["registry"], strict=True):
        if verdict == "accepted":
            assert record_of(entry).model_dump().items() >= entry.items()
            assert record_of(entry).state(NOON) in ("active", "retired")
        else:
            with pytest.raises(BadInput) as refused:
                record_of(entry)
            assert verdict in str(refused.value)
