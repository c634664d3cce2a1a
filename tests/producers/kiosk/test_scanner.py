"""Codes arrive whole from a pipe, a terminal or a serial port, and a terminal shows nothing of them."""

import os
import pty
import termios
import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.codes.reader import TEXT_LENGTH_MAX
from producers.errors import BadInput, Unavailable
from producers.kiosk.scanner import codes, keyboard, serial


def chunks(*given: bytes) -> Iterator[str]:
    left = iter([*given, b""])
    return codes(lambda: next(left))


@given(
    texts=st.lists(st.text(min_size=1).filter(lambda t: t.strip() and not set(t) & {"\r", "\n"}), max_size=5),
    cuts=st.lists(st.integers(0, 60), max_size=5),
    end=st.sampled_from(["\r", "\n", "\r\n"]),
)
def test_lines_are_the_same_however_the_bytes_arrive(texts: list[str], cuts: list[int], end: str) -> None:
    """A scanner types one key after another, a pipe gives all at once."""
    body = "".join(text + end for text in texts).encode()
    edges = [0, *sorted(min(cut, len(body)) for cut in cuts), len(body)]
    parts = [body[a:b] for a, b in pairwise(edges) if a < b]
    wanted = [text for text in texts if text.encode().strip()]
    assert list(chunks(*parts)) == wanted


def test_bytes_that_are_no_text_arrive_as_half_characters() -> None:
    """The reader of codes refuses them by name; a line without an end counts when the input ends."""
    assert list(chunks(b"a\xffb\nlast")) == ["a\udcffb", "last"]


def test_an_endless_line_is_cut_where_no_code_is_that_long() -> None:
    """It is refused as too long, and memory stays bounded."""
    found = list(chunks(*[b"x" * 4096] * 100, b"\nnext\n"))
    assert len(found) == 2
    assert TEXT_LENGTH_MAX < len(found[0]) < 5 * TEXT_LENGTH_MAX
    assert found[1] == "next"


def test_a_terminal_shows_nothing_of_what_is_typed() -> None:
    """A card's name would stand on the screen for the next in the queue; afterwards it is as before."""
    host, terminal = pty.openpty()
    before = termios.tcgetattr(terminal)
    long = "x" * 6000  # a terminal's own line editing would cut it at 4095
    with keyboard(terminal) as read:
        taken = codes(read)
        os.write(host, b"046190000001|Tran Thi B\r")
        assert next(taken) == "046190000001|Tran Thi B"
        writer = threading.Thread(target=os.write, args=(host, long.encode() + b"\n"))
        writer.start()
        assert next(taken) == long
        writer.join()
        os.write(host, b"\x13more\n")  # control-S would stop the screen for good
        assert next(taken) == "\x13more"
        os.write(host, b"\x04")
        assert list(taken) == []
    os.set_blocking(host, False)
    with pytest.raises(BlockingIOError):
        os.read(host, 100)
    assert termios.tcgetattr(terminal) == before
    os.close(host)
    os.close(terminal)


def test_a_serial_port_gives_bytes_as_they_are() -> None:
    """Also those that a terminal would act upon; a scanner that is pulled out ends the input."""
    host, port = pty.openpty()
    with serial(Path(os.ttyname(port)), 115200) as read:
        taken = codes(read)
        os.write(host, "\x03\x11Trần|1\r\n".encode())
        assert next(taken) == "\x03\x11Trần|1"
        os.close(port)
        os.close(host)
        assert list(taken) == []


def test_what_is_no_port_is_said(tmp_path: Path) -> None:
    """Not plugged in may change, a file never will."""
    with pytest.raises(Unavailable, match="plug it in"), serial(tmp_path / "ttyACM0", 9600):
        pass
    (tmp_path / "file").write_text("x")
    with pytest.raises(BadInput, match="no serial port"), serial(tmp_path / "file", 9600):
        pass
    with pytest.raises(BadInput, match="12345 baud"), serial(tmp_path / "file", 12345):
        pass
