"""A dead letter says on the wire why and where, hides what, and can be read by older and newer readers."""

import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.errors import BadInput
from producers.seal import Seal
from streams.dead_letter_log import SealedLetter, decode, encode
from streams.dead_letters import DeadLetter, Reason

SEAL = Seal(bytes(32))
LETTERS = st.builds(
    DeadLetter,
    st.sampled_from(get_args(Reason)),
    st.text(),
    st.just("kafka:AbC"),
    st.integers(0, 63),
    st.integers(0, 2**63 - 1),
    st.integers(-1, 499),
    st.integers(0, 2**32 - 1),
    st.binary(max_size=200),
)


@given(LETTERS)
def test_a_letter_comes_back_as_it_was(letter: DeadLetter) -> None:
    """Whatever bytes were refused; and the wire says no more than the contract."""
    value = encode(letter, SEAL)
    assert decode(value, SEAL) == letter
    assert set(json.loads(value)) == set(SealedLetter.model_fields)


def test_a_body_is_not_readable_without_the_key() -> None:
    """Neither on the wire nor with another key."""
    letter = DeadLetter("bad_field", "at: wrong", "log", 3, 41, 0, 1638334000, b"0912345678 Nguyen Van An")
    value = encode(letter, SEAL)
    assert b"Nguyen" not in value
    with pytest.raises(BadInput):
        decode(value, Seal(b"\1" * 32))


def test_a_newer_letter_is_read_by_an_older_reader() -> None:
    """With a field more, and a reason that did not exist."""
    letter = DeadLetter("bad_field", "at: wrong", "log", 3, 41, 0, 1638334000, b"{}")
    newer = json.loads(encode(letter, SEAL)) | {"reason": "too_loud", "attempt": 3}
    assert decode(json.dumps(newer).encode(), SEAL) == letter._replace(reason="too_loud")  # type: ignore[arg-type]
