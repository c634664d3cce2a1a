"""Stops a worker that is about to refuse nearly everything: then the worker, not the scans, is wrong.

After a bad deploy, or with the broker's clock set wrongly, every scan would become a dead letter. Two
limits notice it: how much of what came lately was refused, and how many records in a row were refused
whole. They are asked after a batch is decided and before anything of it is written. A worker that
met a limit holds its batch, as it does while the store is down: it keeps its partitions, so that
the flood does not move on to the next worker, tries again, and goes on by itself once the cause is gone.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from producers.errors import Unavailable
from streams.dead_letters import Reason
from streams.ports import Receipt

LATELY_SCANS = 20_000
"""How many scans `ratio_max` looks back on."""
SCANS_MIN = 2_000
"""Of fewer scans than this no ratio is told."""


class Flooded(Unavailable):
    """Nearly everything is refused: nothing of this batch is written, and a person must look."""


@dataclass(frozen=True, slots=True)
class FloodLimits:
    """ratio_max: refused scans of those that came lately, 1 for no limit.
    run_max: records in a row of which no scan was taken, 0 for no limit.
    """

    ratio_max: float = 0.2
    run_max: int = 200


FLOOD_LIMITS = FloodLimits()


class Flood:
    """Remembers what became of the last records. One for each worker."""

    def __init__(self, limits: FloodLimits) -> None:
        self._limits = limits
        self._lately: deque[tuple[int, int]] = deque()
        self._scans = self._dead = self._run = 0

    def check(self, receipts: Sequence[Receipt], refused: Mapping[Reason, int]) -> None:
        """Raises Flooded when these would go beyond a limit. refused: reason -> scans of these."""
        _, longest = self._runs(receipts)
        if self._limits.run_max and longest > self._limits.run_max:
            raise self._flooded(f"{longest} records in a row were refused whole", refused)
        scans, dead = (sum(getattr(one, name) for one in receipts) for name in ("scans", "dead"))
        ratio_max = self._limits.ratio_max
        # Of its own too, so that nobody is held for what came before.
        beyond = dead > ratio_max * scans and self._dead + dead > ratio_max * (self._scans + scans)
        if beyond and self._scans + scans >= SCANS_MIN:
            raise self._flooded(f"{self._dead + dead} of the last {self._scans + scans} scans", refused)

    def took(self, receipts: Sequence[Receipt]) -> None:
        """These are stored: remember them."""
        self._run, _ = self._runs(receipts)
        for receipt in receipts:
            self._lately.append((receipt.scans, receipt.dead))
            self._scans += receipt.scans
            self._dead += receipt.dead
        while self._scans - self._lately[0][0] >= LATELY_SCANS:
            scans, dead = self._lately.popleft()
            self._scans -= scans
            self._dead -= dead

    def _runs(self, receipts: Sequence[Receipt]) -> tuple[int, int]:
        """How many records in a row were refused whole, at the end of these, and at most."""
        run = longest = self._run
        for receipt in receipts:
            run = run + 1 if receipt.dead == receipt.scans else 0
            longest = max(longest, run)
        return run, longest

    @staticmethod
    def _flooded(what: str, refused: Mapping[Reason, int]) -> Flooded:
        reason = max(refused, key=refused.__getitem__)
        return Flooded(
            f"Nearly everything is refused ({what}, now most often {reason}), so the worker stands still: "
            "mend what is sent, the clock or the worker; if the letters are right, start it once with "
            "TRUYVET_DEAD_RATIO_MAX=1 and TRUYVET_DEAD_RUN_MAX=0."
        )
