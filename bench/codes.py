"""How many codes are read in a second, and how many pages of posters are made, by one process.

    python bench/codes.py [--codes 20000] [--pages 200] [--rounds 5]

Signatures of the last 10,000 codes are remembered: with more `--codes` than that only `seen_before` gains.

Every code is checked for its verdict before a time is printed, and every page of the PDF is drawn by another
program (pdfium) and read by a third (zxing-cpp). Codes are made as the tests make them; none is anybody's.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from statistics import median
from time import process_time

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests/producers/codes")]

import pypdfium2
import zxingcpp
from made_codes import CCCD_7, GIVEN, NOON, OURS, PC_COVID, bhyt, cwa, luca, notify_me, nz, uk

from producers.codes.own import poster_code, screen_code
from producers.codes.reader import read
from producers.codes.taken import taken
from producers.posters.layout import Page, Poster, page
from producers.posters.pdf import write_pdf
from producers.pseudonym import Pseudonyms

OF = Pseudonyms(bytes(range(32)))


def texts(count: int) -> dict[str, list[str]]:
    """Kind of code -> that many different ones, all good."""
    return {
        "ours_poster": [poster_code(OURS, f"venue {number}", NOON) for number in range(count)],
        "ours_seen_before": [poster_code(OURS, f"venue {number % 1000}", NOON) for number in range(count)],
        "ours_screen": [screen_code(OURS, f"venue {number}", NOON, 30) for number in range(count)],
        "pc_covid": [PC_COVID.replace("6179999", f"{number:07}") for number in range(count)],
        "citizen_card": [CCCD_7.replace("0461900", f"{number:07}") for number in range(count)],
        "insurance_card": [bhyt(f"DN446{number:010}") for number in range(count)],
        "others": [(nz, uk, cwa, luca, notify_me)[number % 5]() for number in range(count)],
    }


def rates(work: Callable[[], int], rounds: int) -> dict[str, int]:
    """Done for each second of processor time: smallest, median, largest of several rounds."""
    found = []
    for _ in range(rounds):
        began = process_time()
        done = work()
        found.append(round(done / (process_time() - began)))
    return {"min": min(found), "median": round(median(found)), "max": max(found)}


def read_all(codes: Sequence[str]) -> int:
    """As a kiosk does it: read, and turned into what may leave."""
    for text in codes:
        if taken(read(text, GIVEN), OF) is None:
            raise SystemExit(f"WRONG ANSWER: {text} was refused.")
    return len(codes)


def drawn(pages: int) -> list[Poster]:
    return [
        Poster(poster_code(OURS, f"hue/{n}", NOON), f"hue/{n}", f"Phòng {n}", "UBND thành phố Huế")
        for n in range(pages)
    ]


def print_all(posters: Sequence[Poster]) -> bytes:
    made = BytesIO()
    made_pages: map[Page] = map(page, posters)
    write_pdf(made_pages, made)
    return made.getvalue()


def check(posters: Sequence[Poster], pdf: bytes) -> None:
    """Ends the benchmark unless each page holds its own code."""
    document = pypdfium2.PdfDocument(pdf)
    for number, poster in enumerate(posters):
        found = zxingcpp.read_barcodes(document[number].render(scale=0.8).to_pil())
        if [one.text for one in found] != [poster.code]:
            raise SystemExit(f"WRONG ANSWER: page {number} does not hold {poster.code}.")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("--codes", type=int, default=20_000)
    asked.add_argument("--pages", type=int, default=200)
    asked.add_argument("--rounds", type=int, default=5)
    words = asked.parse_args()
    codes = {}
    for kind, made in texts(words.codes).items():
        codes[kind] = rates(lambda made=made: read_all(made), words.rounds)
        print(f"{kind:15} {codes[kind]['median']:>8,} codes/s")
    posters = drawn(words.pages)
    pdf = print_all(posters)
    check(posters, pdf)
    pages = rates(lambda: (print_all(posters), len(posters))[1], words.rounds)
    print(f"{'posters':15} {pages['median']:>8,} pages/s, {len(pdf) // len(posters):,} bytes each")
    print(json.dumps({"codes_per_second": codes, "pages_per_second": pages}))


if __name__ == "__main__":
    main()
