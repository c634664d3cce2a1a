"""How long a million rows take to become a file, and how much memory, format by format.

    python bench/export.py [--rows 1000000] [--formats csv,xlsx,...] [--limit-mib 200]

Each format runs in a process of its own, whose peak memory is what the kernel counted for it (with
Python and every library it loaded). The rows are made as they are asked for: pairs go the whole way
from visits through `trace.pairs` to the file. Fails where a process passed the limit.
"""

import argparse
import json
import resource
import subprocess
import sys
from collections.abc import Collection, Iterator
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from producers.moment import iso
from producers.person import person_text
from streams.visit import EndKnownBy, Visit
from tracer import trace
from tracer.answer import COLUMNS, Row, pair_rows
from tracer.exports import venues
from tracer.exports.answered import Answered
from tracer.exports.formats import FORMATS
from tracer.exports.whole_file import export
from tracer.profiles import OVERLAP
from tracer.question import ALWAYS

START = 1638316800
AT_ONCE = 20
"""People at a venue together: 190 pairs."""
PEOPLE = 200_000
NAME = "Chợ Bến Thành, phường {}, quận {}"
QUESTIONS = {"geojson": "venues", "iris": "visits", "sormas": "contacts"}


def name_of(venue: int) -> str:
    return NAME.format(venue % 97, venue)


def person_of(number: int) -> int:
    """Spread over 64 bits, as keyed pseudonyms are."""
    return number % PEOPLE * 0x9E3779B97F4A7C15 % 2**64


class Crowds:
    """The part of a reader that `pairs` asks: venue after venue, each made when it is its turn."""

    def __init__(self, rows: int) -> None:
        self._venues = -(-rows // (AT_ONCE * (AT_ONCE - 1) // 2))

    def visits_by_venue(self, since: int, until: int) -> Iterator[list[Visit]]:
        for venue in range(self._venues):
            start = START + venue
            yield [
                Visit(
                    *(venue, start + one, person_of(venue * 7 + one * 10_007), start + 3_600),
                    *(start + 3_600, start + 3_600, EndKnownBy.checkout, 1),
                )
                for one in range(AT_ONCE)
            ]

    def venue_ids(self, keys: Collection[int]) -> dict[int, str]:
        return {key: name_of(key) for key in keys}


def made(question: str, rows: int) -> Answered:
    """An answer of this many rows (pairs: rounded up to whole crowds), none of them in memory."""
    case = person_text(1)
    if question == "pairs":
        reader = Crowds(rows)
        found = pair_rows(reader, trace.pairs(reader, ALWAYS, OVERLAP, 0))
        return Answered(question, COLUMNS[question], found)
    if question == "venues":
        return Answered(question, venues.COLUMNS, map(venue_row, range(rows)))
    one = {"contacts": contact_row, "visits": visit_row}[question]
    return Answered(question, COLUMNS[question], map(one, range(rows)), case, venue=name_of(1))


def contact_row(number: int) -> Row:
    start, end = iso(START + number), iso(START + number + 900)
    person = person_text(person_of(number))
    row: Row = dict.fromkeys(COLUMNS["contacts"])
    row |= {"person": person, "venue": name_of(number % 5_000), "start": start, "end": end}
    return row | {"minutes": 15.0, "my_visit": f"{start}/{end}", "their_visit": f"{start}/{end}"}


def visit_row(number: int) -> Row:
    start, end = iso(START + number), iso(START + number + 900)
    row: Row = dict.fromkeys(COLUMNS["visits"])
    row |= {"person": person_text(person_of(number)), "venue": name_of(1), "arrived": start, "departed": end}
    return row | {"ended": "checkout", "departed_min": end, "departed_max": end, "scans": 1}


def venue_row(number: int) -> Row:
    first, last = iso(START + number), iso(START + number + 900)
    values = (name_of(number), 3, 2, first, last)
    return dict(zip(venues.COLUMNS, values, strict=True))


def one(form: str, rows: int, folder: Path) -> dict[str, object]:
    """Runs in the process that is measured, which loads what the command `truyvet export` loads."""
    import_module("deploy.main")
    began = perf_counter()
    told = export(made(QUESTIONS.get(form, "pairs"), rows), FORMATS[form], folder / f"out.{form}", {})
    return {
        "format": form,
        "rows": told["rows"],
        "seconds": round(perf_counter() - began, 1),
        "mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "file_mib": round(sum(file["bytes"] for file in told["files"]) / 2**20),
    }


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--formats", default=",".join(FORMATS))
    asked.add_argument("--limit-mib", type=int, default=200)
    asked.add_argument("--one", help="measure this format in this process")
    words = asked.parse_args()
    with TemporaryDirectory() as folder:
        if words.one:
            print(json.dumps(one(words.one, words.rows, Path(folder))))
            return
    found = []
    for form in words.formats.split(","):
        command = [sys.executable, __file__, "--one", form, "--rows", str(words.rows)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found.append(json.loads(done.stdout))
        print(
            "{format:16} {rows:>9} rows {seconds:>6} s {mib:>4} MiB  file {file_mib} MiB".format(**found[-1])
        )
    peak = max(row["mib"] for row in found)
    print(json.dumps({"rows": words.rows, "mib_max": peak, "limit_mib": words.limit_mib, "formats": found}))
    if peak > words.limit_mib:
        raise SystemExit(f"a format used {peak} MiB, more than {words.limit_mib}.")


if __name__ == "__main__":
    main()
