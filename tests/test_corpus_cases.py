"""The corpus of bad input is whole: every case has its file, its verdict and its reason."""

from pathlib import Path

import pytest
from corpus_cases import CARD, CORPUS, EARLIEST, IDENTITY, LATEST, NOON, PERSON, cases, manifest

from producers.codes.reader import read
from producers.codes.taken import taken
from producers.codes.trust import Given, Trust
from producers.pseudonym import Pseudonyms

CATEGORIES = [
    *("01-not-json", "02-json-oddities", "03-schema", "04-size", "05-identifiers", "06-codes", "07-names"),
    *("08-csv-injection", "09-injection", "10-time", "11-places", "12-behaviour", "14-authentication"),
]
"""Category 13 is Kafka's own: null values, headers, batches that were given up."""
SUFFIXES = (".json", ".bin", ".txt", ".world", ".auth")


def test_every_category_is_there() -> None:
    """A folder that was renamed would otherwise be read by nobody."""
    assert sorted(folder.name for folder in CORPUS.iterdir() if folder.is_dir()) == CATEGORIES
    assert len(cases(*SUFFIXES)) == sum(len(manifest(category)) for category in CATEGORIES)


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_file_is_a_case_and_every_case_says_why(category: str) -> None:
    """A file without a verdict would show nothing."""
    entries = manifest(category)
    bodies = {entry["body"] for entry in entries.values() if entry.get("body", "same") != "same"}
    files = {file.name for file in (CORPUS / category).iterdir()} - {"verdicts.json"}
    assert files == {name for name, entry in entries.items() if "made" not in entry} | bodies
    for name, entry in entries.items():
        assert Path(name).suffix in SUFFIXES
        assert entry["why"].endswith((".", "?"))
        assert {"gateway", "kafka", "row"} & entry.keys()


def test_the_person_of_the_corpus_is_behind_the_card() -> None:
    """So that the same scan goes both ways in."""
    reading = read(CARD, Given(Trust([]), NOON))
    found = taken(reading, Pseudonyms(bytes(32)))
    assert found is not None
    assert (reading.identity, found.person) == (IDENTITY, PERSON)
    assert EARLIEST < NOON < LATEST
