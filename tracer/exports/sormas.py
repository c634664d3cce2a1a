"""SORMAS: contacts for its CSV import, one per person, with its two lines of headers."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

from tracer.exports.answered import Answered, Tie, Written, last_day
from tracer.exports.csv_file import CsvFile
from tracer.exports.on_disk import OnePerKey

PERSON = (
    *("person.firstName", "person.lastName", "person.sex"),
    *("person.birthdateDD", "person.birthdateMM", "person.birthdateYYYY"),
)
COLUMNS = (
    *("caseIdExternalSystem", "caseOrEventInformation", "disease", "diseaseDetails", "reportDateTime"),
    *("region", "district", "lastContactDate"),
    *PERSON,
    *("contactProximity", "contactCategory", "contactIdentificationSource"),
    *("quarantineFrom", "quarantineTo", "followUpUntil"),
)
ENTITIES = tuple("Person" if name in PERSON else "Contact" for name in COLUMNS)
DAY = "%d.%m.%Y"
"""A date as SORMAS reads it; a day before a month in every language it has."""


def write_sormas(answered: Answered, path: Path) -> Written:
    """The last exposure of each person met, and how many there were. Ordered by person.

    SORMAS makes one contact of each line: a line per exposure would be the same person many times.
    What a check-in cannot know (names, proximity, category) stays empty, or is the pseudonym.
    """
    with OnePerKey() as last, CsvFile(path, ENTITIES, COLUMNS) as file:
        for tie in answered.ties():
            near, far = tie.source, tie.target
            if answered.backward:
                near, far = far, near
            last.put(far, json.dumps([near, tie.facts]), str(tie.facts["end"]))
        for kept in last:
            near, facts = json.loads(kept.value)
            told = _told(answered, Tie(near, kept.key, facts), kept.times)
            file.write(told.get(name, "") for name in COLUMNS)
        return file.written()


def _told(answered: Answered, tie: Tie, times: int) -> dict[str, str]:
    facts = tie.facts
    reported = datetime.fromtimestamp(answered.made, UTC).astimezone(answered.zone)
    exposures = "exposure" if times == 1 else f"{times} exposures, the last"
    return {
        "caseIdExternalSystem": tie.source,
        "caseOrEventInformation": f"{exposures} at {facts['venue']} {facts['start']}/{facts['end']}",
        "disease": "CORONAVIRUS",
        "reportDateTime": reported.strftime(DAY),
        "lastContactDate": date.fromisoformat(last_day(facts, answered.zone)).strftime(DAY),
        "person.firstName": tie.target,
        "person.lastName": "pseudonym",
        "contactIdentificationSource": "TRACING_APP",
    }
