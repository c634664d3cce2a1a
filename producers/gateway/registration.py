"""What an office may say of a place, and the entry of the registry it becomes."""

from collections.abc import Callable
from typing import Annotated, Any, NotRequired

from pydantic import ConfigDict, Field, TypeAdapter, with_config
from typing_extensions import TypedDict

from producers.codes.own_body import NAME_BYTES_MAX, is_name
from producers.errors import BadInput
from producers.gateway.declined import Declined
from producers.scan import VENUE_LENGTH_MAX
from producers.venue import STAY_MINUTES_MAX
from producers.venue_files.legacy import FONTS, legacy
from producers.venue_files.rows import cleaned, made_id
from producers.venue_record import (
    CAPACITY_MAX,
    NAME_LENGTH_MAX,
    TEXT_LENGTH_MAX,
    UNIT_LENGTH_MAX,
    Kind,
    VenueRecord,
    WrongField,
    record_of,
)

Id = Annotated[str, Field(min_length=1, max_length=VENUE_LENGTH_MAX)]
Text = Annotated[str, Field(max_length=TEXT_LENGTH_MAX)]
Entry = Callable[[str], VenueRecord | None]
"""The entry of a venue's id; None where nobody registered it."""


@with_config(ConfigDict(extra="forbid"))
class VenueAsked(TypedDict):
    """One place. Of a venue that is registered, what is not told stays as it is; null empties a field.

    id: as its code will name it; without one it is made of name, building and address, the same each time, as
        an import makes it. stay_minutes: default stay. inside: id of the building a room lies in.
    hours: `Mo-Fr 07:00-17:00; Sa 08:00-12:00`. lat, lon: degrees, WGS 84. unit: code of its ward.
    """

    name: Annotated[str, Field(min_length=1, max_length=NAME_LENGTH_MAX)]
    id: NotRequired[Id | None]
    kind: NotRequired[Kind | None]
    stay_minutes: NotRequired[Annotated[int, Field(ge=0, le=STAY_MINUTES_MAX)] | None]
    inside: NotRequired[Id | None]
    hours: NotRequired[Text | None]
    capacity: NotRequired[Annotated[int, Field(ge=1, le=CAPACITY_MAX)] | None]
    address: NotRequired[Text | None]
    lat: NotRequired[Annotated[float, Field(ge=-90, le=90)] | None]
    lon: NotRequired[Annotated[float, Field(ge=-180, le=180)] | None]
    unit: NotRequired[Annotated[str, Field(min_length=1, max_length=UNIT_LENGTH_MAX)] | None]


VENUE = TypeAdapter(VenueAsked)


def entry_of(
    asked: VenueAsked, office: str, entry: Entry, unit_name: Callable[[str], str]
) -> tuple[VenueRecord | None, VenueRecord]:
    """(the entry as it is, as it is to be). office: who asks; it owns what it registers.

    Raises Declined (403) for a venue that is another's, WrongField for what is wrong, and BadInput for an
    entry that this program cannot read.
    """
    told = {field: cleaned(told) if isinstance(told, str) else told for field, told in asked.items()}
    if found := legacy(f"{told['name']} {told.get('address') or ''}"):
        fonts = f"{found}, of old fonts such as {FONTS[found]}"
        raise WrongField("name", f"name: it is in {fonts}: convert it to Unicode.")
    venue = str(told.get("id") or _made_id(told))
    was = entry(venue)
    if was is not None and was.owner != office:
        raise Declined("venue_of_another")
    if told.get("unit"):
        try:
            told["unit"] = unit_name(str(told["unit"]))
        except BadInput as error:
            raise WrongField("unit", str(error)) from None
    empty = VenueRecord(id=venue).model_dump()
    known = was.model_dump() if was else empty | {"owner": office}
    given = {field: empty[field] if value is None else value for field, value in told.items()}
    record = record_of(known | given | {"id": venue})
    _check(record, entry)
    return was, record


def _made_id(told: dict[str, Any]) -> str:
    return made_id({name: text for name, text in told.items() if isinstance(text, str)})


def _check(record: VenueRecord, entry: Entry) -> None:
    """Raises WrongField where no poster holds its id, nobody could tell it, or what it lies in is wrong."""
    if not is_name(record.id) or len(record.id.encode()) > NAME_BYTES_MAX:
        told = f"id {record.id[:40]!r}: no code holds it: give 1 to {NAME_BYTES_MAX} bytes of text."
        raise WrongField("id", told)
    if not record.name:
        raise WrongField("name", "name: it is empty: people must see that the poster is theirs.")
    seen, inside = {record.id}, record.inside
    while inside:
        if inside in seen:
            told = f"inside {record.inside!r}: that venue lies in this one: mend one of the two."
            raise WrongField("inside", told)
        seen.add(inside)
        outer = entry(inside)
        if outer is None and inside == record.inside:
            told = f"inside {inside!r}: no such venue is registered: register the building first."
            raise WrongField("inside", told)
        inside = outer.inside if outer else ""
