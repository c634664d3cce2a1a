"""Base32 and base64 mean what the standard library says they mean."""

import base64
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from producers.codes.encoded import from_base32, from_base64, from_base64url, to_base32, to_base64url


@given(st.binary(max_size=200))
def test_bytes_come_back(body: bytes) -> None:
    """In both, and base32 has no other text for them."""
    assert from_base32(to_base32(body), exact=True) == body
    assert from_base64(to_base64url(body)) == from_base64url(to_base64url(body)) == body


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", max_size=40))
def test_base32_is_that_of_the_standard_library(text: str) -> None:
    """Oracle: base64.b32decode, and what it writes of the same bytes again."""
    expected = exact = found = strict = None
    with suppress(ValueError):
        expected = base64.b32decode(text + "=" * (-len(text) % 8))
        exact = expected if to_base32(expected) == text else None
    with suppress(ValueError):
        found = from_base32(text)
        strict = from_base32(text, exact=True)
    assert (found, strict) == (expected, exact)


@given(st.text("ABZabz059+/-_=", max_size=12))
def test_base64_is_that_of_the_standard_library(text: str) -> None:
    """Oracle: base64.b64decode with the padding put right."""
    expected = found = None
    body = text.rstrip("=").replace("-", "+").replace("_", "/")
    if "=" not in body and len(text) - len(body) <= 2:
        with suppress(ValueError):
            expected = base64.b64decode(body + "=" * (-len(body) % 4), validate=True)
    with suppress(ValueError):
        found = from_base64(text)
    assert found == expected


@given(st.text("ABQgwz059+/-_= \nà", max_size=9))
def test_no_two_texts_are_one_value_s(text: str) -> None:
    """Oracle: what is written of the bytes again is the text."""
    expected = found = None
    with suppress(ValueError):
        body = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        expected = body if to_base64url(body) == text else None
    with suppress(ValueError):
        found = from_base64url(text)
    assert found == expected
