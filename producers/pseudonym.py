"""The last place where a person's real identity is seen: it goes in, a keyed pseudonym comes out.

A pseudonym is the first 64 bits of HMAC-SHA256 (RFC 2104), written as 16 hex digits. Some pair among
98 million people (Vietnam, 2021) shares one with probability 2.6e-4. Identities can be listed (there
are only so many phone numbers), so whoever has the key can undo every pseudonym: keep it apart from
the data. Whoever loses it cannot join new scans to old ones: keep a second copy.
"""

import os
import re
import secrets
from contextlib import suppress
from functools import lru_cache, partial
from pathlib import Path
from unicodedata import normalize

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from producers.errors import BadInput

KEY_BYTES = 32
KEY_HEX = re.compile(r"[0-9a-fA-F]{64}")
DOMAIN = b"truyvet person v1\0"
"""Keeps these pseudonyms apart from anything else that is ever made with the same key."""
REMEMBERED_MAX = 100_000
"""Identities kept in memory, about 25 MB, so that a person's next scan costs no hash."""


class Pseudonyms:
    """Turns identities into pseudonyms under one key of 32 bytes. Raises BadInput on another length."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise BadInput(f"The pseudonym key has {len(key)} bytes: give one of {KEY_BYTES} bytes.")
        keyed = HMAC(key, SHA256())
        keyed.update(DOMAIN)
        self._remembered = lru_cache(REMEMBERED_MAX)(partial(_pseudonym, keyed))

    def of(self, identity: str) -> str:
        """16 hex digits. Surrounding spaces and the Unicode form (NFC, NFD) do not matter.

        Raises BadInput if nothing is left of the identity or it is not Unicode text.
        """
        return self._remembered(identity)


def _pseudonym(keyed: HMAC, identity: str) -> str:
    """keyed: has taken in the key and DOMAIN; its copy costs a third of beginning anew."""
    try:
        told = normalize("NFC", identity.strip()).encode()
    except UnicodeEncodeError:
        raise BadInput("The identity holds half a character (a lone surrogate): give it as UTF-8.") from None
    if not told:
        raise BadInput("The identity is empty: give the document, phone or account number that was used.")
    hashed = keyed.copy()
    hashed.update(told)
    return hashed.finalize()[:8].hex()


def key_from_hex(text: str) -> bytes:
    """The 32 bytes behind 64 hex digits. Raises BadInput, which never shows the text."""
    text = text.strip()
    if not KEY_HEX.fullmatch(text):
        raise BadInput(
            f"The key of {len(text)} characters is not 64 hex digits: give the whole pseudonym key."
        )
    return bytes.fromhex(text)


def read_or_make_key(path: Path) -> bytes:
    """The key in this file; where there is none yet, a new random one, readable by its owner only.

    The file appears whole or not at all, and of several processes that start at once all get the
    key of the first. Raises BadInput if the file cannot be read, cannot be made or is no key.
    """
    try:
        if not os.path.lexists(path):
            _make_key(path)
        text = path.read_text(encoding="ascii")
    except UnicodeDecodeError:
        text = ""
    except OSError as error:
        raise BadInput(
            f"The pseudonym key {path} cannot be read or made ({error.strerror}): "
            "mend the path or its permissions."
        ) from None
    try:
        return key_from_hex(text)
    except BadInput:
        raise BadInput(
            f"The pseudonym key {path} is not 64 hex digits: put the saved copy of the key back; "
            "delete it only if no scans were ever taken in with it."
        ) from None


def _make_key(path: Path) -> None:
    """Writes beside and links into place: a link never overwrites and never shows half a key."""
    _make_folder(path.parent)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process was first: its key counts
            os.link(beside, path)
    finally:
        beside.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # a key that a power cut takes back would orphan the scans made with it
    finally:
        os.close(folder)


def _make_folder(folder: Path) -> None:
    if folder.exists():
        return
    _make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
