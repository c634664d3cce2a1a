"""The office's page before the real gateway in memory, and what a clerk does with it."""

import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import zxingcpp
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1] / "gateway" / "service"))
from gateway_world import NOON, TRUST, World

from producers.codes.reader import read
from producers.codes.reading import Reading
from producers.codes.trust import Given
from producers.register import VENUES_TOPIC, Register
from producers.venue_record import VenueRecord, parse_record

HOSPITAL = {"name": "Bệnh viện Trung ương Huế", "kind": "hospital", "address": "16 Lê Lợi, Huế"}


class Office(World):
    """A gateway where a browser can reach it."""

    address = ""

    def registered(self) -> dict[str, VenueRecord]:
        """By name, as somebody reads it who follows the topic from its beginning."""
        venues = Register(self.log, VENUES_TOPIC)
        venues.refresh()
        found = [parse_record(value) for value in venues.values.values()]
        return {record.name: record for record in found}


def enrol(page: Any, invitation: str) -> Any:
    """The page after an operator's invitation was typed."""
    page.fill("#invitation", invitation)
    page.click("#enrol button")
    page.wait_for_selector("#place:not([hidden])")
    return page


def fill(page: Any, **texts: str) -> None:
    """Types these texts, or chooses them."""
    page.evaluate("document.querySelector('#more').open = true")
    for field, text in texts.items():
        if field in ("kind", "inside"):
            page.select_option(f"#{field}", **{"label" if field == "inside" else "value": text})
        else:
            page.fill(f"#{field}", text)


def register(page: Any, **texts: str) -> None:
    """Types, sends, and waits for the poster."""
    fill(page, **texts)
    page.click("#register")
    page.wait_for_selector("#poster:not([hidden])")


def typed(page: Any) -> dict[str, str]:
    """What stands in the form."""
    found: dict[str, str] = page.evaluate("import('/pages/office_form.js').then((form) => form.typed())")
    return found


def code_in(image: bytes) -> Reading:
    """The one code of a picture, read by another program, its signature checked."""
    (found,) = zxingcpp.read_barcodes(Image.open(BytesIO(image)))
    return read(found.text, Given(TRUST, NOON))


def shown_poster(page: Any) -> str:
    """The address of the poster that the page shows, once it is there."""
    page.wait_for_function(
        """() => {
            const image = document.querySelector("#poster-image");
            return !image.hidden && image.complete && image.naturalWidth > 0;
        }"""
    )
    address: str = page.get_attribute("#poster-image", "src")
    return address


def shown_code(page: Any) -> Reading:
    """The code of the poster that the page shows."""
    shown_poster(page)
    page.locator("#poster-image").evaluate("(image) => image.decode()")
    return code_in(page.locator("#poster-image").screenshot())
