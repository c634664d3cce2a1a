"""A poster with a web address before its code: a phone's own camera opens the page, which offers it."""

from collections.abc import Callable
from typing import Any

import pytest
import zxingcpp
from browser import MARKET, MARKET_CODE
from page_codes import CARD, OUR_CARD
from page_gateway import NOON, OURS, StandIn

from producers.codes.own import poster_code
from producers.posters.png import drawn
from producers.posters.signed import Making, signed_page

expect: Any = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect
expect.set_options(timeout=60_000)  # a busy machine is no failure

Phone = Callable[..., Any]


def test_a_poster_s_address_offers_its_place(phone: Phone, gateway: StandIn) -> None:
    """As a camera reads it from the page. Nothing is recorded before somebody says so, nor offered again."""
    poster = drawn(signed_page(Making(NOON, url=f"{gateway.address}/"), OURS, MARKET, "Chợ Đông Ba", ""))
    (found,) = zxingcpp.read_barcodes(poster)
    assert found.text == f"{gateway.address}/#{MARKET_CODE}"
    page = phone(found.text.removeprefix(gateway.address))
    page.wait_for_selector("#place[open]")
    assert page.inner_text("#place-name") == "Chợ Đông Ba"
    assert page.evaluate("location.href") == f"{gateway.address}/"
    assert gateway.scans == []
    page.click("#check-in")
    page.click("#done button")
    expect(page.locator("#line")).to_have_text("Đã gửi hết")
    assert [one["venue_code"] for one in gateway.scans] == [MARKET_CODE]
    page.reload()
    page.wait_for_selector("#present .present")
    assert not page.is_visible("#place")


def test_an_address_scanned_while_the_page_is_open_counts(phone: Phone, gateway: StandIn) -> None:
    """The way that the code says, whatever the page was doing."""
    page = phone()
    page.click("nav [data-view=card]")
    page.goto(f"{gateway.address}/#{poster_code(OURS, MARKET, NOON, 'in').lower()}")
    page.wait_for_selector("#place[open]")
    assert not page.is_visible("#check-out")
    page.goto(f"{gateway.address}/#{MARKET_CODE}")
    page.wait_for_function("!location.hash")  # what the first address opened is closed
    page.wait_for_selector("#place[open]")
    expect(page.locator("#place-name")).to_have_text("Chợ Đông Ba")
    page.click("#check-in")
    page.wait_for_selector("#done[open]")
    expect(page.locator("#days .taken")).to_have_count(1)


@pytest.mark.parametrize(
    ("text", "why"),
    [(OUR_CARD, "thẻ của một người"), ("TV2:AAAA", "mới hơn"), (CARD, "Không lưu"), ("top", "")],
)
def test_an_address_with_another_text_offers_nothing(
    phone: Phone, gateway: StandIn, text: str, why: str
) -> None:
    """A card, a later version, a document; what is no code at all is nobody's business."""
    page = phone(f"/#{text}")
    expect(page.locator("#line")).to_have_text("Đã gửi hết")
    expect(page.locator("#short-problem")).to_contain_text(why)
    assert not page.is_visible("#place")
    assert gateway.scans == []
