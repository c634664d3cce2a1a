"""Reads any code: says whose it is, what it stands for, and whether it counts as a check-in."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from unicodedata import category

from producers.codes import (
    citizen_card,
    corona_warn_app,
    crowd_notifier,
    everyday,
    health_insurance,
    legacy,
    luca,
    new_south_wales,
    new_zealand,
    own,
    pc_covid,
    safe_entry,
    united_kingdom,
)
from producers.codes.reading import Reading, Reason, malformed
from producers.codes.trust import Given
from producers.scan import VENUE_LENGTH_MAX

TEXT_LENGTH_MAX = 7089
"""The most a QR code can hold (digits, in its largest form): longer text comes from no code."""

SYSTEMS: tuple[Callable[[str, Given], Reading | None], ...] = (
    own.read,
    new_zealand.read,
    united_kingdom.read,
    corona_warn_app.read,
    luca.read,
    crowd_notifier.read,
    safe_entry.read,
    new_south_wales.read,
    pc_covid.read,
    citizen_card.read,
    health_insurance.read,
    legacy.read,
    everyday.read,
)
"""In the order they are asked: what says its name first, then addresses by host, then cards by shape."""


def read(text: str, given: Given, aliases: Mapping[str, str] | None = None) -> Reading:
    """One code, whatever it is. Never raises on any text; surrounding spaces and line ends do not matter.

    aliases: the whole text of a code -> our venue that it stands for (`producers.codes.aliases`).
    """
    text = text.strip()
    if len(text) > TEXT_LENGTH_MAX:
        return _refused("too_long", f"The text has {len(text)} letters, more than any code: scan one code.")
    try:
        text.encode()
    except UnicodeEncodeError:
        return _refused("not_text", "The text is not Unicode: set the scanner to UTF-8.")
    if not text:
        return _refused("unknown", "There is no text: scan the code again.")
    found = next((one for system in SYSTEMS if (one := system(text, given)) is not None), None)
    if found is None:
        found = _refused("unknown", "No known system writes such codes: check what was scanned.")
    if len(found.place) > VENUE_LENGTH_MAX or any(category(one) == "Cc" for one in found.place):
        return malformed(found.system, found.kind, "Its venue is too long or holds control characters")
    return _aliased(found, text, aliases or {})


def _aliased(found: Reading, text: str, aliases: Mapping[str, str]) -> Reading:
    """An operator's word on what a text stands for. It makes no forged code, person or meeting a place."""
    if found.kind in ("person", "meeting") or found.system == "truyvet" or found.signature == "invalid":
        return found
    venue = aliases.get(text)
    if venue is None:
        return found
    unknown = found.system == "unknown"
    return replace(
        found,
        system="alias" if unknown else found.system,
        kind="venue" if found.kind == "other" else found.kind,
        reason=None,
        sentence="",
        place=venue,
    )


def _refused(reason: Reason, sentence: str) -> Reading:
    return Reading(system="unknown", kind="other", reason=reason, sentence=sentence)
