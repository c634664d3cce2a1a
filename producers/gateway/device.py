"""A device that may hand in scans: invited by an operator, enrolled with its own key, perhaps revoked."""

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from producers.codes.encoded import from_base32, from_base64, to_base32
from producers.gateway.declined import Declined
from producers.origin import Via
from producers.scan import VENUE_LENGTH_MAX, Hex64, Second

Kind = Literal["phone", "kiosk", "checkpoint", "station", "office"]
VIA: dict[Kind, Via] = {"phone": "phone", "kiosk": "kiosk", "checkpoint": "checkpoint", "station": "paper"}
"""What a scan says of its way in. A station types in what was written on paper. An office registers its own
places, and hands in no scans."""
PUBLIC_BYTES = 32
SECRET_BYTES = 15
"""Of an invitation: 24 letters."""
INVITATION_HOURS = 72
NAME_LENGTH_MAX = 100

PublicKey = Annotated[str, Field(max_length=64, description="base64url of 32 raw bytes of Ed25519")]


@dataclass(frozen=True, kw_only=True)
class Device:
    """One entry of `devices.v1`; its key there is `device`. Moments are epoch seconds.

    device: of an invited one the hash of its invitation, of a phone that of its key: enrolling twice gives
        the same device, and an invitation is good for one.
    venue: where it stands; empty for one that goes around.
    public_key: empty until it is enrolled.
    """

    device: Hex64
    kind: Kind
    venue: Annotated[str, Field(max_length=VENUE_LENGTH_MAX)] = ""
    name: Annotated[str, Field(max_length=NAME_LENGTH_MAX)] = ""
    public_key: PublicKey = ""
    invited: Second | None = None
    expires: Second | None = None
    enrolled: Second | None = None
    rotated: Second | None = None
    revoked: Second | None = None
    v: int = 1

    @property
    def state(self) -> Literal["invited", "enrolled", "revoked"]:
        if self.revoked is not None:
            return "revoked"
        return "enrolled" if self.public_key else "invited"

    def value(self) -> bytes:
        """As it stands in `devices.v1`."""
        return RECORD.dump_json(self, exclude_none=True)


RECORD = TypeAdapter(Device)
"""Reads and writes the value of a record of `devices.v1`."""


def invitation(secret: bytes) -> str:
    """The text an operator hands over: six groups of four letters, for it may be typed."""
    letters = to_base32(secret)
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def invited_device(text: str) -> str:
    """The device an invitation is for. The register holds only this hash, so it lets nobody in."""
    try:
        secret = from_base32(text.replace("-", "").replace(" ", "").upper())
    except ValueError:
        raise Declined("wrong_invitation") from None
    return sha256(b"truyvet invitation v1\0" + secret).hexdigest()[:16]


def phone_device(public_key: str) -> str:
    """The device that a phone with this key is."""
    return sha256(b"truyvet phone v1\0" + raw_key(public_key)).hexdigest()[:16]


def raw_key(public_key: str) -> bytes:
    """The 32 bytes of a public key. Raises Declined for another text."""
    try:
        raw = from_base64(public_key)
    except ValueError:
        raw = b""
    if len(raw) != PUBLIC_BYTES:
        raise Declined("bad_key")
    return raw


def invite(secret: bytes, kind: Kind, *, venue: str, name: str, at: int, hours: int) -> Device:
    """A device that may be enrolled once with `invitation(secret)`, until so many hours have passed."""
    return Device(
        device=invited_device(to_base32(secret)),
        kind=kind,
        venue=venue,
        name=name,
        invited=at,
        expires=at + hours * 3600,
    )


def enrol_phone(found: Device | None, public_key: str, name: str, at: int) -> Device:
    """A phone needs no invitation. Enrolled again it stays as it was. Raises Declined when revoked."""
    device = phone_device(public_key)
    if found is None:
        return Device(device=device, kind="phone", name=name, public_key=public_key, enrolled=at)
    if found.revoked is not None:
        raise Declined("revoked_device")
    return found


def enrol_invited(found: Device | None, kind: Kind, public_key: str, name: str, at: int) -> Device:
    """The device behind an invitation, with its key.

    Again with the same key it stays as it was, for an answer may have been lost on the way. Raises Declined.
    """
    raw_key(public_key)
    if found is None or found.kind != kind or found.revoked is not None:
        raise Declined("wrong_invitation")
    if found.public_key == public_key:
        return found
    if found.public_key:
        raise Declined("used_invitation")
    if found.expires is not None and at >= found.expires:
        raise Declined("wrong_invitation")
    return replace(found, public_key=public_key, name=found.name or name, enrolled=at)


def rotate(found: Device, public_key: str, at: int) -> Device:
    """The same device with a new key; the old one counts no more. Raises Declined for what is no key."""
    raw_key(public_key)
    return replace(found, public_key=public_key, rotated=at)


def revoke(found: Device, at: int) -> Device:
    """A device, or an invitation, that counts no more, for good."""
    return found if found.revoked is not None else replace(found, revoked=at)
