"""Visits rebuilt from raw scans and held against what is stored: what differs, and the rows that mend it.

Nothing should differ. It does after venues were described anew, after rules (debounce, cap) were
set anew, or after a worker with a stale timeline wrote too little.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from producers.venue import Venue
from streams.revise import VERSION_STEP, version_of
from streams.sessions import Rules, assemble
from streams.tables import VisitRow
from streams.timeline import Scan


class Differences(NamedTuple):
    """Of visits that began in the span: how many there should be, and what was not so."""

    visits: int
    missing: int
    different: int
    extra: int
    conflicting: int
    """Scans whose id another scan of the person claims too, however far apart: one of the two is wrong."""
    rows: list[VisitRow]
    """What to write so that nothing differs any more."""


def reconcile(
    scans: Mapping[int, Sequence[Scan]],
    stored: Iterable[VisitRow],
    since: int,
    until: int,
    *,
    rules: Rules,
    venues: Mapping[int, Venue],
) -> Differences:
    """Compare these people's visits that began in [since, until).

    scans: each person's, sorted, from `needed_since` before `since` on and without end.
    stored: the newest row of each visit in the span, also those gone.
    """
    there = {(row.visit.person, row.visit.venue, row.visit.arrived): row for row in stored}
    rows: list[VisitRow] = []
    missing = different = extra = visits = conflicting = 0
    for person, known in scans.items():
        ids = Counter(scan.scan_id for scan in known)
        conflicting += sum(many for many in ids.values() if many > 1)
        anchors = [scan.anchor for scan in known]
        for (venue, arrived), visit in assemble(person, known, rules=rules, venues=venues).items():
            if not since <= arrived < until:
                continue
            visits += 1
            was = there.pop((person, venue, arrived), None)
            if was is not None and not was.gone and was.visit == visit:
                continue
            missing += was is None or was.gone
            different += was is not None and not was.gone
            rows.append(VisitRow(visit, _repaired(version_of(anchors, arrived), was), gone=False))
        for was in [row for row in there.values() if row.visit.person == person and not row.gone]:
            extra += 1
            version = _repaired(version_of(anchors, was.visit.arrived), was)
            rows.append(VisitRow(was.visit, version, gone=True))
    return Differences(visits, missing, different, extra, conflicting, rows)


def _repaired(version: int, was: VisitRow | None) -> int:
    """Above what was written from as many scans, below what one scan more will say.

    A worker that knew more scans than this repair has written a higher version, and keeps it.
    """
    if was is None or was.version < version:
        return version
    return min(was.version + 1, version + VERSION_STEP - 1)
