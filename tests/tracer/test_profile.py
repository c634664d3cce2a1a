"""A profile is read from a few lines, and each line that cannot be used is told in one sentence."""

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from producers.errors import BadInput
from tracer.profile import _FIELDS, Profile, read_profile
from tracer.profiles import FOLDER, PROFILES

LEAST = 'name = "own"\nversion = 1\nrule = "overlap"\nsentence = "Ours."\nsource = "Us."\n'


def test_the_least_profile_has_neither_minimum_nor_window():
    """Five lines are enough; what is left out asks for nothing."""
    assert read_profile(LEAST, "own.toml") == Profile("own", 1, "overlap", "Ours.", "Us.")


def test_every_field_is_read():
    """What stands in the file is what the profile holds."""
    more = 'cannot = "Masks."\nminutes_min = 7.5\ndays_before = 2\ndays_after = 9\ndays_after_sample = 5\n'
    own = read_profile(LEAST + more, "own.toml")
    assert (own.cannot, own.minutes_min) == ("Masks.", 7.5)
    assert (own.days_before, own.days_after, own.days_after_sample) == (2, 9, 5)
    passes_on = read_profile(
        LEAST + "strict = false\nlatent_hours = 36\nminutes_min = 15\nminutes_summed_hours = 24\n", "own.toml"
    )
    assert (passes_on.strict, passes_on.latent_hours, passes_on.minutes_summed_hours) == (False, 36, 24)
    app = read_profile(
        LEAST + "tail_minutes_max = 30\ninfectious_days_max = 9.5\nuntil_midnight = true\n", "a"
    )
    assert (app.tail_minutes_max, app.infectious_days_max, app.until_midnight) == (30, 9.5, True)
    weighed = read_profile(LEAST + "[day_weights]\n2 = 1\n-3 = 0.5\n10 = 0\n", "own.toml")
    assert weighed.day_weights == ((-3, 0.5), (2, 1.0), (10, 0.0))
    instants = LEAST.replace('"overlap"', '"instants"') + "seconds_apart_max = 60\n"
    assert read_profile(instants, "own.toml").seconds_apart_max == 60


def test_json_says_the_same_as_toml():
    """A text that starts with a brace is JSON; the same fields, the same errors."""
    told = {"name": "own", "version": 1, "rule": "overlap", "sentence": "Ours.", "source": "Us."}
    assert read_profile(f"\n {json.dumps(told)}", "own.json") == read_profile(LEAST, "own.toml")
    with pytest.raises(BadInput, match="version cannot be 0"):
        read_profile(json.dumps(told | {"version": 0}), "own.json")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"name": ', r"own.toml is not JSON \(.*\): see docs/profiles.md"),
        ("name = ", r"own.toml is not TOML \(.*\): see docs/profiles.md"),
        (LEAST + "minutes = 5", "'minutes' is no field of a profile: give name, "),
        (LEAST.replace("version = 1\n", ""), "own.toml lacks version: "),
        ("", "own.toml lacks name, version, rule, sentence, source: "),
        (LEAST.replace("version = 1", "version = true"), "version cannot be True: give a whole number"),
        (LEAST.replace("version = 1", "version = 0"), "version cannot be 0"),
        (
            LEAST.replace('"overlap"', '"near"'),
            'rule cannot be \'near\': give "overlap", "instants" or "inside"',
        ),
        (LEAST + "infectious_days_max = -1", "infectious_days_max cannot be -1: give days from 0 to 366"),
        (LEAST + "align_minutes = 7", "align_minutes cannot be 7: give whole minutes that divide a day"),
        (LEAST + "day_weights = {}", "day_weights cannot be {}: give days from onset"),
        (LEAST + "day_weights = {1 = -1}", "day_weights cannot be"),
        (LEAST + "day_weights = {first = 1}", "day_weights cannot be"),
        (LEAST + "day_weights = {1 = true}", "day_weights cannot be"),
        (LEAST + "until_midnight = 1", "until_midnight cannot be 1: give true or false"),
        (LEAST.replace('"overlap"', '"inside"') + "minutes_min = 5", "an instant has no duration"),
        (LEAST.replace('"overlap"', '"inside"') + "round_out_minutes = 5", "round_out_minutes rounds a stay"),
        (
            LEAST.replace('"overlap"', '"instants"') + "tail_minutes_max = 5",
            "tail_minutes_max is about stays",
        ),
        (
            LEAST + "minutes_min = 1\nminutes_summed_hours = 1\ninfectious_days_max = 1",
            "leave out one of infectious_days_max and minutes_summed_hours",
        ),
        (LEAST.replace('"Ours."', '" "'), "sentence cannot be ' ': give a text"),
        (LEAST + "minutes_min = -1", "minutes_min cannot be -1: give minutes from 0"),
        (LEAST + "minutes_min = nan", "minutes_min cannot be nan"),
        (LEAST + "minutes_min = '5'", "minutes_min cannot be '5'"),
        (LEAST + "days_before = 2.5", "days_before cannot be 2.5: give a whole number of days"),
        (LEAST + "strict = 1", "strict cannot be 1: give true or false"),
        (LEAST + "latent_hours = inf", "latent_hours cannot be inf: give hours"),
        (LEAST + "minutes_summed_hours = 24", "summed to reach a minimum: give minutes_min"),
        (LEAST + "minutes_summed_hours = 0.5", "minutes_summed_hours cannot be 0.5"),
        (LEAST + "days_after = 2", "needs its beginning: give days_before"),
        (LEAST + "seconds_apart_max = 60", "seconds_apart_max is about arrivals"),
        (LEAST.replace('"overlap"', '"instants"') + "minutes_min = 5", "an instant has no duration"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(text, message):
    """Unknown, missing, of the wrong kind, out of range, or against another: one sentence each."""
    with pytest.raises(BadInput, match=message) as told:
        read_profile(text, "own.toml")
    assert str(told.value).startswith("own.toml")
    assert "\n" not in str(told.value)


def test_every_file_that_is_shipped_is_a_profile_under_its_own_name():
    """No file is forgotten, and each says what it is in whole sentences."""
    names = {file.name for file in FOLDER.iterdir() if file.name.endswith(".toml")}
    assert names == {f"{name}.toml" for name in PROFILES}
    for known in PROFILES.values():
        assert known.sentence.endswith(".")
        assert known.source.endswith(".")
        assert not known.cannot or known.cannot.endswith(".")


def test_every_field_is_documented_and_the_example_is_a_profile():
    """The page's table names the fields there are, and its file can be taken as it is."""
    page = (Path(__file__).parents[2] / "docs/profiles.md").read_text(encoding="utf-8")
    part = page.split("## A profile of one's own")[1]
    cells = re.findall(r"^\| (`[a-z_`, ]+) \|", part, re.MULTILINE)
    assert {name for cell in cells for name in re.findall(r"`(\w+)`", cell)} == set(_FIELDS)
    assert set(_FIELDS) == {field.name for field in fields(Profile)}
    (example,) = re.findall(r"```toml\n(.*?)```", part, re.DOTALL)
    assert read_profile(example, "page").latent_hours == 24


def test_every_shipped_profile_has_its_row_and_what_it_cannot_say():
    """Each is told with its source on the page of profiles."""
    page = (Path(__file__).parents[2] / "docs/profiles.md").read_text(encoding="utf-8")
    for name, known in PROFILES.items():
        assert f"| `{name}` |" in page
        assert not known.cannot or f"**`{name}`**: " in page
