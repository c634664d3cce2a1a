"""The officer's page in a browser: invited once, takes a vehicle's declaration, decides, offline too."""

from collections.abc import Callable
from typing import Any

import pytest
from page_gateway import OPENER, StandIn

expect: Any = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect
expect.set_options(timeout=60_000)  # a busy machine is no failure

Phone = Callable[..., Any]
CARD = "046099012345|204567890|Nguyễn Văn An|01011999|Nam|Huế|01012021"


def invited(phone: Phone) -> Any:
    """The page on a device that an operator invited."""
    page = phone("/checkpoint")
    page.fill("#invitation", "ABCD-EFGH-IJKL")
    page.click("#enrol button")
    page.wait_for_selector("#declare:not([hidden])")
    return page


def fill(page: Any) -> None:
    """A car from Đà Nẵng with two people, one of whom coughs."""
    page.fill("#origin", "Đà Nẵng")
    page.fill("#destination", "Huế")
    page.fill("#plate", "43a-123.45")
    for document in (CARD, "046 199 000 111"):
        page.fill("#document", document)
        page.press("#document", "Enter")
        expect(page.locator("#document")).to_have_value("")
    page.check("#symptoms [value=cough]")
    page.fill("#recent", "Hòa Vang\n\n  Cẩm Lệ ")
    page.fill("#note", "ho nhiều")


def test_a_declaration_is_referred_and_sent(phone: Phone, gateway: StandIn) -> None:
    """All of it reaches the gateway, the persons sealed to it; of a card its number and nothing else."""
    page = invited(phone)
    assert "chốt Lăng Cô" in page.inner_text("header")
    assert gateway.enrolments[0]["invitation"] == "ABCD-EFGH-IJKL"
    fill(page)
    page.click("#refer")
    expect(page.locator("#declared .taken")).to_have_count(1)
    assert "Chuyển y tế" in page.inner_text("#declared")
    (told,) = gateway.declarations
    persons = [OPENER.open(one["person_sealed"]) for one in told.pop("persons")]
    assert persons == ["046099012345", "046199000111"]
    assert told.pop("id")
    assert told.pop("at")
    assert told == {
        "origin": "Đà Nẵng",
        "destination": "Huế",
        "plate": "43a-123.45",
        "symptoms": ["cough"],
        "contacts": [],
        "recent": ["Hòa Vang", "Cẩm Lệ"],
        "decision": {"decision": "refer", "note": "ho nhiều"},
    }
    assert page.input_value("#origin") == page.input_value("#plate") == ""
    assert page.locator("#people .box").count() == 0


def stored(page: Any) -> str:
    """Everything in the page's database, as text."""
    return str(
        page.evaluate(
            """import("/pages/store.js").then(async (store) =>
                JSON.stringify([await store.all("settings"), await store.all("declarations")]))"""
        )
    )


def test_without_a_network_it_is_decided_all_the_same(phone: Phone, gateway: StandIn) -> None:
    """Kept on the device, where no identity can be read, and sent when there is a network; then forgotten."""
    page = invited(phone)
    page.context.set_offline(True)
    fill(page)
    page.click("#approve")
    expect(page.locator("#declared .waiting")).to_have_count(1)
    expect(page.locator("#line")).to_contain_text("1 lượt chờ gửi")
    held = stored(page)
    assert "43a-123.45" in held
    assert not [word for word in ("046099012345", "046199000111", "Nguyễn") if word in held]
    page.context.set_offline(False)
    expect(page.locator("#declared .taken")).to_have_count(1)
    assert gateway.declarations[0]["decision"]["decision"] == "approve"
    held = stored(page)
    assert not [word for word in ("43a-123.45", "person_sealed", "cough", "Cẩm Lệ") if word in held]


def test_what_is_missing_is_told_and_nothing_is_kept(phone: Phone, gateway: StandIn) -> None:
    """From, to, and at least one person; a wrong number is no person."""
    page = invited(phone)
    page.fill("#document", "12345678")
    page.press("#document", "Enter")
    expect(page.locator("#document-problem")).to_contain_text("9 đến 12 chữ số")
    page.click("#approve")
    expect(page.locator("#missing")).to_contain_text("Cần nơi đi")
    expect(page.locator("#declared")).to_contain_text("Chưa có tờ khai nào")
    assert gateway.declarations == []


def test_a_wrong_invitation_is_told(phone: Phone, gateway: StandIn) -> None:
    """With the gateway's sentence; the form stays closed."""
    gateway.down = True
    page = phone("/checkpoint")
    page.fill("#invitation", "ABCD")
    page.click("#enrol button")
    expect(page.locator("#enrol .problem")).to_contain_text("Kafka is down")
    assert not page.locator("#declare").is_visible()
