"""Whether a request was signed by its device: headers, device, Ed25519 (RFC 8032), through `cryptography`."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from producers import signed_request
from producers.codes.encoded import from_base64
from producers.gateway.declined import Declined
from producers.gateway.device import Device, raw_key
from producers.gateway.devices import signing

FORMS = {
    signed_request.DEVICE: re.compile(r"[0-9a-f]{16}", re.ASCII),
    signed_request.TIME: re.compile(r"[0-9]{1,10}", re.ASCII),
    signed_request.NONCE: re.compile(r"[0-9a-f]{32}", re.ASCII),
    signed_request.SIGNATURE: re.compile(r"[A-Za-z0-9_-]{86}", re.ASCII),
}
"""Header -> what it looks like."""
KEYS_MAX = 50_000


class Signed(NamedTuple):
    """A request whose signature is its device's. Nothing says yet that it is not one sent again."""

    device: Device
    at: int
    """Of the device's own clock, epoch seconds."""
    nonce: str
    body: bytes


def checked(
    method: str,
    path: str,
    headers: Mapping[str, str],
    body: bytes,
    device: Device | None,
) -> Signed:
    """Did this device send this? None for one nobody knows. Raises Declined: 401, and what is wrong."""
    words = [headers.get(name, "") for name in FORMS]
    for word, (name, form) in zip(words, FORMS.items(), strict=True):
        if not form.fullmatch(word):
            raise Declined("unsigned", where=name)
    _, at, nonce, signature = words
    found = signing(device)
    message = signed_request.message(method, path, int(at), nonce, body)
    try:
        _key(found.public_key).verify(from_base64(signature), message)
    except (InvalidSignature, ValueError):
        raise Declined("wrong_signature") from None
    return Signed(found, int(at), nonce, body)


@lru_cache(KEYS_MAX)
def _key(public_key: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(raw_key(public_key))
