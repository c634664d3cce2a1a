"""Every case of the corpus of bad input, as a record that somebody put into Kafka past the gateway."""

import json
from collections import Counter
from typing import Any, NamedTuple

import pytest
from corpus_cases import EARLIEST, GOOD, IDENTITY, LATEST, NOON, PERSON, Case, beeps, cases, texts

from producers.memory_log import MemoryLog
from producers.scan import DEAD_TOPIC, SCANS_PER_RECORD_MAX
from producers.seal import Seal
from storage.memory import MemoryStore
from storage.memory_timelines import MemoryTimelines
from streams.batch import BatchProcessor
from streams.dead_letter_log import DeadLetterLog, decode
from streams.dead_letters import DeadLetter
from streams.decode import Limits
from streams.ports import Receipt, Record
from streams.sessions import Rules

SEAL = Seal(bytes(32))
LIMITS = Limits(NOON - EARLIEST, LATEST - NOON)
NEIGHBOUR = GOOD | {"person": "00000000000000ff", "venue": "next door"}


class Done(NamedTuple):
    """What became of a record; `letters` as they stand in their topic, and opened."""

    receipt: Receipt
    store: MemoryStore
    sealed: list[bytes]
    letters: list[DeadLetter]


def processed(value: bytes, limits: Limits = LIMITS) -> Done:
    """A record with this value, and a good one behind it that must not suffer."""
    log, store = MemoryLog(lambda: NOON), MemoryStore()
    log.create({DEAD_TOPIC: 1}, ())
    worker = BatchProcessor(
        timelines=MemoryTimelines(), store=store, dead_letters=DeadLetterLog(log, SEAL, 1), rules=Rules()
    )
    records = [
        Record("log", 0, n, NOON, one) for n, one in enumerate([value, json.dumps([NEIGHBOUR]).encode()])
    ]
    receipt, behind = worker.process(records, limits)
    assert (behind.scans, behind.stored) == (1, 1)
    sealed = [entry.value for entry in log.read(DEAD_TOPIC, 0, 0, 20_000)]
    return Done(receipt, store, sealed, [decode(one, SEAL) for one in sealed])


def check_nothing_is_lost(done: Done, value: bytes, secret: str = IDENTITY) -> None:
    """Each scan is counted once, and what was refused opens to what was sent and shows nobody before."""
    receipt = done.receipt
    assert receipt.scans == receipt.stored + receipt.duplicates + receipt.dead
    assert len(done.letters) == receipt.dead
    for letter, sealed in zip(done.letters, done.sealed, strict=True):
        assert not [one for one in (IDENTITY, secret) if one.encode() in sealed]
        if letter.position == -1:
            assert letter.body == value
        else:
            assert json.loads(letter.body) == json.loads(value)[letter.position] or letter.body == value


@pytest.mark.parametrize("case", cases(".json", ".bin", way="kafka"), ids=str)
def test_a_record_gets_its_verdict(case: Case) -> None:
    """Stored, a duplicate, or a dead letter with its reason; and nothing raises."""
    value, verdict = case.data(), case.entry["kafka"]
    done = processed(value)
    found: dict[str, Any] = {
        "stored": done.receipt.stored,
        "duplicates": done.receipt.duplicates,
        "dead": Counter(letter.reason for letter in done.letters),
    }
    assert found == {"stored": 0, "duplicates": 0, "dead": {}} | verdict
    check_nothing_is_lost(done, value)
    if "means" in case.entry:
        told = done.store.scans_told(int(PERSON, 16), 0, 2**32)
        names = done.store.venue_ids([one.scan.venue for one in told])
        said = [{"at": one.scan.at, "venue": names[one.scan.venue]} for one in told]
        assert said == [{key: one[key] for key in ("at", "venue")} for one in case.entry["means"]]


@pytest.mark.parametrize(("case", "field", "verdict"), texts("kafka"), ids=str)
def test_a_text_in_a_record_gets_its_verdict(case: Case, field: str, verdict: str) -> None:
    """As a venue's id it is kept letter by letter; as a person it is sealed away unless it is a pseudonym."""
    text = case.text()
    value = json.dumps([GOOD | {field: text}], ensure_ascii=False).encode()
    done = processed(value)
    told = [letter.reason for letter in done.letters] or ["stored"]
    assert told == [verdict]
    check_nothing_is_lost(done, value, text if field == "person" and len(text) > 7 else IDENTITY)
    if verdict == "stored" and field == "venue":
        (scan,) = done.store.scans_told(int(PERSON, 16), 0, 2**32)
        assert done.store.venue_ids([scan.scan.venue]) == {scan.scan.venue: text}


@pytest.mark.parametrize("case", cases(".world", way="kafka"), ids=str)
def test_odd_behaviour_is_stored(case: Case) -> None:
    """A worker knows neither devices nor positions nor hours: what was scanned in time counts, once each."""
    steps = beeps(json.loads(case.text()))
    scans = [
        GOOD | {"scan_id": f"{n:016x}", "person": f"{one.person:016x}", "venue": one.venue, "at": one.at}
        for n, one in enumerate(one for step in steps for one in step)
    ]
    latest = max(one.now for step in steps for one in step)
    limits = Limits(NOON - latest + LATEST - EARLIEST, latest - NOON)
    stored = 0
    for n in range(0, len(scans), SCANS_PER_RECORD_MAX):
        value = json.dumps(scans[n : n + SCANS_PER_RECORD_MAX]).encode()
        done = processed(value, limits)
        stored += done.receipt.stored
        check_nothing_is_lost(done, value)
    assert stored == case.entry["kafka"]["stored"]
