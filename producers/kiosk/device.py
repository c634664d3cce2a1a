"""Who a kiosk is: its own signing key, the gateway it belongs to, and the key that it seals identities to.

One file, readable by its owner only, written whole before and after enrolment: an enrolment whose answer was
lost is tried again with the same key.
"""

import json
import os
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from producers.codes.encoded import from_base64, to_base64url
from producers.codes.signing import SEED_BYTES, Signer
from producers.envelope import KEY_BYTES
from producers.errors import BadInput
from producers.kiosk.disk import sync

FILE = "device.json"
OUTBOX = "outbox.sqlite"
RAW_KEY_BYTES = 32
"""An Ed25519 key without its wrapping, which is always the same (RFC 8410)."""
HERE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Device:
    """A kiosk. Until it is enrolled `device` is empty.

    seed: of its Ed25519 key, 64 hex digits; it never leaves the file.
    device: 16 hex digits, from the gateway. venue: where it stands, empty for one that goes about.
    envelope_key: the gateway's, base64url.
    enrolled_at: by the gateway's clock, epoch seconds.
    next_seed: of the key that is to take the first one's place, as long as the gateway has not said so.
    """

    gateway: str
    seed: str
    device: str = ""
    venue: str = ""
    envelope_key: str = ""
    enrolled_at: int = 0
    next_seed: str = ""

    def key(self) -> bytes:
        """The gateway's envelope key. Raises BadInput where it is none."""
        try:
            found = from_base64(self.envelope_key)
        except ValueError:
            found = b""
        if len(found) != KEY_BYTES:
            raise BadInput("the gateway's envelope key is not 32 bytes in base64url: enrol the kiosk again.")
        return found


def public_key(seed: str) -> str:
    """The public half of a kiosk's key, as the gateway is told it."""
    return to_base64url(Signer(bytes.fromhex(seed)).public[-RAW_KEY_BYTES:])


def gateway_url(text: str) -> str:
    """The address without a slash at its end. Raises BadInput on any but https, or http on this machine.

    An answer says what may be deleted, so it must come from the gateway and from nobody in between.
    """
    parts = urlsplit(text)
    if not parts.hostname or parts.scheme not in ("http", "https") or parts.query or parts.fragment:
        raise BadInput(f"{text!r} is no address of a gateway: give https://host.")
    if parts.scheme == "http" and parts.hostname not in HERE:
        raise BadInput(f"{text!r} can be read and answered by anyone in between: give its https address.")
    return text.rstrip("/")


def begun(folder: Path, gateway: str) -> Device:
    """The kiosk of this folder, about to enrol: its key is made once, and kept before it is used.

    Raises BadInput where it is enrolled already, or the folder cannot be used.
    """
    known = _read(folder) if (folder / FILE).exists() else None
    if known is not None and known.device:
        raise BadInput(
            f"{folder / FILE} is enrolled already, as {known.device}: name another --folder, or move it away "
            "when its outbox is empty."
        )
    device = replace(known or Device("", secrets.token_hex(SEED_BYTES)), gateway=gateway)
    keep(folder, device)
    return device


def enrolled(folder: Path) -> Device:
    """The kiosk of this folder. Raises BadInput where there is none yet."""
    found = _read(folder) if (folder / FILE).exists() else None
    if found is None or not found.device:
        raise BadInput(f"no kiosk is enrolled in {folder}: `truyvet kiosk enrol` does that.")
    return found


def with_next_key(folder: Path, device: Device) -> Device:
    """The same kiosk with a next key: drawn once, and on the disk when this returns."""
    if not device.next_seed:
        device = replace(device, next_seed=secrets.token_hex(SEED_BYTES))
        keep(folder, device)
    return device


def keep(folder: Path, device: Device) -> None:
    """Writes beside and renames, so that the file is whole at every moment; it stays its owner's.

    A file that root wrote anew could not be read by the user whose kiosk it is.
    """
    beside = folder / f".{FILE}.{secrets.token_hex(4)}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(asdict(device), file, ensure_ascii=False, indent=1)
            file.flush()
            if (folder / FILE).exists():
                whose = (folder / FILE).stat()
                os.fchown(handle, whose.st_uid, whose.st_gid)
            os.fsync(handle)
        beside.replace(folder / FILE)
        sync(folder)
    except OSError as error:
        raise BadInput(
            f"{folder / FILE} cannot be written ({error.strerror}): mend the path or the disk."
        ) from None


def _read(folder: Path) -> Device:
    try:
        return Device(**json.loads((folder / FILE).read_bytes()))
    except (OSError, ValueError, TypeError) as error:
        raise BadInput(
            f"{folder / FILE} cannot be read ({type(error).__name__}): put its saved copy back."
        ) from None
