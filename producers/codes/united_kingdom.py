"""The NHS COVID-19 app's poster: `UKC19TRACING:VERSION:JWT`, signed with ES256.

nihp-public/covid-19-app-android-ag-public, `QrCodeParserTest.kt`; the iOS app's `VenueDecoderTests.swift`. A
version above 1 is taken as the apps take it. A code counts only under a key that is given, and by its name: a
good signature under a name that is not known is refused, as there. `alg` other than ES256 never is looked at.
"""

import re
from dataclasses import replace

from producers.codes.encoded import from_base64, from_json, texts
from producers.codes.reading import Reading, malformed
from producers.codes.signing import SIGNATURE_BYTES, verifies
from producers.codes.trust import Given

PREFIX = "UKC19TRACING:"
SHAPE = re.compile(
    r"(?P<version>\d{1,9}):(?P<head>[\w-]+)\.(?P<body>[\w-]+)\.(?P<signature>[\w-]*)", re.ASCII
)


def read(text: str, given: Given) -> Reading | None:
    """None where the text is no code of the UK's app."""
    if not text.startswith(PREFIX):
        return None
    try:
        found = SHAPE.fullmatch(text.removeprefix(PREFIX))
        if found is None or int(found["version"]) < 1:
            raise ValueError("not a version from 1 on and a JSON Web Token")
        header, fields = from_json(from_base64(found["head"])), from_json(from_base64(found["body"]))
        signature, signed = from_base64(found["signature"]), f"{found['head']}.{found['body']}"
        name, _ = texts(header, "kid", "alg")
        venue, _ = texts(fields, "id", "opn")
        if header["alg"] != "ES256" or len(signature) != SIGNATURE_BYTES:
            raise ValueError("it is not signed with ES256")
    except ValueError as error:
        return malformed("uk-nhs", "venue", f"What follows {PREFIX} is no poster ({error})")
    reading = Reading(system="uk-nhs", kind="venue", decoded=fields, place=f"uk:{venue}", signature="valid")
    keys = given.trust.named("ES256", name)
    if not keys:
        return replace(
            reading,
            reason="unknown_key",
            sentence=f"It is signed with key {name[:64]!r}, which is not at hand: add --key NAME=FILE.",
            signature="unchecked",
        )
    signers = [key for key in keys if verifies(key, signature, signed.encode())]
    if not signers:
        told = "Its signature is not that of its key: damaged or forged; have it printed again."
        return replace(reading, reason="bad_signature", sentence=told, signature="invalid")
    if all(key.revoked is not None for key in signers):
        told = "Its key was revoked: have the poster made again."
        return replace(reading, reason="revoked_key", sentence=told)
    return reading
