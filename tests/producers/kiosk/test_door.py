"""Green only for what is kept, red with a reason for all else, and of a person only a sealed number."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kiosk_world import (
    AT,
    CITIZEN,
    HUE,
    INSURED,
    OPENER,
    PC_COVID,
    SIGNER,
    box,
    card,
    card_identity,
    door,
    kept,
    poster,
)
from typing_hosts import german

from producers.codes.own import screen_code
from producers.errors import Unavailable
from producers.kiosk.door import DEBOUNCE_SECONDS, Place, Verdict
from producers.kiosk.outbox import Outbox


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return box(tmp_path)


def test_a_card_is_kept_before_it_is_green(outbox: Outbox) -> None:
    """With moment, place and a sealed identity; the id is the one the verdict names."""
    verdict = door(outbox).take(card(7), AT, 0.0)
    assert verdict == Verdict("taken", AT, Place("market 12"), scan_id=verdict.scan_id)
    assert kept(outbox) == [
        {"scan_id": verdict.scan_id, "at": AT, "venue": "market 12", "identity": card_identity(7)}
    ]


@pytest.mark.parametrize(
    ("code", "identity"),
    [
        (CITIZEN, "046190000001"),
        (INSURED, "bhxh:7937721111"),
        (PC_COVID, "pccovid:162979388586171100"),
    ],
)
def test_of_a_card_only_its_number_stays_and_that_is_sealed(tmp_path: Path, code: str, identity: str) -> None:
    """No field of the card is in any file of the kiosk; the gateway opens the number and nothing else."""
    outbox = box(tmp_path)
    assert door(outbox).take(code, AT, 0.0).green
    assert kept(outbox)[0]["identity"] == identity
    stored = b"".join(file.read_bytes() for file in (tmp_path / "kiosk").iterdir())
    for field in code.split("|"):
        if len(field) > 5:
            assert field.encode() not in stored
    assert identity.rpartition(":")[2].encode() not in stored


def test_a_double_beep_is_green_and_kept_once(outbox: Outbox) -> None:
    """It names the scan that was kept; after the debounce, or of another person, it is a scan of its own."""
    here = door(outbox)
    first = here.take(card(1), AT, 100.0)
    again = here.take(card(1), AT + 3, 103.0)
    other = here.take(card(2), AT + 4, 104.0)
    later = here.take(card(1), AT + 60, 100.0 + DEBOUNCE_SECONDS)
    assert [one.outcome for one in (first, again, other, later)] == ["taken", "repeated", "taken", "taken"]
    assert again.scan_id == first.scan_id != later.scan_id
    assert len(kept(outbox)) == 3


def test_the_debounce_does_not_look_at_the_clock(outbox: Outbox) -> None:
    """A clock that jumps a day in either direction neither doubles a beep nor swallows a scan."""
    here = door(outbox, heard=AT - 86_400)
    here.take(card(1), AT, 100.0)
    assert here.take(card(1), AT + 86_400, 101.0).outcome == "repeated"
    assert here.take(card(1), AT - 80_000, 102.0 + DEBOUNCE_SECONDS).outcome == "taken"


def test_a_scan_that_was_not_kept_is_not_remembered(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Red for a full disk; held before the scanner again when there is room, it is taken."""
    here = door(outbox)
    monkeypatch.setattr(outbox, "_free_bytes_min", 2**62)
    red = here.take(card(1), AT, 1.0)
    assert (red.outcome, red.why, red.green) == ("refused", "disk_full", False)
    monkeypatch.setattr(outbox, "_free_bytes_min", 0)
    assert here.take(card(1), AT, 2.0).outcome == "taken"
    assert len(kept(outbox)) == 1


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("WIFI:T:WPA;S:market;P:secret;;", "not_a_check_in"),
        ("rubbish", "unknown"),
        ("TV9:AAAA", "unknown_version"),
        (card(1)[:-1], "malformed"),
        (card(1)[:-8] + "2222" + card(1)[-4:], "bad_signature"),
        (poster("bus 32"), "other_venue"),
        ("x" * 8000, "too_long"),
        ("\udcff", "not_text"),
        (HUE, "keyboard_unproven"),
    ],
)
def test_what_is_refused_is_refused_with_its_reason(outbox: Outbox, code: str, why: str) -> None:
    """And nothing of it is kept."""
    verdict = door(outbox).take(code, AT, 0.0)
    assert (verdict.outcome, verdict.why) == ("refused", why)
    assert kept(outbox) == []


def test_a_kiosk_without_a_venue_learns_it_from_the_place_s_own_code(tmp_path: Path) -> None:
    """Until then it refuses; it knows the place again after its power was cut; another code moves it on."""
    outbox = box(tmp_path)
    here = door(outbox, fixed="")
    assert here.take(card(1), AT, 0.0).why == "no_place"
    moved = here.take(poster("bus 32", "in"), AT, 1.0)
    assert (moved.outcome, moved.place) == ("moved", Place("bus 32", "in"))
    again = door(box(tmp_path), fixed="")
    again.take(card(2), AT, 2.0)
    again.take(poster("bus 33"), AT, 3.0)
    again.take(card(2), AT, 4.0)
    found = [(scan["venue"], scan.get("direction")) for scan in kept(outbox)]
    assert found == [("bus 32", "in"), ("bus 33", None)]


def test_a_code_without_a_signature_moves_no_kiosk(outbox: Outbox) -> None:
    """Anyone can print one: a visitor could send everybody's check-ins elsewhere."""
    nz = (
        "NZCOVIDTRACER:"
        "eyJ0eXAiOiJlbnRyeSIsImdsbiI6IlRlc3QiLCJvcG4iOiJUZXN0IiwiYWRy"
        "IjoiVGVzdCIsInZlciI6ImMxOToxIn0="
    )
    assert door(outbox, fixed="").take(nz, AT, 0.0).why == "unsigned_venue"


def test_the_venue_s_own_poster_at_the_entrance_says_the_way(outbox: Outbox) -> None:
    """The attendant turns the kiosk round with the poster of the exit; a screen's code does as well."""
    here = door(outbox, direction="in")
    for number, turn in enumerate([None, poster("market 12", "out"), poster("market 12", "unknown")]):
        if turn:
            here.take(turn, AT, 0.0)
        here.take(card(number), AT, 0.0)
    here.take(screen_code(SIGNER, "market 12", AT, 30, "out"), AT, 0.0)
    here.take(card(9), AT, 0.0)
    assert [scan.get("direction") for scan in kept(outbox)] == ["in", "out", None, "out"]


@pytest.mark.parametrize(
    ("moment", "why"), [(AT - 3600, "clock_behind"), (0, "clock_behind"), (AT + 61 * 86_400, "clock_ahead")]
)
def test_a_clock_that_cannot_be_right_is_red(outbox: Outbox, moment: int, why: str) -> None:
    """A board without a battery starts in 1970: such a scan would be too old for anyone to keep."""
    here = door(outbox)
    assert here.take(card(1), moment, 0.0).why == why
    assert here.take(card(1), AT + 7 * 86_400, 1.0).outcome == "taken"


def test_the_gateway_s_word_on_the_time_counts_from_when_it_came(outbox: Outbox) -> None:
    """Heard last week, it may be a week later, and not a day earlier."""
    here = door(outbox)
    outbox.note(heard_at=AT + 50 * 86_400)
    assert here.take(card(1), AT, 0.0).why == "clock_behind"
    assert here.take(card(1), AT + 80 * 86_400, 0.0).outcome == "taken"


def test_a_clock_that_somebody_set_is_noted(outbox: Outbox) -> None:
    """The scans stay as they are; the status line tells the attendant until the gateway is heard."""
    here = door(outbox)
    here.take(card(1), AT, 0.0)
    here.take(card(2), AT + 3600 + 10, 10.0)
    assert outbox.notes()["clock_moved"] == "3600"
    assert [scan["at"] for scan in kept(outbox)] == [AT, AT + 3610]


def test_a_clock_that_was_set_twice_is_off_by_the_sum(outbox: Outbox) -> None:
    """Set right again it is right, and nobody is told to set it."""
    here = door(outbox)
    here.take(card(1), AT, 0.0)
    here.take(card(2), AT + 3600 + 10, 10.0)
    here.take(card(3), AT + 3600 + 600 + 20, 20.0)
    assert outbox.notes()["clock_moved"] == "4200"
    here.take(card(4), AT + 30, 30.0)
    assert "clock_moved" not in outbox.notes()


def test_a_place_that_could_not_be_kept_is_not_the_kiosk_s(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red changes nothing: the next visitor is where the one before was."""
    here = door(outbox, fixed="")
    here.take(poster("market 12"), AT, 0.0)

    def full(**_: object) -> None:
        raise Unavailable("no room")

    with monkeypatch.context() as patched:
        patched.setattr(outbox, "note", full)
        assert here.take(poster("bus 32"), AT, 1.0).why == "outbox_failed"
    here.take(card(1), AT, 2.0)
    assert [scan["venue"] for scan in kept(outbox)] == ["market 12"]


def test_a_keyboard_is_proven_by_a_code_of_ours(outbox: Outbox) -> None:
    """Then cards with letters are taken too; a code that came damaged takes the proof back."""
    here = door(outbox)
    assert here.take(HUE, AT, 0.0).why == "keyboard_unproven"
    here.take(poster("market 12"), AT, 1.0)
    assert here.take(HUE, AT, 2.0).outcome == "taken"
    damaged = here.take(german(card(3)), AT, 3.0)
    assert (damaged.outcome, damaged.keyboard) == ("taken", "german")
    assert here.take(HUE + "5", AT, 100.0).why == "keyboard_unproven"
    shouted = here.take(card(4).lower(), AT, 101.0)
    assert (shouted.outcome, shouted.keyboard) == ("taken", "caps_lock")


def test_a_serial_scanner_needs_no_proof(outbox: Outbox) -> None:
    """No keyboard is in between; and what looks typed elsewhere is just a code that is wrong."""
    here = door(outbox, typed=False)
    assert here.take(HUE, AT, 0.0).outcome == "taken"
    assert here.take(german(card(3)), AT, 1.0).why == "unknown"


def test_a_broken_outbox_is_red_and_not_a_crash(tmp_path: Path) -> None:
    """The queue sees red; the process stays, for the disk may come back."""
    outbox = box(tmp_path)
    here = door(outbox)
    outbox._base.execute("DROP TABLE scan")
    assert here.take(card(1), AT, 0.0).why == "outbox_failed"
    outbox._base.execute("DROP TABLE note")
    assert here.take(card(2), AT, 0.0).why == "outbox_failed"
    assert here.take(poster("market 12"), AT, 0.0).why == "outbox_failed"


codes = st.one_of(
    st.integers(0, 3).map(card),
    st.sampled_from([CITIZEN, HUE, poster("market 12", "in"), poster("bus 32"), "rubbish", german(card(2))]),
    st.text(max_size=40),
)


@given(steps=st.lists(st.tuples(codes, st.integers(-100, 100), st.integers(0, 20)), max_size=12))
@settings(max_examples=60, deadline=None)
def test_as_many_are_kept_as_were_taken(
    steps: list[tuple[str, int, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever is scanned, whatever the clock does: what is kept and what was said are the same scans."""
    outbox = box(tmp_path_factory.mktemp("kiosk"))
    here, at, tick, said = door(outbox), AT + 10_000, 0.0, []
    for code, jump, pause in steps:
        at, tick = at + jump, tick + pause
        verdict = here.take(code, at, tick)
        if verdict.outcome == "taken":
            said.append((verdict.scan_id, at))
        elif verdict.outcome == "repeated":
            assert verdict.scan_id in dict(said)
        else:
            assert not verdict.scan_id
    have: list[dict[str, Any]] = [json.loads(one.body) for one in outbox.waiting(1000, 10**9)]
    outbox.close()
    assert [(scan["scan_id"], scan["at"]) for scan in have] == said
    assert all(OPENER.open(scan["person_sealed"]) for scan in have)
