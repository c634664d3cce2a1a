"""The moments of the corpus of bad input, as an office writes them into the rows of a file."""

import pytest
from corpus_cases import EARLIEST, IDENTITY, LATEST, Case, cases

from producers.intake import Columns, Intake, Refused
from producers.pseudonym import Pseudonyms

INTAKE = Intake(
    Columns("person", "venue", "at"), Pseudonyms(bytes(32)), naive_as=None, oldest=EARLIEST, latest=LATEST
)


@pytest.mark.parametrize("case", cases(".txt", way="row"), ids=str)
def test_a_moment_in_a_row_gets_its_verdict(case: Case) -> None:
    """Taken, or refused with the reason told beside the case and a sentence that names nobody."""
    found = INTAKE.take({"person": IDENTITY, "venue": "market 12", "at": case.text()})
    assert (found.reason if isinstance(found, Refused) else "stored") == case.entry["row"]
    assert IDENTITY not in str(found)
    if not isinstance(found, Refused):
        assert EARLIEST <= found[0]["at"] <= LATEST
