"""Keys of 64 bits as small numbers, so that a column takes half the memory and can count by them."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from storage.visit_layer import Ints


@dataclass(frozen=True)
class Keys:
    """A code is a place in `key`. The first `settled` stand in order, and so do those after them."""

    key: NDArray[np.uint64]
    settled: int

    @staticmethod
    def of(keys: NDArray[np.uint64]) -> tuple["Keys", Ints]:
        """The codes of these keys, and each one's."""
        found, codes = np.unique(keys, return_inverse=True)
        return Keys(found, len(found)), codes

    def __len__(self) -> int:
        return len(self.key)

    @property
    def ordered(self) -> bool:
        """Do all codes stand in the order of their keys?"""
        return self.settled == len(self.key)

    @property
    def nbytes(self) -> int:
        return self.key.nbytes

    def with_more(self, keys: NDArray[np.uint64]) -> "Keys":
        """These codes, and new ones for those keys that have none."""
        codes = self.find(keys)
        new = np.unique(np.concatenate([self.key[self.settled :], keys[codes < 0]]))
        # Only codes after the settled ones move; whoever holds them makes them anew.
        return Keys(np.concatenate([self.key[: self.settled], new]), self.settled)

    def find(self, keys: NDArray[np.uint64]) -> Ints:
        """The code of each key, -1 for one without."""
        found = np.full(len(keys), -1)
        for begin, end in ((0, self.settled), (self.settled, len(self.key))):
            part = self.key[begin:end]
            where = np.searchsorted(part, keys)
            here = np.flatnonzero(where < len(part))
            here = here[part[where[here]] == keys[here]]
            found[here] = where[here] + begin
        return found

    def known(self, keys: Collection[int]) -> NDArray[np.uint32]:
        """The codes of those of these keys that have one, each once."""
        found = self.find(np.array(list(set(keys)), dtype=np.uint64))
        return found[found >= 0].astype(np.uint32)
