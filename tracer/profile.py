"""What a rule of exposure is made of, and how one is read from a file of a few lines.

A QR check-in proves the same place and time, never distance or a mask: every profile is an
approximation of a close contact, and says in one sentence which, and what it could not meet.
"""

import json
import tomllib
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from math import isfinite
from typing import Any, Literal, NamedTuple

from producers.errors import BadInput

DAYS_MAX = 366
HOURS_MAX = DAYS_MAX * 24


@dataclass(frozen=True, slots=True)
class Profile:
    """One rule under a name. A change in meaning is a new version, so that an old answer can be read."""

    name: str
    version: int
    rule: Literal["overlap", "instants"]
    """`overlap` compares stays, `instants` compares only the moments of arrival."""
    sentence: str
    source: str
    cannot: str = ""
    """What of the source could not be met from check-ins, in one sentence; empty where all of it is."""
    seconds_apart_max: int = 0
    """How far apart two arrivals may be, both ends inclusive; 0 where stays are compared."""
    minutes_min: float = 0
    """The least common time that counts, where the question does not say; 0: any."""
    minutes_summed_hours: int = 0
    """0: each exposure has to reach the minimum; else all of two people within any so many hours, summed."""
    strict: bool = True
    """Whether an onward exposure starts strictly after one's own; False lets it start in the same second."""
    latent_hours: float = 0
    """How long after being exposed a person first passes it on, at the earliest."""
    days_before: int | None = None
    """The infectious days before the day of onset (or of the sample); None: the profile has no window."""
    days_after: int | None = None
    """The infectious days after that of onset; None: until what a calendar does not know (isolation)."""
    days_after_sample: int | None = None
    """The same after the day of a sample, where it differs; None: as after onset."""


class _Field(NamedTuple):
    """What a field may hold: the types, a further test, and both in words."""

    types: tuple[type, ...]
    right: Callable[[Any], bool]
    words: str


_TEXT = _Field((str,), lambda text: bool(text.strip()), "a text")
_DAYS = _Field((int,), lambda days: 0 <= days <= DAYS_MAX, f"a whole number of days from 0 to {DAYS_MAX}")

_FIELDS: dict[str, _Field] = {
    "name": _TEXT,
    "version": _Field((int,), lambda version: version >= 1, "a whole number from 1 up"),
    "rule": _Field((str,), lambda rule: rule in ("overlap", "instants"), '"overlap" or "instants"'),
    "sentence": _TEXT,
    "source": _TEXT,
    "cannot": _Field((str,), lambda _: True, "a text"),
    "seconds_apart_max": _Field((int,), lambda apart: 0 <= apart <= 86_400, "whole seconds from 0 to 86400"),
    "minutes_min": _Field(
        (int, float), lambda least: isfinite(least) and 0 <= least <= 1440, "minutes from 0 to 1440"
    ),
    "minutes_summed_hours": _Field(
        (int,), lambda hours: 0 <= hours <= HOURS_MAX, f"a whole number of hours from 0 to {HOURS_MAX}"
    ),
    "strict": _Field((bool,), lambda _: True, "true or false"),
    "latent_hours": _Field(
        (int, float),
        lambda hours: isfinite(hours) and 0 <= hours <= HOURS_MAX,
        f"hours from 0 to {HOURS_MAX}",
    ),
    "days_before": _DAYS,
    "days_after": _DAYS,
    "days_after_sample": _DAYS,
}
_NEEDED = [field.name for field in fields(Profile) if field.default is MISSING]


def read_profile(text: str, where: str) -> Profile:
    """The profile that a text describes: JSON where it starts with a brace, else TOML.

    `where` is named in errors. Raises BadInput.
    """
    try:
        told = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (tomllib.TOMLDecodeError, json.JSONDecodeError) as error:
        kind = "JSON" if isinstance(error, json.JSONDecodeError) else "TOML"
        raise BadInput(f"{where} is not {kind} ({error}): see docs/profiles.md.") from None
    return profile_from(told, where)


def profile_from(told: dict[str, Any], where: str) -> Profile:
    """The profile of these fields; `where` is named in errors. Raises BadInput."""
    for name, value in told.items():
        field = _FIELDS.get(name)
        if field is None:
            raise BadInput(f"{where}: {name!r} is no field of a profile: give {', '.join(_FIELDS)}.")
        # Exactly these types: true is no number, though Python takes it for one.
        if type(value) not in field.types or not field.right(value):
            raise BadInput(f"{where}: {name} cannot be {value!r}: give {field.words}.")
    missing = [name for name in _NEEDED if name not in told]
    if missing:
        raise BadInput(f"{where} lacks {', '.join(missing)}: every profile says these.")
    _check_together(told, where)
    return Profile(**told)


def _check_together(told: dict[str, Any], where: str) -> None:
    """Raises BadInput where two fields contradict each other."""
    if told["rule"] == "instants" and told.get("minutes_min"):
        raise BadInput(f"{where}: an instant has no duration: leave minutes_min out, or compare stays.")
    if told.get("minutes_summed_hours") and not told.get("minutes_min"):
        raise BadInput(f"{where}: minutes are summed to reach a minimum: give minutes_min.")
    if told["rule"] == "overlap" and told.get("seconds_apart_max"):
        raise BadInput(
            f'{where}: seconds_apart_max is about arrivals: leave it out, or take rule "instants".'
        )
    if "days_before" not in told and ("days_after" in told or "days_after_sample" in told):
        raise BadInput(f"{where}: an infectious window needs its beginning: give days_before.")
