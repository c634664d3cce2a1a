"""Codes of every system, made here from what its specification says, for tests without anyone's real code."""

import base64
import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, derive_private_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from producers.codes.signing import Signer
from producers.codes.trust import Given, Key, Trust

NOON = 1638360000
OURS = Signer(bytes(range(32)))
UK_SECRET = derive_private_key(20_211_201, SECP256R1())
UK_PEM = UK_SECRET.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
UK_DER = UK_SECRET.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
GIVEN = Given(Trust([Key(OURS.id, "Ed25519", OURS.public), Key("uk-1", "ES256", UK_DER)]), NOON)
PUBLIC_KEY, SEED = bytes(96), b"0123456789abcdef"
SCANNER = "0f0e0d0c-0b0a-4908-8706-050403020100"


def base64url(body: bytes) -> str:
    return base64.urlsafe_b64encode(body).decode().rstrip("=")


def as_json(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, separators=(",", ":"), ensure_ascii=False).encode()


def varint(value: int) -> bytes:
    found = b""
    while value > 127:
        found, value = found + bytes((value & 127 | 128,)), value >> 7
    return found + bytes((value,))


def message(*fields: tuple[int, int | bytes | str]) -> bytes:
    """A protobuf message, field for field."""
    found = b""
    for number, value in fields:
        if isinstance(value, int):
            found += varint(number << 3) + varint(value)
        else:
            body = value.encode() if isinstance(value, str) else value
            found += varint(number << 3 | 2) + varint(len(body)) + body
    return found


def nz(**other: Any) -> str:
    fields = {"typ": "entry", "gln": "9429000000000", "opn": "Quán", "adr": "1 Đường", "ver": "c19:1"} | other
    return "NZCOVIDTRACER:" + base64.b64encode(as_json(fields)).decode()


def uk(
    kid: str = "uk-1",
    alg: str = "ES256",
    fields: dict[str, Any] | None = None,
    version: str = "1",
    signed: bool = True,
) -> str:
    """A poster under UK_PEM; `signed=False` is one that somebody changed after it was signed."""
    head = base64url(as_json({"alg": alg, "typ": "JWT", "kid": kid}))
    body = base64url(as_json(fields or {"id": "ABCD1234", "opn": "A Café"}))
    r, s = decode_dss_signature(UK_SECRET.sign(f"{head}.{body}".encode(), ECDSA(SHA256())))
    signature = base64url(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    if not signed:
        body = base64url(as_json({"id": "ABCD1235", "opn": "A Café"}))
    return f"UKC19TRACING:{version}:{head}.{body}.{signature}"


def trace_location(
    start: int = 1617591600,
    end: int = 1617800400,
    first: int = 5,
    description: str = "Lễ hội",
    address: str = "Chợ",
) -> bytes:
    """`first` is the number of the field with the start: 5 for CWA, 4 for CrowdNotifier."""
    return message((1, 1), (2, description), (3, address), (first, start), (first + 1, end))


def qr_payload(location: bytes, extra: bytes, version: int = 1) -> bytes:
    return message((1, version), (2, location), (3, message((1, 1), (2, PUBLIC_KEY), (3, SEED))), (4, extra))


def cwa(location: bytes | None = None, version: int = 1, base32: bool = False) -> str:
    body = qr_payload(location or trace_location(), message((1, 1), (2, 9), (3, 90)), version)
    text = base64.b32encode(body).decode().rstrip("=") if base32 else base64url(body)
    return f"https://e.coronawarn.app?v=1#{text}"


def notify_me(version: int = 3, host: str = "https://qr.notify-me.ch") -> str:
    swiss = message(
        (1, 1), (2, 2), (3, "tầng 2"), (4, 28_800_000), (5, 43_200_000), (6, 60_000), (6, 3_600_000)
    )
    body = qr_payload(trace_location(first=4), swiss, version)
    return f"{host}?v={version}#{base64url(body)}"


def luca(rest: str = "#e30", meeting: bool = False) -> str:
    return f"https://app.luca-app.de/webapp/{'meeting/' if meeting else ''}{SCANNER}{rest}"


def luca_personal() -> str:
    """100 bytes that end in their checksum, in Z85 (ZeroMQ's RFC 32)."""
    body = bytes(range(96))
    body += sha256(body).digest()[:4]
    letters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
    text = ""
    for at in range(0, len(body), 4):
        value = int.from_bytes(body[at : at + 4], "big")
        text += "".join(letters[value // 85**power % 85] for power in (4, 3, 2, 1, 0))
    return text


def nsw(**other: Any) -> str:
    fields = {"t": "covid19_business", "bid": "121321", "bname": "Quán", "baddress": "1 Road"} | other
    data = base64.b64encode(as_json(fields)).decode()
    return f"https://www.service.nsw.gov.au/campaign/service-nsw-mobile-app?data={data}"


SAFE_ENTRY = "https://www.safeentry-qr.gov.sg/login/PROD-200000001M-123456-QUAN-PHO-SE"
PC_COVID = "001*******17|TRAN THI B|1990-02-03|1|162979388586179999|162979388586178888<2<<0900000000"
CCCD_7 = "046190000001|191000001|Trần Thị B|03021990|Nữ|1 Lê Lợi, Huế|15042021"
CCCD_6 = "046190000001|Trần Thị B|1990|Nữ|1 Lê Lợi, Huế|15042021"
HUE = "https://huecity.vn/the/AB12CD34"


def bhyt(number: str = "DN4460000000001", **other: str) -> str:
    fields = {
        "number": number,
        "name": "Trần Thị B".encode().hex(),
        "born": "03/02/1990",
        "gender": "2",
        "address": "1 Lê Lợi".encode().hex().upper(),
        "place": "46 - 001",
        "since": "01/01/2021",
        "until": "-",
        "issued": "01/01/2021",
        "office": "4600000",
    } | other
    return "|".join(fields.values()) + "|-|4|01/01/2021|$"


def many(codes: Iterable[str]) -> list[str]:
    """With what surrounds codes on their way: spaces and line ends."""
    return [f"{before}{code}{after}" for code in codes for before, after in (("", ""), (" ", "\r\n"))]
