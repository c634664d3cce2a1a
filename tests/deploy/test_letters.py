"""An operator deals with each dead letter once, however often the command is given or interrupted."""

import json
from types import SimpleNamespace
from typing import Any

import pytest

from deploy.letters import Chosen, book, drop, replay
from producers.errors import Unavailable
from producers.memory_log import MemoryLog
from producers.scan import CLOSED_TOPIC, DEAD_TOPIC, TOPIC
from producers.seal import Seal
from streams.dead_letter_log import DeadLetterLog
from streams.dead_letters import DeadLetter, Reason

ALL = Chosen(None, 3)
PERSON = "f6c7fc5ac7be01a0"


class Breaking(MemoryLog):
    """A log that is lost at the n-th record published to it from then on."""

    left = -1

    def publish(self, topic: str, partition: int, value: bytes) -> None:
        if self.left == 0:
            raise Unavailable("Kafka is down: start it.")
        self.left -= 1
        super().publish(topic, partition, value)


@pytest.fixture
def wiring() -> Any:
    log = Breaking(lambda: 1_638_334_000)
    log.create({TOPIC: 8, DEAD_TOPIC: 4, CLOSED_TOPIC: 4})
    return SimpleNamespace(log=log, seal=Seal(bytes(32)))


def letter(
    number: int, reason: Reason = "too_old", *, attempt: int = 1, body: bytes | None = None
) -> DeadLetter:
    scan = {"scan_id": f"{number:016x}", "person": PERSON, "venue": "market", "at": 1}
    sent = json.dumps(scan).encode() if body is None else body
    return DeadLetter(reason, "", "log", number % 8, number, 0, 0, sent, attempt)


def put(wiring: Any, *letters: DeadLetter) -> None:
    DeadLetterLog(wiring.log, wiring.seal, 4).put(letters)


def sent(wiring: Any) -> list[tuple[str, int]]:
    """(scan id, attempt) of everything in the topic of scans."""
    entries = [entry for p in range(8) for entry in wiring.log.read(TOPIC, p, 0, 999)]
    return sorted((scan["scan_id"], scan["attempt"]) for e in entries for scan in json.loads(e.value))


def still_open(wiring: Any) -> list[int]:
    return sorted(one.letter.offset for one in book(wiring) if not one.closed)


def test_a_letter_is_sent_again_once(wiring: Any) -> None:
    """Written twice by a crash, replayed by two commands: the scan goes out once, as its second try."""
    put(wiring, letter(1), letter(2), letter(1))
    assert [one.letter.offset for one in book(wiring)] == [1, 2]
    assert replay(wiring, ALL) == {"letters": 2, "replayed": 2, "scans": 2, "unreadable": 0, "tired": 0}
    assert sent(wiring) == [(f"{1:016x}", 2), (f"{2:016x}", 2)]
    assert not any(replay(wiring, ALL).values())
    assert [one.closed for one in book(wiring)] == ["replayed", "replayed"]
    assert drop(wiring, None, None)["letters"] == 0


def test_only_the_reason_that_was_mended_is_sent_again(wiring: Any) -> None:
    """The others stay open."""
    put(wiring, letter(1), letter(2, "bad_field"), letter(3))
    assert replay(wiring, Chosen("bad_field", 3))["replayed"] == 1
    assert still_open(wiring) == [1, 3]


def test_what_was_tried_too_often_or_holds_no_person_stays_open(wiring: Any) -> None:
    """It is counted, and left for a person to look at."""
    put(wiring, letter(1, attempt=2), letter(2, attempt=3), letter(3, "not_json", body=b"\xff"))
    assert replay(wiring, ALL) == {"letters": 3, "replayed": 1, "scans": 1, "unreadable": 1, "tired": 1}
    assert sent(wiring) == [(f"{1:016x}", 3)]
    assert still_open(wiring) == [2, 3]


@pytest.mark.parametrize("survives", range(8))
def test_an_interrupted_replay_is_given_again_and_loses_nothing(wiring: Any, survives: int) -> None:
    """Wherever it breaks: no letter is closed whose scan was not sent."""
    put(wiring, *map(letter, range(4)))
    wiring.log.left = survives
    with pytest.raises(Unavailable):
        replay(wiring, ALL)
    assert {int(id_, 16) for id_, _ in sent(wiring)} >= set(range(4)) - set(still_open(wiring))
    wiring.log.left = -1
    replay(wiring, ALL)
    assert {int(id_, 16) for id_, _ in sent(wiring)} == set(range(4))
    assert still_open(wiring) == []


def test_what_is_given_up_is_deleted_up_to_the_first_that_is_open(wiring: Any) -> None:
    """Four letters in one partition: the two before the open one go, the one after it is closed only."""
    put(wiring, letter(0), letter(4), letter(8, "bad_field"), letter(12))
    assert drop(wiring, "too_old", None) == {"letters": 3, "deleted": 2}
    assert [(one.letter.offset, one.closed) for one in book(wiring)] == [(8, None), (12, "dropped")]
    assert drop(wiring, "too_old", None) == {"letters": 0, "deleted": 0}
    assert drop(wiring, None, (0, 2)) == {"letters": 1, "deleted": 2}
    assert list(book(wiring)) == []
    assert sent(wiring) == []
    put(wiring, letter(16))
    assert still_open(wiring) == [16]


def test_one_letter_is_dropped_by_its_place(wiring: Any) -> None:
    """And no other, not even of the same reason."""
    put(wiring, letter(1), letter(5), letter(2))
    assert drop(wiring, None, (1, 1))["letters"] == 1
    assert still_open(wiring) == [1, 2]
