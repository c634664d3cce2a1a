"""Rules and days that cannot be used are refused in one sentence, before any store is opened."""

import json

import pytest
from typer.testing import CliRunner

import deploy.main  # noqa: F401  (every file of commands adds its own to the app)
from deploy.cli.questions import read_rule
from deploy.cli.shared import app
from producers.errors import BadInput
from tracer.profiles import PROFILES
from tracer.question import ALWAYS, Window, window
from tracer.questions import Chain, Contacts

PERSON = "00000000000000aa"
OWN = 'name = "own"\nversion = 1\nrule = "overlap"\nminutes_min = 10\nsentence = "Ours."\nsource = "Us."\n'


@pytest.fixture
def own(tmp_path):
    """A file with a rule of one's own."""
    file = tmp_path / "own.toml"
    file.write_text(OWN, encoding="utf-8")
    return file


def test_a_file_is_the_rule_and_its_minimum_can_be_replaced(own):
    """As with a named profile."""
    question = Contacts(person=PERSON, profile=read_rule("overlap", own))
    assert (question.rule().name, question.seconds_min(), question.window()) == ("own", 600, ALWAYS)
    assert question.model_copy(update={"min_minutes": 5}).seconds_min() == 300


def test_a_file_from_an_editor_that_marks_utf_8_is_read(own):
    """Notepad writes a byte-order mark first, which is no part of the rule."""
    plain = read_rule("overlap", own)
    own.write_text(OWN, encoding="utf-8-sig")
    assert read_rule("overlap", own) == plain


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["contacts", PERSON, "--profile-file", "nowhere.toml"],
            r"nowhere.toml cannot be read \(No such file",
        ),
        (["pairs", "--profile-file", "OWN", "--profile", "pccovid-1h"], "give one of them"),
        (["pairs", "--profile-file", "BYTES"], "it is not UTF-8 text"),
        (["chain", PERSON, "--profile-file", "WRONG"], "'metres' is no field of a profile"),
        (
            ["contacts", PERSON, "--profile-file", "OWN", "--onset", "2021-12-05"],
            "own says nothing of infectious",
        ),
        (["chain", PERSON, "--onset", "2021-12-05", "--direction", "backward"], "whom a case exposed"),
        (["chain", PERSON, "--contacts", "list.csv", "--onset", "2021-12-05"], "not with --contacts"),
        (["chain", PERSON, "--contacts", "list.csv", "--profile-file", "OWN"], "not with --contacts"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(own, tmp_path, words, message):
    """No file, two rules, a field that is not, days where there are none, days of a list."""
    (tmp_path / "wrong.toml").write_text(OWN + "metres = 2\n", encoding="utf-8")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    named = {"OWN": own, "WRONG": tmp_path / "wrong.toml", "BYTES": tmp_path / "bytes.toml"}
    said = CliRunner().invoke(app, [str(named.get(word, word)) for word in words])
    with pytest.raises(BadInput, match=message):
        raise said.exception
    assert "\n" not in str(said.exception)


def test_infectious_days_bound_the_case_and_not_those_it_exposed():
    """The chain goes on to the end that is asked for; the case itself stops earlier."""
    question = Chain(person=PERSON, profile="who-15min", onset="2021-12-05")
    days = window("2021-12-03", "2021-12-19")
    assert (question.window(), question.infectious()) == (Window(days.since, ALWAYS.until), days)
    until = Chain(person=PERSON, to="2021-12-07", profile="moh-vn-5053", onset="2021-12-05")
    assert until.window() == until.infectious() == window("2021-12-02", "2021-12-07")


def test_without_a_day_a_chain_is_bound_by_its_window_only():
    """As before there were infectious days, in both directions."""
    plain = Chain(person=PERSON, from_="2021-12-01", to="2021-12-09", direction="backward")
    plain.check()
    assert plain.window() == plain.infectious() == window("2021-12-01", "2021-12-09")


def test_the_profiles_are_listed_with_what_they_cannot_say():
    """Each with its version, its source and its sentences, as the files have them."""
    said = CliRunner().invoke(app, ["profiles", "--format", "json"])
    rows = [json.loads(line) for line in said.stdout.splitlines()]
    assert [row["name"] for row in rows] == list(PROFILES)
    assert all(row["cannot"] == PROFILES[row["name"]].cannot for row in rows)
    assert all(row["source"] and row["sentence"] for row in rows)
    assert [row["version"] for row in rows] == [one.version for one in PROFILES.values()]
