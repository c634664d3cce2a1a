"""What a device keeps outlives the page's version that wrote it, and tabs of several versions at once."""

from collections.abc import Callable
from typing import Any

import pytest
from browser import MARKET_SHORT
from page_gateway import StandIn

expect: Any = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect
expect.set_options(timeout=60_000)  # a busy machine is no failure

Phone = Callable[..., Any]
FIRST = {"settings": "name", "members": "id", "scans": "scan_id", "health": "id", "declarations": "id"}
"""The stores of version 1, by key."""
AS_VERSION_1 = """([stores, member]) => new Promise((done) => {
    const request = indexedDB.open("truyvet", 1);
    request.onupgradeneeded = () => {
        for (const [name, keyPath] of Object.entries(stores))
            request.result.createObjectStore(name, { keyPath });
        request.transaction.objectStore("members").put(member);
    };
    request.onsuccess = () => { window.held = request.result; done(); };
})"""
AS_VERSION_3 = """() => new Promise((done, failed) => {
    const request = indexedDB.open("truyvet", 3);
    request.onupgradeneeded = () => request.result.createObjectStore("later", { keyPath: "id" });
    request.onsuccess = () => done([...request.result.objectStoreNames]);
    request.onblocked = failed;
})"""


def test_what_an_older_page_kept_is_there(phone: Phone, gateway: StandIn) -> None:
    """Also while one is open, which holds up the new page: that says so, and goes on when it is closed."""
    old = phone("/pages/icon.svg", ready="svg")
    member = {"id": "me", "name": "Bà Tư", "code": "TV1:AAAA", "added": 0}
    old.evaluate(AS_VERSION_1, [FIRST, member])
    page = old.context.new_page()
    page.goto(gateway.address)
    expect(page.locator("#warning")).to_contain_text("đóng mọi thẻ khác")
    old.close()
    expect(page.locator("#line")).to_have_text("Đã gửi hết")
    assert not page.is_visible("#warning")
    kept = page.evaluate("import('/pages/store.js').then((store) => store.all('members'))")
    assert kept == [member]
    assert page.evaluate("import('/pages/store.js').then((store) => store.all('places'))") == []


def test_a_page_makes_way_for_a_later_one_and_goes_on(phone: Phone, gateway: StandIn) -> None:
    """With the stores that it knows: none is ever taken away."""
    page = phone()
    expect(page.locator("#line")).to_have_text("Đã gửi hết")
    later = page.context.new_page()
    later.goto(f"{gateway.address}/pages/icon.svg")
    assert set(later.evaluate(AS_VERSION_3)) == {*FIRST, "places", "later"}
    page.fill("#short", MARKET_SHORT)
    page.click("#type button")
    page.click("#check-in")
    page.click("#done[open] button")
    expect(page.locator("#days .taken")).to_have_count(1)
    assert len(gateway.scans) == 1
