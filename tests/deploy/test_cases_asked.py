"""A table of cases is read as it comes, and what cannot be used is told with its line."""

import json

import pytest

from deploy.cli.outbreak import read_cases
from producers.errors import BadInput
from producers.person import parse_person, person_text
from producers.pseudonym import Pseudonyms
from tracer.questions_of_cases import CaseTold

A, B = "00000000000000aa", "00000000000000bb"


class Asker:
    """Who reads persons as a terminal does, and opens no store."""

    def person(self, text: str, identity: bool) -> str:
        given = Pseudonyms(bytes(32)).of(text) if identity else text
        return person_text(parse_person(given))


def table(folder, text, name="cases.csv"):
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_cases_have_a_person_and_a_day_where_it_is_known(tmp_path):
    """Other columns are left alone, and empty cells are nothing."""
    file = table(tmp_path, f"ward,person,onset,sample\n3,{A},2021-12-01,\n4,{B},,2021-12-03\n5,{B},,\n")
    assert read_cases(file, Asker(), False) == (
        CaseTold(person=A, onset="2021-12-01"),
        CaseTold(person=B, sample="2021-12-03"),
        CaseTold(person=B),
    )


def test_a_table_of_identities_becomes_pseudonyms(tmp_path):
    """As with --identity everywhere; the name itself goes no further."""
    (case,) = read_cases(table(tmp_path, "person\nan\n"), Asker(), True)
    assert case.person == "f6c7fc5ac7be01a0"


def test_lines_of_json_are_a_table_too(tmp_path):
    """Whatever an import takes."""
    text = json.dumps({"person": A, "onset": "2021-12-01"}) + "\n"
    assert read_cases(table(tmp_path, text, "cases.ndjson"), Asker(), False)[0].onset == "2021-12-01"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"person\n{A}\nan\n", "line 3: .*16 hex digits"),
        ("name\nan\n", "line 2 has no person: give a column of that name"),
        (f"person,onset\n{A},\n,2021-12-01\n", "line 3 has no person"),
        ("person\n", "has no case"),
    ],
)
def test_what_cannot_be_used_is_one_sentence_with_its_line(tmp_path, text, message):
    """So that it can be mended; the person is not repeated."""
    with pytest.raises(BadInput, match=message) as told:
        read_cases(table(tmp_path, text), Asker(), False)
    assert "\n" not in str(told.value)
