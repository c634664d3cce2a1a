"""A profile is read from a few lines, and each line that cannot be used is told in one sentence."""

import pytest

from producers.errors import BadInput
from tracer.profile import Profile, read_profile
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
    instants = LEAST.replace('"overlap"', '"instants"') + "seconds_apart_max = 60\n"
    assert read_profile(instants, "own.toml").seconds_apart_max == 60


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name = ", r"own.toml is not TOML \(.*\): see docs/profiles.md"),
        (LEAST + "minutes = 5", "'minutes' is no field of a profile: give name, "),
        (LEAST.replace("version = 1\n", ""), "own.toml lacks version: "),
        ("", "own.toml lacks name, version, rule, sentence, source: "),
        (LEAST.replace("version = 1", "version = true"), "version cannot be True: give a whole number"),
        (LEAST.replace("version = 1", "version = 0"), "version cannot be 0"),
        (LEAST.replace('"overlap"', '"near"'), 'rule cannot be \'near\': give "overlap" or "instants"'),
        (LEAST.replace('"Ours."', '" "'), "sentence cannot be ' ': give a text"),
        (LEAST + "minutes_min = -1", "minutes_min cannot be -1: give minutes from 0"),
        (LEAST + "minutes_min = nan", "minutes_min cannot be nan"),
        (LEAST + "minutes_min = '5'", "minutes_min cannot be '5'"),
        (LEAST + "days_before = 2.5", "days_before cannot be 2.5: give a whole number of days"),
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
