"""Codes of Vietnam's earlier apps whose content was never published: recognised by their address, no more.

Bluezone, VHD (Vietnam Health Declaration) and PC-COVID printed venue codes, Hue a code for posting and a
card for each person. No specification or example is public, so nothing is decoded. A venue's code works
once an operator has said which of our venues its whole text stands for (`producers.codes.aliases`). A card
of Hue is taken as the person whose card has this text, which holds as long as a card's text stays the same.
"""

import re
from hashlib import sha256

from producers.codes.reading import Reading, System
from producers.codes.trust import Given
from producers.codes.web_address import WebAddress, web_address

VENUES: dict[str, System] = {
    "qr.pccovid.gov.vn": "pc-covid",
    "pccovid.gov.vn": "pc-covid",
    "qr.tokhaiyte.vn": "vhd",
    "tokhaiyte.vn": "vhd",
    "bluezone.gov.vn": "bluezone",
    "bluezone.ai": "bluezone",
    "qr.huecity.vn": "hue-s",
}
CARDS = "huecity.vn"
KIOSK = "/quetqr"
"""The page of Hue's scanning device itself, which is no card."""
TOKEN = re.compile(r"(?=.*\d)\w{6,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
"""What a card's own part of the address must look like, so that a page of news is no card: no words that
hyphens join, for `covid-19-ngay-20-12` would make one person of all who show it."""


def read(text: str, given: Given) -> Reading | None:
    """None where the text is no address of these systems."""
    address = web_address(text)
    if address is None:
        return None
    decoded = {"host": address.host, "token": _token(address), "sha256": sha256(text.encode()).hexdigest()}
    if system := VENUES.get(address.host.removeprefix("www.")):
        return Reading(
            system=system,
            kind="venue",
            reason="no_alias",
            sentence="What such a code holds is not public: say which venue it is, `truyvet code alias`.",
            decoded=decoded,
        )
    card = address.host.removeprefix("www.") == CARDS and not address.path.lower().startswith(KIOSK)
    if card and TOKEN.fullmatch(decoded["token"]):
        return Reading(system="hue-s", kind="person", decoded=decoded, identity=f"hue:{text}")
    return None


def _token(address: WebAddress) -> str:
    """What in the address names one place or card: its id, else its fragment, else the end of its path."""
    last = address.path.rstrip("/").rpartition("/")[2]
    return address.asked("id") or address.fragment or last
