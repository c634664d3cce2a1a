"""SafeEntry's poster (Singapore): a web address whose last part names the company, the place and its number.

`https://HOST/login/ENV-UEN-NUMBER-NAME-SE`; singpass/safeentry-demo-app. The number may be missing and a name
may hold hyphens, so it is read from both ends. Not signed.
"""

import re

from producers.codes.reading import Reading, malformed
from producers.codes.trust import Given
from producers.codes.web_address import web_address

HOSTS = ("temperaturepass.ndi-api.gov.sg", "safeentry-qr.gov.sg")
VENUE = re.compile(r"([A-Z]+)-([0-9A-Z]{9,10})-(?:(\d+)-)?(.*[^-])-SE", re.ASCII)


def read(text: str, given: Given) -> Reading | None:
    """None where the text is neither an address of SafeEntry nor a bare venue id of it."""
    address = web_address(text)
    if address is None:
        name = text
        if not VENUE.fullmatch(name):
            return None
    elif any(address.host == host or address.host.endswith(f".{host}") for host in HOSTS):
        name = address.path.removeprefix("/login/").strip("/")
    else:
        return None
    found = VENUE.fullmatch(name)
    if found is None:
        return malformed("safeentry", "venue", "The address names no place (/login/PROD-COMPANY-NAME-SE)")
    environment, company, number, place = found.groups()
    decoded = {"venueId": name, "env": environment, "uen": company, "id": number, "name": place}
    return Reading(system="safeentry", kind="venue", decoded=decoded, place=f"safeentry:{name}")
