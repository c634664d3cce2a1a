"""What a kiosk keeps of an identity is opened by the gateway, and by nobody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.envelope import Opener, seal
from producers.errors import BadInput

GATEWAY = Opener(bytes(range(32)))


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=200))
def test_a_text_comes_out_as_it_went_in(text: str) -> None:
    """Also with Vietnamese letters; and two envelopes of one text look different."""
    first, second = seal(GATEWAY.public, text), seal(GATEWAY.public, text)
    assert GATEWAY.open(first) == GATEWAY.open(second) == text
    assert first != second
    assert len(first) == len(second)


def test_the_length_says_little() -> None:
    """A citizen card and a short number look the same."""
    assert len(seal(GATEWAY.public, "1")) == len(seal(GATEWAY.public, "001099012345"))


@given(st.integers(0, 200), st.integers(1, 255))
def test_a_changed_envelope_does_not_open(place: int, by: int) -> None:
    """Nor does one for another gateway, and each says what to do."""
    sealed = seal(GATEWAY.public, "001099012345")
    at = place % len(sealed)
    changed = sealed[:at] + chr((ord(sealed[at]) + by) % 128) + sealed[at + 1 :]
    if changed != sealed:
        with pytest.raises(BadInput, match="enrol the device"):
            GATEWAY.open(changed)
    with pytest.raises(BadInput, match="enrol the device"):
        Opener(bytes(32)).open(sealed)


@given(st.text(max_size=100))
def test_no_text_breaks_it(text: str) -> None:
    """A device may send anything."""
    with pytest.raises(BadInput):
        GATEWAY.open(text)
