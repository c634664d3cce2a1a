"""What kind of value a column holds, for formats that type their columns."""

from typing import Literal

Kind = Literal["text", "whole", "number", "moment"]

MOMENTS = frozenset(
    {
        *("arrived", "departed", "departed_min", "departed_max"),
        *("start", "end", "exposed_at", "first_arrived", "last_departed", "first", "last", "hour"),
        *("at", "since", "received"),
    }
)
WHOLE = frozenset(
    {
        *("generation", "generation_min", "scans", "visits", "people", "people_min", "people_max"),
        *("exposures", "inferred", "places", "met", "to_case", "cases", "of"),
    }
)
NUMBERS = frozenset(
    {
        *("minutes", "minutes_min", "minutes_max", "dose", "dose_day", "dose_max"),
        *("expected", "p", "q"),
    }
)


def kind(column: str) -> Kind:
    """The kind of this column; one that is not known here is text, which loses nothing."""
    if column in MOMENTS:
        return "moment"
    if column in WHOLE:
        return "whole"
    return "number" if column in NUMBERS else "text"
