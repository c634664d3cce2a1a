"""Codes of every system are told apart, accepted or refused by name, and no text crashes the reader."""

import base64
import json
from hashlib import sha256
from typing import get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from made_codes import (
    CCCD_6,
    CCCD_7,
    GIVEN,
    HUE,
    NOON,
    OURS,
    PC_COVID,
    SAFE_ENTRY,
    SCANNER,
    UK_DER,
    bhyt,
    cwa,
    luca,
    luca_personal,
    many,
    message,
    notify_me,
    nsw,
    nz,
    qr_payload,
    trace_location,
    uk,
)

from producers.codes.own import card_code, poster_code
from producers.codes.reader import TEXT_LENGTH_MAX, read
from producers.codes.reading import Kind, Reading, Reason, Signature, System
from producers.codes.trust import Given, Key, Trust

GOOD = {
    "truyvet venue": (poster_code(OURS, "chợ Đông Ba", NOON), "truyvet", "venue", "valid"),
    "truyvet card": (card_code(OURS, bytes(16), NOON), "truyvet", "person", "valid"),
    "new zealand": (nz(), "nz-covid-tracer", "venue", "absent"),
    "uk": (uk(), "uk-nhs", "venue", "valid"),
    "cwa": (cwa(), "corona-warn-app", "venue", "absent"),
    "cwa, base32": (cwa(base32=True), "corona-warn-app", "venue", "absent"),
    "luca": (luca(), "luca", "venue", "absent"),
    "notifyme": (notify_me(), "crowdnotifier", "venue", "absent"),
    "safeentry": (SAFE_ENTRY, "safeentry", "venue", "absent"),
    "nsw": (nsw(), "nsw", "venue", "absent"),
    "pc-covid": (PC_COVID, "pc-covid", "person", "absent"),
    "cccd of 7": (CCCD_7, "cccd", "person", "absent"),
    "cccd of 6": (CCCD_6, "cccd", "person", "absent"),
    "bhyt": (bhyt(), "bhyt", "person", "absent"),
    "bhyt, new number": (bhyt("4600000001"), "bhyt", "person", "absent"),
    "hue's card": (HUE, "hue-s", "person", "absent"),
}

BAD = {
    "nothing": ("", "unknown", "unknown"),
    "a sentence": ("xin chào", "unknown", "unknown"),
    "half a character": ("TV1:\ud800", "unknown", "not_text"),
    "too long": ("1" * (TEXT_LENGTH_MAX + 1), "unknown", "too_long"),
    "wireless": ("WIFI:T:WPA;S:nha;P:bi mat;;", "wifi", "not_a_check_in"),
    "payment": ("00020101021138540010A00000072701240006970436", "payment", "not_a_check_in"),
    "business card": ("BEGIN:VCARD\nFN:B\nEND:VCARD", "contact", "not_a_check_in"),
    "health certificate": ("HC1:6BF+70790T9WJWG.FKY", "certificate", "not_a_check_in"),
    "web page": ("https://example.org/menu", "link", "not_a_check_in"),
    "legacy venue": ("https://qr.tokhaiyte.vn/qr?id=abcdef", "vhd", "no_alias"),
    "hue's abolished poster": ("https://qr.huecity.vn/abcdef", "hue-s", "no_alias"),
    "hue's news": ("https://huecity.vn/tin-tuc/trang-chu", "link", "not_a_check_in"),
    "hue's news of a day": ("https://huecity.vn/tin-tuc/covid-19-ngay-20-12", "link", "not_a_check_in"),
    "hue's kiosk": ("https://huecity.vn/quetqr", "link", "not_a_check_in"),
    "nz: not base64": ("NZCOVIDTRACER:foo", "nz-covid-tracer", "malformed"),
    "nz: a number is no text": (nz(gln=12), "nz-covid-tracer", "malformed"),
    "nz: a place that moves the cursor": (nz(gln="1\x1b[2J"), "nz-covid-tracer", "malformed"),
    "nz: a place that forges a line": (nz(gln="1\nall is well"), "nz-covid-tracer", "malformed"),
    "nz: a place that is too long": (nz(gln="1" * 300), "nz-covid-tracer", "malformed"),
    "nz: a field is missing": (nz(ver=None), "nz-covid-tracer", "malformed"),
    "nz: link to nothing": ("https://tracing.covid19.govt.nz/scan", "nz-covid-tracer", "malformed"),
    "nz: the game": ("RECARTDIVOCZN:a.b.c", "nz-covid-tracer", "not_a_check_in"),
    "uk: other key": (uk("other"), "uk-nhs", "unknown_key"),
    "uk: changed": (uk(signed=False), "uk-nhs", "bad_signature"),
    "uk: alg none": (uk(alg="none"), "uk-nhs", "malformed"),
    "uk: alg HS256": (uk(alg="HS256"), "uk-nhs", "malformed"),
    "uk: version 0": (uk(version="0"), "uk-nhs", "malformed"),
    "uk: version Z": (uk(version="Z"), "uk-nhs", "malformed"),
    "uk: version empty": (uk(version=""), "uk-nhs", "malformed"),
    "uk: two versions": (uk(version="1:2"), "uk-nhs", "malformed"),
    "uk: no version": (uk().replace(":1:", ":"), "uk-nhs", "malformed"),
    "uk: no signature": (uk().rpartition(".")[0] + ".", "uk-nhs", "malformed"),
    "uk: other prefix": (uk().replace("UKC19", "DEC19"), "unknown", "unknown"),
    "uk: no place": (uk(fields={"id": "ABCD1234"}), "uk-nhs", "malformed"),
    "cwa: old path": ("https://e.coronawarn.app/c1/SIGNED_LOCATION", "corona-warn-app", "malformed"),
    "cwa: old path, loud": ("HTTPS://E.CORONAWARN.APP/C1/BIPEY33S", "corona-warn-app", "malformed"),
    "cwa: version 2": (cwa().replace("v=1", "v=2"), "corona-warn-app", "unknown_version"),
    "cwa: payload of version 2": (cwa(version=2), "corona-warn-app", "malformed"),
    "cwa: ends before it starts": (cwa(trace_location(20, 10)), "corona-warn-app", "malformed"),
    "cwa: no description": (cwa(trace_location(description="")), "corona-warn-app", "malformed"),
    "cwa: two lines": (cwa(trace_location(address="a\nb")), "corona-warn-app", "malformed"),
    "cwa: too long": (cwa(trace_location(description="x" * 101)), "corona-warn-app", "malformed"),
    "luca: no place": ("https://app.luca-app.de/webapp/", "luca", "malformed"),
    "luca: setup": ("https://app.luca-app.de/webapp/setup", "luca", "malformed"),
    "luca: test result": ("https://app.luca-app.de/webapp/testresult/#eyJ0eXAi", "luca", "malformed"),
    "luca: a private meeting": (luca(meeting=True), "luca", "meeting"),
    "luca: personal": (luca_personal(), "luca", "nothing_stays"),
    "notifyme: organiser": (notify_me(host="https://upload.notify-me.ch"), "crowdnotifier", "not_a_check_in"),
    "notifyme: version": (notify_me(version=4), "crowdnotifier", "unknown_version"),
    "notifyme: no version": ("https://qr.notify-me.ch#abc", "crowdnotifier", "unknown_version"),
    "notifyme: breaks off": (notify_me()[:-9], "crowdnotifier", "malformed"),
    "safeentry: no end": (SAFE_ENTRY.removesuffix("-SE"), "safeentry", "malformed"),
    "nsw: other type": (nsw(t="covid19_person"), "nsw", "malformed"),
    "pc-covid: 5 fields": (PC_COVID.rpartition("|")[0], "pc-covid", "malformed"),
    "pc-covid: 7 fields": (PC_COVID + "|", "pc-covid", "malformed"),
    "pc-covid: a bar in the name": (PC_COVID.replace(" THI ", "|"), "pc-covid", "malformed"),
    "pc-covid: no QID": (PC_COVID.replace("162979388586179999", ""), "pc-covid", "malformed"),
    "cccd of 5": (CCCD_6.rpartition("|")[0], "cccd", "malformed"),
    "cccd: no gender": (CCCD_6.replace("Nữ", "?"), "cccd", "malformed"),
    "cccd: no day": (CCCD_7.replace("03021990", "33021990"), "cccd", "malformed"),
    "bhyt: no gender": (bhyt(gender="3"), "bhyt", "malformed"),
    "bhyt: breaks off": ("|".join(bhyt().split("|")[:5]), "bhyt", "malformed"),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_code_of_each_system_is_accepted_under_its_own_name(name: str) -> None:
    """And spaces or line ends around it do not matter."""
    text, system, kind, signature = GOOD[name]
    for one in many([text]):
        reading = read(one, GIVEN)
        assert (reading.system, reading.kind, reading.signature) == (system, kind, signature)
        assert reading.accepted
        assert reading.sentence == ""
        assert bool(reading.place) != bool(reading.identity)
        assert reading.decoded


@pytest.mark.parametrize("name", BAD)
def test_what_is_refused_is_named(name: str) -> None:
    """System, reason, and a sentence that says what to do."""
    text, system, reason = BAD[name]
    reading = read(text, GIVEN)
    assert (reading.system, reading.reason) == (system, reason)
    assert not reading.accepted
    assert reading.sentence.endswith(".")
    assert ":" in reading.sentence


SEEDS = [text for text, *_ in (*GOOD.values(), *BAD.values())]


def well_formed(reading: Reading) -> None:
    """What everyone who reads a reading may count on."""
    assert reading.system in get_args(System)
    assert reading.kind in get_args(Kind)
    assert reading.signature in get_args(Signature)
    assert reading.reason is None or reading.reason in get_args(Reason)
    assert reading.accepted == (reading.sentence == "")
    json.dumps(reading.decoded, allow_nan=False, ensure_ascii=False).encode()
    reading.place.encode()
    reading.sentence.encode("utf-8", "strict")
    if reading.accepted:
        assert reading.signature in ("valid", "absent")
        assert bool(reading.identity) == (reading.kind == "person")


@given(st.text(st.characters(), max_size=200))
@example("https://[")
@example("http://a:99999999/")
@example("NZCOVIDTRACER:" + base64.b64encode(b"[" * 4000).decode())
@example("NZCOVIDTRACER:" + base64.b64encode(b'{"typ":1e400}').decode())
@example("NZCOVIDTRACER:" + base64.b64encode(b'{"typ":"\\ud800"}').decode())
@example("NZCOVIDTRACER:" + base64.b64encode(b'{"typ":' + b"9" * 5000 + b"}").decode())
def test_no_text_crashes_it(text: str) -> None:
    """Any text at all, half characters included."""
    well_formed(read(text, GIVEN))


@given(
    st.sampled_from(SEEDS),
    st.lists(
        st.tuples(st.integers(0, 400), st.integers(0, 3), st.text(st.characters(), max_size=3)), max_size=4
    ),
)
def test_no_damaged_code_crashes_it(seed: str, damages: list[tuple[int, int, str]]) -> None:
    """Letters lost, doubled and put in, anywhere in a code that was good or bad."""
    for at, lost, put in damages:
        seed = seed[:at] + put + seed[at + lost :]
    well_formed(read(seed, GIVEN))


@given(st.binary(max_size=120))
def test_no_bytes_inside_an_address_crash_it(body: bytes) -> None:
    """Where a message or JSON should be there is anything."""
    text = base64.urlsafe_b64encode(body).decode()
    for address in ("https://e.coronawarn.app?v=1#", "https://qr.notify-me.ch?v=3#", "NZCOVIDTRACER:"):
        well_formed(read(address + text, GIVEN))


def test_the_times_of_a_place_are_where_each_system_has_them() -> None:
    """Fields 5 and 6 in Corona-Warn-App, 4 and 5 in CrowdNotifier: with the other's numbers they shift."""
    for text in (cwa(), notify_me()):
        decoded = read(text, GIVEN).decoded
        assert decoded is not None
        assert decoded["location"]["startTimestamp"] == 1617591600
        assert decoded["location"]["endTimestamp"] == 1617800400


def test_the_place_of_cwa_is_the_hash_of_its_bytes() -> None:
    """As the apps name it, in both encodings."""
    body = qr_payload(trace_location(), message((1, 1), (2, 9), (3, 90)))
    name = base64.b64encode(sha256(b"CWA-GUID" + body).digest()).decode()
    assert {read(cwa(base32=how), GIVEN).place for how in (True, False)} == {f"cwa:{name}"}


def test_luca_carries_the_code_of_cwa_where_it_can_be_read() -> None:
    """And counts without it."""
    payload = cwa().partition("#")[2]
    whole = read(luca(f"#e30/CWA1/{payload}"), GIVEN)
    assert whole.decoded is not None
    assert whole.decoded["cwa"]["location"]["description"] == "Lễ hội"
    cut = read(luca("#e30/CWA1/CiRmY2E..."), GIVEN)
    assert cut.accepted
    assert cut.decoded == {"scannerId": SCANNER, "additionalData": {}, "cwa": None}


@pytest.mark.parametrize("start", ["https://qr.example.org", "http://qr.example.org", "qr.example.org"])
@pytest.mark.parametrize("middle", ["?v=4", "/?v=4&r=3"])
def test_crowdnotifier_takes_the_addresses_its_sdk_takes(start: str, middle: str) -> None:
    """And refuses another version, another host and one more part in front (`CryptoUnitTests.java`)."""
    payload = notify_me(version=4).partition("#")[2]
    assert read(f"{start}{middle}#{payload}", GIVEN).accepted
    for wrong in (
        f"{start}{middle}#{payload}".replace("v=4", "v=3"),
        f"{start}{middle}#{payload}".replace("qr.", "www.qr."),
        f"{start}{middle}#{payload}".replace("qr.", ""),
    ):
        assert not read(wrong, GIVEN).accepted


@pytest.mark.parametrize("link", ["?source=url#data=", "#data="])
def test_the_links_of_new_zealand_hold_the_same_place(link: str) -> None:
    """Also without the padding of base64."""
    direct = read(nz(), GIVEN)
    assert read(f"https://tracing.covid19.govt.nz/scan{link}{nz()}", GIVEN) == direct
    assert read(nz().rstrip("="), GIVEN) == direct


def test_a_hue_card_may_be_named_by_a_uuid() -> None:
    """Whose hyphens join no words."""
    text = "https://huecity.vn/the/0f0e0d0c-0b0a-4908-8706-050403020100"
    assert read(text, GIVEN).identity == f"hue:{text}"


def test_an_address_of_nsw_may_write_any_letter_of_base64_as_a_browser_does() -> None:
    """`+`, `/` and `=` as they are, or as %2B, %2F and %3D."""
    text = nsw(bname="Quán ~~~>>>???")
    data = text.partition("data=")[2]
    assert "+" in data
    assert "/" in data
    written = data.replace("+", "%2B").replace("/", "%2F").replace("=", "%3d")
    assert read(text.replace(data, written), GIVEN) == read(text, GIVEN)
    assert read(text, GIVEN).accepted


def test_a_uk_code_counts_only_under_a_key_of_its_name() -> None:
    """A good signature under a name that is not known is refused; a key without a name is tried."""
    named, unnamed = Key("uk-1", "ES256", UK_DER), Key("", "ES256", UK_DER)
    assert read(uk("other"), Given(Trust([unnamed]), NOON)).signature == "valid"
    assert read(uk("other"), Given(Trust([named]), NOON)).signature == "unchecked"
    assert read(uk(), Given(Trust([named._replace(revoked=NOON)]), NOON)).reason == "revoked_key"
    assert read(uk(), Given(Trust(), NOON)).decoded == {"id": "ABCD1234", "opn": "A Café"}
    assert read(uk(version="2"), GIVEN).accepted


def test_safeentry_is_read_from_both_ends() -> None:
    """A name may hold hyphens and the number may be missing."""
    decoded = read(SAFE_ENTRY, GIVEN).decoded
    assert decoded is not None
    assert (decoded["uen"], decoded["id"], decoded["name"]) == ("200000001M", "123456", "QUAN-PHO")
    bare = read("STG-180000001W-QUAN-PHO-SE", GIVEN).decoded
    assert bare is not None
    assert (bare["id"], bare["name"]) == (None, "QUAN-PHO")


@pytest.mark.parametrize("typed", ["N?", "N", "Nu", "Na»¯", "Nu+~", "nuwx", "NU\u031b\u0303", "NỮ"])
@pytest.mark.parametrize("card", [CCCD_6, CCCD_7])
def test_a_citizen_card_is_read_though_a_keyboard_cannot_type_its_letters(card: str, typed: str) -> None:
    """Its digits arrive, and name the person; name and address may arrive as anything."""
    damaged = card.replace("|Nữ|", f"|{typed}|").replace("Trần Thị B", "Tr?n Th? B")
    assert read(damaged, GIVEN).identity == "046190000001"


def test_one_person_is_one_identity_on_each_document() -> None:
    """By the number that stays: not the masked one, not the name, not the part of a number that changes."""
    assert read(PC_COVID, GIVEN).identity == "pccovid:162979388586179999"
    assert read(CCCD_7, GIVEN).identity == read(CCCD_6, GIVEN).identity == "046190000001"
    assert read(bhyt("DN4460000000001"), GIVEN).identity == read(bhyt("HC3460000000001"), GIVEN).identity
    assert read(bhyt(), GIVEN).decoded is not None
    assert (read(bhyt(), GIVEN).decoded or {})["PatientName"] == "Trần Thị B"


def test_an_alias_makes_a_legacy_code_a_venue() -> None:
    """Also one that nobody knows; never a person's code, a meeting's, a forged one, nor one of ours."""
    legacy, anything = BAD["legacy venue"][0], "Z-3456"
    ours = GOOD["truyvet venue"][0]
    meeting = luca(meeting=True)
    aliases = dict.fromkeys((legacy, anything, PC_COVID, meeting, uk(signed=False), ours), "chợ 12")
    for text, system in ((legacy, "vhd"), (anything, "alias")):
        reading = read(f" {text}\n", GIVEN, aliases)
        assert (reading.system, reading.kind, reading.place) == (system, "venue", "chợ 12")
        assert reading.accepted
    assert read(PC_COVID, GIVEN, aliases) == read(PC_COVID, GIVEN)
    assert read(meeting, GIVEN, aliases).reason == "meeting"
    assert not read(uk(signed=False), GIVEN, aliases).accepted
    assert read(ours, GIVEN, aliases).place == "chợ Đông Ba"


def test_a_reading_shows_no_one_in_a_log() -> None:
    """Its `repr` has neither fields nor identity."""
    shown = repr([read(text, GIVEN) for text in (PC_COVID, CCCD_7, bhyt())])
    for secret in ("TRAN", "Trần", "1629793", "046190000001", "1990", "4600000"):
        assert secret not in shown
