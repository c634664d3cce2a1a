"""The scanner: a keyboard that types codes, or a serial port; lines of bytes in, texts of codes out.

Both are terminals to Linux, so the standard library is enough. A terminal's own line editing is turned off:
it would cut a long code, and it would show a card's name and number on the screen of a kiosk.
"""

import os
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from producers.codes.reader import TEXT_LENGTH_MAX
from producers.errors import BadInput, Unavailable

CHUNK_BYTES = 4096
LINE_BYTES_MAX = 4 * (TEXT_LENGTH_MAX + 1)
"""The longest text of any code, and one letter more, so that what is longer is refused as such."""
END_OF_INPUT = b"\x04"
"""Control-D, which means the end to a person at a terminal."""
INPUT, OUTPUT, CONTROL, LOCAL, CHARACTERS = 0, 1, 2, 3, 6
"""Where `tcgetattr` has what."""
BAUDS = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)


def codes(read: Callable[[], bytes]) -> Iterator[str]:
    """The text of each line, until there is no more to read.

    read: some bytes, none at the end. Lines end in CR, LF or both; empty ones are passed over. Bytes that are
    no UTF-8 become half characters, which the reader of codes refuses by name.
    """
    rest = b""
    while chunk := read():
        parts = (rest + chunk).replace(b"\r", b"\n").split(b"\n")
        rest = parts.pop()[:LINE_BYTES_MAX]
        yield from (_text(part) for part in parts if part.strip())
    if rest.strip():
        yield _text(rest)


def _text(line: bytes) -> str:
    return line[:LINE_BYTES_MAX].decode("utf-8", "surrogateescape")


@contextmanager
def keyboard(handle: int) -> Iterator[Callable[[], bytes]]:
    """What is typed at a terminal, unseen; of a pipe or a file, what is in it."""
    if not os.isatty(handle):
        yield lambda: os.read(handle, CHUNK_BYTES)
        return
    before = termios.tcgetattr(handle)
    now = termios.tcgetattr(handle)
    now[LOCAL] &= ~(termios.ECHO | termios.ICANON)
    now[INPUT] &= ~termios.IXON  # a code with a control character would stop the screen
    now[CHARACTERS][termios.VMIN], now[CHARACTERS][termios.VTIME] = 1, 0
    termios.tcsetattr(handle, termios.TCSANOW, now)
    try:
        yield lambda: os.read(handle, CHUNK_BYTES).partition(END_OF_INPUT)[0]
    finally:
        termios.tcsetattr(handle, termios.TCSANOW, before)


@contextmanager
def serial(path: Path, baud: int) -> Iterator[Callable[[], bytes]]:
    """What a scanner at a serial port sends: 8 bits, no parity, as scanners leave the factory.

    Raises Unavailable where it is not plugged in, BadInput where it is no serial port or has no such speed.
    """
    if baud not in BAUDS:
        raise BadInput(f"{baud} baud is no speed of a scanner: give one of {', '.join(map(str, BAUDS))}.")
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOCTTY)
    except OSError as error:
        raise Unavailable(f"the scanner {path} is not there ({error.strerror}): plug it in.") from None
    try:
        speed = getattr(termios, f"B{baud}")
        termios.tcsetattr(handle, termios.TCSANOW, _raw(termios.tcgetattr(handle), speed))
        yield lambda: _read(handle)
    except termios.error:
        raise BadInput(f"{path} is no serial port: give one such as /dev/ttyACM0.") from None
    finally:
        os.close(handle)


def _raw(modes: list, speed: int) -> list:  # type: ignore[type-arg]
    modes[INPUT] = modes[OUTPUT] = modes[LOCAL] = 0
    modes[CONTROL] = termios.CS8 | termios.CREAD | termios.CLOCAL
    modes[CHARACTERS][termios.VMIN], modes[CHARACTERS][termios.VTIME] = 1, 0
    return [*modes[:4], speed, speed, modes[CHARACTERS]]


def _read(handle: int) -> bytes:
    """A port whose scanner was pulled out has nothing more to say."""
    try:
        return os.read(handle, CHUNK_BYTES)
    except OSError:
        return b""
