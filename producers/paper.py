"""A paper list of a place that a health station types in later: how its rows become rows of an import.

What people write by hand: the day as 22/11/2026, the hour as 14:30 or 14h30 (time of Vietnam), a document's
number with spaces, the place by the short code on its poster or by its id. A slip of the pen must not make a
place that is none: only places of the registry are taken.
"""

import re
from collections.abc import Callable
from unicodedata import normalize

from producers.codes.health_insurance import SOCIAL_INSURANCE
from producers.codes.short import ShortCodes, only_venue, parse_short
from producers.errors import BadInput
from producers.intake import Columns
from producers.row import Refused, Row

NEEDED = ("person", "venue", "day", "came")
COLUMNS = (*NEEDED, "left")
"""Of the list, as its first line has them; `left` may be empty."""
IMPORTED = Columns(person="person", venue="venue", at="came", until="left")
ZONE = "Asia/Ho_Chi_Minh"

DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
HOUR = re.compile(r"(\d{1,2})\s*[h:.]\s*(\d{2})?", re.IGNORECASE)
NUMBER = re.compile(r"[\d\s.-]+")
INSURED = re.compile(r"[A-Z]{2}\d{3}(\d{10})", re.ASCII | re.IGNORECASE)
"""A health-insurance card's whole number. Its last ten digits alone are a telephone's to us."""
OF_A_PERSON = re.compile(r"[\d\s.-]{9,}")
WITHOUT_ZERO = 11
"""Digits that no document has: a citizen card's number whose zero a spreadsheet took away."""


class PaperList:
    """Reads rows of a paper list. shorts: the registry by short code; known: is this the id of a place?"""

    def __init__(self, shorts: ShortCodes, known: Callable[[str], bool]) -> None:
        self._shorts = shorts
        self._known = known

    def mended(self, row: Row | Refused) -> Row | Refused:
        """The same row as an import reads it (`IMPORTED`), or why it is left out."""
        if isinstance(row, Refused):
            return row
        try:
            venue = self._venue(row["venue"].strip())
        except BadInput as error:
            return Refused("no_venue", str(error))
        person = _person(row["person"].strip())
        if len(person) == WITHOUT_ZERO and person.isdecimal():
            return Refused(
                "no_person",
                "The person's number has 11 digits: a spreadsheet took away the zero of a citizen card's 12; "
                "format the column as text, and write it whole.",
            )
        day = _day(row["day"].strip())
        return {
            "person": person,
            "venue": venue,
            "came": _moment(day, row["came"]),
            "left": _moment(day, row.get("left", "")),
        }

    def _venue(self, told: str) -> str:
        if not told or self._known(told):
            return told
        try:
            short = parse_short(told)
        except BadInput:
            if OF_A_PERSON.fullmatch(told):
                shown = "of this line, a long number as people have: are two columns exchanged?"
            else:
                shown = f"{told[:40]!r}: compare it with its poster."
            raise BadInput(f"no place has the id or short code {shown}") from None
        return only_venue(short, self._shorts)


def _person(told: str) -> str:
    """A number without what groups its digits; so that a card scanned elsewhere is the same person."""
    told = normalize("NFC", told)
    if insured := INSURED.fullmatch(re.sub(r"[\s.-]", "", told)):
        return f"{SOCIAL_INSURANCE}{insured[1]}"
    return re.sub(r"\D", "", told) if NUMBER.fullmatch(told) else told


def _day(told: str) -> str:
    """22/11/2026 as 2026-11-22; anything else as it is, to be read or refused by the import."""
    found = DAY.fullmatch(told)
    return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}" if found else told


def _moment(day: str, hour: str) -> str:
    """Day and hour as one text; an hour with a day of its own (who left on the next) stands for itself."""
    *own, hour = hour.strip().rsplit(" ", 1) if hour.strip() else [""]
    found = HOUR.fullmatch(hour)
    if not hour:
        return ""
    clock = f"{int(found[1]):02}:{found[2] or '00'}" if found else hour
    return f"{_day(own[0].strip()) if own else day}T{clock}"
