"""epicontacts, EpiContactTrace, Go.Data, SORMAS: the columns they read, and rows that come back."""

from dataclasses import replace
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from answers_made import NAMES, NINE, cells_of, chain, contacts, pairs, rows_of, written

from producers.moment import iso
from producers.person import person_text
from tracer.exports.answered import last_day

A, B, C = (person_text(one) for one in (1, 2, 3))
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def test_epicontacts_has_a_line_list_beside_the_contacts(tmp_path):
    """make_epicontacts takes `id` and `from, to`; everyone named in contacts is listed once."""
    path = written(chain(), "epicontacts", tmp_path)
    rows = rows_of(path)
    named = ["from", "to", "generation", "exposed_at", "venue", "start", "end", "generation_min", "dose_max"]
    assert list(rows[0]) == named
    assert [row["venue"] for row in rows] == NAMES
    assert (rows[0]["from"], rows[0]["to"]) == (A, B)
    people = rows_of(tmp_path / "out.linelist.epicontacts")
    assert list(people[0]) == ["id", "generation", "exposed_at"]
    assert {row["id"] for row in people} == {row[end] for row in rows for end in ("from", "to")}
    assert len(people) == len(NAMES) + 1
    assert people[:2] == [
        {"id": A, "generation": "0", "exposed_at": ""},
        {"id": B, "generation": "1", "exposed_at": iso(NINE + 1000)},
    ]


def test_epicontacts_of_contacts_lists_each_person_once(tmp_path):
    """Who was met often has one line."""
    written(contacts(), "epicontacts", tmp_path)
    assert cells_of(tmp_path / "out.linelist.epicontacts") == [["id"], [A], [B], [C]]


@pytest.mark.parametrize("answered", [chain(), contacts(), pairs()], ids=lambda one: one.question)
def test_epicontacttrace_movements(tmp_path, answered):
    """source, destination, t, id, n, category; pairs go both ways under one id."""
    rows = rows_of(written(answered, "epicontacttrace", tmp_path))
    assert list(rows[0]) == ["source", "destination", "t", "id", "n", "category"]
    assert rows[0] | {"t": "2021-12-01", "n": "1", "id": "1", "category": NAMES[0]} == rows[0]
    both = 2 if answered.question == "pairs" else 1
    assert len(rows) == both * len(NAMES)
    assert [row["category"] for row in rows[::both]] == NAMES
    assert {row["source"] for row in rows if row["id"] == "1"} == ({A, B} if both == 2 else {A})


def test_a_day_is_that_of_the_zone(tmp_path):
    """At 17:06 UTC it is tomorrow in Vietnam; a stay until midnight ends the day before."""
    late = replace(pairs(["x"] * 40), zone=VIETNAM)
    rows = rows_of(written(late, "epicontacttrace", tmp_path))
    assert (rows[0]["t"], rows[-1]["t"]) == ("2021-12-01", "2021-12-02")
    until_midnight = {"start": "2021-12-01T16:00:00Z", "end": "2021-12-01T17:00:00Z"}
    assert last_day(until_midnight, VIETNAM) == "2021-12-01"
    assert last_day(until_midnight | {"end": "2021-12-01T17:00:01Z"}, VIETNAM) == "2021-12-02"
    assert last_day({"start": "2021-12-01T17:00:00Z", "end": "2021-12-01T17:00:00Z"}, VIETNAM) == "2021-12-02"


def test_go_data_relationships(tmp_path):
    """The columns of its R reports in their order; a uuid that is the same in every export."""
    path = written(chain(), "godata", tmp_path)
    rows = rows_of(path)
    assert ",".join(rows[0]) == (
        "uuid,source_uuid,source_visualid,source_gender,date_of_last_contact,date_of_data_entry,source_age,"
        "target_uuid,target_visualid,target_gender,target_age,exposure_type,context_of_exposure,"
        "exposure_frequency,certainty_level,exposure_duration,relation_detail,cluster,"
        "is_contact_date_estimated,comment,createdBy"
    )
    assert [row["context_of_exposure"] for row in rows] == NAMES
    first = rows[0]
    assert (first["source_visualid"], first["target_visualid"]) == (A, B)
    assert (first["date_of_last_contact"], first["date_of_data_entry"]) == ("2021-12-01", "2021-12-01")
    assert first["exposure_duration"] == "15 minutes"
    assert len({UUID(row["uuid"]) for row in rows}) == len(NAMES)
    assert rows == rows_of(written(chain(), "godata", tmp_path))


def test_sormas_has_two_lines_of_headers_and_a_line_per_person(tmp_path):
    """Entity and property; the last exposure of each, and how many there were."""
    path = written(contacts(), "sormas", tmp_path)
    entities, names = cells_of(path)[:2]
    assert names[:8] == [
        "caseIdExternalSystem",
        "caseOrEventInformation",
        "disease",
        "diseaseDetails",
        "reportDateTime",
        "region",
        "district",
        "lastContactDate",
    ]
    assert names[8:14] == [
        "person.firstName",
        "person.lastName",
        "person.sex",
        "person.birthdateDD",
        "person.birthdateMM",
        "person.birthdateYYYY",
    ]
    assert names[14:] == [
        "contactProximity",
        "contactCategory",
        "contactIdentificationSource",
        "quarantineFrom",
        "quarantineTo",
        "followUpUntil",
    ]
    assert entities == ["Person" if name.startswith("person.") else "Contact" for name in names]
    rows = rows_of(path, header=1)
    assert [row["person.firstName"] for row in rows] == [B, C]
    last = max(range(len(NAMES)), key=lambda one: (one % 2 == 0, one))
    assert rows[0]["caseOrEventInformation"] == (
        f"{(len(NAMES) + 1) // 2} exposures, the last at {NAMES[last]} "
        f"{iso(NINE + 1000 * last)}/{iso(NINE + 1000 * last + 900)}"
    )
    assert {row["caseIdExternalSystem"] for row in rows} == {A}
    assert rows[0]["lastContactDate"] == "01.12.2021"
    assert rows[0]["contactIdentificationSource"] == "TRACING_APP"


@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_sormas_of_a_chain_names_the_person_reached(tmp_path, direction):
    """The contact is who was reached, whichever way the chain runs."""
    rows = rows_of(written(chain(["x", "y"], direction), "sormas", tmp_path), header=1)
    assert [(row["caseIdExternalSystem"], row["person.firstName"]) for row in rows] == [(A, B), (B, C)]
    assert rows[0]["caseOrEventInformation"].startswith("exposure at x 2021-12-01T")


def test_sormas_of_contacts_has_a_line_for_each_person_whatever_is_said_of_a_direction(tmp_path):
    """Contacts have none: taken the other way round all lines would be the case, and one."""
    rows = rows_of(written(replace(contacts(), direction="backward"), "sormas", tmp_path), header=1)
    assert [row["person.firstName"] for row in rows] == [B, C]
