"""Declarations for tests, as the gateway makes them."""

import json
from typing import Any

NOON = 1638327600
AN, BINH, CHI = "00000000000000a1", "00000000000000b2", "00000000000000c3"
CAR = "vehicle:e328b5c28597c965"


def movement(id: str = "1" * 16, **more: Any) -> bytes:
    """An declares for Bình, from Đà Nẵng to Huế."""
    event = {
        "kind": "movement",
        "id": id,
        "at": NOON,
        "person": AN,
        "companions": [BINH],
        "origin": "Đà Nẵng",
        "destination": "Huế",
        "vehicle": CAR,
        "symptoms": ["cough"],
        "contacts": [],
        "recent": ["Hòa Vang"],
        "checkpoint": "chốt Lăng Cô",
        "device": "d" * 16,
    }
    return json.dumps(event | more, ensure_ascii=False).encode()


def decision(id: str = "1" * 16, **more: Any) -> bytes:
    """An officer refers it."""
    event = {"kind": "decision", "id": id, "at": NOON, "person": AN, "decision": "refer", "note": "ho nhiều"}
    return json.dumps(event | {"checkpoint": "chốt Lăng Cô", "device": "d" * 16} | more).encode()


def health(id: str = "2" * 16, **more: Any) -> bytes:
    """Chi has a fever."""
    event = {"kind": "health", "id": id, "at": NOON + 60, "person": CHI, "symptoms": ["fever"], "venue": ""}
    return json.dumps(event | {"contacts": [], "recent": [], "device": "e" * 16} | more).encode()
