"""What of a code may leave the device that read it: a venue or a pseudonym, and where it is from.

This is the one door: names, document numbers, dates and addresses of a card end here. Nothing of them is in
what comes out, so nothing of them can be stored, logged or published.
"""

from typing import NamedTuple

from producers.codes.reading import Kind, Reading, Signature, System
from producers.pseudonym import Pseudonyms
from producers.scan import Direction


class Taken(NamedTuple):
    """An accepted code, as it may travel.

    venue: the id a scan carries, empty for a person's code.
    person: the keyed pseudonym (16 hex digits), empty for a venue's code.
    system, signature: its provenance, to be kept with the scan.
    """

    kind: Kind
    system: System
    signature: Signature
    direction: Direction
    venue: str
    person: str


def taken(reading: Reading, pseudonyms: Pseudonyms) -> Taken | None:
    """None for a code that is refused. Raises BadInput as `Pseudonyms.of` does."""
    if not reading.accepted:
        return None
    return Taken(
        reading.kind,
        reading.system,
        reading.signature,
        reading.direction,
        reading.place,
        pseudonyms.of(reading.identity) if reading.identity else "",
    )
