"""What ClickHouse's numbered answers mean for the caller: wait and try again, or stop and act.

The numbers are those of ClickHouse's ErrorCodes.cpp, the same in a server and in chDB.
"""

import re

from producers.errors import Refused, TruyvetError, Unavailable

PASSING = {
    159: "took too long",
    160: "would have taken too long",
    202: "has too many queries running",
    203: "has no free connection",
    209: "timed out on its own network",
    210: "has trouble on its own network",
    236: "is shutting down",
    241: "is out of memory",
    242: "is read-only for now",
    243: "is out of disk space",
    252: "has too many parts waiting to be merged",
    285: "has too few live replicas",
    319: "does not know whether the insert was done",
    394: "cancelled the query",
    425: "has trouble with the system under it",
    999: "has lost its keeper",
}
"""Answers after which the same call may work later."""

ABSENT = {60: "a table", 81: "the database"}
CODE = re.compile(r"\bCode: (\d+)")
NOISE = re.compile(r"^(Streaming (query|insert finish) failed: )?(Code: \d+\.\s*)?(DB::Exception: )?")


def answer_error(place: str, code: int, message: str) -> TruyvetError:
    """The error to raise for an answer with this code, in one sentence."""
    if code in PASSING:
        return Unavailable(f"{place} {PASSING[code]}: {_first_line(message)}; it may work again later.")
    if code in ABSENT:
        return Refused(
            f"{place} lacks {ABSENT[code]} of the store ({_first_line(message)}): run `truyvet init`."
        )
    return Refused(f"{place} refused (code {code}): {_first_line(message)}.")


def code_in(message: str) -> int:
    """The code that a message of chDB names first, 0 for none."""
    found = CODE.search(message)
    return int(found[1]) if found else 0


def _first_line(message: str) -> str:
    for line in message.splitlines():
        text = NOISE.sub("", line).split(" Stack trace:")[0].strip().rstrip(".")
        if text:
            return text[:300]
    return "no reason given"
