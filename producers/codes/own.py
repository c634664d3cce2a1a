"""Our own code: a place or a person's card, signed, in letters and digits that survive every way they go.

`TV1:` and the base32 (RFC 4648, upper case, no padding) of body and signature; docs/codes.md is the
specification, with vectors. Base32, not base45: a little longer, but without the spaces, dollars and slashes
that web addresses and keyboards of another layout damage. The kind is inside the signature, so that a poster
cannot pass for a card (in another country's scheme a swapped kind gave away names: CVE-2021-33839).
"""

import re
from typing import Any, Literal

from producers.codes.encoded import from_base32, to_base32
from producers.codes.own_body import (
    CARD_BYTES,
    NAME_BYTES_MAX,
    STEP_SECONDS_MAX,
    Body,
    is_name,
    unpacked,
)
from producers.codes.reading import Reading, Reason, malformed
from producers.codes.signing import SIGNATURE_BYTES, Signer, verifies
from producers.codes.trust import Given, Key
from producers.errors import BadInput
from producers.moment import iso
from producers.scan import SECONDS_MAX, Direction

VERSION = 1
TEXT = re.compile(r"(?:https?://[^#]*#)?TV(\d{1,3}):([A-Z2-7]+)", re.ASCII | re.IGNORECASE)
DOMAIN = b"truyvet code v1\0"
"""Keeps these signatures apart from anything else ever signed with the same key."""

SKEW_SECONDS = 60
"""How far the clocks of a screen and of whoever reads it may be apart."""


def poster_code(signer: Signer, venue: str, at: int, direction: Direction = "unknown") -> str:
    """The text of a code that is printed once. Raises BadInput where the venue's id is not fit for one."""
    return _signed(signer, Body("poster", direction, signer.id, at, 0, _name(venue)))


def screen_code(
    signer: Signer, venue: str, at: int, step_seconds: int, direction: Direction = "unknown"
) -> str:
    """The text a screen shows during the time step in which `at` lies. Raises BadInput."""
    if not 1 <= step_seconds <= STEP_SECONDS_MAX:
        raise BadInput(f"a time step of {step_seconds} s is not 1 to {STEP_SECONDS_MAX}: take 30.")
    began = at - at % step_seconds
    return _signed(signer, Body("screen", direction, signer.id, began, step_seconds, _name(venue)))


def card_code(signer: Signer, number: bytes, at: int) -> str:
    """The text of a person's card. `number`: 16 random bytes, a new draw for each card."""
    if len(number) != CARD_BYTES:
        raise BadInput(f"a card has a number of {CARD_BYTES} bytes, not {len(number)}.")
    return _signed(signer, Body("card", "unknown", signer.id, at, 0, number))


def _name(venue: str) -> bytes:
    try:
        name = venue.encode()
    except UnicodeEncodeError:
        name = b""
    if not 1 <= len(name) <= NAME_BYTES_MAX or not is_name(venue):
        raise BadInput(
            f"the venue id {venue!r} does not fit a code: give 1 to {NAME_BYTES_MAX} bytes of text "
            "without control characters."
        )
    return name


def _signed(signer: Signer, body: Body) -> str:
    if not 0 <= body.at <= SECONDS_MAX:
        raise BadInput(f"the moment {body.at} is not one of 1970 to 2106: check the clock.")
    packed = body.packed()
    return f"TV{VERSION}:{to_base32(packed + signer.sign(DOMAIN + packed))}"


def read(text: str, given: Given) -> Reading | None:
    """A code of ours, alone or after the `#` of a web address; None for any other text."""
    found = TEXT.fullmatch(text)
    if found is None:
        return None
    if int(found[1]) != VERSION:
        return Reading(
            system="truyvet",
            kind="other",
            reason="unknown_version",
            sentence=f"The code is of version {int(found[1])}, newer than this program: update it.",
            signature="unchecked",
        )
    try:
        whole = from_base32(found[2].upper(), exact=True)
        body = unpacked(whole[:-SIGNATURE_BYTES])
    except ValueError as error:
        return malformed("truyvet", "other", f"The text after TV1: is no code of ours ({error})")
    return _judged(body, whole, given)


def _judged(body: Body, whole: bytes, given: Given) -> Reading:
    card = body.sort == "card"
    venue = "" if card else body.name.decode()
    decoded: dict[str, Any] = {
        "version": VERSION,
        "kind": body.sort,
        "venue": venue or None,
        "card": body.name.hex() if card else None,
        "direction": body.direction,
        "key": body.key,
        "at": iso(body.at),
        "seconds": body.seconds,
    }
    signature, reason, sentence = _checked(body, venue, whole, given)
    return Reading(
        system="truyvet",
        kind="person" if card else "venue",
        reason=reason,
        sentence=sentence,
        signature=signature,
        decoded=decoded,
        place=venue,
        identity=f"truyvet:{body.name.hex()}" if card else "",
        direction=body.direction,
    )


def _checked(
    body: Body, venue: str, whole: bytes, given: Given
) -> tuple[Literal["valid", "invalid", "unchecked"], Reason | None, str]:
    keys = given.trust.named("Ed25519", body.key)
    if not keys:
        told = f"It is signed with key {body.key}, which is not trusted here: add it with --key, or reprint."
        return "unchecked", "unknown_key", told
    signature, message = whole[-SIGNATURE_BYTES:], DOMAIN + whole[:-SIGNATURE_BYTES]
    key = next((key for key in keys if verifies(key, signature, message)), None)
    if key is None:
        return (
            "invalid",
            "bad_signature",
            "Its signature is not that of its key: damaged or forged.",
        )
    return ("valid", *_allowed(key, body, venue, given.at))


def _allowed(key: Key, body: Body, venue: str, at: int) -> tuple[Reason | None, str]:
    """What speaks against a code that is signed well."""
    if key.revoked is not None:
        return "revoked_key", f"Key {body.key} was revoked on {iso(key.revoked)}: have the code made again."
    if key.venue and key.venue != venue:
        return (
            "key_not_for_venue",
            f"Key {body.key} is for another venue: have the code made again.",
        )
    if body.sort == "screen":
        if at < body.at - SKEW_SECONDS:
            return "not_yet_valid", f"It is of {iso(body.at)}, which is yet to come: check both clocks."
        if at >= body.at + body.seconds + SKEW_SECONDS:
            return (
                "expired",
                f"It was shown until {iso(body.at + body.seconds)}: scan the screen itself.",
            )
    return None, ""
