"""Batches are cut by their scans, and nothing is lost, repeated or put in another order."""

from hypothesis import given
from hypothesis import strategies as st

from producers.packing import pack
from producers.scan import ScanEvent
from streams.cut import cut, scans_in
from streams.ports import Record

SCAN = ScanEvent(scan_id="b121c55b72052dad", person="f6c7fc5ac7be01a0", venue="market 12", at=1_638_327_600)


def record(offset: int, scans: int) -> Record:
    return Record("log", 0, offset, 0, pack([SCAN] * scans))


@given(st.lists(st.integers(1, 500), max_size=30), st.integers(1, 2_000))
def test_every_record_is_in_one_batch_and_in_its_order(sizes: list[int], scans_max: int) -> None:
    """And a batch is closed no sooner than it must be: the next record would have been too much."""
    records = [record(offset, scans) for offset, scans in enumerate(sizes)]
    batches = list(cut(records, scans_max))
    assert [one for batch in batches for one in batch] == records
    totals = [sum(sizes[one.offset] for one in batch) for batch in batches]
    for batch, total in zip(batches, totals, strict=True):
        assert total <= scans_max or len(batch) == 1
    for total, following in zip(totals, batches[1:], strict=False):
        assert total + sizes[following[0].offset] > scans_max


@given(st.binary(max_size=200))
def test_what_is_no_record_counts_as_one_scan_or_as_what_it_names(value: bytes) -> None:
    """Nothing that can stand in the topic is free of cost, or stops the cutting."""
    assert scans_in(value) == max(1, value.count(b'"scan_id"'))
