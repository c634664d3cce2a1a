"""Moments: epoch seconds UTC inside, ISO 8601 with a zone at the edges.

A moment is rounded down to its second; a moment without a zone is refused unless a zone is given,
because a nation with offices in several zones (and a summer time) cannot guess it later.
"""

import re
from datetime import date, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from producers.errors import BadInput
from producers.scan import SECONDS_MAX

EPOCH_DAY = date(1970, 1, 1).toordinal()
EPOCH = re.compile(r"-?\d+(\.\d*)?")
COMPACT_DATE = re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
"""`20211201` is a date to people and August 1970 to a clock: it is refused."""
MILLISECONDS_FROM = 100_000_000_000
"""Epoch seconds reach this in the year 5138; such a number is milliseconds."""


def zone(name: str) -> tzinfo:
    """The time zone of an IANA name such as `Asia/Ho_Chi_Minh`. Raises BadInput."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput(f"{name!r} is not a time zone: give an IANA name such as Asia/Ho_Chi_Minh.") from None


def parse(text: str, *, naive_as: tzinfo | None = None, otherwise: str = "") -> int:
    """Epoch seconds of ISO 8601 (a date alone is its midnight) or of epoch seconds. Raises BadInput.

    otherwise: what else may be done about a moment without a zone than to add one.

    >>> parse("2021-12-01T07:00:00+07:00"), parse("1638316800"), parse("2021-12-01", naive_as=zone("UTC"))
    (1638316800, 1638316800, 1638316800)
    """
    text = text.strip()
    if COMPACT_DATE.fullmatch(text):
        raise BadInput(f"{text!r} may be a date or epoch seconds: write {text[:4]}-{text[4:6]}-{text[6:]}.")
    if EPOCH.fullmatch(text):
        number = float(text)
        if abs(number) >= MILLISECONDS_FROM:
            raise BadInput(f"{text!r} is too large for epoch seconds: give seconds, not milliseconds.")
        return _in_range(int(number // 1), text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{text!r} is not a time: give ISO 8601 or epoch seconds.") from None
    if moment.tzinfo is None:
        if naive_as is None:
            raise BadInput(f"{text!r} has no time zone: add one (Z, +07:00){otherwise}.")
        moment = moment.replace(tzinfo=naive_as)
    return _in_range(int(moment.timestamp() // 1), text)


def _in_range(second: int, text: str) -> int:
    if not 0 <= second <= SECONDS_MAX:
        raise BadInput(f"{text!r} is outside 1970..2106: the store cannot hold it.")
    return second


def iso(second: int) -> str:
    """ISO 8601 in UTC.

    >>> iso(1638316800)
    '2021-12-01T00:00:00Z'
    """
    days, rest = divmod(second, 86_400)
    minutes, seconds = divmod(rest, 60)
    return f"{_day(days)}T{minutes // 60:02}:{minutes % 60:02}:{seconds:02}Z"


@lru_cache(1024)
def _day(days: int) -> str:
    """The date so many days after 1970-01-01: formatting it is most of what a moment costs."""
    return date.fromordinal(EPOCH_DAY + days).isoformat()
