"""NZ COVID Tracer's poster: a prefix and the base64 of a JSON object, not signed.

minhealthnz/nzcovidtracer-app, `specs/scanSpec.ts`; HISO 10085:2020. The app takes missing padding, and a
location number that is no GS1 number; so do we. Links of posters and tags (`.../scan#data=`) hold the same.
"""

import re

from producers.codes.encoded import from_base64, from_json, texts
from producers.codes.reading import Reading, malformed
from producers.codes.trust import Given
from producers.codes.web_address import web_address

PREFIX = "NZCOVIDTRACER:"
HOST = "tracing.covid19.govt.nz"
LINK = re.compile(r"data=([^&]*)")
EASTER_EGG = "RECARTDIVOCZN:"
"""The prefix backwards: the app's own amusement, and no place."""


def read(text: str, given: Given) -> Reading | None:
    """None where the text is no code of New Zealand."""
    address = web_address(text)
    if address and address.host == HOST:
        found = LINK.fullmatch(address.fragment)
        text = found[1] if found else PREFIX
    if text.startswith(EASTER_EGG):
        return Reading(
            system="nz-covid-tracer",
            kind="other",
            reason="not_a_check_in",
            sentence="It is a game of the app of New Zealand and no place: scan the poster.",
        )
    if not text.startswith(PREFIX):
        return None
    try:
        fields = from_json(from_base64(text.removeprefix(PREFIX)))
        location, *_ = texts(fields, "gln", "opn", "adr", "typ", "ver")
    except ValueError as error:
        return malformed("nz-covid-tracer", "venue", f"What follows {PREFIX} is no poster ({error})")
    return Reading(system="nz-covid-tracer", kind="venue", decoded=fields, place=f"nz:{location}")
