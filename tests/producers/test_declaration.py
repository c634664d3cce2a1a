"""A vehicle is one venue however its plate is written, and everyone in it was at the checkpoint."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from producers.declaration import PLATE_LENGTH_MAX, vehicle_venue
from producers.errors import BadInput
from producers.pseudonym import Pseudonyms
from producers.venue import unregistered

KEY, OTHER = Pseudonyms(bytes(32)), Pseudonyms(bytes(31) + b"1")


@settings(deadline=None)
@given(st.text("ABĐZ0189", min_size=1, max_size=PLATE_LENGTH_MAX), st.data())
def test_a_plate_is_read_however_it_is_written(plate: str, data: st.DataObject) -> None:
    """Small letters, spaces, dots and dashes anywhere; under another key it is another venue."""
    written = "".join(
        data.draw(st.sampled_from([one, one.lower()])) + data.draw(st.sampled_from(["", "-", ".", " "]))
        for one in plate
    )
    assert vehicle_venue(written, KEY) == vehicle_venue(plate, KEY) != vehicle_venue(plate, OTHER)


def test_a_vehicle_is_not_the_person_of_the_same_text() -> None:
    """Its venue id shows nothing of the plate, and is that of a vehicle to whoever meets it first."""
    venue = vehicle_venue("43A-123.45", KEY)
    assert venue == "vehicle:" + KEY.of("vehicle:43A12345")
    assert KEY.of("43A12345") not in venue
    assert (unregistered(venue).kind, unregistered(venue).stay_minutes) == ("vehicle", 40)
    assert unregistered("bus 32").kind == "unknown"


@pytest.mark.parametrize("plate", ["", " ", "-.", "A" * (PLATE_LENGTH_MAX + 1), "!" * 5])
def test_what_is_no_plate_is_refused(plate: str) -> None:
    """With a sentence."""
    with pytest.raises(BadInput, match="as it stands on the vehicle"):
        vehicle_venue(plate, KEY)
