"""Visits rebuilt from raw scans and held against what is stored: what differs, and the rows that mend it.

Nothing should differ. It does after venues were described anew, after rules (debounce, cap) were
set anew, or after a worker with a stale timeline wrote too little. A visit that knows more scans than are
stored cannot be mended from them: it is told apart, because its scans are on their way, or lost.
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
    ahead: int
    """Of the missing, different and extra: written from more scans than are stored, and left as they are."""
    conflicting: int
    """Scans whose id another scan of the person claims too, however far apart: one of the two is wrong."""
    rows: list[VisitRow]
    """What to write so that nothing differs any more but what is ahead."""


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
    stored_as = {_key(row): row for row in stored}
    there = dict(stored_as)
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
            rows.append(VisitRow(visit, version_of(anchors, arrived), gone=False))
        for was in [row for row in there.values() if row.visit.person == person and not row.gone]:
            extra += 1
            rows.append(VisitRow(was.visit, version_of(anchors, was.visit.arrived), gone=True))
    mended = [_repaired(row, stored_as.get(_key(row))) for row in rows]
    counts = (visits, missing, different, extra, mended.count(None), conflicting)
    return Differences(*counts, [row for row in mended if row])


def _key(row: VisitRow) -> tuple[int, int, int]:
    return row.visit.person, row.visit.venue, row.visit.arrived


def _repaired(row: VisitRow, was: VisitRow | None) -> VisitRow | None:
    """With a version above what was written from as many scans, below what one scan more will say.

    None: a worker that knew more scans than this repair has written a higher version, and keeps it.
    """
    if was is None or was.version < row.version:
        return row
    version = min(was.version + 1, row.version + VERSION_STEP - 1)
    return row._replace(version=version) if version >= was.version else None
