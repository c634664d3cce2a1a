"""Look for visits that are not what the raw scans say, and write them anew."""

from collections import Counter
from collections.abc import Callable

from deploy.wiring import Wiring
from storage.retention import kept_days
from storage.spans import chunks
from streams.ports import Writes
from streams.reconcile import reconcile
from streams.registry import Registry
from streams.revise import NEEDED_SECONDS, needed_since
from streams.sessions import DAY
from streams.tables import ScanTable, VisitTable
from tracer.question import Window

PEOPLE_AT_ONCE = 2_000
COUNTED = ("visits", "missing", "different", "extra", "ahead", "conflicting")
"""The numbers among the fields of `streams.reconcile.Differences`."""


def still_kept(wiring: Wiring, window: Window, now: int) -> Window:
    """The part of the window of whose visits all scans are still there.

    The store forgets scans and visits of one day hours apart, and a visit may be made of scans of the day
    before: at the edge visits would seem to have lost their scans, and others to be missing.
    """
    engine = wiring.engine
    known = (
        kept_days(engine, engine.database) if engine.capabilities.expires else wiring.settings.retention_days
    )
    if not known:
        return window
    since = max(window.since, now - known * DAY + NEEDED_SECONDS)
    return Window(since, max(since, window.until))


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
