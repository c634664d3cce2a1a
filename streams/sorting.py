"""Sorting and finding numbers in arrays, for the sweeps over a batch."""

from typing import Any

import numpy as np

from streams.tables import U64, Bools, Ints, ScanArray


def stable_order(key: Ints) -> Ints:
    """`np.argsort(key, kind="stable")` of numbers from 0 on.

    Where they leave room for their own place beside them, that is sorted: several times as fast
    (a processor has instructions to sort numbers, and none to sort numbers by others).
    """
    bits = len(key).bit_length()
    if not len(key) or int(key.max()) >> (63 - bits):
        return np.argsort(key, kind="stable")
    return np.sort((key << bits) | np.arange(len(key))) & ((1 << bits) - 1)


def places_in(there: U64, asked: U64) -> tuple[Ints, Bools]:
    """Where each number stands in a sorted array, and whether it does: where not, the place means nothing."""
    if not len(there):
        return np.zeros(len(asked), np.int64), np.zeros(len(asked), bool)
    at: Ints = np.minimum(np.searchsorted(there, asked), len(there) - 1)
    return at, there[at] == asked


def rows_at(scans: ScanArray, places: Ints) -> ScanArray:
    """`scans[places]`, ten times as fast: as bytes, and not field by field."""
    found: Any = scans.view(f"V{scans.dtype.itemsize}").take(places)
    return found.view(scans.dtype)  # type: ignore[no-any-return]
