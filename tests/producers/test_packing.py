"""Shows that records hold every scan once, in each person's order, and can be read back as they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.errors import BadInput
from producers.packing import Packer, pack
from producers.scan import (
    RECORD,
    SCANS_PER_RECORD_MAX,
    SECONDS_MAX,
    VENUE_LENGTH_MAX,
    ScanEvent,
    partition_of,
)

HEX = st.integers(0, 2**64 - 1).map("{:016x}".format)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=VENUE_LENGTH_MAX)
SECONDS = st.integers(0, SECONDS_MAX)
SCANS = st.builds(
    lambda needed, optional: {**needed, **optional},
    st.fixed_dictionaries({"scan_id": HEX, "person": HEX, "venue": TEXT, "at": SECONDS}),
    st.fixed_dictionaries(
        {}, optional={"direction": st.sampled_from(["in", "out", "unknown"]), "since": SECONDS}
    ),
)


@given(st.lists(SCANS, max_size=60), st.integers(1, 12), st.integers(1, 20))
def test_every_scan_comes_back_once_in_its_partition_and_order(
    scans: list[ScanEvent], partitions: int, scans_max: int
) -> None:
    packer = Packer(partitions, scans_max)
    full = [record for scan in scans if (record := packer.add(scan))]
    records = full + list(packer.flush())
    assert list(packer.flush()) == []
    read: dict[int, list[ScanEvent]] = {}
    for partition, value in records:
        batch = RECORD.validate_json(value)
        assert 1 <= len(batch) <= scans_max
        read.setdefault(partition, []).extend(batch)
    want: dict[int, list[ScanEvent]] = {}
    for scan in scans:
        want.setdefault(partition_of(scan["person"], partitions), []).append(scan)
    assert read == want
    assert all(len(RECORD.validate_json(value)) == scans_max for _, value in full)


def test_what_is_unknown_is_left_out_and_text_stays_text() -> None:
    scan: ScanEvent = {"scan_id": "0" * 16, "person": "f" * 16, "venue": "Chợ 3", "at": 7, "since": None}
    want = f'[{{"scan_id":"{"0" * 16}","person":"{"f" * 16}","venue":"Chợ 3","at":7}}]'
    assert pack([scan]) == want.encode()


def test_the_largest_record_fits_in_a_megabyte() -> None:
    scan: ScanEvent = {
        "scan_id": "f" * 16,
        "person": "f" * 16,
        "venue": "\x01" * VENUE_LENGTH_MAX,
        "at": SECONDS_MAX,
        "direction": "unknown",
        "since": SECONDS_MAX,
    }
    assert len(pack([scan] * SCANS_PER_RECORD_MAX)) < 1_000_000


@pytest.mark.parametrize(
    ("partitions", "scans_max"), [(0, 1), (-1, 1), (1, 0), (1, SCANS_PER_RECORD_MAX + 1)]
)
def test_numbers_out_of_bounds_are_refused(partitions: int, scans_max: int) -> None:
    with pytest.raises(BadInput):
        Packer(partitions, scans_max)
