"""Shows that lines come out as they stand, whatever the blocks, and a fault is named by line and byte."""

import gzip
import io
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.errors import BadInput
from producers.lines import BLOCK_BYTES, LINE_BYTES_MAX, lines

BODIES = st.text(st.sampled_from('aé\n\r\u2028\x0b,"ợ\ufeff'))


class Crumbs:
    """A file that hands out a few bytes at a time, as a slow gzip does."""

    def __init__(self, body: bytes, size: int) -> None:
        self._file, self._size = io.BytesIO(body), size

    def read1(self, size: int, /) -> bytes:
        return self._file.read(min(size, self._size))


def until_fault(found: Iterator[str]) -> tuple[list[str], str]:
    """The lines up to the fault, and its sentence."""
    good = []
    try:
        for line in found:
            good.append(line)
    except BadInput as fault:
        return good, str(fault)
    return good, ""


@given(BODIES, st.integers(1, 9))
def test_lines_end_at_newlines_only(body: str, size: int) -> None:
    want = body.removesuffix("\n").split("\n") if body else []
    if want:
        want[0] = want[0].removeprefix("\ufeff")
    assert list(lines(Crumbs(body.encode(), size), "x")) == want


@given(st.lists(st.text("aé", max_size=5), max_size=8), st.text("aé", max_size=5), st.integers(1, 9))
def test_a_fault_is_named_by_line_and_byte_after_all_lines_before_it(
    before: list[str], start: str, size: int
) -> None:
    body = "".join(line + "\n" for line in before).encode() + start.encode()
    place = f"x line {len(before) + 1} byte {len(start.encode()) + 1} "
    for bad, what in ((b"\xff", "(0xff) is not UTF-8: save"), (b"\0", "is NUL: this")):
        good, fault = until_fault(lines(Crumbs(body + bad + b"\nmore\n\0\xff", size), "x"))
        assert good == before
        assert fault.startswith(place + what)


def test_a_character_that_straddles_two_blocks_is_whole() -> None:
    body = ("x" * (BLOCK_BYTES - 1) + "ợ" + "\n").encode() * 3
    assert list(lines(io.BytesIO(body), "x")) == body.decode().split("\n")[:-1]


def test_a_file_without_line_ends_does_not_fill_the_memory() -> None:
    class Endless:
        given = 0

        def read1(self, size: int, /) -> bytes:
            self.given += size
            return b"y" * size

    endless = Endless()
    good, fault = until_fault(lines(endless, "x"))
    assert (good, fault) == ([], "x line 1 is longer than 1 MB: this is not a list of scans.")
    assert endless.given < 2 * LINE_BYTES_MAX


@pytest.mark.parametrize("kept", [12, 500, 5_000, -9, -5, -1])
def test_a_cut_off_gzip_gives_its_lines_first(kept: int) -> None:
    told = [f"{number * 7919},{number * 104729}" for number in range(20_000)]
    body = gzip.compress("\n".join(told).encode())[:kept]
    good, fault = until_fault(lines(gzip.GzipFile(fileobj=io.BytesIO(body)), "x"))
    assert good == told[: len(good)]
    assert fault.startswith("x is cut off in the middle of its gzip data")
    # Whatever can be unpacked is given, but for a line that may not be whole.
    assert kept < 0 or len(good) < len(told)
    assert kept > 0 or len(good) >= len(told) - 1


def test_a_damaged_gzip_is_named() -> None:
    body = bytearray(gzip.compress(b"1,2\n" * 9))
    body[-6] ^= 1
    assert (
        "is damaged inside its gzip data"
        in until_fault(lines(gzip.GzipFile(fileobj=io.BytesIO(body)), "x"))[1]
    )


def test_gzip_files_joined_together_are_one() -> None:
    body = gzip.compress(b"a\n") + gzip.compress(b"b\n")
    assert list(lines(gzip.GzipFile(fileobj=io.BytesIO(body)), "x")) == ["a", "b"]
