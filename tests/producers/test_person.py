"""A person is 16 hex digits; whoever gives a document instead is told so without its number."""

import pytest

from producers.errors import BadInput
from producers.person import parse_person, person_text


def test_the_digits_are_those_of_the_number() -> None:
    assert parse_person("00000000000000ff") == 255
    assert person_text(255) == "00000000000000ff"


@pytest.mark.parametrize(
    "text",
    [
        *("046190000001", "046 190 000 001", "0912.345.678", "+84 912 345 678", "191000001"),
        *("046190000001|A|1990|Nam|x|", "DN4460000000001", "bhxh:0000000001"),
    ],
)
def test_a_document_in_a_pseudonym_s_place_is_not_repeated(text: str) -> None:
    """The sentence goes to a terminal, and from there into logs."""
    with pytest.raises(BadInput, match="is not a person") as told:
        parse_person(text)
    assert not any(part in str(told.value) for part in ("190", "912", "0000001", "1000001"))


@pytest.mark.parametrize("text", ["an", "market 12", "ab56", ""])
def test_what_is_no_document_is_shown(text: str) -> None:
    """A slip is found sooner."""
    with pytest.raises(BadInput, match=f"^'{text}' is not a person"):
        parse_person(text)
