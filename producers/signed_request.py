"""How a device signs what it sends: the message under the signature, and the headers that carry it."""

from hashlib import sha256

DEVICE = "Truyvet-Device"
"""The device, 16 hex digits, as its enrolment named it."""
TIME = "Truyvet-Time"
"""The device's own clock, epoch seconds."""
NONCE = "Truyvet-Nonce"
"""Drawn at random for each request, 32 hex digits."""
SIGNATURE = "Truyvet-Signature"
"""Ed25519 (RFC 8032) of `message`, 64 bytes in base64url without padding."""


def message(method: str, path: str, at: int, nonce: str, body: bytes) -> bytes:
    r"""What is signed. path: as requested, without the host and with the query if there is one.

    >>> message("POST", "/v1/scans", 1638316800, "00ff", b"{}")[:51]
    b'truyvet request v1\nPOST\n/v1/scans\n1638316800\n00ff\n4'
    """
    return f"truyvet request v1\n{method}\n{path}\n{at}\n{nonce}\n{sha256(body).hexdigest()}".encode()
