"""The office's page in a browser, before the real gateway: from an invitation to the poster on the wall."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

import pypdfium2
import pytest
from browser import SMALL_AND_DIM
from office_world import HOSPITAL, Office, code_in, enrol, fill, register, shown_code, shown_poster, typed
from page_gateway import serving

from producers.gateway import device
from producers.register import UNITS_TOPIC
from producers.unit_list import read_units

expect: Any = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect
expect.set_options(timeout=60_000)  # a busy machine is no failure

Phone = Callable[..., Any]
ROOM = "Phòng khám 12"


@pytest.fixture
def gateway() -> Iterator[Office]:
    """In place of the stand-in that the other pages have."""
    office = Office()
    with serving(office.api) as office.address:
        yield office
    office.close()
    assert office.failures == []


@pytest.fixture
def page(phone: Phone, gateway: Office) -> Any:
    """The page on a device that an operator invited."""
    return enrol(phone("/office"), gateway.invitation("office"))


def test_a_place_is_registered_and_its_poster_shown(page: Any, gateway: Office) -> None:
    """Marks typed one by one become letters; the code on the page is that venue's, its signature good."""
    register(page, **HOSPITAL | {"name": unicodedata.normalize("NFD", HOSPITAL["name"])})
    assert "Đã đăng ký" in page.inner_text("#poster-outcome")
    assert page.inner_text("#poster-name") == HOSPITAL["name"]
    (record,) = gateway.registered().values()
    assert (record.name, record.kind, record.address) == tuple(HOSPITAL.values())
    found = shown_code(page)
    assert (found.accepted, found.signature, found.place) == (True, "valid", record.id)
    assert re.fullmatch(r"[0-9A-Z]{5}-[0-9A-Z]{5}", page.inner_text("#poster-code"))
    assert "15 x 15 cm" in page.inner_text("#poster")
    assert page.inner_text("#places .strong") == HOSPITAL["name"]
    assert page.inner_text("#poster-code") in page.inner_text("#places")
    assert set(typed(page).values()) == {""}


def test_every_file_of_a_poster_can_be_had(page: Any, gateway: Office) -> None:
    """On both papers, and for doors that are only an entrance or only an exit."""
    register(page, **HOSPITAL)
    page.click("#poster-links summary")
    links = page.locator("#poster-links a").evaluate_all("(all) => all.map((one) => [one.text, one.href])")
    found = []
    for label, href in links:
        answer = page.request.get(href)
        body = answer.body()
        if label == "PNG":
            assert answer.headers["content-type"] == "image/png"
            found.append((label, code_in(body).direction))
        else:
            (sheet,) = pypdfium2.PdfDocument(body)
            told = sheet.get_textpage().get_text_bounded()
            assert HOSPITAL["name"] in told
            way = "in" if "KHI VÀO" in told else "out" if "KHI RA" in told else "unknown"
            found.append((f"PDF {'A4' if sheet.get_width() > 500 else 'A5'}", way))
    assert found == [
        (label, way) for way in ("unknown", "in", "out") for label in ("PDF A4", "PDF A5", "PNG")
    ]
    assert [label for label, _ in links] == [label for label, _ in found]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_each_refusal_is_told_in_the_page_s_language(page: Any, gateway: Office, language: str) -> None:
    """Beside its field, whether the page or the gateway found it; nothing that was typed is lost."""
    for unit in read_units():
        gateway.log.publish(UNITS_TOPIC, 0, unit.encode(), unit.name.encode())
    if language == "en":
        page.click("#language")
    full = {**HOSPITAL, "address": "", "unit": "19789", "hours": "T2-T6 7h-17h", "capacity": "900"}
    wrong = {
        "name": ["", "Tr\u00adêng §¹i häc Y Hµ Néi"],
        "kind": [""],
        "unit": ["99999", "phường 4"],
        "hours": ["luôn luôn mở"],
        "capacity": ["chín trăm", "0"],
        "stay_minutes": ["1441"],
    }
    words = {
        "name": ("Unicode", "Unicode"),
        "kind": ("chọn loại", "Choose a kind"),
        "unit": ("xã, phường nào", "No ward"),
        "hours": ("Không đọc được", "cannot be read"),
        "capacity": ("số nguyên", "whole number"),
        "stay_minutes": ("phút nguyên", "whole number of minutes"),
    }
    for field, texts in wrong.items():
        for text in texts:
            fill(page, **full | {field: text})
            before = typed(page)
            page.evaluate("document.querySelector('#more').open = false")
            page.click("#register")
            expect(page.locator(f"#{field}-problem")).to_contain_text(words[field][language == "en"])
            expect(page.locator("#place .problem:not(:empty)")).to_have_count(1)
            assert page.is_visible(f"#{field}-problem")
            assert typed(page) == before
    page.click("#language")
    assert words["stay_minutes"][language == "vi"] in page.inner_text("#stay_minutes-problem")
    assert gateway.registered() == {}


def test_what_the_gateway_cannot_take_now_is_kept(page: Any, gateway: Office) -> None:
    """Its own sentence, in the page's language; pressed again, it is registered."""
    gateway.log.down = 1
    fill(page, **HOSPITAL)
    page.click("#register")
    expect(page.locator("#place-problem")).to_contain_text("Tạm thời chưa nhận được")
    assert typed(page).items() >= HOSPITAL.items()
    gateway.failures.clear()
    register(page)
    assert set(gateway.registered()) == {HOSPITAL["name"]}


def test_without_a_network_all_that_was_typed_is_kept(page: Any, gateway: Office) -> None:
    """The page opens from the device, with what was typed and the places; nothing is sent by itself."""
    register(page, **HOSPITAL)
    page.evaluate(
        """navigator.serviceWorker.controller ? 0
            : new Promise((done) => (navigator.serviceWorker.oncontrollerchange = () => done(0)))"""
    )
    page.click("#another")
    fill(page, name="Nhà thuốc số 1", kind="shop", hours="T2-CN 6h-22h")
    page.context.set_offline(True)
    expect(page.locator("#line")).to_contain_text("Không có mạng")
    page.click("#register")
    expect(page.locator("#place-problem")).to_contain_text("Những gì đã ghi vẫn còn đây")
    before = typed(page)
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")  # it holds a poster for 5 minutes
    page.reload()
    expect(page.locator("#name")).to_have_value("Nhà thuốc số 1")
    assert typed(page) == before
    expect(page.locator("#hours")).to_be_visible()
    page.click("#places .show")
    expect(page.locator("#poster-problem")).to_contain_text("Không có mạng")
    page.context.set_offline(False)
    expect(page.locator("#poster-image")).to_be_visible()
    assert shown_code(page).accepted
    assert set(gateway.registered()) == {HOSPITAL["name"]}
    page.click("#another")
    register(page)
    assert gateway.registered()["Nhà thuốc số 1"].hours == "Mo-Su 06:00-22:00"


def test_an_answer_that_was_lost_costs_nothing(page: Any, gateway: Office) -> None:
    """Registered again with the same words it is the same place, and the page says so."""

    def lose(route: Any) -> None:
        route.fetch()
        route.abort()

    page.evaluate(
        """navigator.serviceWorker.controller ? 0
            : new Promise((done) => (navigator.serviceWorker.oncontrollerchange = () => done(0)))"""
    )
    page.route("**/v1/venues", lose, times=1)
    fill(page, **HOSPITAL)
    page.click("#register")
    expect(page.locator("#place-problem")).to_contain_text("chưa đăng ký")
    assert set(gateway.registered()) == {HOSPITAL["name"]}
    register(page)
    assert "Đã đăng ký từ trước" in page.inner_text("#poster-outcome")
    assert len(gateway.registered()) == 1
    expect(page.locator("#places .box")).to_have_count(1)


def test_a_change_tells_only_what_differs(page: Any, gateway: Office) -> None:
    """What an operator changed meanwhile stays; the code is that of the same venue, the picture a new one."""
    register(page, **HOSPITAL, hours="T2-T6 7h-17h; CN 8h-12h", capacity="900")
    (first,) = gateway.registered().values()
    poster = shown_poster(page)
    gateway.register(**first.model_dump() | {"lat": 16.4637, "lon": 107.5909, "address": "3 Ngô Quyền, Huế"})
    page.click("#places .change")
    expect(page.locator("#place-title")).to_have_text(f"Sửa: {first.name}")
    assert typed(page)["hours"] == "T2-T6 07:00-17:00; CN 08:00-12:00"
    register(page, name="Bệnh viện Huế", capacity="")
    assert "Mã đã dán vẫn dùng được" in page.inner_text("#poster-outcome")
    (changed,) = gateway.registered().values()
    assert changed.model_dump() == first.model_dump() | {
        **{"name": "Bệnh viện Huế", "capacity": None},
        **{"lat": 16.4637, "lon": 107.5909, "address": "3 Ngô Quyền, Huế"},
    }
    assert shown_code(page).place == first.id
    assert shown_poster(page) != poster
    page.click("#poster-change")
    assert typed(page)["address"] == "3 Ngô Quyền, Huế"


def test_a_form_in_use_is_not_overwritten(page: Any, gateway: Office) -> None:
    """Neither by a change nor by a room; emptied, it is filled."""
    register(page, **HOSPITAL)
    page.click("#another")
    fill(page, name="Nhà thuốc")
    for button in (".change", ".room"):
        page.click(f"#places {button}")
        expect(page.locator("#place-problem")).to_contain_text("đang ghi dở")
        assert typed(page)["name"] == "Nhà thuốc"
    page.click("#empty")
    page.click("#places .change")
    expect(page.locator("#place-title")).to_have_text(f"Sửa: {HOSPITAL['name']}")
    expect(page.locator("#name")).to_have_value(HOSPITAL["name"])
    page.click("#places .room")
    expect(page.locator("#place-title")).to_contain_text("Nơi bên trong")
    expect(page.locator("#name")).to_have_value("")


def test_a_room_lies_inside_its_building(page: Any, gateway: Office) -> None:
    """Where the building lies, below it in the list; a building inside its own room is refused."""
    register(page, **HOSPITAL, unit="19789")
    page.click("#poster-room")
    register(page, name=ROOM)
    assert page.inner_text("#poster-inside") == f"bên trong {HOSPITAL['name']}"
    places = gateway.registered()
    room, building = places[ROOM], places[HOSPITAL["name"]]
    assert (room.inside, room.kind) == (building.id, "hospital")
    assert (room.address, room.unit) == (building.address, building.unit)
    assert page.locator("#places .strong").all_inner_texts() == [HOSPITAL["name"], ROOM]
    poster = shown_poster(page)
    page.locator("#places .change").first.click()
    fill(page, inside=f"{ROOM} · {HOSPITAL['name']}")
    page.click("#register")
    expect(page.locator("#inside-problem")).to_contain_text("nằm trong địa điểm đang ghi")
    fill(page, inside="Không nằm trong nơi nào")
    register(page, name="Bệnh viện Huế")
    page.locator("#places .show").last.click()
    expect(page.locator("#poster-inside")).to_have_text("bên trong Bệnh viện Huế")
    assert shown_poster(page) != poster  # the building's name is on it too


def test_a_bus_is_a_place(page: Any, gateway: Office) -> None:
    """By its plate, without an address; the page says so when the kind is chosen."""
    assert not page.is_visible("#vehicle-how")
    fill(page, kind="vehicle")
    assert "ghi biển số vào tên" in page.inner_text("#vehicle-how")
    register(page, name="xe buýt 75B-012.34")
    assert gateway.registered()["xe buýt 75B-012.34"].kind == "vehicle"


def test_a_name_is_never_read_as_html(page: Any, gateway: Office) -> None:
    """Nowhere: on the poster's card, in the list, in the form, in the choice of buildings."""
    name = "<img src=x onerror=alert(1)><b>Quán</b>"
    register(page, name=name, kind="restaurant")
    assert page.inner_text("#poster-name") == page.inner_text("#places .strong") == name
    assert shown_code(page).accepted
    page.click("#poster-room")
    expect(page.locator("#place-title")).to_have_text(f"Nơi bên trong {name}")
    assert page.locator("#inside option").all_inner_texts()[1] == name
    assert page.locator("main img").count() == 1
    assert page.locator("main b").count() == 0
    assert [record.name for record in gateway.registered().values()] == [name]


def test_a_name_that_no_poster_can_show_is_told(page: Any, gateway: Office) -> None:
    """The place is registered; the page says what to change, and the changed one has a poster."""
    register(page, name="永安", kind="shop")
    expect(page.locator("#poster-problem")).to_contain_text("ký tự không in được")
    page.click("#poster-change")
    register(page, name="Vĩnh An")
    assert shown_code(page).accepted


def why_asked(route: Any, held: list[Any]) -> None:
    """A question why a poster is not shown is held up; the poster itself is not."""
    if route.request.resource_type == "image":
        route.continue_()
    else:
        held.append(route)


def test_a_poster_is_never_shown_under_another_place_s_name(page: Any, gateway: Office) -> None:
    """Nor is told beside the next what the gateway says of one: the picture goes before the name changes."""
    page.evaluate(
        """() => {
            const [image, name] = ["image", "name"].map((one) => document.querySelector(`#poster-${one}`));
            window.covered = [];
            new MutationObserver(() => covered.push(image.hidden)).observe(name, { childList: true });
        }"""
    )
    held: list[Any] = []
    page.route("**/*.svg?*", lambda route: why_asked(route, held))
    register(page, name="永安", kind="shop")
    page.click("#another")
    register(page, **HOSPITAL)
    shown_poster(page)
    assert page.evaluate("covered") == [True, True]
    (late,) = held
    with page.expect_response(late.request.url) as answer:
        late.continue_()
    answer.value.finished()
    assert page.inner_text("#poster-problem") == ""
    shown_poster(page)


def test_a_device_that_counts_no_more_is_invited_again(page: Any, gateway: Office) -> None:
    """What was typed waits for the next invitation; old places are another's until handed over."""
    register(page, **HOSPITAL)
    (first,) = gateway.registered().values()
    gateway.devices.change(first.owner, lambda found: device.revoke(found, int(gateway.now)))
    page.click("#another")
    fill(page, **HOSPITAL)
    page.click("#register")
    expect(page.locator("#enrol .problem")).to_contain_text("đã bị thu hồi")
    enrol(page, gateway.invitation("office"))
    assert typed(page).items() >= HOSPITAL.items()
    page.click("#register")
    expect(page.locator("#place-problem")).to_contain_text("nhờ người vận hành chuyển")
    (ours,) = (one for one in gateway.devices.all() if one.revoked is None)
    gateway.register(**first.model_dump() | {"owner": ours.device})
    register(page)
    assert "Đã đăng ký từ trước" in page.inner_text("#poster-outcome")


def test_a_wrong_invitation_is_told(phone: Phone, gateway: Office) -> None:
    """An invitation of a checkpoint is none of an office."""
    page = phone("/office")
    page.fill("#invitation", gateway.invitation("checkpoint"))
    page.click("#enrol button")
    expect(page.locator("#enrol .problem")).to_contain_text("Mã mời không đúng")
    assert not page.is_visible("#place")


def test_what_is_pressed_is_large_and_what_is_read_stands_out(page: Any, gateway: Office) -> None:
    """The form with everything unfolded and something wrong, and the poster with the list."""
    fill(page, kind="vehicle")
    page.click("#register")
    assert page.evaluate(SMALL_AND_DIM) == [[], []]
    register(page, **HOSPITAL)
    page.click("#poster-links summary")
    assert page.evaluate(SMALL_AND_DIM) == [[], []]
