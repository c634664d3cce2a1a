"""All published codes that lie beside the project are accepted and refused as their systems do."""

import json
import re
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from producers.codes.reader import read
from producers.codes.signing import read_public
from producers.codes.trust import Given, Key, Trust

SHARED = Path(__file__).resolve().parents[4] / "shared"
VECTORS = SHARED / "vectors/qr_payloads.json"
PAGE = SHARED / "research/mission.md"
BEGINNING = re.compile(
    r"^(?:(valid|invalid|full|[A-F](?: \(payload\))?)\s+)?((?:UKC|NZC|https://|CA[EM]S|0\d\d)\S.*)$"
)
LINES_MIN = 28
CWA, NOTIFY_ME = "https://e.coronawarn.app?v=1#", "https://qr.notify-me.ch?v=3#"


def vectors() -> dict[str, Any]:
    if not VECTORS.exists():
        pytest.skip(f"{VECTORS.name} is not beside the project")
    found: dict[str, Any] = json.loads(VECTORS.read_text("utf-8"))
    return found


def given() -> Given:
    found = vectors()
    algorithm, public = read_public(found["uk_test_public_key_pem"].encode())
    return Given(Trust([Key(found["uk_test_key_id"], algorithm, public)]), 1638360000)


def test_every_vector_of_the_file_is_decided_as_it_says() -> None:
    """And decoded to the same fields, field for field.

    The times of the two Corona-Warn-App vectors were read there with CrowdNotifier's field numbers (4 and 5):
    what the file calls the end is the start. The message's own definition has 5 and 6, and is followed here.
    """
    listed = vectors()["vectors"]
    assert len(listed) >= 15
    for vector in listed:
        reading = read(vector["payload"], given())
        told = f"{vector['system']}: {vector['name']}: {reading}"
        if vector["expected"] in ("accept", "reject"):
            assert reading.accepted == (vector["expected"] == "accept"), told
        else:
            assert (reading.accepted, reading.signature) == (False, "unchecked"), told
        if expected := vector.get("decoded"):
            decoded = json.loads(json.dumps(reading.decoded))
            if "location" in expected:
                shifted = decoded["location"].pop("startTimestamp"), decoded["location"].pop("endTimestamp")
                there = expected["location"]
                assert there.pop("startTimestamp") is None, told
                assert shifted[0] == there.pop("endTimestamp") < shifted[1], told
            assert decoded == expected, told


def test_what_the_uk_apps_refuse_is_refused() -> None:
    """The refusals that are described and not spelled out, made from the first vector."""
    payload = vectors()["vectors"][0]["payload"]
    token = payload.split(":")[2]
    assert read(f"UKC19TRACING:2:{token}", given()).accepted
    for wrong in (
        f"DEC19TRACING:1:{token}",
        *(f"UKC19TRACING:{version}:{token}" for version in ("1:2", "0", "", "Z")),
        *(f"UKC19TRACING:{token}", "UKC19TRACING:1:$§fg§:", "UKC19TRACING:1:" + token.rpartition(".")[0]),
    ):
        assert not read(wrong, given()).accepted, wrong


def test_every_code_on_the_research_page_is_decided_as_it_says() -> None:
    """A line is a code; `invalid` before it, or a remark above it, says that it is refused."""
    if not PAGE.exists():
        pytest.skip(f"{PAGE.name} is not beside the project")
    part = PAGE.read_text("utf-8").split("\n# 3. ")[1].split("\n# 4. ")[0]
    seen, remark = 0, ""
    for line in part.splitlines():
        if line.startswith("# "):
            remark = line
        found = BEGINNING.match(line)
        if not found:
            continue
        text = found[2].partition("      (")[0]
        text = {"CAE": CWA, "CAM": NOTIFY_ME}.get(text[:3], "") + text
        wrong = found[1] == "invalid" or bool(remark)
        assert read(text, given()).accepted != wrong, line
        seen, remark = seen + 1, ""
    assert seen >= LINES_MIN


@pytest.mark.parametrize(
    ("description", "name"),
    [
        ("My Birthday Party", "6e34c710baea763d10053599c45441aefb96b91b95da42bc7525d985ef06af73"),
        ("Icecream Shop", "ba32b4f8fec3fbb62c1ae6c60320aff562b2864dfbd9b2ab3471db7a077671a8"),
        ("Friseur", "44c7dfb03c581ca3df206c7b74d573cbb8fc7ba85ac15922cc9beaa8372958b7"),
        ("Apple Computer, Inc.", "fc925439f45417a14403b25c95fdc6d8711653f8aa08c0d0967bd30a6348c7fc"),
        ("Waste Management Inc", "2c4e7a3be61004ed952cc189e85039e01be65f3d82439c8c7fe0f23b12ffa523"),
        ("Metals USA Inc.", "7051e04206ef9caf3a3165e82d0fec4cfe7ade770a2e01d9c0e456add760934d"),
        ("Dolores culpa ut si", "bf4235853f951e3dd6902eddf86b6f87a4637c7402541eaa1acad8e4298c2c86"),
    ],
)
def test_a_place_has_the_name_that_its_app_gives_it(description: str, name: str) -> None:
    """The location ids of the research page: D to F as the app's own tests print them; the last is luca's."""
    if not PAGE.exists():
        pytest.skip(f"{PAGE.name} is not beside the project")
    found = {}
    for luca, payload in re.findall(r"(https://app\.luca\S+/CWA1/)?\b(CAES[\w-]+)", PAGE.read_text("utf-8")):
        reading = read(f"{luca or CWA}{payload}", given())
        assert reading.decoded is not None
        place = reading.decoded["cwa"] if luca else reading.decoded
        found[place["location"]["description"]] = place["location_id_base64"]
    assert found[description] == b64encode(bytes.fromhex(name)).decode()
