"""`truyvet export` asks the store and writes a file whose manifest says what was asked."""

import json
from contextlib import contextmanager
from types import SimpleNamespace

import networkx
import pytest
from answers_made import NINE, FewVisits, cells_of, rows_of
from typer.testing import CliRunner

import deploy.cli.asking as command
import deploy.sources
from deploy.cli.shared import app
from deploy.main import main
from producers.errors import BadInput
from producers.person import person_text
from tracer.answer import COLUMNS
from tracer.errors import AnswerTooLarge, UnknownPerson

assert main  # importing it is what adds the commands to the app
A, B, C = (person_text(one) for one in (1, 2, 3))
CITY = FewVisits(
    *((1, "=chợ", NINE, NINE + 900), (2, "=chợ", NINE + 300, NINE + 900)),
    *((2, "trường", NINE + 2000, NINE + 3000), (3, "trường", NINE + 2100, NINE + 3000)),
)


@pytest.fixture
def ask(tmp_path, monkeypatch):
    """Runs `truyvet export` over the city; returns the manifest and where the file is."""

    @contextmanager
    def wired():
        yield SimpleNamespace(
            store=CITY,
            engine=SimpleNamespace(database="city", rows=lambda sql: [(0,)]),  # nobody has several documents
            in_process=False,
            pseudonyms=SimpleNamespace(of={"An": A}.__getitem__),
            watermark_if_known=lambda: NINE,
            settings=SimpleNamespace(retention_days=28),
        )

    monkeypatch.setattr(command, "wired", wired)
    monkeypatch.setattr(deploy.sources, "clock", lambda: NINE + 86_400)

    def asked(*words: str):
        out = tmp_path / "out.file"
        result = CliRunner().invoke(app, ["export", *words, "--out", str(out)])
        if result.exception:
            raise result.exception
        return json.loads((tmp_path / "out.file.manifest.json").read_text("utf-8")), out, result

    return asked


def test_a_chain_with_its_manifest(ask):
    """Question, profile with its version, watermark, counts; the identity is not in it."""
    manifest, out, result = ask("chain", "An", "--identity", "--as", "csv", "--from", "2021-12-01")
    assert [(row["person"], row["generation"]) for row in rows_of(out)] == [(B, "1"), (C, "2")]
    assert manifest["question"] == {
        "name": "chain",
        "person": A,
        "from": "2021-12-01",
        "generations": 3,
        "direction": "forward",
        "doses": True,
    }
    assert manifest["window"] == {"from": "2021-12-01T00:00:00Z", "to": None}
    assert manifest["limits"] == {"generations_max": 3, "people_max": 1_000_000}
    assert manifest["counts"]["exposures"] == 2
    assert manifest["kept_since"] == "2021-11-04T09:00:00Z"
    assert manifest["profile"]["name"] == "overlap"
    assert manifest["profile"]["version"] == 1
    assert manifest["watermark"] == "2021-12-01T09:00:00Z"
    assert manifest["made"] == "2021-12-02T09:00:00Z"
    assert manifest["rows"] == 2
    assert "An" not in json.dumps(manifest, ensure_ascii=False)
    assert "distance" in manifest["caveat"]
    assert "2 rows" in result.stderr
    assert result.stdout == ""


def test_contacts_pairs_visits_and_venues(ask):
    """Each question with its own columns."""
    for words, name, rows in (
        (("contacts", B), "contacts", 2),
        (("pairs",), "pairs", 2),
        (("visits", B), "visits", 2),
        (("visits", "--venue", "=chợ"), "visits", 2),
    ):
        manifest, out, _ = ask(*words, "--as", "csv")
        assert tuple(cells_of(out)[0]) == COLUMNS[name]
        assert manifest["rows"] == rows
    manifest, out, _ = ask("venues", "--as", "csv")
    assert [row["venue"] for row in rows_of(out)] == [CITY._ids[key] for key in sorted(CITY._ids)]
    assert manifest["profile"] is None


def test_venues_left_out_are_said(ask):
    """In the manifest and to the person at the terminal."""
    manifest, _, result = ask("venues", "--as", "geojson", "--people-min", "3")
    assert manifest["rows"] == 0
    assert manifest["question"]["people_min"] == 3
    assert "2 venues with too few people are left out" in result.stderr


def test_geojson_with_a_table_of_places(ask, tmp_path):
    """Its columns are named; rows that are no place are counted."""
    table = tmp_path / "places.csv"
    table.write_text("id,n,e\n=chợ,10.7,106.7\ntrường,91,0\n", "utf-8")
    _, out, result = ask("venues", "--as", "geojson", "--places", str(table), "--place-columns", "id,n,e")
    features = {one["id"]: one["geometry"] for one in json.loads(out.read_text("utf-8"))["features"]}
    assert features["=chợ"]["coordinates"] == [106.7, 10.7]
    assert features["trường"] is None
    assert "1 rows of" in result.stderr


def test_iris_of_a_venue(ask):
    """Everyone who was there."""
    _, out, _ = ask("visits", "--venue", "=chợ", "--as", "iris")
    guests = json.loads(out.read_text("utf-8"))["guests"]
    assert [one["firstName"] for one in guests] == [A, B]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("pairs --as geojson", "cannot hold pairs"),
        ("pairs --as docx", "not a format"),
        ("chain --as csv", "give a person"),
        (f"pairs {A} --as csv", "about everyone"),
        (f"chain {A} --venue x --as csv", "about visits"),
        (f"visits {A} --venue x --as csv", "give a person or a --venue"),
        (f"visits {A} --as iris", "one place"),
        (f"visits {A} --as csv --places x", "for geojson"),
        (f"visits {A} --as csv --timezone Mars", "not a time zone"),
        ("chain A --as csv", "16 hex digits"),
        (f"chain {A} --as csv --profile x", "not a profile"),
    ],
)
def test_a_question_that_cannot_be_used_writes_nothing(ask, tmp_path, words, sentence):
    """Each with a sentence; no file is begun."""
    with pytest.raises(BadInput, match=sentence):
        ask(*words.split())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            f"contacts {A} --as sormas --direction backward",
            "--direction says nothing in an export of contacts",
        ),
        (f"contacts {A} --as csv --generations 2", "--generations says nothing"),
        (f"ranked {A} --as csv --people-max 5", "--people-max says nothing in an export of ranked: leave it"),
        (f"visits {A} --as csv --min-minutes 5 --venue-crowd-max 3", "--min-minutes, --venue-crowd-max says"),
        ("pairs --as csv --people-min 3", "--people-min says nothing"),
        ("venues --as csv --profile cwa", "--profile says nothing"),
        (f"scans {A} --as csv --onset 2021-12-01", "--onset says nothing"),
    ],
)
def test_an_option_that_says_nothing_is_never_passed_over(ask, tmp_path, words, sentence):
    """As a name that a question lacks is refused over HTTP: the answer would not be the one asked for."""
    with pytest.raises(BadInput, match=sentence):
        ask(*words.split())
    assert not list(tmp_path.iterdir())


def test_a_chain_and_an_outbreak_run_backward(ask, tmp_path):
    """Where the question has a direction it is that of the file too."""
    _, out, _ = ask("chain", C, "--as", "sormas", "--direction", "backward")
    rows = rows_of(out, header=1)
    assert [(row["caseIdExternalSystem"], row["person.firstName"]) for row in rows] == [(B, A), (C, B)]
    cases = tmp_path / "cases.csv"
    cases.write_text(f"person\n{C}\n", encoding="utf-8")
    _, out, _ = ask("links", "--cases", str(cases), "--direction", "backward", "--as", "csv")
    assert [(row["from_person"], row["person"]) for row in rows_of(out)] == [(B, C)]


def test_a_chain_past_its_limit_is_no_file(ask, tmp_path):
    """A part would be taken for all of it."""
    with pytest.raises(AnswerTooLarge, match="people_max"):
        ask("chain", A, "--as", "csv", "--people-max", "1")
    assert not list(tmp_path.iterdir())


def test_a_person_nobody_knows_writes_nothing(ask, tmp_path):
    """An empty file would be taken for an answer."""
    with pytest.raises(UnknownPerson):
        ask("contacts", person_text(99), "--as", "csv")
    assert not list(tmp_path.iterdir())


def test_an_outbreak_and_its_network(ask, tmp_path):
    """Of a table of cases: everyone once, or every two people who met, which a network format holds too."""
    cases = tmp_path / "cases.csv"
    cases.write_text("person\nAn\n", encoding="utf-8")
    words = ("--cases", str(cases), "--identity", "--generations", "2")
    manifest, out, _ = ask("outbreak", *words, "--as", "csv")
    assert sorted((row["person"], row["from_person"]) for row in rows_of(out)) == [(B, A), (C, B)]
    assert manifest["question"]["cases"] == [{"person": A}]
    _, out, _ = ask("links", *words, "--as", "csv")
    assert sorted((row["from_person"], row["person"]) for row in rows_of(out)) == [(A, B), (B, C)]
    _, out, _ = ask("links", *words, "--as", "graphml")
    graph = networkx.read_graphml(out)
    assert sorted(graph.edges) == [(A, B), (B, C)]
    assert graph.is_directed()


def test_a_ranking_is_a_table(ask):
    """The most exposed first, with what each column of `truyvet ranked` tells."""
    manifest, out, _ = ask("ranked", "An", "--identity", "--as", "csv")
    assert [row["person"] for row in rows_of(out)] == [B]
    assert manifest["question"]["name"] == "ranked"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("outbreak", "--as", "csv"), "outbreak is about many cases"),
        (("links", A, "--cases", "x.csv", "--as", "csv"), "about a table of cases: leave"),
        (("contacts", A, "--cases", "x.csv", "--as", "csv"), "contacts is about no cases"),
        (("ranked", A, "--as", "gexf"), "gexf cannot hold ranked"),
    ],
)
def test_cases_are_for_questions_of_cases(ask, words, sentence):
    with pytest.raises(BadInput, match=sentence):
        ask(*words)
