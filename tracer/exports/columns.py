"""What kind of value a column holds, for formats that type their columns."""

from typing import Literal

Kind = Literal["text", "whole", "number", "moment"]

MOMENTS = frozenset(
    {
        *("arrived", "departed", "departed_min", "departed_max"),
        *("start", "end", "exposed_at", "first_arrived", "last_departed"),
    }
)
WHOLE = frozenset({"generation", "scans", "visits", "people"})
NUMBERS = frozenset({"minutes"})


def kind(column: str) -> Kind:
    """The kind of this column; one that is not known here is text, which loses nothing."""
    if column in MOMENTS:
        return "moment"
    if column in WHOLE:
        return "whole"
    return "number" if column in NUMBERS else "text"
