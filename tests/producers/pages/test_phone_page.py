"""The phone page in a browser: a poster before the camera, a family, no network; what leaves the phone."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
import zxingcpp
from browser import MARKET_CODE, MARKET_SHORT, SMALL_AND_DIM
from page_gateway import StandIn
from PIL import Image

expect: Any = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect
expect.set_options(timeout=60_000)  # a busy machine is no failure

Phone = Callable[..., Any]


def checked_in(page: Any, short: str = MARKET_SHORT) -> None:
    """By short code, everyone of the family."""
    page.fill("#short", short)
    page.click("#type button")
    page.click("#check-in")
    page.click("#done[open] button")


def says(page: Any, text: str) -> None:
    """Waits until the page's line says so."""
    expect(page.locator("#line")).to_contain_text(text)


def has_its_card(page: Any) -> None:
    """Waits until the phone is enrolled and everyone's card is on it. Nothing to send is said before that."""
    page.evaluate(
        """import("/pages/store.js").then(async (store) => {
            const ready = async () => (await store.all("members")).every((member) => member.code);
            while (!(await ready())) await new Promise((done) => setTimeout(done, 20));
        })"""
    )


def kept(page: Any, store: str) -> list[dict[str, Any]]:
    """What the page's database holds."""
    found: list[dict[str, Any]] = page.evaluate(
        f"import('/pages/store.js').then((store) => store.all({store!r}))"
    )
    return found


def test_a_poster_before_the_camera_becomes_a_signed_scan(phone: Phone, gateway: StandIn) -> None:
    """Our real poster, filmed aslant: found, named, checked in, signed, sent, told."""
    page = phone()
    page.click("#open-camera")
    page.wait_for_selector("#place[open]")
    assert page.inner_text("#place-name") == "Chợ Đông Ba"
    page.click("#check-in")
    page.wait_for_selector("#done[open]")
    assert "VÀO" in page.inner_text("#done-line")
    says(page, "Đã gửi hết")
    (scan,) = gateway.scans
    assert (scan["venue_code"], scan["direction"]) == (MARKET_CODE, "in")
    assert scan["person_code"].startswith("TV1:")
    assert scan.keys() == {"scan_id", "at", "venue_code", "person_code", "direction"}
    assert gateway.enrolments[0].keys() == {"kind", "public_key"}
    assert gateway.languages == {"vi"}


def test_a_family_checks_in_and_out(phone: Phone, gateway: StandIn) -> None:
    """Each has a card of their own; the way out names the way in it closes; no name leaves the phone.

    In and out may be in one second, in which a phone's clock tells them not apart.
    """
    page = phone()
    page.click("nav [data-view=card]")
    page.fill("#member-name", "Bé Na")
    page.click("#add-member button")
    expect(page.locator("#cards .box")).to_have_count(2)
    page.click("nav [data-view=scan]")
    checked_in(page)
    says(page, "Đã gửi hết")
    page.wait_for_selector("#present .present")
    assert "Tôi, Bé Na" in page.inner_text("#present")
    page.click("#present button")
    page.click("#done[open] button")
    says(page, "Đã gửi hết")
    expect(page.locator("#present .present")).to_have_count(0)
    ways = [(one["direction"], one["person_code"]) for one in gateway.scans]
    cards = list(dict.fromkeys(card for _, card in ways))
    assert len(cards) == gateway.cards == 2
    assert sorted(ways) == sorted((way, card) for way in ("in", "out") for card in cards)
    came = {one["person_code"]: one["at"] for one in gateway.scans if one["direction"] == "in"}
    assert all(one["since"] == came[one["person_code"]] for one in gateway.scans if one["direction"] == "out")
    assert "Na" not in str(gateway.scans + gateway.enrolments)


def test_a_short_code_with_a_slip_is_refused_before_anyone_is_asked(phone: Phone, gateway: StandIn) -> None:
    """And one that no venue has, by the gateway; neither leaves a scan."""
    page = phone()
    page.fill("#short", MARKET_SHORT[1] + MARKET_SHORT[0] + MARKET_SHORT[2:])
    page.click("#type button")
    assert "sai chỗ" in page.inner_text("#short-problem")
    assert not [url for url in page.asked if "/v1/venues/" in url]
    page.fill("#short", "H505N-J5WPV")
    page.click("#type button")
    expect(page.locator("#short-problem")).to_contain_text("No venue")
    assert kept(page, "scans") == gateway.scans == []


def test_without_a_network_scans_wait_and_the_page_still_opens(phone: Phone, gateway: StandIn) -> None:
    """Recorded, not sent; reloaded from the phone itself; sent once when the network is back, as it was."""
    page = phone()
    has_its_card(page)
    page.evaluate(
        """navigator.serviceWorker.controller ? 0
            : new Promise((done) => (navigator.serviceWorker.oncontrollerchange = () => done(0)))"""
    )
    page.context.set_offline(True)
    page.fill("#short", MARKET_SHORT)
    page.click("#type button")
    page.click("#check-in")
    expect(page.locator("#done-note")).to_contain_text("khi có mạng")
    page.click("#done button")
    page.reload()
    says(page, "1 lượt chờ gửi")
    assert MARKET_SHORT in page.inner_text("#present")
    (waiting,) = kept(page, "scans")
    assert gateway.scans == []
    page.context.set_offline(False)
    says(page, "Đã gửi hết")
    (sent,) = gateway.scans
    assert {name: sent[name] for name in ("scan_id", "at")} == {
        name: waiting[name] for name in ("scan_id", "at")
    }


def test_a_gateway_that_is_down_costs_nothing(phone: Phone, gateway: StandIn) -> None:
    """Also before the phone was ever enrolled: key and cards are had when it is back."""
    gateway.down = True
    page = phone()
    checked_in(page)
    says(page, "1 lượt chờ gửi")
    says(page, "Kafka is down")
    gateway.down = False
    page.evaluate("dispatchEvent(new Event('online'))")
    says(page, "Đã gửi hết")
    assert len(gateway.scans) == len(gateway.enrolments) == 1
    assert [row["state"] for row in kept(page, "scans")] == ["taken"]


def test_one_scan_the_gateway_cannot_take_holds_up_no_other(phone: Phone, gateway: StandIn) -> None:
    """The batch is halved until it is found; it stays in the history with the gateway's sentence."""
    page = phone()
    has_its_card(page)
    page.evaluate(
        """import("/pages/family.js").then(async (family) => {
            const [me] = await family.members();
            for (const code of ["a", "b", "poison", "c", "d"])
                await family.record({ place: code, label: code, venue_code: code }, [me.id], "in");
            dispatchEvent(new Event("online"));
        })"""
    )
    expect(page.locator("#days .refused")).to_have_count(1)
    expect(page.locator("#days .taken")).to_have_count(4)
    assert sorted(one["venue_code"] for one in gateway.scans) == ["a", "b", "c", "d"]
    page.click("nav [data-view=history]")
    assert "a field is wrong" in page.inner_text("#days")


def test_a_refused_scan_is_told_with_its_sentence(phone: Phone, gateway: StandIn) -> None:
    """At once, and in the history; it does not count as being there."""
    gateway.refuse[MARKET_SHORT.replace("-", "")] = "The code's key was revoked: have it made again."
    page = phone()
    page.fill("#short", MARKET_SHORT)
    page.click("#type button")
    page.click("#check-in")
    expect(page.locator("#done-note")).to_contain_text("was revoked")
    page.click("#done button")
    expect(page.locator("#present .present")).to_have_count(0)


def test_a_clock_that_was_set_back_is_no_end(phone: Phone, gateway: StandIn) -> None:
    """The phone signs again with the nonce it is given."""
    gateway.backwards = True
    page = phone()
    checked_in(page)
    says(page, "Đã gửi hết")
    assert len(gateway.scans) == 1
    assert all(nonce.startswith("feed") for nonce in gateway.nonces)


def test_a_gateway_that_forgot_the_phone_is_told_again(phone: Phone, gateway: StandIn) -> None:
    """Its register was lost: the phone enrols with the key it has, and nothing that waits is lost."""
    page = phone()
    has_its_card(page)
    gateway.devices.clear()
    checked_in(page)
    says(page, "Đã gửi hết")
    assert len(gateway.scans) == 1
    first, second = gateway.enrolments
    assert first == second


def test_the_key_cannot_be_copied_out_of_the_browser(phone: Phone) -> None:
    """Not by the page itself, nor by whoever runs a script in it."""
    page = phone()
    has_its_card(page)
    told = page.evaluate(
        """import("/pages/store.js").then(async (store) => {
            const { pair } = await store.get("settings", "key phone");
            const copy = crypto.subtle.exportKey("pkcs8", pair.privateKey);
            const copied = await copy.catch((error) => error.name);
            return [pair.privateKey.extractable, copied];
        })"""
    )
    assert told == [False, "InvalidAccessError"]


def test_one_s_own_code_is_covered_until_it_is_asked_for(phone: Phone) -> None:
    """Name and code each on their own; what is shown is the card's code, read by another program."""
    page = phone()
    has_its_card(page)
    page.click("nav [data-view=card]")
    assert "Tôi" not in page.inner_text("#cards")
    assert page.query_selector("#cards svg") is None
    page.click("#cards .secondary")
    (found,) = zxingcpp.read_barcodes(Image.open(BytesIO(page.screenshot())))
    assert found.text == kept(page, "members")[0]["code"]
    assert "Tôi" not in page.inner_text("#cards")
    page.click("#cards .quiet")
    assert "Tôi" in page.inner_text("#cards")
    page.click("#cards .secondary")
    assert page.query_selector("#cards svg") is None


def test_a_history_ends_after_28_days(phone: Phone, gateway: StandIn) -> None:
    """But what was never sent waits for as long as it takes."""
    gateway.down = True
    page = phone()
    page.evaluate(
        """import("/pages/store.js").then(async (store) => {
            const place = { place: "p", label: "p", venue_code: "p" };
            const row = { ...place, member: "x", direction: "in", since: null };
            const at = Math.floor(Date.now() / 1000) - 29 * 86400, kept = at * 1000;
            await store.put("scans", { ...row, scan_id: "aa", at, kept, state: "taken" });
            await store.put("scans", { ...row, scan_id: "bb", at, kept, state: "waiting" });
        })"""
    )
    page.reload()
    says(page, "1 lượt chờ gửi")
    assert [row["scan_id"] for row in kept(page, "scans")] == ["bb"]


def test_a_browser_that_cannot_sign_is_told(phone: Phone) -> None:
    """A sentence says which can, and nothing is sent."""
    old = "crypto.subtle.generateKey = () => Promise.reject(new DOMException('', 'NotSupportedError'));"
    page = phone(script=old, ready="#warning:not([hidden])")
    assert "Chrome 137" in page.inner_text("#warning")
    assert not [url for url in page.asked if "/v1/" in url]


def test_how_one_is_can_be_declared_without_a_network(phone: Phone, gateway: StandIn) -> None:
    """Kept, sent when the network is back, under the person's card; and told on the page."""
    page = phone()
    has_its_card(page)
    page.context.set_offline(True)
    page.click("nav [data-view=health]")
    page.check("#health-symptoms [value=fever]")
    page.check("#health-contacts [value=with_signs]")
    page.click("#health-form button")
    expect(page.locator("#health-told .waiting")).to_have_count(1)
    assert gateway.healths == []
    page.context.set_offline(False)
    expect(page.locator("#health-told .taken")).to_have_count(1)
    (told,) = gateway.healths
    assert (told["symptoms"], told["contacts"]) == (["fever"], ["with_signs"])
    assert told.keys() == {"id", "at", "symptoms", "contacts", "person_code"}
    assert told["person_code"] == kept(page, "members")[0]["code"]
    assert "Sốt" in page.inner_text("#health-told")


def test_the_page_speaks_english(phone: Phone) -> None:
    """All of it, and remembers; in both languages everything is said."""
    page = phone()
    page.click("#language")
    assert "SCAN A PLACE'S CODE" in page.inner_text("main")
    page.reload()
    says(page, "All sent")
    assert page.inner_text("#language") == "Tiếng Việt"
    assert page.evaluate("import('/pages/words.js').then((words) => words.language())") == "en"


def test_the_page_asks_nobody_but_the_gateway(phone: Phone, gateway: StandIn) -> None:
    """Every request of a whole check-in with the camera is to where the page came from."""
    page = phone()
    page.click("#open-camera")
    page.wait_for_selector("#place[open]")
    page.click("#check-in")
    page.wait_for_selector("#done[open]")
    says(page, "Đã gửi hết")
    assert len(page.asked) > 15
    assert all(url.startswith(gateway.address + "/") for url in page.asked)
    with page.expect_console_message(lambda told: "Content Security Policy" in told.text):
        page.evaluate("fetch('https://example.org/').catch(() => document.body.append('blocked'))")
    page.wait_for_selector("text=blocked")
    assert all("Content Security Policy" in one for one in page.complaints)
    page.complaints.clear()


def test_what_a_code_says_is_never_read_as_html(phone: Phone, gateway: StandIn) -> None:
    """A venue may be called anything."""
    name = "<img src=x onerror=alert(1)>"
    gateway.venues[MARKET_SHORT.replace("-", "")]["name"] = name
    page = phone()
    page.fill("#short", MARKET_SHORT)
    page.click("#type button")
    page.wait_for_selector("#place[open]")
    assert page.inner_text("#place-name") == name
    page.click("#check-in")
    page.click("#done button")
    page.wait_for_selector("#present .present")
    assert page.query_selector("main img") is None


def test_targets_are_large_and_letters_stand_out(phone: Phone) -> None:
    """Every button and box is 44 dots or more; text has a contrast of 7 to 1 or more (WCAG 2.2, AAA)."""
    page = phone()
    has_its_card(page)
    for view in ("scan", "card", "health", "history"):
        page.click(f"nav [data-view={view}]")
        small, dim = page.evaluate(SMALL_AND_DIM)
        assert small == []
        assert dim == []
