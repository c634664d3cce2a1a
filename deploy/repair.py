"""Look for visits that are not what the raw scans say, and write them anew."""

from collections import Counter
from collections.abc import Callable

from deploy.wiring import Wiring
from storage.spans import chunks
from streams.ports import Writes
from streams.reconcile import reconcile
from streams.registry import Registry
from streams.revise import needed_since
from streams.tables import ScanTable, VisitTable
from tracer.question import Window

PEOPLE_AT_ONCE = 2_000
COUNTED = ("visits", "missing", "different", "extra", "ahead", "conflicting")
"""The numbers among the fields of `streams.reconcile.Differences`."""


def repair(
    wiring: Wiring, window: Window, *, write: bool, progress: Callable[[int], None] = lambda people: None
) -> Counter[str]:
    """Visits that began in the window: people and visits looked at; missing, different, extra, and how many
    of these are left as they are; conflicting scans (`streams.reconcile.Differences`).

    Safe beside running workers: what they learn meanwhile has a higher version and wins.
    """
    found = Counter(dict.fromkeys(("people", *COUNTED), 0))
    store, rules = wiring.store, wiring.rules
    registry = Registry(store)
    earliest = needed_since(window.since)
    for block in store.people_seen(window.since, window.until):
        for people in chunks(block, PEOPLE_AT_ONCE):
            scans = store.scans_of(dict.fromkeys(people, earliest))
            registry.look_up({scan.venue for known in scans.values() for scan in known})
            rows = store.visit_rows(people, *window)
            differences = reconcile(scans, rows, *window, rules=rules, venues=registry.venues)
            if write and differences.rows:
                store.write(Writes([], VisitTable.of(differences.rows), [], ScanTable.of([])))
            found["people"] += len(people)
            for name in COUNTED:
                found[name] += getattr(differences, name)
            progress(found["people"])
    return found
