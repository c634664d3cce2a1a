"""Go.Data (WHO): relationships between people, in the columns of its R reports."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid5

from tracer.exports.answered import CAVEAT, Answered, Tie, Written, last_day, minutes
from tracer.exports.csv_file import CsvFile

COLUMNS = (
    *("uuid", "source_uuid", "source_visualid", "source_gender"),
    *("date_of_last_contact", "date_of_data_entry", "source_age"),
    *("target_uuid", "target_visualid", "target_gender", "target_age"),
    *("exposure_type", "context_of_exposure", "exposure_frequency", "certainty_level"),
    *("exposure_duration", "relation_detail", "cluster", "is_contact_date_estimated"),
    *("comment", "createdBy"),
)
NAMES = UUID("6f1b7d5e-3c55-5f0c-9a53-0d0f8a0d7c21")
"""Ours: the same exposure has the same uuid in every export."""


def write_godata(answered: Answered, path: Path) -> Written:
    """One relationship per exposure. What a check-in cannot know (gender, certainty) stays empty."""
    entered = datetime.fromtimestamp(answered.made, UTC).astimezone(answered.zone).date().isoformat()
    with CsvFile(path, COLUMNS) as file:
        for tie in answered.ties():
            told = _told(answered, tie, entered)
            file.write([told.get(name, "") for name in COLUMNS])
        return file.written()


def _told(answered: Answered, tie: Tie, entered: str) -> dict[str, str]:
    facts = tie.facts
    span = f"{facts['start']}/{facts['end']}"
    return {
        "uuid": str(uuid5(NAMES, f"{tie.source} {tie.target} {span} {facts['venue']!a}")),
        "source_uuid": tie.source,
        "source_visualid": tie.source,
        "date_of_last_contact": last_day(facts, answered.zone),
        "date_of_data_entry": entered,
        "target_uuid": tie.target,
        "target_visualid": tie.target,
        "context_of_exposure": str(facts["venue"]),
        "exposure_duration": f"{minutes(facts):g} minutes",
        "relation_detail": span,
        "is_contact_date_estimated": "FALSE",
        "comment": CAVEAT,
        "createdBy": f"truyvet {answered.version}".strip(),
    }
