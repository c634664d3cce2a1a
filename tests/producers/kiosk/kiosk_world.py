"""Keys, codes and a door for tests of the kiosk."""

import json
from pathlib import Path
from typing import Any

from producers.codes.own import card_code, poster_code
from producers.codes.signing import Signer
from producers.codes.trust import Given, Key, Trust
from producers.envelope import Opener
from producers.kiosk.door import Door
from producers.kiosk.outbox import Outbox

AT = 1638360000
SIGNER = Signer(bytes(range(32)))
TRUST = Trust([Key(SIGNER.id, "Ed25519", SIGNER.public)])
GIVEN = Given(TRUST, AT)
OPENER = Opener(bytes(range(1, 33)))
CITIZEN = "046190000001|Trần Thị B|1990|Nữ|1 Lê Lợi, Huế|15042021"
INSURED = "HC4797937721111|4e677579e1bb856e|01/01/1990|1|48756573|79-024|01/01/2021|-|01/01/2021|x|-|4|y$"
PC_COVID = "001093029317|NGUYEN VAN A|1987-01-18|0|162979388586171100|<1<00<0123232422"
HUE = "https://huecity.vn/the/a1s2d3f4"


def card(number: int) -> str:
    """A person's card of ours."""
    return card_code(SIGNER, number.to_bytes(16, "big"), AT)


def card_identity(number: int) -> str:
    return f"truyvet:{number.to_bytes(16, 'big').hex()}"


def poster(venue: str, direction: Any = "unknown") -> str:
    return poster_code(SIGNER, venue, AT, direction)


def door(outbox: Outbox, **named: Any) -> Door:
    """A kiosk at `market 12`, unless told otherwise."""
    fields: dict[str, Any] = {
        "envelope_key": OPENER.public,
        "trust": TRUST,
        "heard": AT,
        "fixed": "market 12",
    }
    return Door(outbox, **(fields | named))


def kept(outbox: Outbox) -> list[dict[str, Any]]:
    """The scans that wait, with the identity as the gateway will open it."""
    found = [json.loads(one.body) for one in outbox.waiting(10_000, 10**9)]
    return [scan | {"identity": OPENER.open(scan.pop("person_sealed"))} for scan in found]


def box(folder: Path, **named: Any) -> Outbox:
    return Outbox(folder / "kiosk" / "outbox.sqlite", **named)
