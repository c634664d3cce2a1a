"""When two visits count as an exposure: the rules that come with the program, one file each.

What a profile is made of stands in `tracer.profile`; the folder beside this file has those shipped.
"""

from importlib.resources import files
from math import ceil, isfinite

from producers.errors import BadInput
from tracer.profile import Profile, read_profile

__all__ = ["FOLDER", "OVERLAP", "PCCOVID_1H", "PROFILES", "Profile", "profile", "seconds_min"]

FOLDER = files("tracer") / "profiles"


def _shipped(name: str) -> Profile:
    return read_profile((FOLDER / f"{name}.toml").read_text(encoding="utf-8"), f"{name}.toml")


OVERLAP = _shipped("overlap")
PCCOVID_1H = _shipped("pccovid-1h")

PUBLISHED = ("cdc-24h", "moh-vn-2021-12", "moh-vn-5053", "who-15min")
"""Definitions of a close contact by an authority, as far as check-ins can tell."""
APPS = ("cwa", "nhs", "nz")
"""What a check-in application of another country warned of."""

PROFILES = {known.name: known for known in (OVERLAP, PCCOVID_1H, *map(_shipped, (*PUBLISHED, *APPS)))}


def profile(name: str) -> Profile:
    """The profile of this name. Raises BadInput naming the known ones."""
    try:
        return PROFILES[name]
    except KeyError:
        raise BadInput(f"{name!r} is not a profile: give one of {', '.join(PROFILES)}.") from None


def seconds_min(under: Profile, min_minutes: float | None) -> int:
    """The shortest exposure that counts, in seconds: as asked, or else as the profile has it; 0 is none.

    Raises BadInput.

    >>> seconds_min(OVERLAP, 15), seconds_min(OVERLAP, None), seconds_min(profile("who-15min"), None)
    (900, 0, 900)
    """
    minutes = under.minutes_min if min_minutes is None else min_minutes
    if minutes == 0:
        return 0
    if not isfinite(minutes) or minutes < 0:
        raise BadInput(f"min_minutes cannot be {minutes}: give a number of minutes from 0 up.")
    if under.rule != "overlap":
        raise BadInput(
            f"min_minutes means nothing under profile {under.name}, where an exposure is one moment: "
            "leave it out."
        )
    # Rounded first: 0.55 * 60 is a hair above 33, and 33 seconds are 0.55 minutes.
    return ceil(round(minutes * 60, 6))
