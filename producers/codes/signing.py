"""Signatures on codes: made and checked with `cryptography`, whose edge for public keys this file is."""

from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
    load_pem_public_key,
)

from producers.codes.trust import Algorithm, Key
from producers.errors import BadInput

SIGNATURE_BYTES = 64
"""Of both: Ed25519 (RFC 8032), and ES256 as JWT writes it, r and s of 32 bytes each (RFC 7518, 3.4)."""
SEED_BYTES = 32
ID_BYTES = 4
REMEMBERED_MAX = 10_000
"""Signatures, about 5 MB."""


class Signer:
    """Signs with one Ed25519 key, given as its 32-byte seed."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = _der(self._key.public_key())
        self.id = key_id(self.public)

    def sign(self, message: bytes) -> bytes:
        """64 bytes; the same message always gives the same ones."""
        return self._key.sign(message)


def key_id(public: bytes) -> str:
    """How our codes name a key: the first 4 bytes of SHA-256 of its DER form, in hex."""
    return sha256(public).hexdigest()[: 2 * ID_BYTES]


def read_public(pem: bytes) -> tuple[Algorithm, bytes]:
    """Algorithm and DER of a public key in PEM. Raises BadInput on any but Ed25519 and P-256."""
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        raise BadInput(
            "it holds no public key in PEM (-----BEGIN PUBLIC KEY-----): ask its owner for one."
        ) from None
    if isinstance(key, Ed25519PublicKey):
        return "Ed25519", _der(key)
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return "ES256", _der(key)
    raise BadInput("its public key is neither Ed25519 nor P-256: no code that can be read is signed so.")


@lru_cache(REMEMBERED_MAX)
def verifies(key: Key, signature: bytes, message: bytes) -> bool:
    """Is it this key's signature under this message? A wrong length is just a wrong signature.

    Remembered, because checking costs a quarter of a millisecond and a market's poster is scanned all day.
    """
    public = _public(key.public)
    if len(signature) != SIGNATURE_BYTES:
        return False
    try:
        if isinstance(public, Ed25519PublicKey):
            public.verify(signature, message)
        else:
            r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
            public.verify(encode_dss_signature(r, s), message, ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


@lru_cache(1024)
def _public(der: bytes) -> Ed25519PublicKey | EllipticCurvePublicKey:
    """Reading a key costs as much as using it, and the same few keys sign all codes."""
    try:
        key = load_der_public_key(der)
    except (ValueError, UnsupportedAlgorithm):
        raise BadInput("a trusted key is no public key: take it out of the list of keys.") from None
    if not isinstance(key, Ed25519PublicKey | EllipticCurvePublicKey):
        raise BadInput("a trusted key is neither Ed25519 nor P-256: take it out of the list of keys.")
    return key


def _der(key: Ed25519PublicKey | EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
