"""The decision at a door: green, red, and why, for each code that is held before the scanner."""

import json
import secrets
from collections.abc import Callable
from hashlib import blake2b
from typing import Literal, NamedTuple

from producers.codes.reader import read
from producers.codes.reading import Reading
from producers.codes.trust import Given, Trust
from producers.envelope import Sealer
from producers.errors import Unavailable
from producers.kiosk.layouts import Keyboard, is_shouted, repaired
from producers.kiosk.outbox import Outbox
from producers.kiosk.wording import Why
from producers.scan import Direction

DEBOUNCE_SECONDS = 15
"""A card that is held too long, or a beep nobody heard. The worker joins repeated scans of minutes anyway."""
CLOCK_BEHIND_SECONDS_MAX = 60
CLOCK_AHEAD_DAYS_MAX = 60
"""Older scans are not kept anywhere: a kiosk out of reach for so long has a wrong clock, or is of no use."""
JUMP_SECONDS = 60
DAMAGED = ("unknown", "malformed", "bad_signature", "unknown_key")

Outcome = Literal["taken", "repeated", "moved", "refused"]


class Place(NamedTuple):
    """Where people check in: the venue's id, and the way a code at the entrance or the exit said."""

    venue: str
    direction: Direction = "unknown"


class Verdict(NamedTuple):
    """What became of one code. Red if refused; a green one is on the disk, or was a moment before.

    scan_id: of the scan that was kept, also of the one that is repeated; empty for others.
    keyboard: through which setting the code came damaged, whether it was repaired or not.
    """

    outcome: Outcome
    at: int
    place: Place | None
    why: Why | None = None
    scan_id: str = ""
    keyboard: Keyboard | None = None

    @property
    def green(self) -> bool:
        return self.outcome != "refused"


class Door:
    """Takes codes, one after another.

    fixed: the venue this kiosk was enrolled for, empty for one that goes from place to place and learns
        where it is from the place's own signed code.
    heard: what the gateway's clock said when it was last heard (epoch seconds).
    typed: codes come through a keyboard, which may be set to another language.
    """

    def __init__(
        self,
        outbox: Outbox,
        *,
        envelope_key: bytes,
        trust: Trust,
        heard: int,
        fixed: str = "",
        direction: Direction = "unknown",
        typed: bool = True,
        draw: Callable[[], str] = lambda: secrets.token_hex(8),
    ) -> None:
        self._outbox, self._sealer, self._trust, self._draw = outbox, Sealer(envelope_key), trust, draw
        self._heard, self._fixed, self._typed = heard, fixed, typed
        self._plain = not typed
        self.place = _remembered(outbox.notes().get("place"), fixed, direction)
        self._secret = secrets.token_bytes(32)
        self._recent: dict[tuple[bytes, Place], tuple[float, str]] = {}
        self._offset: float | None = None

    def take(self, text: str, at: int, tick: float) -> Verdict:
        """One code. at: the clock, epoch seconds; tick: seconds that nobody can set back or forward."""
        given = Given(self._trust, at)
        reading, keyboard = read(text, given), None
        if self._typed and reading.reason in DAMAGED:
            damaged = repaired(text, given)
            if damaged is not None:
                keyboard, self._plain = damaged.keyboard, False
                if damaged.reading is None:
                    return self._refused("keyboard", at, keyboard)
                reading = damaged.reading
        elif self._typed and reading.signature == "valid" and reading.system == "truyvet":
            keyboard = "caps_lock" if is_shouted(text) else None
            self._plain = keyboard is None
        verdict = self._decided(reading, at, tick)
        return verdict._replace(keyboard=keyboard)

    def _decided(self, reading: Reading, at: int, tick: float) -> Verdict:
        if reading.reason is not None:
            return self._refused(reading.reason, at)
        try:
            if reading.kind == "venue":
                return self._moved(reading, at)
            why = self._objection(reading, at, tick)
        except Unavailable:
            why = "outbox_failed"
        if why is not None:
            return self._refused(why, at)
        return self._kept(reading.identity, at, tick)

    def _moved(self, reading: Reading, at: int) -> Verdict:
        """A place's code: that of the kiosk's own venue says which way people go now."""
        if self._fixed and reading.place != self._fixed:
            return self._refused("other_venue", at)
        if reading.signature != "valid":
            return self._refused("unsigned_venue", at)
        place = Place(reading.place, reading.direction)
        self._outbox.note(place=json.dumps(place, ensure_ascii=False))
        self.place = place  # only now: what is red changes nothing
        return Verdict("moved", at, self.place)

    def _objection(self, reading: Reading, at: int, tick: float) -> Why | None:
        """What speaks against a person's code here and now."""
        notes = self._outbox.notes()
        heard = int(notes.get("heard_at", self._heard))
        offset = at - tick
        if self._offset is not None and abs(offset - self._offset) > JUMP_SECONDS:
            moved = int(notes.get("clock_moved", 0)) + round(offset - self._offset)
            self._outbox.note(clock_moved=moved or None)  # set forward and back again is not moved
        self._offset = offset
        if at < heard - CLOCK_BEHIND_SECONDS_MAX:
            return "clock_behind"
        if at > heard + CLOCK_AHEAD_DAYS_MAX * 86_400:
            return "clock_ahead"
        number = reading.identity.rpartition(":")[2]
        if not self._plain and reading.signature != "valid" and not number.isdecimal():
            return "keyboard_unproven"
        return None if self.place else "no_place"

    def _kept(self, identity: str, at: int, tick: float) -> Verdict:
        assert self.place is not None
        who = (blake2b(identity.encode(), key=self._secret, digest_size=16).digest(), self.place)
        before = self._recent.get(who)
        if before is not None and tick - before[0] < DEBOUNCE_SECONDS:
            return Verdict("repeated", at, self.place, scan_id=before[1])
        scan_id = self._draw()
        body = {
            "scan_id": scan_id,
            "at": at,
            "venue": self.place.venue,
            "person_sealed": self._sealer.seal(identity),
        }
        if self.place.direction != "unknown":
            body["direction"] = self.place.direction
        why = self._outbox.keep(scan_id, at, json.dumps(body, ensure_ascii=False, separators=(",", ":")))
        if why is not None:
            return self._refused(why, at)
        self._recent = {one: seen for one, seen in self._recent.items() if tick - seen[0] < DEBOUNCE_SECONDS}
        self._recent[who] = (tick, scan_id)
        return Verdict("taken", at, self.place, scan_id=scan_id)

    def _refused(self, why: Why, at: int, keyboard: Keyboard | None = None) -> Verdict:
        return Verdict("refused", at, self.place, why, keyboard=keyboard)


def _remembered(noted: str | None, fixed: str, direction: Direction) -> Place | None:
    """Where the kiosk was before its power was cut; the venue of its enrolment, or a way it is told, wins."""
    found = Place(*json.loads(noted)) if noted else None
    if fixed and (found is None or found.venue != fixed):
        found = Place(fixed)
    if found is not None and direction != "unknown":
        found = found._replace(direction=direction)
    return found
