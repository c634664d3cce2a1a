"""A row of an office's list becomes what it says of a venue, or a sentence why it cannot be taken."""

import re
import unicodedata
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

from producers.errors import BadInput
from producers.opening_hours import parse_hours
from producers.unit import LEVELS, Level
from producers.venue_files.header import WORDS, Header, folded
from producers.venue_files.legacy import how_to_convert, legacy
from producers.venue_files.unit_names import UnitNames

SCIENTIFIC = re.compile(r"\d+(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
"""What Excel shows of a long number; the digits it left out are gone."""
OF_A_PERSON = re.compile(r"0(?:0[1-9]|[1-8]\d|9[0-6])[0-3]\d{8}|0[35789]\d{8}", re.ASCII)
"""A citizen's number (province, century and sex, year, order) or a mobile telephone: a household's business
is registered under its owner's."""
SOMEBODY = (
    "its id has the form of a citizen's or a telephone number, and its poster shows the id to everyone: "
    "give it another if it is somebody's"
)
WHOLE = re.compile(r"(\d+)(?:[.,]0{1,2})?(?: ?[^\W\d]+)?")
THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
POSITION = re.compile(r"(-?\d+(?:\.\d+)?)\s*[,; ]\s*(-?\d+(?:\.\d+)?)|(-?\d+,\d+)\s*[; ]\s*(-?\d+,\d+)")
NOTHING = frozenset({"", "-", "–", "—", "n/a", "#n/a", "null", "none"})
MADE_ID_LETTERS = 12
MADE_OF = ("name", "inside", "address", "ward", "district", "province", "unit")

KIND_OF = {word: kind for kind, words in WORDS["kinds"].items() for word in words}
TEXTS = ("id", "name", "inside", "address", "owner")


class Told(NamedTuple):
    """What a row says. fields: of a `VenueRecord`, those it tells; notes: what was left out, and why."""

    line: int
    fields: dict[str, Any]
    notes: tuple[str, ...] = ()


class NotTaken(NamedTuple):
    """A row that is left out. id: as far as it can be told."""

    line: int
    id: str
    sentence: str


class Rows:
    """Reads rows below a header. units: as they are known; where none are, codes are kept as given."""

    def __init__(self, header: Header, units: UnitNames) -> None:
        self._fields = header.fields
        self._units = units

    @property
    def makes_ids(self) -> bool:
        """Has the list no ids, so that they are made of name, building and address?"""
        return "id" not in self._fields

    def read(self, line: int, row: Sequence[str]) -> Told | NotTaken:
        """What the row says. A row that differs only in spaces and Unicode forms says the same."""
        cells = {field: cleaned(row[place]) for field, place in self._fields.items() if place < len(row)}
        told = {field: text for field, text in cells.items() if text.lower() not in NOTHING}
        venue_id = told.get("id", "")
        if found := legacy(" ".join(row)):
            return NotTaken(line, "", f"The row {how_to_convert(found)}.")
        if SCIENTIFIC.fullmatch(venue_id):
            return NotTaken(
                line,
                venue_id,
                f"Excel has shortened the id to {venue_id}: format the column as text, export again.",
            )
        if not self.makes_ids and not venue_id:
            return NotTaken(line, "", "The row has no id: give it one, or take the row out.")
        if self.makes_ids and "name" not in told:
            return NotTaken(line, "", "The row has neither an id nor a name: give it a name, or take it out.")
        try:
            fields, notes = self._read(told)
        except BadInput as error:
            return NotTaken(line, venue_id, str(error))
        return Told(line, fields, tuple(notes))

    def _read(self, told: dict[str, str]) -> tuple[dict[str, Any], list[str]]:
        fields: dict[str, Any] = {field: told[field] for field in TEXTS if field in told}
        notes = [SOMEBODY] if OF_A_PERSON.fullmatch(told.get("id", "")) else []
        fields["id"] = _unpointed(fields["id"]) if "id" in fields else made_id(told)
        if "inside" in fields:
            fields["inside"] = _unpointed(fields["inside"])
        for field in ("stay_minutes", "capacity"):
            if field in told:
                fields[field] = whole(told[field], field)
        if "kind" in told:
            fields["kind"] = KIND_OF.get(folded(told["kind"]), "unknown")
            if folded(told["kind"]) not in KIND_OF:
                notes.append(f"kind {told['kind']!r} is none of ours: taken as unknown")
        if "hours" in told:
            try:
                parse_hours(told["hours"])
                fields["hours"] = told["hours"]
            except BadInput:
                notes.append(f"opening hours {told['hours'][:40]!r} are not understood: left out")
        fields |= position(told)
        unit, wrong = self._unit(told)
        if unit:
            fields["unit"] = unit
        if wrong:
            notes.append(f"{wrong}; the unit is left out")
        return fields, notes

    def _unit(self, told: dict[str, str]) -> tuple[str, str]:
        if not self._units:
            return told.get("unit", ""), ""
        if "unit" in told:
            return self._units.by_code(told["unit"])
        names: dict[Level, str] = {level: told[level] for level in LEVELS if level in told}
        return self._units.by_names(names)


def cleaned(cell: str) -> str:
    """A cell in one Unicode form, with single spaces and no invisible signs."""
    text = " ".join(unicodedata.normalize("NFC", cell).split())
    return text if text.isprintable() else "".join(one for one in text if one.isprintable())


def alike(text: str) -> str:
    """A text as it names a place: one Unicode form, no case, single spaces; all its marks and signs.

    >>> alike("Quán  HÒA (201)")
    'quán hòa (201)'
    """
    return cleaned(unicodedata.normalize("NFC", text).casefold())


def made_id(told: dict[str, str]) -> str:
    """An id for a place whose list has none: the same row gives the same id, however often it is sent.

    Every letter and sign counts, for they tell places apart: `Quán Hoa`, `Quán Hòa`, rooms (201), (202).

    >>> made_id({"name": "Chợ Bến Thành", "address": "Lê Lợi"})
    'p-evxo3ekw2z6h'
    """
    words = [alike(told.get(field, "")) for field in MADE_OF]
    number = int.from_bytes(blake2b("\0".join(words).encode(), digest_size=8).digest(), "big")
    alphabet = "abcdefghijklmnopqrstuvwxyz234567"
    return "p-" + "".join(alphabet[number >> 5 * place & 31] for place in range(MADE_ID_LETTERS))


def whole(text: str, field: str) -> int:
    """A whole number as people write it: `45`, `45.0`, `1.000`, `60 phút`. Raises BadInput."""
    if THOUSANDS.fullmatch(text):
        return int(re.sub(r"[.,]", "", text))
    found = WHOLE.fullmatch(text)
    if not found:
        raise BadInput(f"{field} {text[:40]!r} is not a whole number: write digits only.")
    return int(found[1])


def position(told: dict[str, str]) -> dict[str, float]:
    """lat and lon in degrees, where the row tells both. Raises BadInput for what is no number."""
    texts = [told[field] for field in ("lat", "lon") if field in told]
    if not texts and (found := POSITION.fullmatch(told.get("position", ""))):
        texts = [one for one in found.groups() if one]
    if len(texts) < 2:
        return {}
    try:
        lat, lon = (float(one.replace(",", ".")) for one in texts)
    except ValueError:
        raise BadInput(f"position {texts[0]!r}, {texts[1]!r} is not two numbers: write degrees.") from None
    if abs(lat) > 90 >= abs(lon):
        raise BadInput(f"latitude {lat} is over 90: exchange latitude and longitude.")
    return {"lat": lat, "lon": lon}


def _unpointed(text: str) -> str:
    """A number that a spreadsheet gave a decimal point is still the id it was: 635.0 is 635."""
    return text.removesuffix(".0") if re.fullmatch(r"\d+\.0", text) else text
