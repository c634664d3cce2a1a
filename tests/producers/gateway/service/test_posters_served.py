"""Posters over the network: read again from the file by another program, and never the end of the gateway."""

import asyncio
from io import BytesIO
from threading import Event
from typing import Any

import httpx
import pypdfium2
import pytest
import resvg_py
import zxingcpp
from gateway_world import AUTHORITY, DAY, NOON, TRUST, Made, World
from PIL import Image

from producers.codes.reader import read
from producers.codes.trust import Given
from producers.gateway.printer import COSTS, Sheet
from producers.gateway.rates import Allowed
from producers.moment import iso
from producers.posters.kinds import Kind
from producers.posters.letters import FILES

POSTER = "/v1/venues/bv/12/poster"


@pytest.fixture
def hospital(world: World) -> World:
    world.register(id="bv", name="Bệnh viện Trung ương Huế")
    world.register(id="bv/12", name="Phòng khám 12", inside="bv")
    return world


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def picture(kind: Kind, body: bytes) -> Image.Image:
    if kind == "png":
        return Image.open(BytesIO(body))
    if kind == "pdf":
        return pypdfium2.PdfDocument(body)[0].render(scale=1.5).to_pil()
    drawn = resvg_py.svg_to_bytes(svg_string=body.decode(), dpi=110, font_files=[*FILES.values()])
    return Image.open(BytesIO(bytes(drawn))).convert("RGB")


def only_code(kind: Kind, body: bytes) -> str:
    (found,) = zxingcpp.read_barcodes(picture(kind, body))
    return str(found.text)


@pytest.mark.parametrize("paper", ["a4", "a5"])
@pytest.mark.parametrize(
    ("kind", "media"), [("pdf", "application/pdf"), ("svg", "image/svg+xml"), ("png", "image/png")]
)
def test_a_poster_is_read_from_each_kind_of_file(hospital: World, kind: Kind, media: str, paper: str) -> None:
    """Venue, way, key and day are in the code, and its signature is good."""
    answer = hospital.ask("GET", f"{POSTER}.{kind}?paper={paper}&direction=in")
    assert (answer.status_code, answer.headers["content-type"]) == (200, media)
    found = read(only_code(kind, answer.content), Given(TRUST, NOON))
    assert (found.accepted, found.signature, found.place, found.direction) == (True, "valid", "bv/12", "in")
    assert found.decoded
    assert (found.decoded["at"], found.decoded["key"]) == (iso(NOON - NOON % DAY), AUTHORITY.id)


def test_name_building_and_short_code_are_the_registry_s(hospital: World) -> None:
    """As `truyvet poster` prints them."""
    body = hospital.ask("GET", f"{POSTER}.pdf").content
    told = pypdfium2.PdfDocument(body)[0].get_textpage().get_text_bounded()
    short = hospital.ask("GET", "/v1/venues/bv/12").json()["code"]
    for text in ("Phòng khám 12", "Bệnh viện Trung ương Huế", short):
        assert text in told
    assert hospital.ask("GET", f"/v1/venues/{short}/poster.pdf").content == body


def test_a_place_is_registered_its_poster_printed_and_scanned(world: World) -> None:
    """The whole way, from an office's invitation to a phone's scan that nothing is odd about."""
    told = world.invited("office").send("/v1/venues", {"id": "quán/3", "name": "Quán 3"}).json()
    for kind in COSTS:
        text = only_code(kind, world.ask("GET", told["posters"][kind]).content)
        phone = world.phone()
        (answer,) = phone.scan(phone.one(venue_code=text))
        assert (answer["status"], answer.get("flags")) == ("taken", None)
    assert {scan["venue"] for scan in world.published()} == {"quán/3"}


def test_the_same_poster_is_not_sent_again(hospital: World) -> None:
    """All day; not after its name changed, nor on another day, nor for another paper."""
    first = hospital.ask("GET", f"{POSTER}.svg")
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "public, max-age=300"

    def again(query: str = "") -> httpx.Response:
        return hospital.ask("GET", f"{POSTER}.svg{query}", headers={"If-None-Match": tag})

    hospital.now += 3600
    assert hospital.ask("GET", f"{POSTER}.svg").content == first.content
    assert (again().status_code, again().content) == (304, b"")
    assert again("?paper=a5").status_code == 200
    assert again("?direction=out").status_code == 200
    hospital.now += DAY
    assert again().status_code == 200
    hospital.now -= DAY
    hospital.register(id="bv/12", name="Phòng khám Mười Hai", inside="bv")
    assert again().status_code == 200


def test_what_has_no_poster_is_told_why(hospital: World) -> None:
    """Unknown, retired, no key to sign with, a name that no letters are there for, no such kind of file."""
    hospital.register(id="old", name="Chợ cũ", retired_at=NOON)
    hospital.register(id="chinese", name="永安")
    hospital.register(id="bare")
    assert code_of(hospital.ask("GET", "/v1/venues/nowhere/poster.pdf")) == (404, "no_such_venue")
    retired = hospital.ask("GET", "/v1/venues/old/poster.pdf", headers={"Accept-Language": "vi"})
    assert code_of(retired) == (404, "retired_venue")
    assert "đã ngừng dùng" in retired.json()["detail"]
    unprinted = hospital.ask("GET", "/v1/venues/chinese/poster.pdf")
    assert code_of(unprinted) == (422, "no_poster")
    assert "write it otherwise" in unprinted.json()["detail"]
    assert code_of(hospital.ask("GET", f"{POSTER}.doc")) == (400, "bad_request")
    assert code_of(hospital.ask("GET", f"{POSTER}.pdf?paper=a3")) == (400, "bad_request")
    assert hospital.ask("GET", "/v1/venues/bare/poster.pdf").status_code == 200
    hospital.signer = None
    assert code_of(hospital.ask("GET", f"{POSTER}.pdf")) == (503, "cannot_sign")
    assert not hospital.failures


def test_a_poster_counts_as_what_it_costs(made: Made) -> None:
    """Asked without a signature, it is paid for by the address; one that is the same costs nothing."""
    world = made(allowed=Allowed(address=2 * (COSTS["png"] + 1)))
    world.register(id="bv/12", name="Phòng khám 12")
    tags = [world.ask("GET", f"{POSTER}.png").headers["etag"] for _ in range(2)]
    refused = world.ask("GET", f"{POSTER}.png")
    assert code_of(refused) == (429, "address_rate")
    assert int(refused.headers["retry-after"]) > 0
    world.now += 60
    for _ in range(20):
        assert world.ask("GET", f"{POSTER}.png", headers={"If-None-Match": tags[0]}).status_code == 304


def test_drawing_holds_nobody_up_and_too_many_are_told(
    hospital: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one is drawn the gateway answers; twenty may wait, and the next is told when to come back."""
    go = Event()

    def slow(sheet: Sheet) -> bytes:
        assert go.wait(300)
        return b"drawn"

    monkeypatch.setattr(Sheet, "drawn", slow)

    async def tried() -> tuple[list[int], httpx.Response, httpx.Response]:
        transport = httpx.ASGITransport(app=hospital.api)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
            waiting = [asyncio.create_task(client.get(f"{POSTER}.svg")) for _ in range(21)]
            done, left = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            alive = await client.get("/healthz")
            go.set()
            statuses = [answer.status_code for answer in await asyncio.gather(*left)]
            return statuses, alive, done.pop().result()

    drawn, alive, refused = asyncio.run(tried())
    assert drawn == [200] * 20
    assert alive.status_code == 200
    assert code_of(refused) == (429, "busy")
