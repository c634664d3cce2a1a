"""What a checkpoint or a phone declares, read one by one, and made into events in which nobody is named."""

from collections.abc import Callable
from typing import Annotated, Any, Literal, NamedTuple, NotRequired

from pydantic import ConfigDict, Field, TypeAdapter, with_config
from typing_extensions import TypedDict  # pydantic asks for it before Python 3.12

from producers import declaration, health
from producers.declaration import (
    COMPANIONS_MAX,
    MOVEMENT,
    NOTE_LENGTH_MAX,
    Decision,
    MovementDecided,
    MovementDeclared,
)
from producers.errors import BadInput
from producers.gateway import flags
from producers.gateway.asked import Text
from producers.gateway.device import VIA, Device
from producers.gateway.door import Door, Wrong
from producers.gateway.draft import Span
from producers.gateway.post import Packet
from producers.health import HEALTH, Contacts, HealthDeclared, Place, Recent, Symptoms
from producers.origin import Flag, Origin
from producers.pseudonym import Pseudonyms
from producers.scan import Hex64, ScanEvent, Second, partition_of
from producers.venue import VEHICLE

DECLARATIONS_MAX = 50
"""In one request."""
UNLISTED: frozenset[Flag] = frozenset({"unlisted"})


@with_config(ConfigDict(extra="ignore"))
class PersonAsked(TypedDict):
    """A person: the text of a card or personal code, or a document's number; in clear, or sealed."""

    person_code: NotRequired[Text | None]
    person_sealed: NotRequired[Text | None]


@with_config(ConfigDict(extra="ignore"))
class DecisionAsked(TypedDict):
    """What the officer decided, and why."""

    decision: Decision
    note: NotRequired[Annotated[str, Field(max_length=NOTE_LENGTH_MAX)] | None]


@with_config(ConfigDict(extra="ignore"))
class MovementAsked(TypedDict):
    """One journey, however often it is sent. persons: who declares it first, then who travels along."""

    id: Hex64
    at: Second
    persons: Annotated[list[PersonAsked], Field(min_length=1, max_length=COMPANIONS_MAX + 1)]
    origin: Place
    destination: Place
    plate: NotRequired[Annotated[str, Field(max_length=declaration.PLATE_LENGTH_MAX)] | None]
    symptoms: NotRequired[Symptoms]
    contacts: NotRequired[Contacts]
    recent: NotRequired[Recent]
    decision: NotRequired[DecisionAsked | None]


@with_config(ConfigDict(extra="ignore"))
class HealthAsked(PersonAsked):
    """How one person is."""

    id: Hex64
    at: Second
    symptoms: Symptoms
    contacts: NotRequired[Contacts]
    recent: NotRequired[Recent]


class MovementsAsked(TypedDict):
    """The body of `POST /v1/declarations`."""

    declarations: Annotated[list[MovementAsked], Field(min_length=1, max_length=DECLARATIONS_MAX)]


class HealthsAsked(TypedDict):
    """The body of `POST /v1/health`."""

    declarations: Annotated[list[HealthAsked], Field(min_length=1, max_length=DECLARATIONS_MAX)]


class Answer(TypedDict):
    """What became of one declaration. taken: Kafka has it. refused: send it no more."""

    id: Hex64
    status: Literal["taken", "refused"]
    reason: NotRequired[str]
    sentence: NotRequired[str]


class Answers(TypedDict):
    """clock_skew_seconds: how far the device's clock is ahead of ours."""

    answers: list[Answer]
    clock_skew_seconds: int


MOVEMENTS, HEALTHS, ANSWERS = TypeAdapter(MovementsAsked), TypeAdapter(HealthsAsked), TypeAdapter(Answers)


class Desk(NamedTuple):
    """What a declaration is read with. partitions: of a topic.

    sent: by the device's clock; received: by ours. Epoch seconds.
    """

    door: Door
    pseudonyms: Pseudonyms
    span: Span
    partitions: Callable[[str], int]
    places: flags.Places
    sent: int
    received: int


class Events(NamedTuple):
    """The records of one declaration, and the scans that follow from it."""

    packets: list[Packet]
    scans: list[ScanEvent]


def moved(asked: MovementAsked, device: Device, desk: Desk) -> Events | Wrong:
    """The events of a journey, or why it is refused. A phone declares ahead, and is nowhere yet."""
    if late := _untimely(asked["at"], desk.span):
        return late
    persons: list[str] = []
    for one in asked["persons"]:
        found = _person(one, desk.door)
        if isinstance(found, Wrong):
            return found
        persons.append(found)
    try:
        plate = (asked.get("plate") or "").strip()
        vehicle = declaration.vehicle_venue(plate, desk.pseudonyms) if plate else ""
    except BadInput:
        return Wrong("bad_plate")
    declarer, *companions = dict.fromkeys(persons)
    declared: MovementDeclared = {
        "kind": "movement",
        "id": asked["id"],
        "at": asked["at"],
        "person": declarer,
        "companions": companions,
        "origin": asked["origin"],
        "destination": asked["destination"],
        "vehicle": vehicle,
        "symptoms": asked.get("symptoms", []),
        "contacts": asked.get("contacts", []),
        "recent": asked.get("recent", []),
        "checkpoint": device.venue,
        "device": device.device,
    }
    partition = partition_of(declarer, desk.partitions(declaration.TOPIC))
    values = [MOVEMENT.dump_json(declared)]
    if decision := asked.get("decision"):
        values.append(MOVEMENT.dump_json(_decided(declared, decision)))
    packets: list[Packet] = [(declaration.TOPIC, partition, value, None) for value in values]
    if device.kind == "phone":
        return Events(packets, [])
    return Events(
        packets, declaration.scans_of(declared, lambda venue: _origin(venue, asked["at"], device, desk))
    )


def _origin(venue: str, at: int, device: Device, desk: Desk) -> Origin:
    """What is odd about a scan that follows. That nobody registered the vehicle is not."""
    odd = flags.of_request(device, desk.sent - desk.received, persons=0)
    odd |= flags.of_scan(at, desk.sent, alias=False, place=desk.places.of(venue))
    return Origin(VIA[device.kind], flags=odd - UNLISTED if venue.startswith(VEHICLE) else odd)


def _decided(declared: MovementDeclared, asked: DecisionAsked) -> MovementDecided:
    return {
        "kind": "decision",
        "id": declared["id"],
        "at": declared["at"],
        "person": declared["person"],
        "decision": asked["decision"],
        "note": asked.get("note") or "",
        "checkpoint": declared["checkpoint"],
        "device": declared["device"],
    }


def told_of_health(asked: HealthAsked, device: Device, desk: Desk) -> Events | Wrong:
    """The event of a health declaration, or why it is refused."""
    if late := _untimely(asked["at"], desk.span):
        return late
    person = _person(asked, desk.door)
    if isinstance(person, Wrong):
        return person
    event: HealthDeclared = {
        "kind": "health",
        "id": asked["id"],
        "at": asked["at"],
        "person": person,
        "symptoms": asked["symptoms"],
        "contacts": asked.get("contacts", []),
        "recent": asked.get("recent", []),
        "venue": device.venue,
        "device": device.device,
    }
    partition = partition_of(person, desk.partitions(health.TOPIC))
    return Events([(health.TOPIC, partition, HEALTH.dump_json(event), None)], [])


def _untimely(at: int, span: Span) -> Wrong | None:
    if at > span.latest:
        return Wrong("from_the_future")
    return Wrong("too_old") if at < span.earliest else None


def _person(asked: PersonAsked | HealthAsked, door: Door) -> str | Wrong:
    code, envelope = asked.get("person_code"), asked.get("person_sealed")
    if code:
        return Wrong("two_persons") if envelope else door.document(code)
    return door.sealed_document(envelope) if envelope else Wrong("no_person")


def answer(id: str, found: Events | Wrong, sentence: Callable[[str], str]) -> Answer:
    """What the device is told of one declaration."""
    if isinstance(found, Events):
        return {"id": id, "status": "taken"}
    return {"id": id, "status": "refused", "reason": found.reason, "sentence": sentence(found.reason)}


def decides(asked: dict[str, Any]) -> bool:
    """Does a request hold an officer's decision?"""
    return any(one.get("decision") for one in asked["declarations"])
