"""A declaration at a road checkpoint: who travels from where to where, and what the officer decided.

After Vietnam's "khai báo di chuyển nội địa": from, to, vehicle, companions, signs, contacts, recent places.
Persons are pseudonyms, and the vehicle is one too: its plate under the same key. A record of the topic is one
event, `movement` or `decision`; the newest decision on an id counts. The vehicle is a venue to those in it,
and the checkpoint one that is passed in an instant, so that tracing needs to know nothing of either.
"""

from collections.abc import Callable
from typing import Annotated, Literal, NotRequired

from pydantic import ConfigDict, Field, TypeAdapter, with_config
from typing_extensions import TypedDict  # pydantic asks for it before Python 3.12

from producers.errors import BadInput
from producers.health import Contacts, Place, Recent, Symptoms, Venue
from producers.origin import Origin
from producers.pseudonym import Pseudonyms
from producers.scan import Direction, Hex64, ScanEvent, Second, content_id
from producers.venue import VEHICLE

TOPIC = "declarations.v1"
COMPANIONS_MAX = 60
"""A full bus."""
NOTE_LENGTH_MAX = 500
PLATE_LENGTH_MAX = 20

Decision = Literal["approve", "refer"]
Version = Literal[1]


@with_config(ConfigDict(extra="ignore"))
class MovementDeclared(TypedDict):
    """One journey as it was declared.

    id: drawn at random by the device. at: when it was declared, epoch seconds. person: who declared it, and
    companions: who travels along, keyed pseudonyms. vehicle: a venue id (`vehicle_venue`), empty for none.
    symptoms, contacts, recent: of any of them, in the last 14 days. checkpoint: its venue, empty where a
    phone declared ahead. device: which device sent it.
    """

    kind: Literal["movement"]
    id: Hex64
    at: Second
    person: Hex64
    companions: Annotated[list[Hex64], Field(max_length=COMPANIONS_MAX)]
    origin: Place
    destination: Place
    vehicle: Venue
    symptoms: Symptoms
    contacts: Contacts
    recent: Recent
    checkpoint: Venue
    device: Hex64
    v: NotRequired[Version]


@with_config(ConfigDict(extra="ignore"))
class MovementDecided(TypedDict):
    """What an officer decided on the declaration of this id, and when; note: why, in the officer's words."""

    kind: Literal["decision"]
    id: Hex64
    at: Second
    person: Hex64
    decision: Decision
    note: Annotated[str, Field(max_length=NOTE_LENGTH_MAX)]
    checkpoint: Venue
    device: Hex64
    v: NotRequired[Version]


MOVEMENT: TypeAdapter[MovementDeclared | MovementDecided] = TypeAdapter(MovementDeclared | MovementDecided)
"""Reads and writes the value of a record of `declarations.v1`."""


def vehicle_venue(plate: str, pseudonyms: Pseudonyms) -> str:
    """The venue that a vehicle is: its plate under the key. Case, spaces, dots and dashes do not matter.

    Raises BadInput for a plate without any letter or digit.
    """
    told = "".join(one for one in plate.upper() if one.isalnum())
    if not told or len(told) > PLATE_LENGTH_MAX:
        raise BadInput("the vehicle's plate is no plate: write it as it stands on the vehicle, 75A-123.45.")
    return VEHICLE + pseudonyms.of(VEHICLE + told)


def scans_of(declared: MovementDeclared, origin: Callable[[str], Origin]) -> list[ScanEvent]:
    """Everyone was at the checkpoint in that second, and in the vehicle from then on.

    origin: of the scans at a venue.

    Derived ids, so that a declaration that is sent twice gives the same scans. Only for what an officer saw:
    that somebody means to travel is no presence.
    """
    both: list[tuple[str, Direction]] = [(declared["checkpoint"], "unknown"), (declared["vehicle"], "in")]
    places = [(venue, direction, origin(venue).text()) for venue, direction in both if venue]
    return [
        ScanEvent(
            scan_id=content_id(person, venue, declared["at"], direction, None),
            person=person,
            venue=venue,
            at=declared["at"],
            direction=direction,
            origin=told,
        )
        for person in dict.fromkeys([declared["person"], *declared["companions"]])
        for venue, direction, told in places
    ]
