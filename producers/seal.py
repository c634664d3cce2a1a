"""Sealed bytes: what may hold an identity leaves a process only encrypted.

AES-256-GCM with a random 96-bit nonce, from `cryptography`.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from producers.errors import BadInput

NONCE_BYTES = 12


class Seal:
    """Seals and opens with one 32-byte key."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def close(self, body: bytes) -> bytes:
        """nonce + ciphertext + tag: 28 bytes longer than the body."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, body, None)

    def open(self, sealed: bytes) -> bytes:
        """Raises BadInput when the key is another one or the bytes were changed."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)
        except (InvalidTag, ValueError):
            raise BadInput(
                "the sealed bytes do not open with this key: use the key of the worker that sealed them."
            ) from None
