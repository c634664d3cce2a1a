"""The corpus of bad input: a file for each case, and beside them, in `verdicts.json`, what must become of it.

A folder is a category. An entry of its `verdicts.json` is the name of a case and says `why` in one sentence.
What is too large to keep as a file is `made`: of texts, each repeated so many times; `gzip` packs that.
By its suffix a case is one of these, and `gateway` and `kafka` are its verdicts:

- `.json`, `.bin`: the value of a record of scans.v1. To the gateway goes `{"scans": ...}` around it, or, as
  `body` says, the `same` bytes or those of another file. Its answers are told in order or counted, or as
  status and code; of the record, how many scans are stored, duplicates, and dead for which reason. `means`:
  what the scans that are taken say, in part.
- `.txt`: a text that is put into one field of a good scan: field -> `taken`, `stored`, or why it is not;
  `place` is the venue that a code names. `row`: what becomes of it as the moment in a row of a file.
- `.world`: the entries of the registry of venues in the order they were made (null: taken out), and steps: a
  device scans these persons, `after` seconds, so many `times`; `offset`: when the scans were made, from then.
  Its answers are counted for each step, with their flags; `registry`: `accepted`, or what an entry is told.
- `.auth`: what is wrong with a request that is otherwise good; test_corpus_signed.py has the words.
"""

import gzip
import json
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

CORPUS = Path(__file__).resolve().parent / "corpus"
NOON = 1_638_327_600
DAY = 86_400
EARLIEST, LATEST = NOON - 28 * DAY, NOON + 600
"""Which moments are taken."""
IDENTITY = "001093000001"
"""Who scans in all of the corpus: nothing that comes out may name this number."""
CARD = f"{IDENTITY}|A|1993|Nam||"
PERSON = "a14f3b6c82078a1a"
"""The pseudonym of that number under a key of 32 zero bytes."""
GOOD: dict[str, Any] = {
    "scan_id": "b121c55b72052dad",
    "at": NOON,
    "person": PERSON,
    "person_code": CARD,
    "venue": "market 12",
    "direction": "in",
}
"""A scan for both ways in: the gateway reads person_code, a worker person; each passes over the other."""


class Case(NamedTuple):
    """One case with its entry in `verdicts.json`."""

    category: str
    name: str
    entry: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.category}/{self.name}"

    def data(self) -> bytes:
        """The bytes of the case."""
        if "made" not in self.entry:
            return self._file(self.name)
        data = b"".join(text.encode() * times for text, times in self.entry["made"])
        return gzip.compress(data, mtime=0) if self.entry.get("gzip") else data

    def text(self) -> str:
        return self.data().decode()

    def body(self) -> bytes:
        """Of a record's case: what is posted to the gateway."""
        match self.entry.get("body"):
            case None:
                return b'{"scans": %b}' % self.data()
            case "same":
                return self.data()
            case name:
                return self._file(name)

    def _file(self, name: str) -> bytes:
        return (CORPUS / self.category / name).read_bytes()


@lru_cache
def manifest(category: str) -> dict[str, dict[str, Any]]:
    """Case -> its entry."""
    found: dict[str, dict[str, Any]] = json.loads((CORPUS / category / "verdicts.json").read_bytes())
    return found


class Beep(NamedTuple):
    """One scan of a `.world`: by which device, sent when, of whom, where, made when."""

    by: str
    now: int
    person: int
    venue: str
    at: int


def beeps(world: dict[str, Any]) -> list[list[Beep]]:
    """The scans of each step. Moments are epoch seconds; the first step is at noon."""
    now, found = NOON, []
    for step in world["steps"]:
        persons = step.get("persons", 1)
        first, last = persons if isinstance(persons, list) else (persons, persons)
        made: list[Beep] = []
        for _ in range(step.get("times", 1)):
            now += step.get("after", 0)
            at = now + step.get("offset", 0)
            made += [Beep(step["by"], now, one, step["venue"], at) for one in range(first, last + 1)]
        found.append(made)
    return found


def cases(*suffixes: str, way: str = "") -> list[Case]:
    """All of these suffixes, with a verdict for this way in."""
    return [
        Case(folder.name, name, entry)
        for folder in sorted(one for one in CORPUS.iterdir() if one.is_dir())
        for name, entry in manifest(folder.name).items()
        if Path(name).suffix in suffixes and (not way or way in entry)
    ]


def texts(way: str) -> list[tuple[Case, str, str]]:
    """(case, field, verdict) of every text."""
    return [
        (case, field, verdict)
        for case in cases(".txt", way=way)
        for field, verdict in case.entry[way].items()
    ]


def strings(value: Any) -> list[str]:
    """Every text inside a value of JSON, names too."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for pair in value.items() for one in pair for text in strings(one)]
    return [text for one in value for text in strings(one)] if isinstance(value, list) else []
