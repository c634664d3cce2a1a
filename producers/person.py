"""A person's name in our tables: a keyed pseudonym, 64 bits, written as 16 hex digits."""

import re

from producers.errors import BadInput

HEX64 = re.compile(r"[0-9a-f]{16}")


def person_text(person: int) -> str:
    """The 16 hex digits people see.

    >>> person_text(255)
    '00000000000000ff'
    """
    return f"{person:016x}"


def parse_person(text: str) -> int:
    """The number behind 16 hex digits. Raises BadInput."""
    if not HEX64.fullmatch(text):
        raise BadInput(
            f"{text!r} is not a person (16 hex digits): `truyvet pseudonym`, or POST /v1/pseudonym over "
            "HTTP, turns an identity into one."
        )
    return int(text, 16)
