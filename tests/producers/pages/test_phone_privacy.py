"""What a phone neither keeps nor sends: people's documents, codes of everyday life, what was refused."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from browser import MARKET_CODE
from page_codes import CARD, HEALTH_CARD, PC_COVID, PLACES
from page_gateway import StandIn

expect: Any = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect
expect.set_options(timeout=60_000)  # a busy machine is no failure

Phone = Callable[..., Any]
READER = """window.BarcodeDetector = class {
    static getSupportedFormats = async () => ["qr_code"];
    detect = async () => (window.held ? [{ rawValue: window.held }] : []);
};"""
"""A camera before which a test holds any code: `window.held`."""
STORED = """import("/pages/store.js").then(async (store) => JSON.stringify(await Promise.all(
    ["settings", "members", "scans", "health", "declarations"].map((name) => store.all(name)))))"""
WIFI = "WIFI:T:WPA;S:quan;P:bi mat;;"


def scanning(phone: Phone) -> Any:
    """The page with its camera open; `page.sent` is every request: address and body."""
    page = phone(script=READER)
    page.sent = []
    page.on("request", lambda request: page.sent.append(f"{request.url} {request.post_data}"))
    expect(page.locator("#line")).to_contain_text("Đã gửi hết")
    page.click("#open-camera")
    return page


def hold(page: Any, text: str) -> None:
    page.evaluate("(text) => (window.held = text)", text)


def test_a_person_s_document_is_neither_kept_nor_sent(phone: Phone, gateway: StandIn) -> None:
    """Held before the camera by mistake: a sentence says so, and the camera waits for the place's code."""
    page = scanning(phone)
    for text in (CARD, HEALTH_CARD, PC_COVID, WIFI):
        hold(page, text)
        expect(page.locator("#camera .problem")).to_contain_text("Không lưu, không gửi gì")
        hold(page, MARKET_CODE.replace("TV1", "TV2"))
        expect(page.locator("#camera .problem")).to_contain_text("mới hơn")
    hold(page, MARKET_CODE)
    page.click("#check-in")
    expect(page.locator("#days .taken")).to_have_count(1)
    assert [one["venue_code"] for one in gateway.scans] == [MARKET_CODE]
    fields = {field for text in (CARD, HEALTH_CARD, PC_COVID, WIFI) for field in text.split("|")}
    words = [word for word in fields if len(word) > 5]
    assert len(words) > 15
    for where in (page.evaluate(STORED), "\n".join(page.sent), page.content()):
        assert not [word for word in words if word in where]


@pytest.mark.parametrize("place", PLACES[:3:2])
def test_the_code_of_another_system_is_sent_as_it_is(phone: Phone, gateway: StandIn, place: str) -> None:
    """Read by the gateway, which knows the place or not."""
    page = scanning(phone)
    hold(page, place)
    page.wait_for_selector("#place[open]")
    assert "hệ thống khác" in page.inner_text("#place-note")
    page.click("#check-in")
    expect(page.locator("#days .taken")).to_have_count(1)
    assert [one["venue_code"] for one in gateway.scans] == [place]


@pytest.mark.parametrize("text", ["Quán 0912345678", "poison"])
def test_of_a_refused_scan_no_text_stays(phone: Phone, gateway: StandIn, text: str) -> None:
    """Whether the gateway refuses the scan or the whole request: moment, way and reason are the history."""
    gateway.refuse["Quán 0912345678"] = "No known system writes such codes."
    page = scanning(phone)
    hold(page, text)
    page.click("#check-in")
    expect(page.locator("#done-note")).not_to_be_empty()
    page.click("#done button")
    expect(page.locator("#days .refused")).to_have_count(1)
    stored = page.evaluate(STORED)
    assert text not in stored
    (row,) = json.loads(stored)[2]
    assert {"scan_id", "at", "direction", "member", "sentence"} <= row.keys()
    assert not {"venue_code", "place"} & row.keys()
    expect(page.locator("#present .present")).to_have_count(0)
