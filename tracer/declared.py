"""Declarations as people read them: one line for each, and everything said under one id."""

import json
from collections.abc import Sequence
from typing import Any

from producers.moment import iso
from producers.person import person_text
from streams.declared import KINDS, Told

LISTED = (
    *("id", "kind", "at", "person", "others", "origin", "destination", "vehicle", "checkpoint"),
    *("symptoms", "contacts", "decision"),
)
NAMES = {number: name for name, number in KINDS.items()}


def listed_row(told: Told, said: Sequence[Told]) -> dict[str, Any]:
    """A declaration on one line, with the newest decision on it. said: everything under its id."""
    event = json.loads(told.body)
    decided = [json.loads(one.body) for one in said if one.kind == KINDS["decision"]]
    people = [event["person"], *event.get("companions", [])]
    return {
        "id": event["id"],
        "kind": NAMES[told.kind],
        "at": iso(told.at),
        "person": person_text(told.person),
        "others": len(people) - 1,
        "origin": event.get("origin", ""),
        "destination": event.get("destination", ""),
        "vehicle": event.get("vehicle", ""),
        "checkpoint": event.get("checkpoint") or event.get("venue", ""),
        "symptoms": " ".join(event["symptoms"]),
        "contacts": " ".join(event["contacts"]),
        "decision": decided[-1]["decision"] if decided else "",
    }


def shown_rows(said: Sequence[Told]) -> list[dict[str, Any]]:
    """Everything under one id as pairs of field and value, the events in the order they were said."""
    rows = []
    for one in sorted(said, key=lambda told: (told.at, told.kind == KINDS["decision"], told.received)):
        event = json.loads(one.body) | {"at": iso(one.at), "received": iso(one.received)}
        rows += [{"field": name, "value": value} for name, value in event.items() if name not in ("id", "v")]
    return rows
