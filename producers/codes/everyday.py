"""Codes of everyday life that are held before a scanner by mistake, each told by its name."""

from producers.codes.reading import Reading, System
from producers.codes.trust import Given
from producers.codes.web_address import web_address

BEGINNINGS: tuple[tuple[str, System, str], ...] = (
    ("WIFI:", "wifi", "a code for a wireless network"),
    ("000201", "payment", "a code for a payment"),
    ("BITCOIN:", "payment", "a code for a payment"),
    ("BEGIN:VCARD", "contact", "a business card"),
    ("MECARD:", "contact", "a business card"),
    ("MAILTO:", "contact", "an e-mail address"),
    ("TEL:", "contact", "a telephone number"),
    ("SMSTO:", "contact", "a text message"),
    ("HC1:", "certificate", "a health certificate"),
    ("SHC:/", "certificate", "a health certificate"),
)


def read(text: str, given: Given) -> Reading | None:
    """None where the text is none of these. Nothing of it is decoded: some hold passwords."""
    upper = text[:20].upper()
    for beginning, system, what in BEGINNINGS:
        if upper.startswith(beginning):
            return _refused(system, what)
    return _refused("link", "the address of a web page") if web_address(text) else None


def _refused(system: System, what: str) -> Reading:
    return Reading(
        system=system,
        kind="other",
        reason="not_a_check_in",
        sentence=f"It is {what} and no check-in: scan the venue's poster or the person's code.",
    )
