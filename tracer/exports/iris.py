"""IRIS connect: the guests of one place in a span of time, as its gateway takes them."""

import json
from pathlib import Path

from producers.moment import iso
from tracer.answer import Row
from tracer.exports.answered import CAVEAT, Answered, Written
from tracer.question import ALWAYS

GUEST = (
    *("firstName", "lastName", "dateOfBirth", "sex", "email", "phone", "mobilePhone", "address"),
    *("attendanceInformation", "identityChecked"),
)
ADDRESS = {"street": "", "houseNumber": "", "zipCode": "", "city": ""}


def write_iris(answered: Answered, path: Path) -> Written:
    """One guest per visit, told by pseudonym."""
    count = 0
    since, until = answered.window
    rest = {
        "dataProvider": {"name": answered.venue, "address": ADDRESS},
        "additionalInformation": CAVEAT,
        "startDate": None if since == ALWAYS.since else iso(since),
        "endDate": None if until == ALWAYS.until else iso(until),
    }
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        file.write('{"guests": [')
        for count, row in enumerate(answered.rows, 1):
            file.write(("\n" if count == 1 else ",\n") + json.dumps(_guest(row), ensure_ascii=False))
        file.write("\n], " + json.dumps(rest, ensure_ascii=False)[1:] + "\n")
    return Written(count, GUEST)


def _guest(row: Row) -> dict[str, object]:
    return dict.fromkeys(GUEST) | {
        "firstName": row["person"],
        "lastName": "pseudonym",
        "sex": "UNKNOWN",
        "attendanceInformation": {
            "descriptionOfParticipation": row["venue"],
            "attendFrom": row["arrived"],
            "attendTo": row["departed"],
            "additionalInformation": (
                f"end known by {row['ended']}, between {row['departed_min']} and {row['departed_max']}"
            ),
        },
        "identityChecked": False,
    }
