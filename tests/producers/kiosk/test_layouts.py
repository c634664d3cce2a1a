"""A code that came through the wrong keyboard is itself again, or is refused; it is never another."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kiosk_world import (
    CITIZEN,
    GIVEN,
    HUE,
    INSURED,
    PC_COVID,
    TRUST,
    card,
    card_identity,
    door,
    poster,
)
from kiosk_world import box as new_box
from typing_hosts import HOSTS

from producers.codes.reader import read
from producers.kiosk.layouts import repaired

ADDRESS = "https://quet.example.vn/#"
numbers = st.integers(0, 2**128 - 1)
hosts = st.sampled_from(sorted(HOSTS))


@pytest.mark.parametrize("host", ["german", "french"])
@given(number=numbers, linked=st.booleans(), lower=st.booleans())
@settings(max_examples=40, deadline=None)
def test_every_code_of_ours_is_repaired_from_another_layout(
    host: str, number: int, linked: bool, lower: bool
) -> None:
    """A layout exchanges keys one for one, so nothing is lost; also in a link, and typed in lower case."""
    code = card(number).lower() if lower else card(number)
    found = repaired(HOSTS[host](ADDRESS + code if linked else code), GIVEN)
    assert found is not None
    assert found.keyboard == host
    assert found.reading is not None
    assert found.reading.identity == card_identity(number)


@pytest.mark.parametrize(("host", "repairs_min"), [("telex", 30), ("vni", 42)])
def test_most_codes_of_ours_are_repaired_from_an_input_method(host: str, repairs_min: int) -> None:
    """Of the same fifty each time; where a key left no trace a code is refused, and none is taken wrongly."""
    drawn = random.Random(5)
    repairs = 0
    for _ in range(50):
        number = drawn.getrandbits(128)
        typed = HOSTS[host](card(number))
        direct = read(typed, GIVEN)
        if direct.accepted:
            assert direct.identity == card_identity(number)
            repairs += 1
            continue
        found = repaired(typed, GIVEN)
        if found is not None and found.reading is not None:
            assert found.reading.identity == card_identity(number)
            repairs += 1
    assert repairs >= repairs_min


@given(host=hosts, number=numbers)
@settings(max_examples=60, deadline=None)
def test_a_damaged_code_of_ours_is_never_another_person_s(host: str, number: int) -> None:
    """Its signature decides, whatever the repair tried."""
    typed = HOSTS[host](card(number))
    direct, found = read(typed, GIVEN), repaired(typed, GIVEN)
    for reading in [direct, found.reading if found else None]:
        if reading is not None and reading.accepted:
            assert (reading.identity, reading.signature) == (card_identity(number), "valid")


@given(text=st.text(max_size=80), host=hosts)
@settings(max_examples=200, deadline=None)
def test_nothing_else_is_ever_repaired(text: str, host: str) -> None:
    """Any text, damaged or not, gives no reading but one of ours that is signed; and no text crashes it."""
    for one in (text, HOSTS[host](text), f"TV1:{text}"):
        found = repaired(one, GIVEN)
        assert found is None or found.reading is None or found.reading.signature == "valid"


digits = st.text("0123456789", min_size=12, max_size=12)
names = st.sampled_from(["NGUYEN VAN A", "Tran Thi Buoi", "LE DUC OANH", "Hoa"])


@st.composite
def cards_of_others(draw: st.DrawFn) -> str:
    """Citizen, insurance, PC-COVID and Hue cards of anyone, as far as a scanner can type them."""
    number, name = draw(digits), draw(names)
    letters = draw(st.text("abcdeosfrxjwdz0123456789", min_size=6, max_size=12))
    benefit = draw(st.sampled_from(["HC4", "TE1", "GD4", "DN4", "OO2", "AU7"]))
    rest = "|".join(
        [name.encode().hex(), "01/01/1990", "1", "48756573", "79-024", "01/01/2021", "-", "x", "y"]
    )
    return draw(
        st.sampled_from(
            [
                f"{number}|{name}|01011990|Nam|1 Le Loi|15042021",
                f"{number}|123456789|{name}|01011990|Nam|1 Le Loi|15042021",
                f"{benefit}79{number[:10]}|{rest}",
                f"{number[:10]}|{rest}",
                f"{number}|{name}|1987-01-18|0|{number}|x",
                f"{number}|{name}|1987-01-18|0|QID{letters}|x",
                f"https://huecity.vn/the/{letters}",
            ]
        )
    )


@given(host=hosts, code=cards_of_others())
@settings(max_examples=400, deadline=None)
def test_a_damaged_card_of_others_is_never_another_person_s(
    host: str, code: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """It bears no signature, so it is the same person or refused: by each keyboard, in a new kiosk."""
    meant = read(code, GIVEN)
    typed = HOSTS[host](code)
    outbox = new_box(tmp_path_factory.mktemp("kiosk"))
    try:
        verdict = door(outbox).take(typed, GIVEN.at, 0.0)
    finally:
        outbox.close()
    if verdict.outcome == "taken":
        assert meant.accepted
        assert read(typed, GIVEN).identity == meant.identity


@pytest.mark.parametrize("host", ["german", "french"])
@pytest.mark.parametrize("code", [CITIZEN, INSURED, PC_COVID, HUE])
def test_a_card_of_others_names_the_keyboard_where_it_can_be_told(host: str, code: str) -> None:
    """It is refused, and the attendant reads which keyboard to change instead of `unknown code`."""
    plain = code.replace("ầ", "a").replace("ị", "i").replace("ữ", "u").replace("ê", "e").replace("ế", "e")
    found = repaired(HOSTS[host](plain), GIVEN)
    if read(plain, GIVEN).accepted:
        assert found is not None
        assert (found.keyboard, found.reading) == (host, None)


def test_a_revoked_code_stays_revoked_after_repair() -> None:
    """Repair is about letters, not about what counts."""
    revoked = GIVEN._replace(
        trust=type(TRUST)(key._replace(revoked=5) for key in TRUST.named("Ed25519", "") + _all())
    )
    found = repaired(HOSTS["german"](poster("market 12")), revoked)
    assert found is not None
    assert found.reading is not None
    assert found.reading.reason == "revoked_key"


def _all() -> list:  # type: ignore[type-arg]
    return list(TRUST._keys.values())
