"""The Vietnamese citizen card (CCCD): 6 fields between bars, or 7 with the old number.

No official specification is public; the fields are those that published readers of the card agree on. A
person is named by the 12 digits alone, as a table with a column of card numbers names them.

A scanner that types cannot type `ữ`: of `Nữ` an N arrives, and what the keyboard made of the rest. So no more
is asked of that field, or every woman would be refused at a door where the men's `Nam` goes through.
"""

import re

from producers.codes.reading import Reading, malformed
from producers.codes.trust import Given

NAMES = {
    6: ("SoCCCD", "HoTen", "NgaySinh", "GioiTinh", "NoiThuongTru", "NgayCap"),
    7: ("SoCCCD", "SoCMND", "HoTen", "NgaySinh", "GioiTinh", "NoiThuongTru", "NgayCap"),
}
RULES = {
    "SoCCCD": re.compile(r"\d{12}", re.ASCII),
    "SoCMND": re.compile(r"(\d{9}|\d{12})?", re.ASCII),
    "HoTen": re.compile(r".*\S.*"),
    "NgaySinh": re.compile(r"((0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2]))?(19|20)\d\d", re.ASCII),
    "GioiTinh": re.compile(r"[Nn].{0,5}"),
    "NgayCap": re.compile(r"((0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])(19|20)\d\d)?", re.ASCII),
}


def read(text: str, given: Given) -> Reading | None:
    """None where the first of several fields is not twelve digits."""
    parts = [part.strip() for part in text.split("|")]
    if len(parts) < 3 or not RULES["SoCCCD"].fullmatch(parts[0]):
        return None
    names = NAMES.get(len(parts))
    if names is None:
        return malformed("cccd", "person", f"The card has {len(parts)} fields and not 6 or 7")
    fields = dict(zip(names, parts, strict=True))
    for name, rule in RULES.items():
        if name in fields and not rule.fullmatch(fields[name]):
            return malformed("cccd", "person", f"The field {name} is not what it should be")
    return Reading(system="cccd", kind="person", decoded=fields, identity=fields["SoCCCD"])
