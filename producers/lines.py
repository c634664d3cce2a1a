"""The lines of a text file, exactly as they stand, read in blocks whatever the file's size."""

import zlib
from collections.abc import Iterator
from gzip import BadGzipFile
from typing import Protocol

from producers.errors import BadInput

BLOCK_BYTES = 1 << 16
LINE_BYTES_MAX = 1 << 20
BOM = "\ufeff"


class Readable(Protocol):
    """An open file or gzip stream.

    `read1` hands out what one read gives; `read` of a cut-off gzip would drop what came before the cut.
    """

    def read1(self, size: int, /) -> bytes: ...


def lines(file: Readable, name: str) -> Iterator[str]:
    """Each physical line without its newline, and without the byte order mark of the first.

    Every whole line before a fault is yielded, then BadInput says where the fault is: gzip cut off or
    damaged, a byte that is not UTF-8, a NUL byte, a line longer than LINE_BYTES_MAX.
    """
    number = 0
    for body in _whole_lines(_blocks(file, name)):
        good, fault = _texts(body)
        if number == 0 and good:
            good[0] = good[0].removeprefix(BOM)
        yield from good
        number += len(good)
        if fault:
            raise BadInput(f"{name} line {number + 1} {fault}.")


def _whole_lines(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes cut at newlines, each piece without its last newline; one over-long line is cut."""
    rest = b""
    for block in blocks:
        whole, newline, tail = block.rpartition(b"\n")
        if newline:
            yield rest + whole
            rest = tail
        else:
            rest += block
            if len(rest) > LINE_BYTES_MAX:
                break
    if rest:
        yield rest


def _blocks(file: Readable, name: str) -> Iterator[bytes]:
    again = "the rows before were read, get the file again for the rest."
    try:
        while block := file.read1(BLOCK_BYTES):
            yield block
    except EOFError:
        raise BadInput(f"{name} is cut off in the middle of its gzip data: {again}") from None
    except (BadGzipFile, zlib.error):
        raise BadInput(f"{name} is damaged inside its gzip data: {again}") from None
    except OSError as error:
        raise BadInput(f"{name} can no longer be read ({error.strerror}): {again}") from None


def _texts(body: bytes) -> tuple[list[str], str]:
    """The whole lines of these bytes before the first bad byte, and what is wrong with that ("" if none)."""
    if len(body) > LINE_BYTES_MAX and b"\n" not in body:
        return [], "is longer than 1 MB: this is not a list of scans"
    wrong, fault = body.find(b"\0"), "is NUL: this is not a text file, or it was damaged"
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        if wrong < 0 or error.start < wrong:
            wrong, fault = error.start, f"(0x{body[error.start]:02x}) is not UTF-8: save the file as UTF-8"
    if wrong < 0:
        return text.split("\n"), ""
    start = body.rfind(b"\n", 0, wrong) + 1
    return body[:start].decode().split("\n")[:-1], f"byte {wrong - start + 1} {fault}"
