"""What was kept stays, whatever happens to the process, the disk, or the senders."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from kiosk_world import box

from producers.errors import BadInput, Unavailable
from producers.kiosk.outbox import Outbox, Waiting

ROOT = Path(__file__).resolve().parents[3]


def ids(outbox: Outbox) -> list[str]:
    return [one.scan_id for one in outbox.waiting(10_000, 10**9)]


def test_a_scan_kept_is_there_for_whoever_opens_the_file(tmp_path: Path) -> None:
    """With the very text it was kept with, in the order of keeping."""
    first = box(tmp_path)
    assert first.keep("b" * 16, 7, '{"x":1}') is None
    assert first.keep("a" * 16, 5, "{}") is None
    second = box(tmp_path)
    assert second.waiting(10, 1000) == [Waiting("b" * 16, '{"x":1}'), Waiting("a" * 16, "{}")]
    assert second.counts() == (2, 0, 7)


def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    """It says who was where, sealed or not."""
    box(tmp_path).keep("a" * 16, 5, "{}")
    for file in (tmp_path / "kiosk").iterdir():
        assert file.stat().st_mode & 0o77 == 0
    assert (tmp_path / "kiosk").stat().st_mode & 0o77 == 0


def test_a_batch_is_bounded_by_number_and_by_bytes_and_never_empty(tmp_path: Path) -> None:
    """A scan that is larger than any request still gets its try, or it would block the rest for ever."""
    outbox = box(tmp_path)
    for n in range(5):
        outbox.keep(f"{n:016x}", n, "x" * 100)
    assert len(outbox.waiting(3, 10**6)) == 3
    assert len(outbox.waiting(10, 250)) == 2
    assert len(outbox.waiting(10, 1)) == 1


def test_what_is_set_aside_waits_no_longer_and_can_be_put_back(tmp_path: Path) -> None:
    """It blocks nobody, keeps its reason, and is not lost."""
    outbox = box(tmp_path)
    for n in range(3):
        outbox.keep(f"{n:016x}", n, "{}")
    outbox.set_aside([("0" * 16, "no_such_venue", "Nobody knows it.")])
    assert ids(outbox) == [f"{1:016x}", f"{2:016x}"]
    assert outbox.counts() == (2, 1, 1)
    assert [one[2:] for one in outbox.aside()] == [("no_such_venue", "Nobody knows it.")]
    assert outbox.put_back() == 1
    assert len(ids(outbox)) == 3


def test_deleting_what_another_sender_deleted_is_no_error(tmp_path: Path) -> None:
    """Two senders on one outbox do no harm."""
    one, two = box(tmp_path), box(tmp_path)
    one.keep("a" * 16, 1, "{}")
    batch = [scan.scan_id for scan in two.waiting(10, 1000)]
    one.sent(["a" * 16])
    two.sent(batch)
    assert one.counts().waiting == two.counts().waiting == 0


def test_every_commit_waits_for_the_disk(tmp_path: Path) -> None:
    """FULL is 2; the log is written ahead, so that a sender does not hold up the door."""
    outbox = box(tmp_path)
    assert outbox._base.execute("PRAGMA synchronous").fetchone() == (2,)
    assert outbox._base.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_the_disk_has_the_scan_before_keep_returns(tmp_path: Path) -> None:
    """Seen from the kernel: what was written to the log is synced before the beep is written to the terminal.

    A power cut takes what was not synced, which killing a process never shows.
    """
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed")
    program = (
        "import os; from pathlib import Path; from producers.kiosk.outbox import Outbox\n"
        f"outbox = Outbox(Path({str(tmp_path / 'outbox.sqlite')!r}))\n"
        "for n in range(20):\n"
        "    assert outbox.keep(f'{n:016x}', n, '{}') is None\n"
        "    os.write(1, b'BEEP\\n')\n"
    )
    trace = tmp_path / "trace"
    watched = "trace=openat,pwrite64,fdatasync,fsync,write"
    command = [strace, "-f", "-e", watched, "-o", str(trace), sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"strace may not trace here: {done.stderr[-200:]!r}")
    log, unsynced, beeps = "", 0, 0
    for line in trace.read_text(errors="replace").splitlines():
        call = line.split(maxsplit=1)[1]
        if call.startswith("openat") and "outbox.sqlite-wal" in call:
            log = call.rpartition("= ")[2]
        elif call.startswith("pwrite64(") and call[9:].split(",")[0] == log:
            unsynced += 1
        elif call.startswith(("fdatasync(", "fsync(")) and call.partition("(")[2].split(")")[0] == log:
            unsynced = 0
        elif 'write(1, "BEEP' in call:
            beeps += 1
            assert log
            assert unsynced == 0, f"beep {beeps} came before its sync"
    assert beeps == 20


def test_a_full_disk_takes_no_scan_and_gives_none_up(tmp_path: Path) -> None:
    """On a file system of 3 MB: the refusal is told, and what was kept before it is whole."""
    mounted = tmp_path / "small"
    mounted.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(mounted)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("a small file system can be mounted by root only")
    try:
        outbox = Outbox(mounted / "outbox.sqlite", free_bytes_min=0)
        kept = 0
        while (why := outbox.keep(f"{kept:016x}", kept, "x" * 500)) is None:
            kept += 1
        assert why == "disk_full"
        assert kept > 100
        outbox.close()
        again = Outbox(mounted / "outbox.sqlite", free_bytes_min=0)
        assert ids(again) == [f"{n:016x}" for n in range(kept)]
        assert again._base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        again.close()
    finally:
        subprocess.run(["umount", str(mounted)], check=True)


def test_scans_leave_room_for_deleting_them(tmp_path: Path) -> None:
    """Filled to the last byte, an outbox could not be emptied: what is deleted is written down first."""
    mounted = tmp_path / "small"
    mounted.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", str(mounted)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("a small file system can be mounted by root only")
    try:
        outbox, sender = Outbox(mounted / "outbox.sqlite"), Outbox(mounted / "outbox.sqlite")
        kept = 0
        while (why := outbox.keep(f"{kept:016x}", kept, "x" * 4000)) is None:
            kept += 1
        assert why == "disk_full"
        while batch := sender.waiting(50, 10**6):
            sender.sent(one.scan_id for one in batch)
        assert outbox.keep("f" * 16, 1, "{}") in (None, "disk_full")
        assert sender.counts().aside == 0
    finally:
        outbox.close()
        sender.close()
        subprocess.run(["umount", str(mounted)], check=True)


def test_a_file_that_may_not_grow_refuses_too(tmp_path: Path) -> None:
    """A limit of the system instead of a full disk: the same red, and nothing broken."""
    program = (
        "import resource; from pathlib import Path; from producers.kiosk.outbox import Outbox\n"
        f"outbox = Outbox(Path({str(tmp_path / 'outbox.sqlite')!r}))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))\n"
        "kept = 0\n"
        "while (why := outbox.keep(f'{kept:016x}', kept, 'x' * 500)) is None: kept += 1\n"
        "print(kept, why)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    kept, why = done.stdout.split()
    assert why in ("disk_full", "outbox_failed"), done.stderr
    assert ids(Outbox(tmp_path / "outbox.sqlite")) == [f"{n:016x}" for n in range(int(kept))]


def test_a_door_that_another_process_holds_shut_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody copies the file with a lock on it: red after a moment, never a beep that is not kept."""
    monkeypatch.setattr("producers.kiosk.outbox.BUSY_SECONDS", 0.1)
    outbox = box(tmp_path)
    other = sqlite3.connect(tmp_path / "kiosk/outbox.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert outbox.keep("a" * 16, 1, "{}") == "outbox_busy"
    with pytest.raises(Unavailable, match="does not answer"):
        outbox.sent(["b" * 16])
    other.execute("ROLLBACK")
    assert outbox.keep("a" * 16, 1, "{}") is None


def test_a_file_that_is_no_outbox_is_named_and_left_alone(tmp_path: Path) -> None:
    """It may be a damaged one with scans in it."""
    file = tmp_path / "outbox.sqlite"
    file.write_bytes(b"not a database, but long enough to look at" * 100)
    with pytest.raises(BadInput, match="delete nothing"):
        Outbox(file)
    assert file.read_bytes().startswith(b"not a database")


def test_killed_while_it_keeps_it_has_all_it_said_it_kept(tmp_path: Path) -> None:
    """Ten times, at whatever moment the kill comes."""
    program = (
        "import os, sys; from pathlib import Path; from producers.kiosk.outbox import Outbox\n"
        "outbox = Outbox(Path(sys.argv[1]))\n"
        "n = 0\n"
        "while True:\n"
        "    scan_id = sys.argv[2] + f'{n:015x}'\n"
        "    assert outbox.keep(scan_id, n, '{}') is None\n"
        "    os.write(1, scan_id.encode() + b'\\n'); n += 1\n"
    )
    said: list[str] = []
    for turn in range(10):
        command = [sys.executable, "-c", program, str(tmp_path / "outbox.sqlite"), f"{turn:x}"]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
        assert process.stdout is not None
        for _ in range(turn * 3 + 1):
            said.append(process.stdout.readline().decode().strip())
        process.send_signal(signal.SIGKILL)
        said += [line.decode().strip() for line in process.stdout if line.endswith(b"\n")]
        process.wait()
    have = ids(Outbox(tmp_path / "outbox.sqlite"))
    assert len(have) == len(set(have))
    assert set(said) <= set(have)
    assert len(have) - len(said) <= 10  # one of each turn may have been kept without a word


class Promises(RuleBasedStateMachine):
    """An outbox against a dictionary, through two hands."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.hands = [box(self.folder), box(self.folder)]
        self.wait: dict[str, str] = {}
        self.apart: dict[str, str] = {}

    which = st.integers(0, 1)

    @rule(hand=which, number=st.integers(0, 9))
    def keep(self, hand: int, number: int) -> None:
        """An id that is there already is refused: it would be another scan."""
        scan_id = f"{number:016x}"
        done = self.hands[hand].keep(scan_id, number, f"{number}")
        if scan_id in self.wait or scan_id in self.apart:
            assert done == "outbox_failed"
        else:
            assert done is None
            self.wait[scan_id] = f"{number}"

    @rule(hand=which, numbers=st.sets(st.integers(0, 9)))
    def sent(self, hand: int, numbers: set[int]) -> None:
        """Also with ids that are not there."""
        self.hands[hand].sent(f"{number:016x}" for number in numbers)
        for number in numbers:
            self.wait.pop(f"{number:016x}", None)
            self.apart.pop(f"{number:016x}", None)

    @rule(hand=which, number=st.integers(0, 9))
    def set_aside(self, hand: int, number: int) -> None:
        scan_id = f"{number:016x}"
        self.hands[hand].set_aside([(scan_id, "why", "because")])
        if scan_id in self.wait:
            self.apart[scan_id] = self.wait.pop(scan_id)

    @rule(hand=which)
    def put_back(self, hand: int) -> None:
        assert self.hands[hand].put_back() == len(self.apart)
        self.wait |= self.apart
        self.apart = {}

    @rule(hand=which)
    def reopen(self, hand: int) -> None:
        self.hands[hand].close()
        self.hands[hand] = box(self.folder)

    @invariant()
    def both_hands_see_the_same(self) -> None:
        for hand in self.hands:
            assert {one.scan_id: one.body for one in hand.waiting(100, 10**6)} == self.wait
            assert {one.scan_id for one in hand.aside()} == set(self.apart)
            assert hand.counts()[:2] == (len(self.wait), len(self.apart))

    def teardown(self) -> None:
        for hand in self.hands:
            hand.close()
        shutil.rmtree(self.folder)


TestPromises = Promises.TestCase
TestPromises.settings = settings(max_examples=15, stateful_step_count=15, deadline=None)
