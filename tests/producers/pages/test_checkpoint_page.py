"""The officer's page in a browser: invited once, takes a vehicle's declaration, decides, offline too."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from page_codes import PLACES
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


def rows(page: Any) -> list[dict[str, Any]]:
    """What the device keeps of declarations."""
    found: list[dict[str, Any]] = json.loads(stored(page))[1]
    return found


def aged(page: Any, row: dict[str, Any], name: str, days: int) -> None:
    """The page, opened again so many days after that."""
    page.evaluate(
        """(row) => import("/pages/store.js").then((store) => store.put("declarations", row))""",
        row | {name: row[name] - days * 86_400},
    )
    page.reload()


def refused(phone: Phone, gateway: StandIn, plate: str) -> Any:
    """The page after the gateway refused a declaration with this plate."""
    gateway.refuse["43a-1"] = "The plate is none: write it as on the vehicle."
    page = invited(phone)
    fill(page)
    page.fill("#plate", plate)
    page.click("#refer")
    expect(page.locator("#declared .refused")).to_have_count(1)
    return page


@pytest.mark.parametrize("plate", ["43a-1", "poison"])
def test_a_refused_declaration_stays_whole_until_it_is_mended(
    phone: Phone, gateway: StandIn, plate: str
) -> None:
    """Refused alone or with its whole request: told with its reason, days later sent again as of then."""
    page = refused(phone, gateway, plate)
    why = gateway.refuse.get(plate, "a field is wrong")
    assert why in page.inner_text("#declared")
    (row,) = rows(page)
    aged(page, row, "at", days=3)
    expect(page.locator("#line")).to_contain_text("1 tờ khai bị từ chối")
    page.click("#declared .mend")
    expect(page.locator("#people .box")).to_have_count(2)
    assert "đã niêm phong" in page.inner_text("#people")
    expect(page.locator("#mending")).to_contain_text(why)
    assert page.is_checked("#symptoms [value=cough]")
    page.fill("#plate", "43a-123.45")
    page.click("#refer")
    expect(page.locator("#declared .taken")).to_have_count(1)
    (told,) = gateway.declarations
    assert told.pop("plate") == "43a-123.45"
    assert told == {name: row[name] for name in told} | {"at": row["at"] - 3 * 86_400}
    assert [OPENER.open(one["person_sealed"]) for one in told["persons"]] == ["046099012345", "046199000111"]
    assert not page.is_visible("#mending")
    expect(page.locator("#line")).to_have_text("Đã gửi hết")
    (taken,) = rows(page)
    assert not {"persons", "plate", "recent", "symptoms"} & taken.keys()
    aged(page, taken, "settled", days=2)
    expect(page.locator("#declared")).to_contain_text("Chưa có tờ khai nào")
    assert rows(page) == []


def test_a_refused_declaration_is_left_or_deleted_by_the_officer_alone(
    phone: Phone, gateway: StandIn
) -> None:
    """Mending fills no form that is in use, and may be left; deleting asks first."""
    page = refused(phone, gateway, "43a-1")
    (row,) = rows(page)
    page.fill("#origin", "Hội An")
    page.click("#declared .mend")
    expect(page.locator("#missing")).to_contain_text("chưa xong")
    assert page.input_value("#origin") == "Hội An"
    page.fill("#origin", "")
    page.click("#declared .mend")
    expect(page.locator("#plate")).to_have_value("43a-1")
    page.click("#mending button")
    expect(page.locator("#plate")).to_have_value("")
    assert rows(page) == [row]
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.click("#declared .remove")
    expect(page.locator("#declared .refused")).to_have_count(1)
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("#declared .remove")
    expect(page.locator("#declared .refused")).to_have_count(0)
    assert rows(page) == gateway.declarations == []


def test_a_name_is_no_document(phone: Phone) -> None:
    """Told at once, and not days later by the gateway; so are a later code and a venue's."""
    page = invited(phone)
    for text, told in (
        ("Nguyễn Văn Anh", "9 đến 12 chữ số"),
        ("TV2:AAAA", "mới hơn"),
        (PLACES[0], "mã cá nhân"),
    ):
        page.fill("#document", text)
        page.press("#document", "Enter")
        expect(page.locator("#document-problem")).to_contain_text(told)
    assert page.locator("#people .box").count() == 0


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
