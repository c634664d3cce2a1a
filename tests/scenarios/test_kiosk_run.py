"""A kiosk as its attendant meets it: enrolled, at a terminal, on a serial port, offline, refused."""

import json
import os
import pty
import re
import select
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from scenario_world import ROOT, SECONDS_MAX, wait_for

sys.path.insert(0, str(ROOT / "bench"))
from stand_in_gateway import StandIn, problem

from deploy.main import main
from producers.codes.own import card_code, poster_code
from producers.codes.signing import Signer

SIGNER = Signer(bytes(range(32)))
CITIZEN = "046190000001|Tran Thi B|1990|Nam|1 Le Loi|15042021"


class Done(NamedTuple):
    """What a command came to."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


def card(number: int) -> str:
    return card_code(SIGNER, number.to_bytes(16, "big"), 0)


@pytest.fixture
def gateway() -> Iterator[StandIn]:
    """The stand-in, at the market."""
    found = StandIn(lambda: int(time.time()))
    yield found
    found.close()


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """The list of keys an operator copies to a kiosk."""
    file = tmp_path / "keys.json"
    file.write_text(json.dumps({"public": SIGNER.public.hex()}))
    return file


@pytest.fixture
def kiosk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Run]:
    """Runs `truyvet kiosk ...` in this process, with codes on its standard input."""

    def run(*words: str, codes: str = "") -> Done:
        (tmp_path / "codes").write_text(codes)
        capsys.readouterr()
        with (tmp_path / "codes").open() as stdin, monkeypatch.context() as patched:
            patched.setattr(sys, "stdin", stdin)
            patched.setattr(sys, "argv", ["truyvet", "kiosk", *words, "--folder", str(tmp_path / "kiosk")])
            with pytest.raises(SystemExit) as ended:
                main()
        return Done(int(ended.value.code or 0), *capsys.readouterr())

    before = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)}
    yield run
    for one, handler in before.items():
        signal.signal(one, handler)


def enrol(kiosk: Run, gateway: StandIn) -> dict[str, Any]:
    done = kiosk("enrol", "--gateway", gateway.url, "--invitation", "ABCD", "--format", "json")
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def rows(done: Done) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_codes_in_scans_at_the_gateway(
    kiosk: Run, gateway: StandIn, keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a file to its end: each code is answered, each accepted one is sent, once, and the exit is 0."""
    monkeypatch.setattr("producers.kiosk.door.DEBOUNCE_SECONDS", 3600)  # however long the file takes
    enrol(kiosk, gateway)
    file = tmp_path / "kiosk/device.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    codes = "\n".join([card(1), card(2), card(1), CITIZEN, "rubbish"])
    done = kiosk("run", "--key", str(keys), "--format", "json", codes=codes)
    assert done.returncode == 0, done.stderr
    assert [row["outcome"] for row in rows(done)] == ["taken", "taken", "repeated", "taken", "refused"]
    assert {row["scan_id"] for row in rows(done)} - {None} == set(gateway.taken)
    assert {scan["venue"] for scan in gateway.taken.values()} == {"market 12"}
    assert sorted(map(gateway.identity, gateway.taken.values())) == [
        "046190000001",
        f"truyvet:{1:032x}",
        f"truyvet:{2:032x}",
    ]
    status = kiosk("status", "--format", "json")
    assert status.returncode == 0
    assert (rows(status)[0]["waiting"], rows(status)[0]["skew_seconds"]) == (0, gateway.skew)
    assert rows(status)[0]["last_sent"]


@pytest.mark.parametrize("ahead", [0, 3600, -3600])
def test_an_answer_that_comes_late_is_no_clock_that_is_off(kiosk: Run, gateway: StandIn, ahead: int) -> None:
    """The gateway named its time before the network held it up; a clock that is off is told all the same."""
    gateway.now = lambda: int(time.time()) + ahead
    gateway.after = lambda: time.sleep(2)
    done = kiosk("enrol", "--gateway", gateway.url, "--invitation", "ABCD", "--format", "json")
    skew = rows(done)[0]["skew_seconds"]
    assert abs(skew + ahead) < 600 if ahead else skew == 0
    assert ("is off by" in done.stderr) is bool(ahead)


def test_offline_everything_is_kept_and_sent_later(kiosk: Run, gateway: StandIn, keys: Path) -> None:
    """The exit code says that something waits, the status since when; the next run sends it."""
    enrol(kiosk, gateway)
    url, offline = gateway.url, gateway
    offline.close()
    done = kiosk("run", "--key", str(keys), "--format", "csv", codes=f"{card(1)}\n{card(2)}\n")
    assert done.returncode == 1
    assert "2 scans are not sent yet" in done.stderr
    assert done.stdout.count("taken") == 2
    status = kiosk("status", "--format", "json")
    assert status.returncode == 1
    row = rows(status)[0]
    assert (row["gateway"], row["waiting"]) == (url, 2)
    assert row["offline_since"]
    assert "cannot be reached" in row["trouble"]


def test_what_the_gateway_refuses_is_listed_and_can_be_sent_again(
    kiosk: Run, gateway: StandIn, keys: Path
) -> None:
    """One scan is refused, the other goes; when the reason is mended the first goes too."""
    enrol(kiosk, gateway)

    def refuse(scans: list[dict[str, Any]]) -> Any:
        told = [
            {
                "scan_id": scan["scan_id"],
                "status": "refused",
                "reason": "damaged_envelope",
                "sentence": "Ask.",
            }
            for scan in scans
        ]
        return 200, {"answers": told, "clock_skew_seconds": 0}, {}

    gateway.trouble = refuse
    run = ("run", "--key", str(keys), "--format", "json")
    assert kiosk(*run, codes=f"{card(1)}\n").returncode == 0
    assert kiosk("status").returncode == 1
    listed = kiosk("aside", "--format", "json")
    assert listed.returncode == 1
    assert [(row["reason"], row["sentence"]) for row in rows(listed)] == [("damaged_envelope", "Ask.")]
    gateway.trouble = lambda scans: None
    assert kiosk("aside", "--again").returncode == 0
    assert kiosk(*run).returncode == 0
    assert len(gateway.taken) == 1
    assert kiosk("status").returncode == 0


def test_a_device_that_was_revoked_keeps_its_scans(kiosk: Run, gateway: StandIn, keys: Path) -> None:
    """The gateway says 401 to everything: nothing is set aside, nothing is lost."""
    enrol(kiosk, gateway)
    gateway.trouble = lambda scans: problem(401, "The device was revoked: ask the operator.")
    assert kiosk("run", "--key", str(keys), codes=f"{card(1)}\n").returncode == 1
    row = rows(kiosk("status", "--format", "json"))[0]
    assert (row["waiting"], row["aside"]) == (1, 0)
    assert row["trouble"] == "401 The device was revoked: ask the operator."


def test_a_new_key_takes_the_place_of_the_old_one(
    kiosk: Run, gateway: StandIn, keys: Path, tmp_path: Path
) -> None:
    """Also when the answer was lost: meanwhile scans wait, and afterwards the old key sends nothing."""
    enrol(kiosk, gateway)
    before = json.loads((tmp_path / "kiosk/device.json").read_text())

    def lost() -> None:
        raise ConnectionAbortedError

    gateway.after = lost
    done = kiosk("rotate")
    assert (done.returncode, "run this again" in done.stderr) == (3, True)
    gateway.after = lambda: None
    assert kiosk("run", "--key", str(keys), codes=f"{card(1)}\n").returncode == 1
    assert rows(kiosk("status", "--format", "json"))[0]["waiting"] == 1
    done = kiosk("rotate", "--format", "json")
    assert (done.returncode, rows(done)) == (0, [{"device": before["device"], "venue": "market 12"}])
    after = json.loads((tmp_path / "kiosk/device.json").read_text())
    assert after == before | {"seed": after["seed"]}
    assert after["seed"] != before["seed"]
    assert kiosk("run", "--key", str(keys)).returncode == 0
    assert len(gateway.taken) == 1
    (tmp_path / "kiosk/device.json").write_text(json.dumps(before))
    assert kiosk("run", "--key", str(keys), codes=f"{card(2)}\n").returncode == 1


def test_a_kiosk_that_runs_goes_on_with_its_new_key(
    kiosk: Run, gateway: StandIn, keys: Path, tmp_path: Path
) -> None:
    """Nobody has to start it again."""
    enrol(kiosk, gateway)
    terminal = Terminal(tmp_path / "kiosk", "--key", str(keys))
    try:
        terminal.until("Chờ gửi/waiting 0")
        assert kiosk("rotate").returncode == 0
        terminal.type(CITIZEN)
        terminal.until(r"lần cuối/last \d\d:\d\d")
        assert len(gateway.taken) == 1
    finally:
        terminal.close()


def test_a_new_key_is_only_the_gateway_s_to_take(kiosk: Run, gateway: StandIn, tmp_path: Path) -> None:
    """Of a device that was revoked the old key stays, and the same new one is tried again."""
    enrol(kiosk, gateway)
    file = tmp_path / "kiosk/device.json"
    seed = json.loads(file.read_text())["seed"]
    gateway.keys.clear()
    done = kiosk("rotate")
    assert (done.returncode, done.stderr.count("\n")) == (3, 1)
    assert "401" in done.stderr
    kept = json.loads(file.read_text())
    assert (kept["seed"], bool(kept["next_seed"])) == (seed, True)


def test_mistakes_of_the_operator_are_told_in_one_sentence(
    kiosk: Run, gateway: StandIn, tmp_path: Path
) -> None:
    """Not enrolled, enrolled twice, no https, no gateway there, keys that are none."""
    for words, code, told in [
        (("run",), 2, "truyvet kiosk enrol"),
        (("status",), 2, "truyvet kiosk enrol"),
        (("aside",), 2, "truyvet kiosk enrol"),
        (("rotate",), 2, "truyvet kiosk enrol"),
        (("enrol", "--gateway", "http://gateway.example", "--invitation", "A"), 2, "https"),
        (("enrol", "--gateway", "http://127.0.0.1:9", "--invitation", "A"), 3, "cannot be reached"),
    ]:
        done = kiosk(*words)
        assert (done.returncode, done.stderr.count("\n")) == (code, 1), done.stderr
        assert told in done.stderr
    enrol(kiosk, gateway)
    again = kiosk("enrol", "--gateway", gateway.url, "--invitation", "A")
    assert (again.returncode, "enrolled already" in again.stderr) == (2, True)
    (tmp_path / "none").write_text("nothing")
    wrong = kiosk("run", "--key", str(tmp_path / "none"))
    assert (wrong.returncode, "no public key" in wrong.stderr) == (2, True)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("begun", [signal.default_int_handler, signal.SIG_IGN], ids=["alone", "with &"])
def test_a_kiosk_that_cannot_send_any_more_ends(
    kiosk: Run, gateway: StandIn, keys: Path, monkeypatch: pytest.MonkeyPatch, begun: Any
) -> None:
    """A bug in the sending half must not leave a door that beeps and never sends: it is started again.

    Also one that a shell began beside itself, for which Ctrl-C is nothing.
    """
    signal.signal(signal.SIGINT, begun)
    enrol(kiosk, gateway)

    def broken(*_: object) -> None:
        raise RuntimeError("a secret of the code")

    monkeypatch.setattr("producers.kiosk.sender.Sender.round", broken)
    done = kiosk("run", "--key", str(keys), codes=f"{card(1)}\n")
    assert done.returncode == 130
    assert "Sending failed (RuntimeError)" in done.stderr
    monkeypatch.undo()
    assert kiosk("run", "--key", str(keys)).returncode == 0


class Terminal:
    """A kiosk at a terminal: what it shows, and a scanner that types."""

    def __init__(self, folder: Path, *words: str) -> None:
        self.host, terminal = pty.openpty()
        command = [sys.executable, "-m", "deploy.main", "kiosk", "run", *words, "--folder", str(folder)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=terminal, stdout=terminal, stderr=subprocess.STDOUT
        )
        os.close(terminal)
        self.shown = ""

    def type(self, code: str) -> None:
        os.write(self.host, code.encode() + b"\r")

    def until(self, wanted: str) -> str:
        """Everything shown until this pattern was."""
        end = time.monotonic() + SECONDS_MAX
        while not re.search(wanted, self.shown):
            assert time.monotonic() < end, f"no {wanted!r} in {self.shown!r}"
            if select.select([self.host], [], [], 1)[0]:
                self.shown += os.read(self.host, 4096).decode("utf-8", "replace")
        return self.shown

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.host)


def test_what_the_attendant_sees(kiosk: Run, gateway: StandIn, keys: Path, tmp_path: Path) -> None:
    """Green with one bell, red with two, the status at the bottom; and nothing of the card."""
    enrol(kiosk, gateway)
    heard = tmp_path / "heard"
    sound = tmp_path / "play"
    sound.write_text(f'#!/bin/sh\necho "$1" >> {heard}\n')
    sound.chmod(0o755)

    def sounded(*wanted: str) -> None:
        wait_for(lambda: heard.exists() and heard.read_text().split() == list(wanted))

    terminal = Terminal(tmp_path / "kiosk", "--key", str(keys), "--sound", str(sound))
    try:
        terminal.until("Chờ gửi/waiting 0")
        terminal.type(CITIZEN)
        terminal.until("\x1b\\[1;97;42m \\d\\d:\\d\\d:\\d\\d ĐÃ GHI · Checked in \x1b\\[0m\x07[^\x07]")
        sounded("green")
        terminal.type("WIFI:T:WPA;S:market;P:secret;;")
        terminal.until("\x1b\\[1;97;41m .*KHÔNG NHẬN.*NOT TAKEN.*\x1b\\[0m\x07\x07")
        sounded("green", "red")
        terminal.type(poster_code(SIGNER, "market 12", 0, "out"))
        terminal.until("NƠI NÀY: RA market 12")
        terminal.until(r"lần cuối/last \d\d:\d\d \| giờ/clock \d\d:\d\d")
        assert len(gateway.taken) == 1
        for secret in ("046190000001", "Tran", "secret", gateway.url):
            assert secret not in terminal.shown
        sounded("green", "red", "green")
    finally:
        terminal.close()


def test_a_wrong_keyboard_is_named_while_its_codes_still_count(
    kiosk: Run, gateway: StandIn, keys: Path, tmp_path: Path
) -> None:
    """The card of ours goes through, the citizen card does not, and both tell what to change."""
    enrol(kiosk, gateway)
    german = card(5).replace("Y", "#").replace("Z", "Y").replace("#", "Z").replace(":", "Ö")
    bars = CITIZEN.replace("|", "'")
    done = kiosk("run", "--key", str(keys), codes=f"{german}\n{bars}\n")
    assert done.stdout.count("Deutsch (QWERTZ)") == 4
    assert done.stdout.count("ĐÃ GHI") == 1
    assert [gateway.identity(scan) for scan in gateway.taken.values()] == [f"truyvet:{5:032x}"]


def test_a_serial_scanner(kiosk: Run, gateway: StandIn, keys: Path, tmp_path: Path) -> None:
    """It is waited for until it is plugged in."""
    enrol(kiosk, gateway)
    host, port = pty.openpty()
    link = tmp_path / "ttyACM0"
    terminal = Terminal(tmp_path / "kiosk", "--key", str(keys), "--port", str(link))
    try:
        terminal.until("Máy quét không nối .*plug it in")
        link.symlink_to(os.ttyname(port))
        time.sleep(3)
        os.write(host, card(6).encode() + b"\r\n")
        terminal.until("ĐÃ GHI")
    finally:
        terminal.close()
        os.close(host)
        os.close(port)
