"""A guarded cell is never a formula, and every text comes back exactly."""

import re
import unicodedata

import pytest
from answers_made import NAMES, VIETNAMESE, restored
from hypothesis import given
from hypothesis import strategies as st

from tracer.exports.cells import guarded, whole

FORMULA = re.compile(r"(\A|[;\t\r\n])[\s\x22]*[=+\-@＝＋－＠]|\A[\t\r\n]")
texts = st.text(st.one_of(st.sampled_from("=+-@＝＋－＠\t\r\n;' \"a,"), st.characters(codec="utf-8")))


@pytest.mark.parametrize("text", NAMES, ids=ascii)
def test_names_survive_and_do_nothing(text):
    """Each hostile or Vietnamese name: no formula in the cell, no letter lost."""
    assert not FORMULA.search(guarded(text))
    assert restored(guarded(text)) == text


@given(texts)
def test_every_text_survives_and_does_nothing(text):
    """Whatever is written into a cell."""
    assert not FORMULA.search(guarded(text))
    assert restored(guarded(text)) == text


def test_vietnamese_is_left_alone():
    """Composed and decomposed: all 24 vowels with six tones, both cases, byte for byte."""
    for form in ("NFC", "NFD"):
        text = unicodedata.normalize(form, VIETNAMESE)
        assert guarded(text) == whole(text) == text
    assert len(set(unicodedata.normalize("NFC", VIETNAMESE))) == 2 * (12 * 6 + 17)


def test_half_a_character_is_made_visible():
    """It cannot be written in UTF-8; it is told as what it is and nothing else changes."""
    assert whole("a\ud800b😀") == "a\\ud800b😀"
