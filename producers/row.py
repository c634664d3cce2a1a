"""One row of a file as it was read: its fields as text, or why it cannot be used."""

import re
from typing import Literal, NamedTuple

Reason = Literal[
    # Too few or too many fields, a quotation mark out of place, or not a JSON object.
    "not_a_row",
    "no_person",
    "no_venue",
    "venue_too_long",
    # Half of a character: text that no encoding can hold.
    "not_text",
    "bad_time",
    "bad_direction",
    "out_before_in",
    "stay_too_long",
    "too_old",
    "from_the_future",
]


SHORTENED = re.compile(r"\s*[1-9](?:[.,]\d+)?E\+\d\d\s*", re.ASCII)
"""What Excel shows of a long number; the digits it left out are gone, and many numbers look like one."""


class Refused(NamedTuple):
    """A row that is left out: a code to count by and a sentence for a person (without its place)."""

    reason: Reason
    sentence: str


Row = dict[str, str]
"""Column name to value. What is not there or null is an empty text."""

Numbered = tuple[int, Row | Refused]
"""A row and the line (in Parquet: the row), counted from 1, on which it begins."""
