"""Opening hours of a place, written as people write them: `Mo-Fr 07:00-17:00; Sa 08:00-12:00`.

A small part of OpenStreetMap's `opening_hours`: days (`Mo` to `Su`, ranges, lists), times of a day, rules
apart by semicolons, `24/7`. Vietnamese days (`T2` to `T7`, `CN`) and hours (`7h30`) are read too. A later
rule replaces the days it names; a time that ends before it begins goes on past midnight. What is said of open
and closed is only ever a flag on a scan.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple

from producers.errors import BadInput

DAY_MINUTES = 1440
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
DAY_NAMES = {name.lower(): number for number, name in enumerate(DAYS)}
DAY_NAMES |= {f"t{number + 2}": number for number in range(6)} | {"cn": 6}
VIETNAM = timezone(timedelta(hours=7))
"""Without summer time since 1975."""

RULE = re.compile(r"(?:([^\d\s][\w\s,-]*?)[:\s]\s*)?((?:off|closed|nghỉ)|\d[\d:h\s,-]*)", re.IGNORECASE)
SPAN = re.compile(r"(\d{1,2})(?:[:h](\d{2})|h)?-(\d{1,2})(?:[:h](\d{2})|h)?", re.IGNORECASE)


class Span(NamedTuple):
    """Half-open, in minutes of the day it begins on; `until` may lie on the next day (over 1440)."""

    since: int
    until: int


Week = tuple[tuple[Span, ...], ...]
"""The spans of each day, Monday first."""


@lru_cache(maxsize=10_000)
def parse_hours(text: str) -> Week:
    """The week of a text; an empty text is an empty week, of which nothing is known. Raises BadInput.

    >>> parse_hours("T2-T6 7h30-17h")[0]
    (Span(since=450, until=1020),)
    """
    text = text.strip().replace("–", "-")
    if not text:
        return ()
    if text == "24/7":
        return ((Span(0, DAY_MINUTES),),) * 7
    week: list[tuple[Span, ...]] = [()] * 7
    for rule in filter(None, (one.strip() for one in text.split(";"))):
        found = RULE.fullmatch(rule)
        if not found:
            raise _unreadable(rule)
        closed = not found[2][0].isdigit()
        spans = () if closed else tuple(_span(one) for one in found[2].split(","))
        for day in _days(found[1] or "Mo-Su"):
            week[day] = spans
    return tuple(week)


def _days(text: str) -> list[int]:
    days: list[int] = []
    for part in text.lower().replace(" ", "").split(","):
        first, _, last = part.partition("-")
        if first not in DAY_NAMES or (last or first) not in DAY_NAMES:
            raise _unreadable(text)
        begin, end = DAY_NAMES[first], DAY_NAMES[last or first]
        days += [day % 7 for day in range(begin, end + 1 if end >= begin else end + 8)]
    return days


def _span(text: str) -> Span:
    found = SPAN.fullmatch(re.sub(r"\s", "", text))
    if not found:
        raise _unreadable(text)
    since = int(found[1]) * 60 + int(found[2] or 0)
    until = int(found[3]) * 60 + int(found[4] or 0)
    if since >= DAY_MINUTES or until > DAY_MINUTES or since == until:
        raise _unreadable(text)
    return Span(since, until if until > since else until + DAY_MINUTES)


def _unreadable(text: str) -> BadInput:
    return BadInput(
        f"{text[:40]!r} is not opening hours: write them as in 'Mo-Fr 07:00-17:00; Sa 08:00-12:00' or '24/7'."
    )


@lru_cache(maxsize=10_000)
def written(week: Week) -> str:
    """The one way we write a week: equal days side by side are one rule.

    >>> written(parse_hours("T2-T6 7h30-17h; CN 8-12"))
    'Mo-Fr 07:30-17:00; Su 08:00-12:00'
    """
    if not week:
        return ""
    if all(day == (Span(0, DAY_MINUTES),) for day in week):
        return "24/7"
    rules, begin = [], 0
    for day in range(1, 8):
        if day == 7 or week[day] != week[begin]:
            if week[begin]:
                name = DAYS[begin] if day - begin == 1 else f"{DAYS[begin]}-{DAYS[day - 1]}"
                rules.append(f"{name} " + ",".join(f"{_clock(s)}-{_clock(u)}" for s, u in week[begin]))
            begin = day
    return "; ".join(rules) or "Mo-Su off"


def _clock(minute: int) -> str:
    minute = minute if minute <= DAY_MINUTES else minute - DAY_MINUTES
    return f"{minute // 60:02d}:{minute % 60:02d}"


def is_open(week: Week, moment: int, zone: timezone = VIETNAM) -> bool:
    """Is the place open at this moment (epoch seconds)? Of an empty week nothing is known: it is."""
    if not week:
        return True
    local = datetime.fromtimestamp(moment, UTC).astimezone(zone)
    minute, day = local.hour * 60 + local.minute, local.weekday()
    today = any(since <= minute < until for since, until in week[day])
    return today or any(since <= minute + DAY_MINUTES < until for since, until in week[day - 1])
