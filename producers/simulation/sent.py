"""The city's scans as files that an import takes in, or as the records that devices would send."""

import csv
import gzip
from collections.abc import Iterator
from functools import cache
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

from producers.errors import BadInput
from producers.moment import iso
from producers.packing import Packer
from producers.pseudonym import Pseudonyms
from producers.scan import ScanEvent, content_id
from producers.simulation.city import City
from producers.simulation.outbreak import HOME
from producers.simulation.town import name_of

CSV_COLUMNS = ("person", "venue", "at", "direction")
TRUTH_COLUMNS = ("at", "infector", "infected", "venue")


def write_csv(city: City, path: Path) -> int:
    """Writes the city's scans with the columns of CSV_COLUMNS, times in UTC; gzipped if so named.

    Returns the number of scans. Raises BadInput if the file cannot be written.
    """
    try:
        with path.open("wb") as file:
            if path.suffix != ".gz":
                return _write(city, TextIOWrapper(file, "utf-8", newline=""))
            # Neither name nor time go into the gzip header: the same city is the same file.
            with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as zipped:
                return _write(city, TextIOWrapper(zipped, "utf-8", newline=""))
    except OSError as error:
        raise _not_written(path, error) from None


def write_truth(city: City, path: Path) -> int:
    """Writes who infected whom, where (empty: at home) and when (TRUTH_COLUMNS); returns how many.

    infector is empty for those with whom it began. Raises BadInput if the file cannot be written.
    """
    venues = city.town.venues
    infections = city.infections()
    try:
        with path.open("w", encoding="utf-8", newline="") as text:
            writer = csv.writer(text)
            writer.writerow(TRUTH_COLUMNS)
            for at, infector, infected, venue in infections:
                by = name_of(infector) if infector >= 0 else ""
                writer.writerow((iso(at), by, name_of(infected), "" if venue == HOME else venues[venue].id))
    except OSError as error:
        raise _not_written(path, error) from None
    return len(infections)


def _not_written(path: Path, error: OSError) -> BadInput:
    return BadInput(f"{path} cannot be written ({error.strerror}): check its place and free space.")


def _write(city: City, text: TextIO) -> int:
    count, second, told = 0, -1, ""
    with text:
        writer = csv.writer(text)
        writer.writerow(CSV_COLUMNS)
        for scan in city.scans():
            if scan["at"] != second:
                second, told = scan["at"], iso(scan["at"])
            writer.writerow((scan["person"], scan["venue"], told, scan["direction"]))
            count += 1
    return count


def events(city: City, pseudonyms: Pseudonyms) -> Iterator[ScanEvent]:
    """Every scan as it travels. One that is sent again is the same scan."""
    pseudonym = cache(pseudonyms.of)
    for scan in city.scans():
        person, at = pseudonym(scan["person"]), scan["at"]
        id_ = content_id(person, scan["venue"], at, scan["direction"], None)
        yield ScanEvent(scan_id=id_, person=person, venue=scan["venue"], at=at, direction=scan["direction"])


def records(
    city: City, pseudonyms: Pseudonyms, partitions: int, scans_per_record: int
) -> Iterator[tuple[int, bytes, int]]:
    """(partition, value, scans so far) of the records of `scans.v1`, in the order in which they fill."""
    packer = Packer(partitions, scans_per_record)
    count = 0
    for count, event in enumerate(events(city, pseudonyms), 1):
        if full := packer.add(event):
            yield *full, count
    for rest in packer.flush():
        yield *rest, count
