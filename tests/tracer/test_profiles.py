"""Profiles are known by name, carry their source, and refuse a minimum that means nothing."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from producers.errors import BadInput
from tracer.profiles import OVERLAP, PCCOVID_1H, PROFILES, profile, seconds_min


def test_a_profile_is_found_by_name():
    """Each under its own name, with a sentence and a source."""
    for name, known in PROFILES.items():
        assert profile(name) is known
        assert known.name == name
        assert known.sentence.endswith(".")
        assert known.source


def test_an_unknown_profile_names_the_known_ones():
    """The message is enough to ask again."""
    with pytest.raises(BadInput, match="'sars' is not a profile: give one of overlap, pccovid-1h"):
        profile("sars")


def test_a_minimum_means_nothing_for_instants():
    """60 minutes around a check-in have no duration to compare."""
    with pytest.raises(BadInput, match="pccovid-1h"):
        seconds_min(PCCOVID_1H, 15)
    assert seconds_min(PCCOVID_1H, None) == seconds_min(PCCOVID_1H, 0) == 0


@pytest.mark.parametrize("minutes", [-1, float("nan"), float("inf")])
def test_a_minimum_is_a_number_of_minutes(minutes):
    """Negative, endless and no number at all are refused."""
    with pytest.raises(BadInput, match="min_minutes cannot be"):
        seconds_min(OVERLAP, minutes)


@settings(deadline=None)
@given(st.integers(1, 100_000))
def test_hundredths_of_a_minute_become_the_exact_least_seconds(hundredths):
    """The least whole second that is no shorter, free of binary fractions."""
    exact = Fraction(hundredths * 60, 100)
    assert seconds_min(OVERLAP, hundredths / 100) == -(-exact.numerator // exact.denominator)
