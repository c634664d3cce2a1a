"""Our own code says what was signed, and nothing else passes: not a bit changed, not another kind or key."""

import base64

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st
from made_codes import GIVEN, NOON, OURS

from producers.codes.own import DOMAIN, SKEW_SECONDS, card_code, poster_code, read, screen_code
from producers.codes.own_body import NAME_BYTES_MAX, STEP_SECONDS_MAX
from producers.codes.reading import Reading
from producers.codes.signing import Signer
from producers.codes.trust import Given, Key, Trust
from producers.errors import BadInput
from producers.scan import Direction

VENUES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=25).filter(
    lambda text: text == text.strip() and "\ufffd" not in text and len(text.encode()) <= NAME_BYTES_MAX
)
DIRECTIONS: list[Direction] = ["in", "out", "unknown"]
KEY = Key(OURS.id, "Ed25519", OURS.public)


def ours(text: str, given: Given = GIVEN) -> Reading:
    found = read(text, given)
    assert found is not None
    return found


def at(moment: int) -> Given:
    return Given(Trust([KEY]), moment)


def unpacked(text: str) -> bytes:
    body = text.removeprefix("TV1:")
    return base64.b32decode(body + "=" * (-len(body) % 8))


def packed(body: bytes) -> str:
    return "TV1:" + base64.b32encode(body).decode().rstrip("=")


def signed(body: bytes, signer: Signer = OURS) -> str:
    return packed(body + signer.sign(DOMAIN + body))


@given(VENUES, st.integers(0, 2**32 - 1), st.sampled_from(DIRECTIONS))
def test_a_poster_says_its_venue_and_way(venue: str, made: int, direction: Direction) -> None:
    """Whatever the venue's id, in any writing; it has no end."""
    text = poster_code(OURS, venue, made, direction)
    found = ours(text, at(2**32 - 1))
    assert found.accepted
    assert (found.place, found.direction, found.kind, found.signature) == (venue, direction, "venue", "valid")
    assert ours(text.lower()) == ours(text)
    assert ours(f"https://quet.example.vn/#{text}") == ours(text)
    assert segno.make(text, micro=False).mode == "alphanumeric"


@given(st.binary(min_size=16, max_size=16))
def test_a_card_is_a_person_and_never_a_place(number: bytes) -> None:
    """Its number is random and all it says."""
    found = ours(card_code(OURS, number, NOON))
    assert (found.kind, found.place, found.identity) == ("person", "", f"truyvet:{number.hex()}")
    assert found.accepted


@given(VENUES, st.integers(10**6, 2**32 - 10**6), st.integers(1, STEP_SECONDS_MAX), st.integers(-5000, 5000))
def test_a_screen_counts_during_its_step(venue: str, now: int, step: int, later: int) -> None:
    """With a minute for clocks that differ, before and after."""
    text = screen_code(OURS, venue, now, step)
    assert screen_code(OURS, venue, now - now % step, step) == text
    began, ended = now - now % step, now - now % step + step
    moment = now + later
    found = ours(text, at(moment))
    assert found.signature == "valid"
    early, late = moment < began - SKEW_SECONDS, moment >= ended + SKEW_SECONDS
    assert found.reason == ("not_yet_valid" if early else "expired" if late else None)


@given(VENUES, st.integers(min_value=0), st.integers(0, 7))
def test_a_bit_changed_anywhere_is_refused(venue: str, byte: int, bit: int) -> None:
    """By its signature where it is still a code of ours, else as no code."""
    body = bytearray(unpacked(poster_code(OURS, venue, NOON)))
    body[byte % len(body)] ^= 1 << bit
    found = ours(packed(bytes(body)))
    assert found.reason in ("bad_signature", "malformed", "unknown_key")


@given(st.integers(0, 255))
def test_a_kind_cannot_be_swapped(kind: int) -> None:
    """The kind is signed: a poster made a screen or a card by its first byte is no code of its key."""
    for text in (poster_code(OURS, "x" * 16, NOON), card_code(OURS, bytes(16), NOON)):
        body = bytearray(unpacked(text))
        if body[0] != kind:
            body[0] = kind
            assert not ours(packed(bytes(body))).accepted


def test_each_code_has_one_text() -> None:
    """Loose bits at the end of base32 would give a poster several texts, and tables of texts several rows."""
    texts = [poster_code(OURS, "a" * length, NOON) for length in range(1, 9)]
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    assert [sum(ours(text[:-1] + one).accepted for one in letters) for text in texts] == [1] * 8


@pytest.mark.parametrize(
    "body",
    [
        bytes.fromhex("0100") + bytes.fromhex(OURS.id) + bytes(6),
        bytes.fromhex("0400") + bytes.fromhex(OURS.id) + bytes(6) + b"x",
        bytes.fromhex("0103") + bytes.fromhex(OURS.id) + bytes(6) + b"x",
        bytes.fromhex("0200") + bytes.fromhex(OURS.id) + bytes(6) + b"x",
        bytes.fromhex("0100") + bytes.fromhex(OURS.id) + bytes(5) + b"\x1ex",
        bytes.fromhex("0200") + bytes.fromhex(OURS.id) + bytes(4) + b"\xff\xffx",
        bytes.fromhex("0100") + bytes.fromhex(OURS.id) + bytes(4) + b"\xff\xffx",
        bytes.fromhex("0300") + bytes.fromhex(OURS.id) + bytes(6) + b"x" * 15,
        bytes.fromhex("0301") + bytes.fromhex(OURS.id) + bytes(6) + b"x" * 16,
        bytes.fromhex("0100") + bytes.fromhex(OURS.id) + bytes(6) + b"x" * (NAME_BYTES_MAX + 1),
        bytes.fromhex("0100") + bytes.fromhex(OURS.id) + bytes(6) + b"x\n",
        bytes.fromhex("0100") + bytes.fromhex(OURS.id) + bytes(6) + b"\xff",
        b"",
    ],
    ids=[
        *(
            "no venue",
            "kind 4",
            "way 3",
            "screen without step",
            "poster with step",
            "step too long",
            "poster with long step",
        ),
        *("card too short", "card with a way", "venue too long", "venue with a line end", "venue no text"),
        "nothing",
    ],
)
def test_a_body_that_cannot_be_is_refused_although_it_is_signed(body: bytes) -> None:
    """A program that signs nonsense is stopped here."""
    assert ours(signed(body)).reason == "malformed"


def test_keys_rotate_are_revoked_and_may_be_for_one_venue() -> None:
    """An old key is believed until it is revoked; a key for one venue signs for no other, and no cards."""
    other = Signer(bytes(32))
    text, screen = poster_code(OURS, "chợ", NOON), screen_code(other, "chợ", NOON, 30)
    both = [KEY, Key(other.id, "Ed25519", other.public, venue="chợ")]
    assert ours(text, Given(Trust(both), NOON)).accepted
    assert ours(screen, Given(Trust(both), NOON)).accepted
    assert ours(screen, at(NOON)).reason == "unknown_key"
    assert ours(screen, at(NOON)).signature == "unchecked"
    revoked = Given(Trust([*both, KEY._replace(revoked=NOON)]), NOON - 9)
    assert (ours(text, revoked).reason, ours(text, revoked).signature) == ("revoked_key", "valid")
    for wrong in (poster_code(other, "chợ 2", NOON), card_code(other, bytes(16), NOON)):
        assert ours(wrong, Given(Trust(both), NOON)).reason == "key_not_for_venue"


def test_another_version_is_told_as_newer() -> None:
    """Not as damaged: what helps is another program, not another poster."""
    assert ours("TV2:ABCDEFGH").reason == "unknown_version"
    assert read("TV1", GIVEN) is None
    assert read("TV:ABC", GIVEN) is None


@pytest.mark.parametrize("venue", ["", " x", "x\n", "x" * (NAME_BYTES_MAX + 1), "ợ" * 34, "\ud800"])
def test_a_venue_that_does_not_fit_is_refused_when_it_is_made(venue: str) -> None:
    """Not when a thousand posters hang."""
    with pytest.raises(BadInput, match="does not fit a code"):
        poster_code(OURS, venue, NOON)


def test_other_mistakes_in_making_are_refused() -> None:
    """A step of no length, a card of another length, a moment outside of time."""
    with pytest.raises(BadInput, match="time step"):
        screen_code(OURS, "x", NOON, 0)
    with pytest.raises(BadInput, match="16 bytes"):
        card_code(OURS, b"short", NOON)
    with pytest.raises(BadInput, match="1970 to 2106"):
        poster_code(OURS, "x", 2**32)
