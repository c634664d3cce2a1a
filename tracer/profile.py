"""What a rule of exposure is made of, and how one is read from a file of a few lines.

A QR check-in proves the same place and time, never distance or a mask: every profile is an
approximation of a close contact, and says in one sentence which, and what it could not meet.
"""

import json
import re
import tomllib
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from math import isfinite
from typing import Any, Literal, NamedTuple

from producers.errors import BadInput

DAYS_MAX = 366
HOURS_MAX = DAYS_MAX * 24
WEIGHT_MAX = 1000
DAY = re.compile(r"-?\d{1,3}")


@dataclass(frozen=True, slots=True)
class Profile:
    """One rule under a name. A change in meaning is a new version, so that an old answer can be read."""

    name: str
    version: int
    rule: Literal["overlap", "instants", "inside"]
    """`overlap` compares stays, `instants` only the moments of arrival; `inside` asks whether the exposed
    person arrived strictly within the infector's stay."""
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
    infectious_days_max: float | None = None
    """How long after each exposure a person passes it on, at the latest; None: without end. The case is
    bound by the days above instead."""
    infector_minutes_min: float = 0
    """A shorter stay of the infector exposes nobody."""
    tail_minutes_max: float = 0
    """A place stays infectious for as long as the infector was there, and this long at most (aerosol)."""
    align_minutes: int = 0
    """The infector's stay and its tail, rounded, begin and end at multiples of so many minutes; 0: not."""
    round_out_minutes: int = 0
    """The exposed person's arrival is rounded down and departure up to so many minutes; 0: neither."""
    until_midnight: bool = False
    """The exposed person's stay ends by the next midnight; where its end is only assumed, at their next
    check-in or there."""
    utc_offset_hours: float = 0
    """Where days begin: 7 for Vietnam, 0 for UTC."""
    whole_minutes: bool = False
    """In a dose, what is shared on one day counts in whole minutes, halves up."""
    day_weights: tuple[tuple[int, float], ...] = ()
    """What a minute counts on each day from onset (or sample), in order; a day not named: 0; none named:
    every day 1."""
    tail_weight: float = 1
    """What a minute after the infector left counts, in a dose, next to a minute together."""
    dose_high: float | None = None
    """The dose of one day from which on a person's risk is called high; None: it is not graded."""


class _Field(NamedTuple):
    """What a field may hold: the types, a further test, and both in words."""

    types: tuple[type, ...]
    right: Callable[[Any], bool]
    words: str


def _number(least: float, most: float, what: str) -> _Field:
    return _Field(
        (int, float),
        lambda number: isfinite(number) and least <= number <= most,
        f"{what} from {least} to {most}",
    )


def _are_day_weights(told: dict[str, Any]) -> bool:
    return bool(told) and all(
        DAY.fullmatch(day)
        and abs(int(day)) <= DAYS_MAX
        and type(weight) in (int, float)
        and 0 <= weight <= WEIGHT_MAX
        for day, weight in told.items()
    )


_YES_OR_NO = _Field((bool,), lambda _: True, "true or false")
_STEP = _Field(
    (int,),
    lambda step: 0 <= step <= 1440 and (step == 0 or 1440 % step == 0),
    "whole minutes that divide a day",
)
_TEXT = _Field((str,), lambda text: bool(text.strip()), "a text")
_DAYS = _Field((int,), lambda days: 0 <= days <= DAYS_MAX, f"a whole number of days from 0 to {DAYS_MAX}")

_FIELDS: dict[str, _Field] = {
    "name": _TEXT,
    "version": _Field((int,), lambda version: version >= 1, "a whole number from 1 up"),
    "rule": _Field(
        (str,), lambda rule: rule in ("overlap", "instants", "inside"), '"overlap", "instants" or "inside"'
    ),
    "sentence": _TEXT,
    "source": _TEXT,
    "cannot": _Field((str,), lambda _: True, "a text"),
    "seconds_apart_max": _Field((int,), lambda apart: 0 <= apart <= 86_400, "whole seconds from 0 to 86400"),
    "minutes_min": _number(0, 1440, "minutes"),
    "minutes_summed_hours": _Field(
        (int,), lambda hours: 0 <= hours <= HOURS_MAX, f"a whole number of hours from 0 to {HOURS_MAX}"
    ),
    "strict": _YES_OR_NO,
    "latent_hours": _number(0, HOURS_MAX, "hours"),
    "days_before": _DAYS,
    "days_after": _DAYS,
    "days_after_sample": _DAYS,
    "infectious_days_max": _number(0, DAYS_MAX, "days"),
    "infector_minutes_min": _number(0, 1440, "minutes"),
    "tail_minutes_max": _number(0, 1440, "minutes"),
    "align_minutes": _STEP,
    "round_out_minutes": _STEP,
    "until_midnight": _YES_OR_NO,
    "utc_offset_hours": _number(-14, 14, "hours"),
    "whole_minutes": _YES_OR_NO,
    "day_weights": _Field(
        (dict,), _are_day_weights, "days from onset (-2, 0, 5) with a weight from 0 up each"
    ),
    "tail_weight": _number(0, WEIGHT_MAX, "a number"),
    "dose_high": _number(0, WEIGHT_MAX * 1440, "weighted minutes"),
}
_ABOUT_STAYS = (
    *("infector_minutes_min", "tail_minutes_max", "align_minutes", "round_out_minutes", "until_midnight"),
    *("whole_minutes", "dose_high"),
)
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
    weights = sorted((int(day), float(weight)) for day, weight in told.get("day_weights", {}).items())
    return Profile(**(told | {"day_weights": tuple(weights)}))


def _check_together(told: dict[str, Any], where: str) -> None:
    """Raises BadInput where two fields contradict each other."""
    if told["rule"] != "overlap" and told.get("minutes_min"):
        raise BadInput(f"{where}: an instant has no duration: leave minutes_min out, or compare stays.")
    if told.get("minutes_summed_hours") and not told.get("minutes_min"):
        raise BadInput(f"{where}: minutes are summed to reach a minimum: give minutes_min.")
    if told["rule"] != "instants" and told.get("seconds_apart_max"):
        raise BadInput(
            f'{where}: seconds_apart_max is about arrivals: leave it out, or take rule "instants".'
        )
    if "days_before" not in told and ("days_after" in told or "days_after_sample" in told):
        raise BadInput(f"{where}: an infectious window needs its beginning: give days_before.")
    about_stays = [name for name in _ABOUT_STAYS if told.get(name)]
    if told["rule"] == "instants" and about_stays:
        raise BadInput(f"{where}: {about_stays[0]} is about stays: leave it out, or compare stays.")
    about_exposed = [name for name in ("round_out_minutes", "until_midnight") if told.get(name)]
    if told["rule"] == "inside" and about_exposed:
        raise BadInput(
            f'{where}: {about_exposed[0]} rounds a stay, and "inside" asks for an arrival: leave it out.'
        )
    if told.get("minutes_summed_hours") and "infectious_days_max" in told:
        raise BadInput(
            f"{where}: infectious_days_max starts anew with each exposure, which a sum of several is not: "
            "leave out one of infectious_days_max and minutes_summed_hours."
        )
