"""Answers are rows with fixed columns, pseudonyms in hex, venues by the id they were given, UTC times."""

import json

import pytest
from tracer_worlds import ListReader, stay

from producers.errors import Refused
from storage.ports import Flow
from streams.outcomes import Made
from streams.tables import StoredScan
from streams.timeline import Direction, Scan
from tracer import answer, answer_cases, trace
from tracer.company import Company
from tracer.dose import Measure
from tracer.errors import AnswerTooLarge
from tracer.examples import ROWS
from tracer.outbreak import Case, outbreak
from tracer.profiles import OVERLAP, PCCOVID_1H
from tracer.question import ALWAYS
from tracer.ranking import pairs_of, ranked
from tracer.sources import common_sources
from tracer.what_if import what_if

TEN = 1_638_352_800  # 2021-12-01T10:00:00Z
A, B, C = 0xAA, 0xBB, 0xCC
VISITS = [
    stay(A, 1, TEN, TEN + 3600),
    stay(B, 1, TEN + 1200, TEN + 2400),
    stay(B, 2, TEN + 14 * 3600, TEN + 15 * 3600),
    stay(C, 2, TEN + 14 * 3600 + 65, TEN + 14 * 3600 + 165),
]
READER = ListReader(VISITS)
MEASURE = Measure(OVERLAP, ALWAYS)
COMPANY = Company(READER, ALWAYS, OVERLAP, 0)


def test_visits():
    """All that is known of a visit."""
    assert list(answer.visit_rows(READER, trace.visits(READER, A, ALWAYS))) == [
        {
            "person": "00000000000000aa",
            "venue": "venue 1",
            "arrived": "2021-12-01T10:00:00Z",
            "departed": "2021-12-01T11:00:00Z",
            "ended": "checkout",
            "departed_min": "2021-12-01T10:00:00Z",
            "departed_max": "2021-12-01T11:00:00Z",
            "scans": 1,
        }
    ]


def test_contacts():
    """Who was met, how long, and both visits; minutes have two decimals."""
    rows = list(answer.contact_rows(READER, trace.contacts(READER, B, ALWAYS, OVERLAP, 0), MEASURE))
    assert rows[0] == {
        "person": "00000000000000aa",
        "venue": "venue 1",
        "start": "2021-12-01T10:20:00Z",
        "end": "2021-12-01T10:40:00Z",
        "minutes": 20.0,
        "minutes_min": 0.0,
        "minutes_max": 20.0,
        "dose": 20.0,
        "my_visit": "2021-12-01T10:20:00Z/2021-12-01T10:40:00Z",
        "their_visit": "2021-12-01T10:00:00Z/2021-12-01T11:00:00Z",
    }
    assert rows[1]["minutes"] == 1.67


def test_chain_and_path_and_its_sentence():
    """Each person once; the path to the last one in rows and in words, the date said when it changes."""
    chain = trace.chain(READER, A, ALWAYS, OVERLAP, 0)
    assert list(answer.chain_rows(READER, chain))[1] == {
        "person": "00000000000000cc",
        "generation": 2,
        "exposed_at": "2021-12-02T00:01:05Z",
        "from_person": "00000000000000bb",
        "venue": "venue 2",
        "start": "2021-12-02T00:01:05Z",
        "end": "2021-12-02T00:02:45Z",
        "generation_min": 2,
        "dose_max": None,
    }
    weighed = trace.chain(READER, A, ALWAYS, OVERLAP, 0, measure=MEASURE)
    assert [row["dose_max"] for row in answer.chain_rows(READER, weighed)] == [20.0, 1.67]
    rows = list(answer.path_rows(READER, trace.path(READER, chain, C)))
    assert rows[1] == {
        "generation": 2,
        "from_person": "00000000000000bb",
        "person": "00000000000000cc",
        "venue": "venue 2",
        "start": "2021-12-02T00:01:05Z",
        "end": "2021-12-02T00:02:45Z",
        "from_visit": "2021-12-02T00:00:00Z/2021-12-02T01:00:00Z",
        "their_visit": "2021-12-02T00:01:05Z/2021-12-02T00:02:45Z",
    }
    assert answer.sentence(rows) == (
        "00000000000000aa was at venue 1 2021-12-01 10:00:00-11:00:00 with 00000000000000bb "
        "from 10:20:00 until 10:40:00; "
        "00000000000000bb was at venue 2 2021-12-02 00:00:00-01:00:00 with 00000000000000cc "
        "from 00:01:05 until 00:02:45 (UTC)."
    )
    assert answer.sentence([]) == ""


def test_a_backward_path_starts_at_the_case():
    """`from_person` is the one nearer to the case, and its visit comes first."""
    chain = trace.chain(READER, C, ALWAYS, OVERLAP, 0, direction="backward")
    rows = list(answer.path_rows(READER, trace.path(READER, chain, A)))
    assert [(row["from_person"], row["person"]) for row in rows] == [
        ("00000000000000cc", "00000000000000bb"),
        ("00000000000000bb", "00000000000000aa"),
    ]
    assert rows[1]["from_visit"] == "2021-12-01T10:20:00Z/2021-12-01T10:40:00Z"


def test_an_exposure_of_one_moment_in_words():
    """Under pccovid-1h both check-ins are told."""
    chain = trace.chain(READER, A, ALWAYS, PCCOVID_1H, 0)
    rows = list(answer.path_rows(READER, trace.path(READER, chain, B)))
    assert answer.sentence(rows) == (
        "00000000000000aa checked in at venue 1 2021-12-01 10:00:00, 00000000000000bb at 10:20:00 (UTC)."
    )


def test_pairs():
    """The smaller person first."""
    assert next(answer.pair_rows(READER, trace.pairs(READER, ALWAYS, OVERLAP, 0))) == {
        "person_a": "00000000000000aa",
        "person_b": "00000000000000bb",
        "venue": "venue 1",
        "start": "2021-12-01T10:20:00Z",
        "end": "2021-12-01T10:40:00Z",
    }


def test_flow():
    """Counts as they are, moments in ISO 8601, a moment that never was is null."""
    row = answer.flow_row(Flow(1, 5, 3, 1, 1, 3, 2, 2, TEN, 0))
    assert row["received_until"] == "2021-12-01T10:00:00Z"
    assert row["scanned_until"] is None
    assert (row["scans"], row["stored"], row["duplicates"], row["dead"]) == (5, 3, 1, 1)


def test_columns_are_the_same_everywhere():
    """What is promised, what is shown as an example, and what is given have the same columns in order."""
    chain = trace.chain(READER, A, ALWAYS, OVERLAP, 0)
    cases, both = [Case(A, ALWAYS)], [Case(A, ALWAYS), Case(B, ALWAYS)]
    spread = outbreak(COMPANY, cases, generations_max=2, people_max=9)
    pairs = list(pairs_of(trace.contacts(READER, A, ALWAYS, OVERLAP, 0), MEASURE))
    given = {
        "visits": answer.visit_rows(READER, VISITS),
        "scans": answer.scan_rows(
            READER, [(StoredScan(A, Scan(3, 5, Direction.closing, VISITS[0].venue, 7), 9), Made.checkout)]
        ),
        "contacts": answer.contact_rows(READER, trace.contacts(READER, A, ALWAYS, OVERLAP, 0), MEASURE),
        "ranked": answer_cases.ranked_rows(ranked(pairs), MEASURE),
        "outbreak": answer_cases.outbreak_rows(spread, MEASURE),
        "links": answer_cases.link_rows(spread, {A}, MEASURE),
        "common-sources": answer_cases.source_rows(READER, common_sources(READER, both).found),
        "what-if": answer_cases.threshold_rows(what_if(COMPANY, cases, [5]).thresholds),
        "chain": answer.chain_rows(READER, chain),
        "path": answer.path_rows(READER, trace.path(READER, chain, C)),
        "pairs": answer.pair_rows(READER, trace.pairs(READER, ALWAYS, OVERLAP, 0)),
        "flow": iter([answer.flow_row(READER.flow())]),
    }
    assert given.keys() == answer.COLUMNS.keys()
    assert given.keys() <= ROWS.keys()
    for name, rows in given.items():
        assert tuple(next(rows)) == answer.COLUMNS[name] == tuple(ROWS[name])


def test_lines_of_json_keep_their_letters():
    """One object a line, Vietnamese as it is."""
    lines = list(answer.ndjson([{"venue": "chợ Đồng Xuân"}, {"venue": "line\nbreak"}]))
    assert lines[0] == '{"venue":"chợ Đồng Xuân"}\n'
    assert all(line.count("\n") == 1 for line in lines)
    assert json.loads(lines[1]) == {"venue": "line\nbreak"}


def test_venue_ids_are_asked_for_in_batches_and_forgotten_in_time(monkeypatch):
    """Each id once while it is remembered; the memory has an end; the rows are the same."""
    asked = []

    class Counting(ListReader):
        def venue_ids(self, keys):
            asked.append(len(keys))
            return super().venue_ids(keys)

    visits = [
        stay(A, venue, TEN + i * 60, TEN + i * 60 + 1) for i, venue in enumerate([1, 2, 1, 2, 3, 4, 1, 1])
    ]
    reader = Counting(visits)
    expected = [f"venue {visit.venue}" for visit in visits]
    monkeypatch.setattr(answer, "ROWS_PER_LOOKUP", 2)
    assert [row["venue"] for row in answer.visit_rows(reader, visits)] == expected
    assert asked == [2, 2]
    asked.clear()
    monkeypatch.setattr(answer, "VENUES_KEPT_MAX", 2)
    assert [row["venue"] for row in answer.visit_rows(reader, visits)] == expected
    assert asked == [2, 2, 1]


def test_a_venue_without_an_id_is_not_passed_over():
    """The store promised one: a person must look."""

    class Forgetful(ListReader):
        def venue_ids(self, keys):
            return {}

    with pytest.raises(Refused, match="venue key 1"):
        list(answer.visit_rows(Forgetful(VISITS), VISITS))


def test_a_cut_chain_has_the_rows_of_its_whole_generations_and_says_so():
    """Who may not be told a part asks `whole`, which raises; who may is told what was left out."""
    cut = trace.chain(READER, A, ALWAYS, OVERLAP, 0, people_max=1)
    assert [row["generation"] for row in answer.chain_rows(READER, cut)] == [1]
    assert cut.left_out_counts() == {"left_out_people_max": 1}
    with pytest.raises(AnswerTooLarge, match="people_max"):
        cut.whole()
