"""At a terminal: rows on stdout, what they rest on beside them, and the past, differences and coverage."""

import json
from contextlib import contextmanager
from itertools import count
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

import deploy.cli.asking
import deploy.main
import deploy.sources
from deploy.cli.shared import app
from producers.errors import BadInput
from producers.memory_log import MemoryLog
from producers.moment import iso
from producers.person import person_text
from producers.register import UNITS_TOPIC
from producers.venue import Venue, venue_key
from storage.memory import MemoryStore
from storage.memory_timelines import MemoryTimelines
from streams.batch import BatchProcessor
from streams.decode import Limits
from streams.ports import Record, Writes
from streams.sessions import Rules
from streams.tables import ScanTable, VisitTable

NINE = 1_638_349_200
FIRST, LATER, NOW = NINE + 86_400, NINE + 2 * 86_400, NINE + 3 * 86_400
A, B, C = (person_text(one) for one in (1, 2, 3))


def scan(person, venue, at, direction="in"):
    return {
        "scan_id": f"{at:016x}",
        "person": person_text(person),
        "venue": venue,
        "at": at,
        "direction": direction,
    }


@pytest.fixture
def store():
    """Somebody's check-out and a third person come a day later than the rest."""
    found = MemoryStore()
    found.write(Writes([Venue(venue_key("chợ"), "chợ", unit="79")], VisitTable.of([]), [], ScanTable.of([])))
    processor = BatchProcessor(
        timelines=MemoryTimelines(), store=found, dead_letters=SimpleNamespace(), rules=Rules()
    )
    for number, (received, scans) in enumerate(
        (
            (FIRST, [scan(1, "chợ", NINE), scan(2, "chợ", NINE + 600)]),
            (LATER, [scan(2, "chợ", NINE + 1200, "out"), scan(3, "chợ", NINE + 900)]),
        )
    ):
        record = Record("log", 0, number, received, json.dumps(scans).encode())
        processor.process([record], Limits(0, 2**32 - 1))
    return found


def stored(sql):
    """The registry's names, as the table has them: key, name, retired at, replaced by; and no links."""
    if ".links" in sql:
        return [(0,)] if "count()" in sql else []
    return [(venue_key("chợ"), "Chợ Lớn", 0, 0)]


@pytest.fixture
def run(store, monkeypatch, tmp_path):
    """Runs `truyvet WORDS` over this store; gives its result, or raises what it raised."""

    units = MemoryLog(lambda: NOW)
    units.create({UNITS_TOPIC: 1}, [UNITS_TOPIC])

    @contextmanager
    def wired():
        yield SimpleNamespace(
            store=store,
            engine=SimpleNamespace(database="d", rows=stored),
            rules=Rules(),
            in_process=False,
            pseudonyms=SimpleNamespace(of={"An": A}.__getitem__),
            watermark_if_known=lambda: NOW,
            log=units,
            settings=SimpleNamespace(retention_days=28),
        )

    monkeypatch.setattr(deploy.cli.asking, "wired", wired)
    monkeypatch.setattr(deploy.sources, "clock", lambda: NOW)
    monkeypatch.chdir(tmp_path)

    def invoked(*words, code=0):
        result = CliRunner().invoke(app, list(words))
        if isinstance(result.exception, BadInput):
            raise result.exception
        assert result.exit_code == code, result.output
        return result

    return invoked


def rows_of(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_rows_are_on_stdout_and_what_they_rest_on_is_not(run):
    """One object a line, and on stderr the counts, the rule, the watermark and the reminder."""
    said = run("contacts", "An", "--identity", "--format", "json")
    assert {row["person"] for row in rows_of(said)} == {B, C}
    assert "2 exposures, 2 until an end that no scan told" in said.stderr
    assert f"whole for all received before {iso(NOW)}" in said.stderr
    assert "distance" in said.stderr
    assert "no proof" not in said.stderr


@pytest.mark.parametrize(
    "words",
    [
        f"visits {A}",
        f"scans {A}",
        "coverage chợ --expected 9",
        "common-sources --cases cases.csv",
        "what-if --cases cases.csv",
        f"difference contacts {A} --was-min-minutes 5",
    ],
)
def test_every_answer_ends_with_the_reminder(run, tmp_path, words):
    """Also one that is of places and not of meetings: what it is read as is for a person to decide."""
    (tmp_path / "cases.csv").write_text(f"person\n{A}\n{B}\n", "utf-8")
    assert run(*words.split()).stderr.endswith("A check-in proves place and time, not distance.\n")


def test_a_manifest_says_it_all_in_a_file(run, tmp_path):
    """The same object as beside an export and over HTTP, with the number of rows."""
    run("chain", A, "--generations", "2", "--manifest", "about.json")
    told = json.loads((tmp_path / "about.json").read_text("utf-8"))
    assert (told["question"]["name"], told["rows"], told["counts"]["exposures"]) == ("chain", 2, 2)
    assert (told["watermark"], told["limits"]["generations_max"]) == (iso(NOW), 2)
    with pytest.raises(BadInput, match="cannot be written"):
        run("visits", A, "--manifest", "nowhere/about.json")


def test_a_search_that_runs_out_of_time_says_so(run, monkeypatch):
    """What it has is on stdout, what it left out on stderr, and the exit code is 1."""
    monkeypatch.setattr(deploy.sources.time, "monotonic", count().__next__)
    assert len(rows_of(run("chain", A, "--format", "json"))) == 2
    said = run("chain", A, "--seconds-max", "0.5", "--format", "json", code=1)
    assert rows_of(said) == []
    assert "Not whole: seconds_max ended the search; people not followed: 1" in said.stderr


def test_a_table_tells_the_names_of_its_places_beside_it(run):
    """An id says little; what other programs read stays as it is."""
    assert "chợ: Chợ Lớn\n" in run("visits", A).stderr
    assert "Chợ Lớn" not in run("visits", A, "--format", "json").output


def test_nobody_found_is_said_not_to_be_nobody_exposed(run):
    """Before a short list is taken for good news."""
    said = run("contacts", A, "--min-minutes", "600", "--format", "json")
    assert said.stdout == ""
    assert "no proof of nobody exposed" in said.stderr
    assert "truyvet coverage" in said.stderr


def test_the_past_is_answered_from_what_was_known(run):
    """Between the two parts the check-out and the third person were not known."""
    said = run("contacts", A, "--as-known-at", str(LATER), "--format", "json")
    (row,) = rows_of(said)
    assert (row["person"], row["minutes"]) == (B, 50.0)
    assert f"as known at {iso(LATER)}; whole for all received before {iso(LATER)}" in said.stderr
    assert "Scans before 2021-11-06T09:00:00Z may be forgotten by now" in said.stderr
    recent = run("contacts", A, "--as-known-at", str(LATER), "--from", "2021-11-08")
    assert "forgotten" not in recent.stderr
    (visit,) = rows_of(run("visits", B, "--as-known-at", str(LATER), "--format", "json"))
    assert visit["ended"] == "cap"
    with pytest.raises(BadInput, match=f"no visit of person {C} was known at {iso(LATER)}"):
        run("visits", C, "--as-known-at", str(LATER))
    with pytest.raises(BadInput, match="still to come"):
        run("visits", C, "--as-known-at", str(NOW + 1))


def test_common_sources_are_told_as_they_were_known(run, tmp_path):
    """Two cases at one place then, among two people who had come; the third person came later."""
    (tmp_path / "cases.csv").write_text(f"person\n{A}\n{B}\n", "utf-8")
    said = run("common-sources", "--cases", "cases.csv", "--as-known-at", str(LATER), "--format", "json")
    (row,) = rows_of(said)
    assert (row["cases"], row["people"]) == (2, 2)
    assert "to compare with: 2." in said.stderr
    assert "to compare with: 3." in run("common-sources", "--cases", "cases.csv").stderr


def test_a_difference_tells_who_came_and_what_changed(run):
    """The late check-out shortened one exposure, the late person is new."""
    said = run("difference", "contacts", A, "--was-known-at", str(LATER), "--format", "json")
    changes = {row["person"]: (row["change"], row["why"]) for row in rows_of(said)}
    assert changes[C] == ("new", f"the stay of {C} was not known")
    assert changes[B][0] == "changed"
    assert f"the stay of {B} was told to end at" in changes[B][1]
    assert "People: 1 new, 0 gone, 1 changed." in said.stderr
    same = run("difference", "contacts", A, "--was-known-at", str(NOW))
    assert "Nothing changed." in same.stderr
    assert "no proof" not in same.stderr


def test_a_difference_leaves_crowds_out_as_over_http(run):
    """Two met one are more than one: neither answer follows the stay, and that is told."""
    words = ("difference", "contacts", A, "--was-known-at", str(LATER), "--format", "json")
    said = run(*words, "--venue-crowd-max", "1", code=1)
    assert [row["change"] for row in rows_of(said)] == ["gone"]
    assert "stays with more than venue_crowd_max, not followed: 1" in said.stderr
    assert len(rows_of(run(*words, "--venue-crowd-max", "2"))) == 2
    with pytest.raises(BadInput, match="contacts have no generations"):
        run(*words, "--generations", "2")


def test_coverage_of_a_venue_and_of_a_table(run, tmp_path):
    """The unit is that of the table, else that of the registry."""
    (row,) = rows_of(run("coverage", "chợ", "--expected", "12", "--format", "json"))
    assert row == {"unit": "79", "venue": "chợ", "expected": 12, "scanned": 3, "visits": 3, "share": 0.25}
    table = tmp_path / "expected.csv"
    table.write_text("venue,expected,unit\nchợ,4,\nbus,6,01\n", "utf-8")
    said = run("coverage", "--expected-file", "expected.csv", "--by", "unit", "--format", "json")
    assert [(row["unit"], row["expected"], row["scanned"]) for row in rows_of(said)] == [
        ("01", 6, 0),
        ("79", 4, 3),
    ]
    assert "3 scanned of 10 expected (30%): the other 7 are in no answer" in said.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("coverage chợ", "one venue with --expected"),
        ("coverage --expected 3", "one venue with --expected"),
        ("coverage --expected-file bad.csv", "line 2: 'many' people cannot be expected"),
        ("coverage --expected-file other.csv", "no column 'expected'"),
        (f"difference chain {A}", "between two answers"),
        (f"difference chain {A} --was-profile nobody", "not a profile"),
        ("difference chain zz --was-from 2021-12-01", "16 hex digits"),
    ],
)
def test_what_cannot_be_asked_is_told(run, tmp_path, words, sentence):
    """One sentence, and nothing on stdout."""
    (tmp_path / "bad.csv").write_text("venue,expected\nchợ,many\n", "utf-8")
    (tmp_path / "other.csv").write_text("venue,people\nchợ,3\n", "utf-8")
    with pytest.raises(BadInput, match=sentence):
        run(*words.split())
