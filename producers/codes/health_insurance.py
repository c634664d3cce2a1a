"""The Vietnamese health-insurance card (BHYT): fields between bars, name and address as hex of UTF-8.

The order is that of published readers of the card. A person is named by the last ten digits of the card's
number, which is the social-insurance number and stays when the characters before it (the benefit) change.
"""

import re
from contextlib import suppress

from producers.codes.reading import Reading, malformed
from producers.codes.trust import Given

FIELDS = (
    *("HeinCardNumber", "PatientName", "Dob", "Gender", "Address", "MediOrgCode", "FromDate", "ToDate"),
    *("IssueDate", "ManagerCodeBHXH", "ParentName", "LiveAreaCode", "FineYearMonthDate"),
)
SOCIAL_INSURANCE = "bhxh:"
"""Begins the identity behind a card, or ten digits would be a telephone number."""
FIELDS_MIN = 9
FIELDS_MAX = 16
"""Cards of several years have more at the end, which nobody describes: it is let go."""
HEX_FIELDS = ("PatientName", "Address", "ParentName")
NUMBER = re.compile(r"(?:[A-Z]{2}\d{3})?(\d{10})", re.ASCII)
BORN = re.compile(r"(\d{1,2}/\d{1,2}/)?\d{4}", re.ASCII)
GENDERS = {"1", "2"}


def read(text: str, given: Given) -> Reading | None:
    """None where the first of several fields is no card number of 15 characters, or of 10 digits."""
    parts = [part.strip() for part in text.removesuffix("$").split("|")]
    found = NUMBER.fullmatch(parts[0])
    if len(parts) < 3 or found is None:
        return None
    if not FIELDS_MIN <= len(parts) <= FIELDS_MAX:
        told = f"The card has {len(parts)} fields and not {FIELDS_MIN} to {FIELDS_MAX}"
        return malformed("bhyt", "person", told)
    fields = dict(zip(FIELDS, parts, strict=False))
    for name in HEX_FIELDS:
        if name in fields:
            fields[name] = _unhexed(fields[name])
    for name, kept in {
        "PatientName": bool(fields["PatientName"]),
        "Dob": bool(BORN.fullmatch(fields["Dob"])),
        "Gender": fields["Gender"] in GENDERS,
    }.items():
        if not kept:
            return malformed("bhyt", "person", f"The field {name} is not what it should be")
    return Reading(system="bhyt", kind="person", decoded=fields, identity=f"{SOCIAL_INSURANCE}{found[1]}")


def _unhexed(text: str) -> str:
    """The text behind hex of UTF-8; what is none stays as it is, as readers of the card do it."""
    with suppress(ValueError):
        return bytes.fromhex(text).decode() or text
    return text
