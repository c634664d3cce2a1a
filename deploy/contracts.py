"""The contract of what travels, as files for other programs: JSON Schema and AsyncAPI.

They are made from the types that the code itself uses: `python -m deploy.contracts` writes them to
`docs/contracts/`, and a test fails when a file there is not what would be written. JSON Schema
draft 07, because that is the one every AsyncAPI tool reads.
"""

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from producers import declaration, health
from producers.gateway.device import RECORD as DEVICE
from producers.register import DEVICES_TOPIC, UNITS_TOPIC, VENUES_TOPIC
from producers.scan import CLOSED_TOPIC, DEAD_TOPIC, RECORD, SCANS_PER_RECORD_MAX, SCHEMA_VERSION, TOPIC
from producers.unit import Unit
from producers.venue_record import VenueRecord
from streams.dead_letter_log import SealedLetter
from streams.letter_book import Closed

FOLDER = Path(__file__).resolve().parents[1] / "docs/contracts"
DRAFT = "http://json-schema.org/draft-07/schema#"
KAFKA_BINDING = "0.5.0"
"""The version of AsyncAPI's own words about Kafka."""

EXAMPLE: list[dict[str, Any]] = [
    {
        "scan_id": "b121c55b72052dad",
        "person": "f6c7fc5ac7be01a0",
        "venue": "market 12",
        "at": 1638327600,
        "direction": "in",
    }
]

PARTITION_RULE = (
    "The sender chooses the partition, int(person, 16) % partitions, so that one person's scans stay in "
    f"order. A record holds 1 to {SCANS_PER_RECORD_MAX} scans of one partition. No key, no headers. "
    "The topic stamps each record with the moment Kafka took it (message.timestamp.type=LogAppendTime)."
)
DEAD_PARTITION_RULE = (
    "The partition is that of the refused record, modulo the partitions of this topic. "
    "No key, no headers. (log, partition, offset, position) names a letter: "
    "the same one may be there twice after a crash."
)
CLOSED_RULE = (
    "Written by operators (`truyvet dead replay`, `truyvet dead drop`): the letter of this name is dealt "
    "with. Of several notes on one letter the last counts. No key, no headers."
)
DECLARED_RULE = (
    "The sender chooses the partition, int(person, 16) % partitions. One event a record. Sent again with its "
    "id, or seen again after a crash, an event is one; of decisions on one id the newest counts. No key, no "
    "headers."
)
REGISTER_RULE = (
    "Compacted, one partition. The key is the {key} in UTF-8; of one key the newest record counts, and one "
    "without a value takes the key out. No headers."
)


def schema_file(topic: str) -> str:
    return f"{topic}.schema.json"


def schema(types: TypeAdapter[Any], title: str, description: str) -> dict[str, Any]:
    """The JSON Schema of a record's value, as its sender writes it."""
    made = json.dumps(types.json_schema(mode="serialization")).replace("$defs", "definitions")
    body: dict[str, Any] = _untitled(json.loads(made)) | {"title": title, "description": description}
    return {"$schema": DRAFT} | body


def _untitled(node: Any) -> Any:
    """Without the titles that pydantic makes of field names: they say nothing."""
    if isinstance(node, dict):
        return {
            key: _untitled(value)
            for key, value in node.items()
            if key != "title" or not isinstance(value, str)
        }
    return [_untitled(one) for one in node] if isinstance(node, list) else node


def channel(topic: str, name: str, rule: str) -> dict[str, Any]:
    """One topic and the one kind of message in it."""
    return {
        "address": topic,
        "description": rule,
        "messages": {name: {"$ref": f"#/components/messages/{name}"}},
        "bindings": {"kafka": {"topic": topic, "bindingVersion": KAFKA_BINDING}},
    }


def message(topic: str, summary: str, **more: Any) -> dict[str, Any]:
    """The message of a topic; its payload is described by the file beside this one."""
    return {
        "summary": summary,
        "contentType": "application/json",
        "headers": {"type": "object", "maxProperties": 0},
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-07",
            "schema": {"$ref": f"./{schema_file(topic)}"},
        },
    } | more


def operation(action: str, name: str, what: str, summary: str) -> dict[str, Any]:
    """What the worker does with a channel."""
    where = f"#/channels/{name}"
    return {
        "action": action,
        "channel": {"$ref": where},
        "summary": summary,
        "messages": [{"$ref": f"{where}/messages/{what}"}],
    }


def asyncapi() -> dict[str, Any]:
    """The worker's side of the topics, AsyncAPI 3.0. Brokers belong to a deployment and are not in it."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Truy vết: scans in, dead letters out",
            "version": f"{SCHEMA_VERSION}.0.0",
            "description": (
                "A new field is optional with a default, and readers ignore fields they do not know. "
                "Anything else is a new v and a new topic. Servers are left to the deployment."
            ),
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {
            "scans": channel(TOPIC, "record", PARTITION_RULE),
            "deadLetters": channel(DEAD_TOPIC, "letter", DEAD_PARTITION_RULE),
            "closedLetters": channel(CLOSED_TOPIC, "note", CLOSED_RULE),
            "declarations": channel(declaration.TOPIC, "event", DECLARED_RULE),
            "health": channel(health.TOPIC, "declaration", DECLARED_RULE),
            "venues": channel(VENUES_TOPIC, "venue", REGISTER_RULE.format(key="venue's id")),
            "devices": channel(DEVICES_TOPIC, "device", REGISTER_RULE.format(key="device's 16 hex digits")),
            "units": channel(UNITS_TOPIC, "unit", REGISTER_RULE.format(key="unit's name, CODE@FIRST_DAY,")),
        },
        "operations": {
            "takeScans": operation("receive", "scans", "record", "The worker makes visits of scans."),
            "refuseScans": operation("send", "deadLetters", "letter", "The worker refuses a scan."),
            "closeLetters": operation("send", "closedLetters", "note", "An operator closes a letter."),
            "keepDeclarations": operation("receive", "declarations", "event", "The worker keeps journeys."),
            "keepHealth": operation("receive", "health", "declaration", "The worker keeps how people are."),
            "followVenues": operation("receive", "venues", "venue", "The worker follows the registry."),
            "publishVenues": operation("send", "venues", "venue", "An operator registers a venue."),
            "followDevices": operation("receive", "devices", "device", "The gateway follows its devices."),
            "publishDevices": operation("send", "devices", "device", "The gateway enrols a device."),
            "publishUnits": operation("send", "units", "unit", "An operator loads administrative units."),
        },
        "components": {
            "messages": {
                "record": message(TOPIC, "Scans of one partition.", examples=[{"payload": EXAMPLE}]),
                "letter": message(DEAD_TOPIC, "A scan that was refused, sealed, with the reason in clear."),
                "note": message(CLOSED_TOPIC, "A dead letter was sent again, or given up."),
                "event": message(declaration.TOPIC, "A journey was declared, or decided on by an officer."),
                "declaration": message(health.TOPIC, "A person declared how they are."),
                "device": message(DEVICES_TOPIC, "What is known of a device now: its public key, no secret."),
                "venue": message(VENUES_TOPIC, "What is known of a place now."),
                "unit": message(UNITS_TOPIC, "A province, district or ward between two changes of it."),
            }
        },
    }


def contracts() -> dict[str, str]:
    """Name -> text of every file of the contract."""
    scans = schema(RECORD, TOPIC, "The value of one record: scans that belong to one partition.")
    letters = schema(TypeAdapter(SealedLetter), DEAD_TOPIC, "The value of one record: a refused scan.")
    closed = schema(TypeAdapter(Closed), CLOSED_TOPIC, "The value of one record: a letter was dealt with.")
    moved = schema(
        declaration.MOVEMENT, declaration.TOPIC, "The value of one record: a journey, or a decision on it."
    )
    state = schema(health.HEALTH, health.TOPIC, "The value of one record: how a person is.")
    venue = schema(TypeAdapter(VenueRecord), VENUES_TOPIC, "The value of one record: one place.")
    unit = schema(TypeAdapter(Unit), UNITS_TOPIC, "The value of one record: one administrative unit.")
    files = {
        schema_file(TOPIC): scans,
        schema_file(VENUES_TOPIC): venue,
        schema_file(DEVICES_TOPIC): schema(DEVICE, DEVICES_TOPIC, "The value of one record: one device."),
        schema_file(UNITS_TOPIC): unit,
        schema_file(declaration.TOPIC): moved,
        schema_file(health.TOPIC): state,
        schema_file(DEAD_TOPIC): letters,
        schema_file(CLOSED_TOPIC): closed,
        "asyncapi.json": asyncapi(),
    }
    return {name: json.dumps(made, indent=2, ensure_ascii=False) + "\n" for name, made in files.items()}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in contracts().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
