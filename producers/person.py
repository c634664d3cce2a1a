"""A person's name in our tables: a keyed pseudonym, 64 bits, written as 16 hex digits."""

import re

from producers.errors import BadInput

HEX64 = re.compile(r"[0-9a-f]{16}")
OF_A_DOCUMENT = re.compile(r"(?:\d[\s.-]?){9}|\|")
"""A number of a document or a telephone, or the text of a card."""


def person_text(person: int) -> str:
    """The 16 hex digits people see.

    >>> person_text(255)
    '00000000000000ff'
    """
    return f"{person:016x}"


def parse_person(text: str) -> int:
    """The number behind 16 hex digits. Raises BadInput, which shows nobody's document."""
    if not HEX64.fullmatch(text):
        shown = "a number, or a card's text," if OF_A_DOCUMENT.search(text) else repr(text)
        raise BadInput(
            f"{shown} is not a person (16 hex digits): `truyvet pseudonym`, or POST /v1/pseudonym over "
            "HTTP, turns an identity into one."
        )
    return int(text, 16)
