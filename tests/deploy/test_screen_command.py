"""A screen's code is another one each time step, and counts while it is shown and a minute longer."""

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path

import pytest
import resvg_py
import zxingcpp
from click.testing import Result
from PIL import Image
from typer.testing import CliRunner

import deploy.cli.code_tables
import deploy.cli.screen  # noqa: F401  (they add their commands to the app)
from deploy.cli.shared import Exit, app
from producers.errors import BadInput
from producers.posters.letters import FILES

ROOT = Path(__file__).resolve().parents[2]
VENUE = "chợ Đông Ba"


@pytest.fixture(autouse=True)
def key(embedded: None) -> str:
    """A key that may sign for this venue only, as a screen has one."""
    made = CliRunner().invoke(app, ["code", "keys", "make", "--venue", VENUE, "--format", "json"])
    return str(json.loads(made.stdout)["key"])


def run(*words: str) -> Result:
    done = CliRunner().invoke(app, ["code", *words])
    if isinstance(done.exception, BadInput):
        raise done.exception
    return done


def read(text: str, at: int) -> dict[str, object]:
    found: dict[str, object] = json.loads(run("read", text, "--at", str(at)).stdout)
    return found


def test_into_a_pipe_goes_the_text_of_this_moment() -> None:
    """It is for its venue and its way, from a minute before its step until a minute after it."""
    before = int(time.time())
    done = run("screen", VENUE, "--once", "--seconds", "20", "--direction", "in")
    assert done.exit_code == Exit.complete
    now, text = int(time.time()), done.stdout.strip()
    told = read(text, now)
    assert (told["accepted"], told["venue"], told["direction"]) == (True, VENUE, "in")
    assert read(text, now + 100)["reason"] == "expired"
    assert read(text, before - 100)["reason"] == "not_yet_valid"


def test_another_one_each_time_step_until_it_is_ended() -> None:
    """Two steps of a second."""
    command = [sys.executable, "-m", "deploy.main", "code", "screen", VENUE, "--seconds", "1"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        lines = [process.stdout.readline().strip() for _ in range(2)]
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
    finally:
        process.kill()
    assert len(set(lines)) == 2
    assert all(read(line, int(time.time()))["accepted"] for line in lines)


def test_a_terminal_shows_squares_and_the_name() -> None:
    """Not the text, of which nobody scans anything."""
    host, terminal = pty.openpty()
    words = ("code", "screen", VENUE, "--name", "Chợ Đông Ba", "--direction", "out", "--once")
    process = subprocess.Popen([sys.executable, "-m", "deploy.main", *words], cwd=ROOT, stdout=terminal)
    os.close(terminal)
    shown = b""
    while select.select([host], [], [], 60)[0]:
        try:
            shown += os.read(host, 4096)
        except OSError:
            break  # the other end was closed
    os.close(host)
    assert process.wait(60) == 0
    text = shown.decode()
    assert "█▀" in text
    assert "Chợ Đông Ba · RA / out" in text
    assert "TV1:" not in text


def test_a_page_is_written_whole_and_read_back(tmp_path: Path) -> None:
    """With the venue's name, and without its short code, which never changes."""
    folder = tmp_path / "shown"
    folder.mkdir()
    out = folder / "screen.html"
    assert run("screen", VENUE, "--name", "Chợ Đông Ba", "--out", str(out), "--once").exit_code == 0
    page = out.read_text("utf-8")
    drawing = page[page.index("<svg") :]
    drawn = resvg_py.svg_to_bytes(svg_string=drawing, dpi=110, font_files=[*FILES.values()])
    (found,) = zxingcpp.read_barcodes(Image.open(BytesIO(bytes(drawn))).convert("RGB"))
    told = read(found.text, int(time.time()))
    assert (told["accepted"], told["venue"]) == (True, VENUE)
    assert "Chợ Đông Ba</text>" in page
    assert "4P0A4-R5Y29" not in page
    assert os.listdir(folder) == ["screen.html"]


def test_what_cannot_be_shown_is_said(tmp_path: Path, key: str) -> None:
    """Another venue than the key's, a file of another kind, a key that was revoked meanwhile."""
    with pytest.raises(BadInput, match="no key"):
        run("screen", "bến xe", "--once")
    with pytest.raises(BadInput, match=r"name a \.html"):
        run("screen", VENUE, "--out", str(tmp_path / "screen.png"))
    run("keys", "revoke", key)
    with pytest.raises(BadInput, match="no key"):
        run("screen", VENUE, "--once")
