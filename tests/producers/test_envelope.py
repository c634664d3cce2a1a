"""What a kiosk keeps of an identity is opened by the gateway, and by nobody else."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.codes.encoded import from_base64
from producers.envelope import SHARED_MAX, Opener, Sealer, seal
from producers.errors import BadInput

Sealing = Callable[[str], str]

GATEWAY = Opener(bytes(range(32)))
SEALER = Sealer(GATEWAY.public)
SEALS = pytest.mark.parametrize("sealing", [lambda text: seal(GATEWAY.public, text), SEALER.seal])
"""Both versions: each with a key pair of its own, and many with one."""


@SEALS
@given(text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=200))
def test_a_text_comes_out_as_it_went_in(sealing: Sealing, text: str) -> None:
    """Also with Vietnamese letters; and two envelopes of one text look different."""
    first, second = sealing(text), sealing(text)
    assert GATEWAY.open(first) == GATEWAY.open(second) == text
    assert first != second
    assert len(first) == len(second)


@SEALS
def test_the_length_says_little(sealing: Sealing) -> None:
    """A citizen card and a short number look the same."""
    assert len(sealing("1")) == len(sealing("001099012345"))


@SEALS
@given(place=st.integers(0, 200), by=st.integers(1, 255))
def test_a_changed_envelope_does_not_open(sealing: Sealing, place: int, by: int) -> None:
    """Nor does one for another gateway, and each says what to do."""
    sealed = sealing("001099012345")
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


def test_a_key_pair_is_forgotten_after_a_few_hundred_envelopes() -> None:
    """Whoever takes a kiosk's memory opens no more than these; no two have the same nonce."""
    sealer = Sealer(GATEWAY.public)
    raw = [from_base64(sealer.seal(str(number)).removeprefix("2.")) for number in range(2 * SHARED_MAX)]
    assert len({one[:32] for one in raw}) == 2
    assert len({one[32:44] for one in raw}) == len(raw)
