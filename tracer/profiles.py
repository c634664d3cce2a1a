"""When two visits count as an exposure: named rules, each with a version and its source.

A QR check-in proves the same place and time, never distance or a mask: every profile is an
approximation of a close contact, and says in one sentence which.
"""

from dataclasses import dataclass
from math import ceil, isfinite
from typing import Literal

from producers.errors import BadInput


@dataclass(frozen=True, slots=True)
class Profile:
    """One rule under a name. A change in meaning is a new version, so that an old answer can be read."""

    name: str
    version: int
    rule: Literal["overlap", "instants"]
    """`overlap` compares stays, `instants` compares only the moments of arrival."""
    seconds_apart_max: int
    """How far apart two arrivals may be, both ends inclusive; 0 where stays are compared."""
    sentence: str
    source: str


OVERLAP = Profile(
    name="overlap",
    version=1,
    rule="overlap",
    seconds_apart_max=0,
    sentence="Both were at the venue for a common time of more than 0 seconds, or of min_minutes at least.",
    source="Our own; half-open stays, so that touching ends do not overlap, as in Corona-Warn-App.",
)

PCCOVID_1H = Profile(
    name="pccovid-1h",
    version=1,
    rule="instants",
    seconds_apart_max=3600,
    sentence="Both checked in at the venue at most 60 minutes apart; the exposure is at the later check-in.",
    source="PC-COVID's warning as the press told it: baotravinh.vn 14/02/2022, soha.vn 17/01/2022.",
)

PROFILES = {known.name: known for known in (OVERLAP, PCCOVID_1H)}


def profile(name: str) -> Profile:
    """The profile of this name. Raises BadInput naming the known ones."""
    try:
        return PROFILES[name]
    except KeyError:
        raise BadInput(f"{name!r} is not a profile: give one of {', '.join(sorted(PROFILES))}.") from None


def seconds_min(under: Profile, min_minutes: float | None) -> int:
    """The shortest exposure that counts, in seconds; None and 0 ask for no minimum. Raises BadInput.

    >>> seconds_min(OVERLAP, 15), seconds_min(OVERLAP, None)
    (900, 0)
    """
    if min_minutes is None or min_minutes == 0:
        return 0
    if not isfinite(min_minutes) or min_minutes < 0:
        raise BadInput(f"min_minutes cannot be {min_minutes}: give a number of minutes from 0 up.")
    if under.rule == "instants":
        raise BadInput(
            f"min_minutes means nothing under profile {under.name}, where an exposure is one moment: "
            "leave it out."
        )
    # Rounded first: 0.55 * 60 is a hair above 33, and 33 seconds are 0.55 minutes.
    return ceil(round(min_minutes * 60, 6))
