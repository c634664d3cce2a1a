"""The registry's whole entry of a place, as it travels on `venues.v1`; a worker needs only its `Venue`.

The topic is compacted: the key of a record is the venue's id in UTF-8, the value one JSON object, and of one
venue the newest record counts. Evolution is that of `producers/scan.py`: a new field is optional with a
default, and readers ignore fields they do not know.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from producers.errors import BadInput
from producers.opening_hours import is_open, parse_hours, written
from producers.scan import SECONDS_MAX, VENUE_LENGTH_MAX
from producers.venue import STAY_MINUTES_DEFAULT, STAY_MINUTES_MAX, Venue, venue_key

NAME_LENGTH_MAX = 200
TEXT_LENGTH_MAX = 500
UNIT_LENGTH_MAX = 32
CAPACITY_MAX = 1_000_000

Kind = Literal[
    "unknown", "office", "school", "hospital", "market",
    "shop", "restaurant", "vehicle", "checkpoint", "event",
]  # fmt: skip
State = Literal["active", "retired"]
Id = Annotated[str, Field(max_length=VENUE_LENGTH_MAX)]

WRONG = {
    "stay_minutes": (
        f"a default stay is 0 to {STAY_MINUTES_MAX} whole minutes (one day), for with a longer one it would "
        "matter in which order scans arrive"
    ),
    "kind": f"a kind is one of {', '.join(STAY_MINUTES_DEFAULT)}",
    "lat": "a latitude is degrees from -90 to 90",
    "lon": "a longitude is degrees from -180 to 180",
    "capacity": f"a capacity is a whole number of people from 1 to {CAPACITY_MAX}",
    "id": f"an id has 1 to {VENUE_LENGTH_MAX} letters",
    "v": "an entry is of version 1, and a later one asks for a later program",
}
"""What a field must be, where pydantic's own words would not tell a person."""


class WrongField(BadInput):
    """One field of an entry is wrong. field: its name; empty where it is several together."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class VenueRecord(BaseModel):
    """One place. Texts are empty and numbers null where nobody told."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: Annotated[str, Field(min_length=1, max_length=VENUE_LENGTH_MAX, description="As its code names it.")]
    name: Annotated[str, Field(max_length=NAME_LENGTH_MAX, description="As people call it.")] = ""
    kind: Annotated[Kind, Field(description="Decides the default stay where none is given.")] = "unknown"
    stay_minutes: Annotated[
        int | None, Field(ge=0, le=STAY_MINUTES_MAX, description="Default stay; null: that of the kind.")
    ] = None
    inside: Annotated[Id, Field(description="Id of the venue it lies in, as a room in a building.")] = ""
    hours: Annotated[
        str, Field(max_length=TEXT_LENGTH_MAX, description="Opening hours: Mo-Fr 07:00-17:00; Sa 08:00-12:00")
    ] = ""
    capacity: Annotated[int | None, Field(ge=1, le=CAPACITY_MAX, description="People it may hold.")] = None
    address: Annotated[str, Field(max_length=TEXT_LENGTH_MAX)] = ""
    lat: Annotated[float | None, Field(ge=-90, le=90, description="Degrees north, WGS 84.")] = None
    lon: Annotated[float | None, Field(ge=-180, le=180, description="Degrees east, WGS 84.")] = None
    unit: Annotated[
        str, Field(max_length=UNIT_LENGTH_MAX, description="Administrative unit: CODE@FIRST_DAY, or CODE.")
    ] = ""
    owner: Annotated[
        str,
        Field(
            max_length=NAME_LENGTH_MAX,
            description="The organisation that answers for it, or the office (a device) that may change it.",
        ),
    ] = ""
    retired_at: Annotated[
        int | None, Field(ge=0, le=SECONDS_MAX, description="Epoch second from which it is retired.")
    ] = None
    replaced_by: Annotated[Id, Field(description="Id of the venue that took its place.")] = ""
    v: Literal[1] = 1

    @field_validator("hours")
    @classmethod
    def _canonical_hours(cls, text: str) -> str:
        try:
            return written(parse_hours(text))
        except BadInput as error:
            raise ValueError(str(error).removesuffix(".")) from None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.id in (self.inside, self.replaced_by):
            raise ValueError("a venue neither lies inside itself nor replaces itself")
        if self.replaced_by and self.retired_at is None:
            raise ValueError("a venue that is replaced is retired: give retired_at too")
        if (self.lat is None) != (self.lon is None):
            raise ValueError("a position is a latitude and a longitude: give both or none")
        return self

    def state(self, moment: int) -> State:
        """At this moment; a scan at a retired venue is kept, and flagged `retired`."""
        return "active" if self.retired_at is None or moment < self.retired_at else "retired"

    def is_open(self, moment: int) -> bool:
        """By its opening hours (time of Vietnam); a scan outside them is kept, and flagged `closed`."""
        return is_open(parse_hours(self.hours), moment)

    def encode(self) -> bytes:
        """The value on the wire: only what was told."""
        return self.model_dump_json(exclude_defaults=True).encode()

    def venue(self, version: int) -> Venue:
        """What the worker needs. version: grows along the topic (`streams.register_view`)."""
        stay = STAY_MINUTES_DEFAULT[self.kind] if self.stay_minutes is None else self.stay_minutes
        inside = venue_key(self.inside) if self.inside else 0
        return Venue(venue_key(self.id), self.id, self.kind, stay, inside, self.unit, version)


def record_of(fields: dict[str, Any]) -> VenueRecord:
    """The entry of these fields. Raises WrongField: one sentence on the first that is wrong."""
    try:
        return VenueRecord.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        told = WRONG.get(name) or str(first.get("ctx", {}).get("error", first["msg"]))
        given = "" if not name or name not in fields else f" {str(fields[name])[:40]!r}"
        raise WrongField(name, f"{name}{given}: {told}.".removeprefix(": ")) from None


def parse_record(value: bytes) -> VenueRecord:
    """The entry of a record's value. Raises BadInput."""
    try:
        return VenueRecord.model_validate_json(value)
    except ValidationError as error:
        where = error.errors()[0]["loc"]
        raise BadInput(f"a record of venues.v1 is no venue (at {where}): publish it again.") from None
