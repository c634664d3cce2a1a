"""From the texts of codes to a venue and a pseudonym: beyond this door nobody's identity is seen."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from producers.codes.reader import read
from producers.codes.reading import Reading, Signature, System
from producers.codes.short import ShortCodes, only_venue, parse_short
from producers.codes.taken import taken
from producers.codes.trust import Given, Trust
from producers.envelope import Opener
from producers.errors import BadInput
from producers.origin import VERSION_MAX
from producers.pseudonym import Pseudonyms
from producers.scan import Direction

NUMBER = re.compile(r"[0-9]{9,12}", re.ASCII)
"""Of a citizen card (12), an older identity card (9), a telephone: as a table of persons has it."""
CODES_REMEMBERED = 100_000
"""Posters, and cards, that were read: checking a signature costs a quarter of a millisecond."""


class Wrong(NamedTuple):
    """Why a code names nothing: one of `producers.gateway.reasons`."""

    reason: str


class Who(NamedTuple):
    """The pseudonym a code names. proven: by a signature we trust, and not by what anyone can write."""

    person: str
    proven: bool = False


class Where(NamedTuple):
    """The venue a code names, and what to say of that code."""

    venue: str
    system: System | str = ""
    version: int = 0
    signature: Signature | str = ""
    direction: Direction = "unknown"
    alias: bool = False


class Door:
    """Reads under one set of keys and aliases; to be made anew when these change. For one thread."""

    def __init__(
        self,
        trust: Trust,
        aliases: Mapping[str, str],
        pseudonyms: Pseudonyms,
        opener: Opener,
        shorts: ShortCodes,
    ) -> None:
        self._trust = trust
        self._aliases = aliases
        self._pseudonyms = pseudonyms
        self._opener = opener
        self._shorts = shorts
        self._posters: dict[str, Where] = {}
        self.person = lru_cache(CODES_REMEMBERED)(self._person)
        self.is_of_a_person = lru_cache(CODES_REMEMBERED)(self._is_of_a_person)

    def venue(self, text: str, at: int) -> Where | Wrong:
        """The venue of a code as of this moment (epoch seconds), or of a short code that was typed."""
        if known := self._posters.get(text):
            return known
        reading = read(text, Given(self._trust, at), self._aliases)
        if not reading.accepted:
            return self._short(text) or Wrong(reading.reason or "unknown")
        if not reading.place:
            return Wrong("not_a_venue" if reading.kind == "person" else "nothing_stays")
        found = self._where(text, reading)
        if _is_poster(reading) and len(self._posters) < CODES_REMEMBERED:
            self._posters[text] = found
        return found

    def _person(self, text: str) -> Who | Wrong:
        """The pseudonym of a card or personal code. Their validity does not hang on the moment."""
        reading = read(text, Given(self._trust, 0), self._aliases)
        if not reading.accepted and reading.kind not in ("venue", "meeting"):
            return Wrong(reading.reason or "unknown")
        found = taken(reading, self._pseudonyms)
        if found is None or not found.person:
            return Wrong("not_a_person")
        return Who(found.person, proven=reading.signature == "valid")

    def _is_of_a_person(self, text: str) -> bool:
        """Is this the text of a card or personal code, also of a damaged one?"""
        return read(text, Given(self._trust, 0)).kind == "person"

    def sealed(self, envelope: str) -> Who | Wrong:
        """The pseudonym of an identity that a device sealed."""
        try:
            return Who(self._pseudonyms.of(self._opener.open(envelope)))
        except BadInput:
            return Wrong("damaged_envelope")

    def document(self, text: str) -> str | Wrong:
        """The pseudonym of a card or personal code, or of a document's number that an officer typed."""
        if NUMBER.fullmatch(text):
            return self._pseudonyms.of(text)
        found = self.person(text)
        return found if isinstance(found, Wrong) else found.person

    def sealed_document(self, envelope: str) -> str | Wrong:
        """The same of what the officer's page sealed."""
        try:
            return self.document(self._opener.open(envelope))
        except BadInput:
            return Wrong("damaged_envelope")

    def _where(self, text: str, reading: Reading) -> Where:
        version = (reading.decoded or {}).get("version")
        known = version if isinstance(version, int) and 0 <= version <= VERSION_MAX else 0
        alias = reading.system != "truyvet" and self._aliases.get(text.strip()) == reading.place
        return Where(reading.place, reading.system, known, reading.signature, reading.direction, alias)

    def _short(self, text: str) -> Where | Wrong | None:
        """None for what is no short code. One is not signed, and says so."""
        try:
            short = parse_short(text)
        except BadInput:
            return None
        try:
            return Where(only_venue(short, self._shorts), "truyvet", 0, "absent")
        except BadInput:
            return Wrong("no_such_venue")


def _is_poster(reading: Reading) -> bool:
    """Does this code of ours say the same at every moment?"""
    return reading.system == "truyvet" and (reading.decoded or {}).get("kind") == "poster"
