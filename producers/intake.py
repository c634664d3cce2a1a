"""Turns a row of someone's table into scans, and its person into a pseudonym."""

from collections.abc import Mapping
from datetime import tzinfo
from functools import lru_cache
from typing import NamedTuple

from producers.errors import BadInput
from producers.moment import iso, parse
from producers.pseudonym import Pseudonyms
from producers.row import SHORTENED, Reason, Refused, Row
from producers.scan import VENUE_LENGTH_MAX, Direction, ScanEvent, content_id

__all__ = ["STAY_DAYS_MAX", "Columns", "Intake", "Reason", "Refused"]

STAY_DAYS_MAX = 31
"""A reader looks this far back for stays that are still open; it would overlook a longer one."""
DAY_SECONDS = 86_400
MOMENTS_REMEMBERED = 8_192
"""Rows near each other share their minutes; a remembered text is not read again."""
SHORT = (
    "The column {column!r} holds a number that Excel has shortened (as 1.23E+11), so that many would become "
    "one {what}: format the column as text, export again."
)
DIRECTIONS: Mapping[str, Direction] = {"": "unknown", "in": "in", "out": "out", "unknown": "unknown"}


class Columns(NamedTuple):
    """Which column of a table says what.

    at: the moment of the scan, or of the arrival where `until` names the departure.
    """

    person: str
    venue: str
    at: str
    direction: str | None = None
    until: str | None = None

    def names(self) -> list[str]:
        """The columns that a file must have."""
        return [name for name in self if name is not None]


class Intake:
    """Reads rows under fixed rules.

    naive_as: the zone of times that name none; without it such a row is refused.
    oldest, latest: the first and last epoch second accepted, None for no bound.
    kept_days: the days that `oldest` stands for, named when a row is too old.
    """

    def __init__(
        self,
        columns: Columns,
        pseudonyms: Pseudonyms,
        naive_as: tzinfo | None,
        oldest: int | None,
        latest: int | None,
        *,
        kept_days: int | None = None,
    ) -> None:
        self._columns = columns
        self._pseudonyms = pseudonyms
        self._naive_as = naive_as
        self._oldest = oldest
        self._latest = latest
        self._kept_days = kept_days
        self._moment = lru_cache(MOMENTS_REMEMBERED)(self._read_moment)

    def take(self, row: Row | Refused) -> list[ScanEvent] | Refused:
        """One scan, or the two of a stay whose end is told; a row that was already refused stays so.

        The venue is kept exactly as given. The same row gives the same scans with the same ids,
        whenever and wherever it is read.
        """
        if isinstance(row, Refused):
            return row
        columns = self._columns
        try:
            venue, identity = row.get(columns.venue, ""), row.get(columns.person, "")
            odd = "E+" in identity or "E+" in venue or len(venue) > VENUE_LENGTH_MAX
            if (odd or not identity.strip() or not venue.strip()) and (why := self._unnamed(venue, identity)):
                return why
            at = self._moment(row.get(columns.at, ""))
            until = self._until(row, columns.until, at) if columns.until else None
            direction = self._direction(row, stays=until is not None)
            return _scans(self._pseudonyms.of(identity), venue, at, direction, until)
        except _LeftOut as reason:
            return reason.refused
        except (BadInput, UnicodeEncodeError):
            return Refused("not_text", "The person or venue holds half a character: write the file as UTF-8.")

    def _unnamed(self, venue: str, identity: str) -> Refused | None:
        if not identity.strip():
            return Refused("no_person", f"The column {self._columns.person!r} is empty: name the person.")
        if not venue.strip():
            return Refused("no_venue", f"The column {self._columns.venue!r} is empty: name the venue.")
        if SHORTENED.fullmatch(identity):
            return Refused("no_person", SHORT.format(column=self._columns.person, what="person"))
        if SHORTENED.fullmatch(venue):
            return Refused("no_venue", SHORT.format(column=self._columns.venue, what="venue"))
        if len(venue) <= VENUE_LENGTH_MAX:
            return None
        return Refused(
            "venue_too_long",
            f"The venue id has {len(venue)} characters: shorten it to {VENUE_LENGTH_MAX} at most.",
        )

    def _read_moment(self, text: str) -> int:
        try:
            second = parse(text, naive_as=self._naive_as, otherwise=" or give --timezone")
        except BadInput as error:
            raise _LeftOut("bad_time", str(error)) from None
        if self._oldest is not None and second < self._oldest:
            kept = iso(self._oldest) if self._kept_days is None else f"the {self._kept_days} days kept"
            raise _LeftOut(
                "too_old",
                f"{text} is older than {kept}: set TRUYVET_RETENTION_DAYS=0 to keep everything.",
            )
        if self._latest is not None and second > self._latest:
            raise _LeftOut(
                "from_the_future",
                f"{text} is later than {iso(self._latest)}: check the clock and the time zone it came from.",
            )
        return second

    def _until(self, row: Row, column: str, at: int) -> int | None:
        told = row.get(column, "").strip()
        if not told:
            return None
        until = self._moment(told)
        if until < at:
            raise _LeftOut(
                "out_before_in",
                f"The stay ends at {iso(until)}, before it began at {iso(at)}: mend the row.",
            )
        if until - at > STAY_DAYS_MAX * DAY_SECONDS:
            raise _LeftOut(
                "stay_too_long",
                f"The stay from {iso(at)} to {iso(until)} is longer than {STAY_DAYS_MAX} days: "
                "split it into shorter ones.",
            )
        return until

    def _direction(self, row: Row, *, stays: bool) -> Direction:
        columns = self._columns
        told = row.get(columns.direction, "") if columns.direction else ""
        direction = DIRECTIONS.get(told) or DIRECTIONS.get(told.strip().lower())
        if direction is None:
            raise _LeftOut("bad_direction", f"{told!r} is not a direction: write in, out or unknown.")
        if stays and direction == "out":
            raise _LeftOut("bad_direction", "The row is an out-scan with an end: leave one of the two out.")
        return "in" if stays or (columns.until and not columns.direction) else direction


class _LeftOut(Exception):
    """Carries a refusal from where it is found to `take`."""

    def __init__(self, reason: Reason, sentence: str) -> None:
        self.refused = Refused(reason, sentence)


def _scans(person: str, venue: str, at: int, direction: Direction, until: int | None) -> list[ScanEvent]:
    came: ScanEvent = {
        "scan_id": content_id(person, venue, at, direction, None),
        "person": person,
        "venue": venue,
        "at": at,
        "direction": direction,
    }
    if until is None:
        return [came]
    went: ScanEvent = {
        "scan_id": content_id(person, venue, until, "out", at),
        "person": person,
        "venue": venue,
        "at": until,
        "direction": "out",
        "since": at,
    }
    return [came, went]
