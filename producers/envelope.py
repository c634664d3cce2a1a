"""An envelope only the gateway opens: what a kiosk keeps of an identity until it can be sent.

The kiosk has no pseudonym key, for whoever steals a kiosk would have it too; it has the gateway's public key.
Each envelope is sealed with a key pair that is kept nowhere and soon forgotten (X25519, RFC 7748;
HKDF-SHA256, RFC 5869; AES-256-GCM, NIST SP 800-38D), so that not even the kiosk can open what is in its
outbox. Browsers have all three (Web Cryptography), so the officer's page seals as a kiosk does.

Version 1 has a key pair for each envelope. Version 2 shares one among a few hundred in a row, each with a
nonce of its own: at the gateway the exchange is most of what an envelope costs, and is then done once.
"""

from functools import lru_cache
from os import urandom

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from producers.codes.encoded import from_base64url, to_base64url
from producers.errors import BadInput

KEY_BYTES = 32
VERSION, SHARED_VERSION = "1.", "2."
SHARED_MAX = 500
"""Envelopes of one key pair: as many as a request has. What they hold was in the same memory just before."""
PADDED_BYTES = 64
"""An envelope's length says only in which block of 64 bytes that of its text lies."""
NONCE_BYTES = 12
NONCE = bytes(NONCE_BYTES)
"""Of version 1 always the same: no two envelopes share a key."""
REMEMBERED_MAX = 20_000
"""Key pairs of senders, about 20 MB."""


def seal(public: bytes, text: str) -> str:
    """`1.` and base64url of the envelope's own public key (32 bytes), ciphertext and tag."""
    mine, cipher = _pair(public)
    return VERSION + to_base64url(mine + cipher.encrypt(NONCE, _padded(text), None))


class Sealer:
    """Seals many to one public key: `2.` and base64url of public key, nonce, ciphertext and tag."""

    def __init__(self, public: bytes) -> None:
        self._public = public
        self._left = 0

    def seal(self, text: str) -> str:
        """One envelope; the key pair is forgotten after SHARED_MAX of them."""
        if not self._left:
            self._left, (self._mine, self._cipher) = SHARED_MAX, _pair(self._public)
        self._left -= 1
        nonce = urandom(NONCE_BYTES)
        return SHARED_VERSION + to_base64url(
            self._mine + nonce + self._cipher.encrypt(nonce, _padded(text), None)
        )


class Opener:
    """Opens with one private key, given as its 32 bytes; `public` is what senders seal to."""

    def __init__(self, private: bytes) -> None:
        self._key = X25519PrivateKey.from_private_bytes(private)
        self.public = self._key.public_key().public_bytes_raw()
        self._from = lru_cache(REMEMBERED_MAX)(self._cipher_of)

    def open(self, sealed: str) -> str:
        """The text. Raises BadInput when it was sealed to another key, changed, or is no envelope."""
        try:
            if sealed.startswith(SHARED_VERSION):
                raw = from_base64url(sealed[len(SHARED_VERSION) :])
                sender, at = raw[:KEY_BYTES], KEY_BYTES + NONCE_BYTES
                padded = self._from(sender).decrypt(raw[KEY_BYTES:at], raw[at:], None)
            else:
                raw = from_base64url(sealed.removeprefix(VERSION))
                padded = self._cipher_of(raw[:KEY_BYTES]).decrypt(NONCE, raw[KEY_BYTES:], None)
            return padded.rstrip(b"\0").decode()
        except (InvalidTag, ValueError):
            raise BadInput(
                "a sealed identity is damaged or for another gateway: enrol the device that sealed it again."
            ) from None

    def _cipher_of(self, sender: bytes) -> AESGCM:
        secret = self._key.exchange(X25519PublicKey.from_public_bytes(sender))
        return _cipher(secret, sender, self.public)


def _padded(text: str) -> bytes:
    body = text.encode()
    return body + b"\0" * (-len(body) % PADDED_BYTES)


def _pair(receiver: bytes) -> tuple[bytes, AESGCM]:
    """The public half of a new key pair, and what seals with it."""
    own = X25519PrivateKey.generate()
    mine = own.public_key().public_bytes_raw()
    return mine, _cipher(own.exchange(X25519PublicKey.from_public_bytes(receiver)), mine, receiver)


def _cipher(secret: bytes, sender: bytes, receiver: bytes) -> AESGCM:
    derived = HKDF(SHA256(), KEY_BYTES, None, b"truyvet envelope v1\0" + sender + receiver)
    return AESGCM(derived.derive(secret))
