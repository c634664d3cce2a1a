"""Every venue of the corpus of bad input, from a record in Kafka to a file an office opens."""

import csv
import json
from io import StringIO

import pytest
from answers_made import rows_of, written
from corpus_cases import EARLIEST, LATEST, NOON, texts

from storage.memory import MemoryStore
from storage.memory_timelines import MemoryTimelines
from streams.batch import BatchProcessor
from streams.dead_letters import DeadLetter
from streams.decode import Limits
from streams.ports import Record
from streams.sessions import Rules
from tracer.answer import COLUMNS
from tracer.exports.answered import Answered
from tracer.question import Limits as Allowed
from tracer.questions import Pairs

VENUES = list(
    dict.fromkeys(
        case.text() for case, field, verdict in texts("kafka") if (field, verdict) == ("venue", "stored")
    )
)


class NoLetters:
    """The port of dead letters, to which nothing may be put."""

    def put(self, letters: list[DeadLetter]) -> None:
        raise AssertionError([letter.detail for letter in letters])


@pytest.fixture(scope="module")
def met() -> Answered:
    """Two people went through all these places together, a minute at each."""
    store = MemoryStore()
    worker = BatchProcessor(timelines=MemoryTimelines(), store=store, dead_letters=NoLetters(), rules=Rules())
    scans = [
        {"scan_id": f"{n:016x}", "person": person * 16, "venue": venue, "at": NOON - 60 * (len(VENUES) - n)}
        for n, venue in enumerate(VENUES)
        for person in "12"
    ]
    records = [
        Record("log", 0, n, NOON, json.dumps(scans[n : n + 100]).encode()) for n in range(0, len(scans), 100)
    ]
    worker.process(records, Limits(NOON - EARLIEST, LATEST - NOON))
    rows = list(Pairs().rows(store, {}, Allowed()))
    return Answered("pairs", COLUMNS["pairs"], rows, made=NOON, version="0")


def test_every_venue_comes_back_from_the_file_letter_by_letter(met, tmp_path):
    """By the rule that docs/exports.md gives to a reader."""
    assert len(VENUES) > 100
    assert sorted(row["venue"] for row in rows_of(written(met, "csv", tmp_path))) == sorted(VENUES)


def test_no_venue_is_a_formula_in_the_file(met, tmp_path):
    """Nothing that a spreadsheet would run, whichever separator it takes."""
    with written(met, "csv", tmp_path).open(encoding="utf-8", newline="") as file:
        text = file.read()
    for separator in ",;\t":
        cells = [cell for row in csv.reader(StringIO(text, newline=""), delimiter=separator) for cell in row]
        assert not [cell for cell in cells if cell.strip(" \u00a0\u200e").startswith(tuple("=+-@＝＋－＠"))]
