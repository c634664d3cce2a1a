"""An envelope only the gateway opens: what a kiosk keeps of an identity until it can be sent.

The kiosk has no pseudonym key, for whoever steals a kiosk would have it too; it has the gateway's public key.
Each envelope is sealed with a key pair of its own that is forgotten at once (X25519, RFC 7748; HKDF-SHA256,
RFC 5869; AES-256-GCM, NIST SP 800-38D), so that not even the kiosk can open what it sealed. Browsers have
all three (Web Cryptography), so the officer's page seals as a kiosk does.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from producers.codes.encoded import from_base64, to_base64url
from producers.errors import BadInput

KEY_BYTES = 32
VERSION = "1."
PADDED_BYTES = 64
"""An envelope's length says only in which block of 64 bytes that of its text lies."""
NONCE = bytes(12)
"""Always the same: no two envelopes share a key."""


def seal(public: bytes, text: str) -> str:
    """`1.` and base64url of the envelope's own public key (32 bytes), ciphertext and tag."""
    body = text.encode()
    padded = body + b"\0" * (-len(body) % PADDED_BYTES)
    own = X25519PrivateKey.generate()
    mine = own.public_key().public_bytes_raw()
    secret = own.exchange(X25519PublicKey.from_public_bytes(public))
    return VERSION + to_base64url(mine + _cipher(secret, mine, public).encrypt(NONCE, padded, None))


class Opener:
    """Opens with one private key, given as its 32 bytes; `public` is what senders seal to."""

    def __init__(self, private: bytes) -> None:
        self._key = X25519PrivateKey.from_private_bytes(private)
        self.public = self._key.public_key().public_bytes_raw()

    def open(self, sealed: str) -> str:
        """The text. Raises BadInput when it was sealed to another key, changed, or is no envelope."""
        try:
            raw = from_base64(sealed.removeprefix(VERSION))
            sender, body = raw[:KEY_BYTES], raw[KEY_BYTES:]
            secret = self._key.exchange(X25519PublicKey.from_public_bytes(sender))
            padded = _cipher(secret, sender, self.public).decrypt(NONCE, body, None)
        except (InvalidTag, ValueError):
            raise BadInput(
                "a sealed identity is damaged or for another gateway: enrol the device that sealed it again."
            ) from None
        return padded.rstrip(b"\0").decode()


def _cipher(secret: bytes, sender: bytes, receiver: bytes) -> AESGCM:
    derived = HKDF(SHA256(), KEY_BYTES, None, b"truyvet envelope v1\0" + sender + receiver)
    return AESGCM(derived.derive(secret))
