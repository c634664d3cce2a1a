"""Service NSW's poster: a web address with the base64 of a JSON object, not signed.

`https://www.service.nsw.gov.au/campaign/service-nsw-mobile-app?data=...`; the fields (`t`, `bid`, `bname`,
`baddress`) as in published codes, because there is no published specification.
"""

import re
from urllib.parse import unquote

from producers.codes.encoded import from_base64, from_json, texts
from producers.codes.reading import Reading, malformed
from producers.codes.trust import Given

ADDRESS = re.compile(
    r"https?://(?:www\.)?service\.nsw\.gov\.au/campaign/service-nsw-mobile-app/?\?data=([^&#]*)",
    re.IGNORECASE,
)
TYPE = "covid19_business"


def read(text: str, given: Given) -> Reading | None:
    """None where the text is no such address. The data is cut out by hand: `+` is a letter of base64 here."""
    found = ADDRESS.match(text)
    if found is None:
        return None
    try:
        fields = from_json(from_base64(unquote(found[1])))
        kind, business, _ = texts(fields, "t", "bid", "bname")
        if kind != TYPE:
            raise ValueError(f"t is not {TYPE}")
    except ValueError as error:
        return malformed("nsw", "venue", f"The address holds no place ({error})")
    return Reading(system="nsw", kind="venue", decoded=fields, place=f"nsw:{business}")
