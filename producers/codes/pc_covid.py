"""PC-COVID's personal code: `SoGiayTo|HoTen|NgaySinh|LoaiDinhDanh|QID|EXT`, names and numbers in clear.

Decision 1405/QD-BTTTT of 2021-09-11, version 1.1. Six fields; a different count is refused. A person is
named by `QID`, which the national QR system issued: the document's number may be masked with stars.
"""

import re

from producers.codes.reading import Reading, malformed
from producers.codes.trust import Given

FIELDS = ("SoGiayTo", "HoTen", "NgaySinh", "LoaiDinhDanh", "QID", "EXT")
BORN = re.compile(r"[\d*]{4}-[\d*]{2}-[\d*]{2}", re.ASCII)
DOCUMENT = re.compile(r"[0-9A-Z*]{1,20}", re.ASCII | re.IGNORECASE)
ISSUED = re.compile(r"[0-9A-Za-z]{6,40}", re.ASCII)
DECLARED = {"0", "1"}
"""0: by the person, 1: by another for the person."""


def read(text: str, given: Given) -> Reading | None:
    """None where no field between bars is a date as this system writes it."""
    parts = text.split("|")
    if not any(BORN.fullmatch(part.strip()) for part in parts[1:]):
        return None
    if len(parts) != len(FIELDS):
        return malformed("pc-covid", "person", f"The code has {len(parts)} fields and not {len(FIELDS)}")
    fields = dict(zip(FIELDS, (part.strip() for part in parts), strict=True))
    rules = {
        "SoGiayTo": bool(DOCUMENT.fullmatch(fields["SoGiayTo"])),
        "HoTen": bool(fields["HoTen"]),
        "NgaySinh": bool(BORN.fullmatch(fields["NgaySinh"])),
        "LoaiDinhDanh": fields["LoaiDinhDanh"] in DECLARED,
        "QID": bool(ISSUED.fullmatch(fields["QID"])),
    }
    for name, kept in rules.items():
        if not kept:
            return malformed("pc-covid", "person", f"The field {name} is not what it should be")
    return Reading(system="pc-covid", kind="person", decoded=fields, identity=f"pccovid:{fields['QID']}")
