"""The specification of codes is what the program does: its vectors, its reasons, its systems."""

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest
import zxingcpp
from made_codes import GIVEN, OURS
from PIL import Image

from producers.codes.own import card_code, poster_code, screen_code
from producers.codes.own_body import Sort
from producers.codes.reader import read
from producers.codes.reading import Reason, System
from producers.moment import parse

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs/codes.md").read_text("utf-8")
BLOCK = re.search(r"<!-- tested: vectors -->\n```json\n(.*?)\n```", PAGE, re.DOTALL)
VECTORS = [json.loads(line) for line in BLOCK[1].splitlines()] if BLOCK else []


def section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["what"])
def test_every_vector_is_read_as_the_page_says(vector: dict[str, Any]) -> None:
    """Reason and fields; an accepted one is also made again, letter for letter."""
    found = read(vector["code"], GIVEN._replace(at=vector["read_at"]))
    assert (found.system, found.reason) == ("truyvet", vector["reason"])
    if "kind" in vector:
        assert found.decoded is not None
        fields = {name: found.decoded[name] for name in ("kind", "direction", "seconds")}
        assert fields == {name: vector[name] for name in fields}
        assert parse(found.decoded["at"]) == vector["at"]
        assert made(vector) == vector["code"]


def made(vector: dict[str, Any]) -> str:
    if vector["kind"] == "card":
        return card_code(OURS, bytes.fromhex(vector["card"]), vector["at"])
    if vector["kind"] == "screen":
        return screen_code(OURS, vector["venue"], vector["at"], vector["seconds"], vector["direction"])
    return poster_code(OURS, vector["venue"], vector["at"], vector["direction"])


def test_the_vectors_have_every_kind_and_refusal_of_a_code_itself() -> None:
    """So that another program can be tested by them."""
    assert {vector.get("kind") for vector in VECTORS} == {*get_args(Sort), None}
    assert {vector["reason"] for vector in VECTORS} == {
        *(None, "bad_signature", "expired", "malformed", "unknown_version")
    }
    assert f"which is `{OURS.id}`" in PAGE


def test_the_picture_on_the_page_is_a_poster_that_can_be_read() -> None:
    """And is the first vector."""
    (found,) = zxingcpp.read_barcodes(Image.open(ROOT / "docs/poster.png").convert("RGB"))
    assert found.text == VECTORS[0]["code"]


def test_every_reason_and_system_is_explained_and_no_other() -> None:
    """A reason that nobody explains is one that somebody guesses."""
    reasons = re.findall(r"^\| `(\w+)` \|", section("Reasons"), re.MULTILINE)
    assert sorted(reasons) == sorted(get_args(Reason))
    cells = re.findall(r"^\| (`[^|]+`) \|", section("Codes of others"), re.MULTILINE)
    systems = [name for cell in cells for name in re.findall(r"`([\w-]+)`", cell)]
    assert sorted(systems) == sorted(get_args(System))
