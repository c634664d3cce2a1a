"""The checked-in contract is the one of the code, and accepts exactly what the code accepts."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from deploy.contracts import EXAMPLE, FOLDER, asyncapi, contracts
from producers import declaration, health
from producers.errors import BadInput
from producers.gateway.device import enrol_phone, invite
from producers.register import DEVICES_TOPIC, UNITS_TOPIC, VENUES_TOPIC
from producers.scan import CLOSED_TOPIC, DEAD_TOPIC, RECORD, SCANS_PER_RECORD_MAX, TOPIC
from producers.seal import Seal
from producers.unit import parse_unit
from producers.venue_record import parse_record
from streams.dead_letter_log import encode
from streams.dead_letters import DeadLetter
from streams.letter_book import note

FROZEN = Path(__file__).resolve().parents[1] / "producers/records/v1"
SCHEMAS = {
    topic: json.loads(contracts()[f"{topic}.schema.json"])
    for topic in (
        *(TOPIC, DEAD_TOPIC, CLOSED_TOPIC, declaration.TOPIC, health.TOPIC),
        *(VENUES_TOPIC, UNITS_TOPIC, DEVICES_TOPIC),
    )
}
KINDS: dict[str, Any] = {"string": str, "integer": int, "object": dict, "array": list, "null": type(None)}
NUMBER = (int, float)
SAID = {"$schema", "title", "description", "definitions", "default"}
UNDERSTOOD = {
    *SAID,
    *("$ref", "type", "enum", "const", "anyOf", "pattern", "minLength", "maxLength", "minimum", "maximum"),
    *("items", "minItems", "maxItems", "properties", "required", "format"),
}


def fits(value: Any, schema: dict[str, Any], root: dict[str, Any]) -> bool:
    """JSON Schema draft 07, as far as our files use it; a word that is not known here is an error."""
    assert schema.keys() <= UNDERSTOOD, schema.keys() - UNDERSTOOD
    if "$ref" in schema:
        return fits(value, root["definitions"][schema["$ref"].removeprefix("#/definitions/")], root)
    if "anyOf" in schema:
        return any(fits(value, one, root) for one in schema["anyOf"])
    if schema["type"] == "number":
        return type(value) in NUMBER and schema["minimum"] <= value <= schema["maximum"]
    if schema.get("format") == "date":
        return isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value) is not None
    right = type(value) is KINDS[schema["type"]]
    right = right and value in schema.get("enum", [value]) and value == schema.get("const", value)
    return right and within(value, schema, root)


def within(value: Any, schema: dict[str, Any], root: dict[str, Any]) -> bool:
    """Is a value of the right type also inside its bounds, and all that is in it?"""
    if isinstance(value, int):
        return bool(schema.get("minimum", value) <= value <= schema.get("maximum", value))
    if isinstance(value, str):
        inside = schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value))
        pattern = schema.get("pattern", "").replace("$", r"\Z")
        return inside and re.search(pattern, value) is not None
    if isinstance(value, list):
        inside = schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value))
        return inside and all(fits(one, schema["items"], root) for one in value)
    if isinstance(value, dict):
        known = schema["properties"]
        parts = [(one, known[name]) for name, one in value.items() if name in known]
        return set(schema["required"]) <= value.keys() and all(fits(*part, root) for part in parts)
    return value is None


def test_the_files_are_those_that_would_be_written() -> None:
    """After a change of a type: `python -m deploy.contracts`, and look at what changed."""
    assert {file.name: file.read_text(encoding="utf-8") for file in FOLDER.iterdir()} == contracts()


def odd(usual: Any, *strange: Any) -> st.SearchStrategy[Any]:
    """Mostly what is right, else something at or beyond an edge, else anything."""
    anything = (
        st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.lists(st.integers(), max_size=1)
    )
    return st.one_of(st.just(usual), st.just(usual), st.sampled_from([usual, *strange]), anything)


SCANS = st.fixed_dictionaries(
    {
        "scan_id": odd("00000000000000aa", "00000000000000AA", "00000000000000aa\n", "0" * 15, "0" * 17),
        "person": odd("f6c7fc5ac7be01a0", "", "g" * 16),
        "venue": odd("market 12", "", "ợ" * 256, "x" * 257),
        "at": odd(1638327600, 0, 2**32 - 1, 2**32, -1, "1638327600", True),
    },
    optional={
        "direction": odd("in", "out", "unknown", "IN"),
        "since": odd(None, 1638327600, -1, 2**32),
        "attempt": odd(2, 1, 0, 1000, 1001),
        "v": st.sampled_from([1, 1, "1", None, True]),
        "new": odd("field"),
    },
)


@settings(suppress_health_check=[HealthCheck.too_slow])  # the first scan drawn compiles its patterns
@given(st.lists(SCANS, max_size=3) | SCANS)
def test_the_schema_accepts_what_the_worker_accepts(value: Any) -> None:
    """No more and no less, at every edge; versions are the worker's own rule."""
    try:
        RECORD.validate_json(json.dumps(value).encode())
        taken = True
    except ValidationError:
        taken = False
    assert fits(value, SCHEMAS[TOPIC], SCHEMAS[TOPIC]) is taken


def test_a_sender_may_only_send_this_version() -> None:
    """Another number can be read, so that it is told from rubbish, but is not of this contract."""
    assert fits([EXAMPLE[0] | {"v": 1}], SCHEMAS[TOPIC], SCHEMAS[TOPIC])
    assert not fits([EXAMPLE[0] | {"v": 2}], SCHEMAS[TOPIC], SCHEMAS[TOPIC])


@pytest.mark.parametrize("count", [0, 1, SCANS_PER_RECORD_MAX, SCANS_PER_RECORD_MAX + 1])
def test_the_schema_knows_how_long_a_record_is(count: int) -> None:
    """1 to 500 scans."""
    assert fits(EXAMPLE * count, SCHEMAS[TOPIC], SCHEMAS[TOPIC]) is (1 <= count <= SCANS_PER_RECORD_MAX)


@pytest.mark.parametrize("file", sorted(FROZEN.glob("*.json")), ids=lambda file: str(file.name))
def test_every_frozen_record_is_of_the_contract(file: Path) -> None:
    """What was once sent stays allowed."""
    assert fits(json.loads(file.read_bytes()), SCHEMAS[TOPIC], SCHEMAS[TOPIC])


def test_a_letter_that_is_written_is_of_the_contract() -> None:
    """As the worker writes it, with the position of a whole record."""
    letter = DeadLetter("not_json", "the record is not JSON", "log", 3, 41, -1, 1638334000, b"\xff")
    value = json.loads(encode(letter, Seal(bytes(32))))
    assert fits(value, SCHEMAS[DEAD_TOPIC], SCHEMAS[DEAD_TOPIC])
    assert not fits(value | {"reason": "too_loud"}, SCHEMAS[DEAD_TOPIC], SCHEMAS[DEAD_TOPIC])


def test_a_note_that_is_written_is_of_the_contract() -> None:
    """As an operator's command writes it; another way of closing is not one of this version."""
    letter = DeadLetter("not_json", "the record is not JSON", "log", 3, 41, -1, 1638334000, b"\xff")
    value = json.loads(note(letter, "dropped"))
    assert fits(value, SCHEMAS[CLOSED_TOPIC], SCHEMAS[CLOSED_TOPIC])
    assert not fits(value | {"how": "forgotten"}, SCHEMAS[CLOSED_TOPIC], SCHEMAS[CLOSED_TOPIC])


def references(node: Any) -> list[str]:
    if isinstance(node, dict):
        return [text for key, one in node.items() for text in ([one] if key == "$ref" else references(one))]
    return [text for one in node for text in references(one)] if isinstance(node, list) else []


def test_the_interface_names_the_topics_and_every_reference_leads_somewhere() -> None:
    """Inside the document, and to the files beside it."""
    made = asyncapi()
    assert {one["address"] for one in made["channels"].values()} == set(SCHEMAS)
    assert "servers" not in made
    assert len(references(made)) == 36
    for target in references(made):
        if target.startswith("./"):
            assert (FOLDER / target).is_file()
            continue
        node = made
        for step in target.removeprefix("#/").split("/"):
            node = node[step]
            if set(node) == {"$ref"}:
                assert node["$ref"] in references(made)


def test_the_example_is_a_record() -> None:
    """It is read as it is shown."""
    (example,) = asyncapi()["components"]["messages"]["record"]["examples"]
    assert RECORD.validate_python(example["payload"]) == EXAMPLE


SAID_BY_ALL = {"id": "1" * 16, "at": 1638327600, "person": "a" * 16, "device": "d" * 16, "v": 1}
SIGNS = {"symptoms": ["cough"], "contacts": ["case"], "recent": ["Hòa Vang"]}
JOURNEY = {"kind": "movement", "companions": ["b" * 16], "origin": "Đà Nẵng", "destination": "Huế"}
AT_A_POST = {"checkpoint": "chốt Lăng Cô"}


@pytest.mark.parametrize(
    ("topic", "types", "said"),
    [
        (declaration.TOPIC, declaration.MOVEMENT, JOURNEY | SIGNS | AT_A_POST | {"vehicle": ""}),
        (
            declaration.TOPIC,
            declaration.MOVEMENT,
            {"kind": "decision", "decision": "refer", "note": ""} | AT_A_POST,
        ),
        (health.TOPIC, health.HEALTH, {"kind": "health", "venue": ""} | SIGNS),
    ],
)
def test_a_declaration_is_of_the_contract_exactly_when_it_is_kept(
    topic: str, types: Any, said: dict[str, Any]
) -> None:
    """Whole; and with any one field missing, of another type, or beyond its bounds."""
    whole = SAID_BY_ALL | said
    assert fits(whole | {"new": 1}, SCHEMAS[topic], SCHEMAS[topic])
    strange: list[Any] = [None, "", 1, -1, 2**32, "x" * 600, [], ["x"], ["cough"], ["cough"] * 7]
    worlds = [{name: value for name, value in whole.items() if name != left} for left in whole]
    worlds += [whole | {name: value} for name in whole for value in strange]
    taken = 0
    for world in worlds:
        try:
            types.validate_json(json.dumps(world))
            kept = True
        except ValidationError:
            kept = False
        assert fits(world, SCHEMAS[topic], SCHEMAS[topic]) is kept, world
        taken += kept
    assert 0 < taken < len(worlds) / 2


PLACE = {"id": "bv7/12", "name": "Phòng 12", "kind": "hospital", "inside": "bv7", "lat": 10.5, "lon": 106}
TAKEN_DOWN = {"capacity": 8, "unit": "00004@2025-07-01", "retired_at": 1638327600, "replaced_by": "bv7/13"}
WARD = {"code": "00004", "title": "Phường Ba Đình", "level": "ward", "valid_from": "2025-07-01"}
CAME_FROM = {"parent": "01@2025-07-01", "successor_of": ["00004@2021-01-01"], "valid_to": None}


@pytest.mark.parametrize(
    ("topic", "read", "whole"),
    [(VENUES_TOPIC, parse_record, PLACE | TAKEN_DOWN), (UNITS_TOPIC, parse_unit, WARD | CAME_FROM)],
)
def test_an_entry_of_a_register_is_of_the_contract_where_it_is_read(
    topic: str, read: Callable[[bytes], Any], whole: dict[str, Any]
) -> None:
    """What is taken is of the contract, and what is not of the contract is refused, field by field.

    The other way round the code is stricter: a position needs both numbers, a replaced venue a moment.
    """
    assert fits(whole | {"new": 1}, SCHEMAS[topic], SCHEMAS[topic])
    assert fits(json.loads(read(json.dumps(whole).encode()).encode()), SCHEMAS[topic], SCHEMAS[topic])
    strange: list[Any] = [None, "", -1, 1441, 2**32, 91.5, "x" * 600, [], ["x"], "x@2025-07-01"]
    worlds = [{name: value for name, value in whole.items() if name != left} for left in whole]
    worlds += [whole | {name: value} for name in whole for value in strange]
    taken = 0
    for world in worlds:
        try:
            read(json.dumps(world).encode())
        except BadInput:
            continue
        taken += 1
        assert fits(world, SCHEMAS[topic], SCHEMAS[topic]), world
    assert 5 < taken < len(worlds)


def test_a_device_that_is_written_is_of_the_contract() -> None:
    """Invited and enrolled, as the gateway writes them; another kind is not one of this version."""
    invited = invite(bytes(15), "kiosk", venue="clinic 7", name="", at=1638334000, hours=72)
    enrolled = enrol_phone(None, "A" * 43, "an's phone", 1638334000)
    for device in (invited, enrolled):
        value = json.loads(device.value())
        assert fits(value, SCHEMAS[DEVICES_TOPIC], SCHEMAS[DEVICES_TOPIC])
        assert not fits(value | {"kind": "drone"}, SCHEMAS[DEVICES_TOPIC], SCHEMAS[DEVICES_TOPIC])
