"""The main job, shown: check-ins in at one end, an exposure chain with its evidence out at the other."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from deploy.drain import drain
from deploy.importing import Imported, import_file
from deploy.output import Format, emit, progress, tell
from deploy.serve import worker_beside
from deploy.venues import VenueRegister
from deploy.wiring import Wiring
from producers.errors import Refused
from producers.intake import Columns
from producers.moment import iso
from producers.person import person_text
from producers.simulation.city import City
from producers.simulation.sent import write_csv
from storage.ports import Flow, VisitReader
from tracer import answer, trace
from tracer.dose import Measure
from tracer.profiles import Profile, profile, seconds_min
from tracer.question import Window

NEW_YORK = Path("../shared/data/foursquare_nyc/events.csv.gz")
NEW_YORK_COLUMNS = Columns("person_id", "venue_id", "event_time_utc", "direction")
CITY = Columns("person", "venue", "at", "direction")
DAYS = (1, 14, 28, 91, 365)
"""Windows tried, the shortest first: real data may be thin at its end."""
CASES_TRIED = 20
GENERATIONS = 3
PEOPLE_SHOWN_MAX = 2_000
ROWS_SHOWN = 12
PAIRS_LOOKED_AT_MAX = 200_000
PATIENCE_SECONDS = 120


class Shown(NamedTuple):
    """What the demo runs on, and under which rule it asks."""

    what: str
    file: Path
    columns: Columns
    profile: str


def demo(wiring: Wiring) -> None:
    """Import, drain, count, ask. Keeps everything, whatever its age: the data is years old."""
    wiring = Wiring(wiring.settings.model_copy(update={"retention_days": 0}))
    try:
        _run(wiring)
    finally:
        wiring.close()


def _run(wiring: Wiring) -> None:
    wiring.prepare()
    shown = _data(wiring)
    before = wiring.store.flow()
    tell(f"\n1. {shown.what}")
    with worker_beside(not wiring.in_process, {"TRUYVET_RETENTION_DAYS": "0"}):
        with progress("importing", 1) as bar:
            done = import_file(
                wiring, shown.file, shown.columns, progress=lambda read, total: bar(read / total)
            )
        with progress("storing  ", 1) as bar:
            drained = drain(
                wiring,
                patience_seconds=PATIENCE_SECONDS,
                progress=lambda stored, total: bar(stored / total if total else 1),
            )
    if drained.missing:
        raise Refused(
            f"{drained.missing} of {drained.records} records were not stored: read the lines above."
        )
    flow = wiring.store.flow()
    tell("\n2. What became of them")
    emit(_counts(done, before, flow), Format.table)
    _add_up(done, before, flow)
    tell(f"   They add up. Answers are complete for all that was received until {iso(drained.watermark)}.")
    _ask(wiring, shown, flow)


def _data(wiring: Wiring) -> Shown:
    if NEW_YORK.is_file():
        what = "147,938 real check-ins: New York, April 2012 to February 2013 (Foursquare; Yang et al. 2015)"
        return Shown(what, NEW_YORK, NEW_YORK_COLUMNS, "pccovid-1h")
    city = City()
    file = wiring.settings.key_file().parent / "city.csv.gz"
    file.parent.mkdir(parents=True, exist_ok=True)
    tell("Making a synthetic city of 20,000 people over 5 days (seed 2021) ...")
    write_csv(city, file)
    VenueRegister(wiring).put(city.entries())
    return Shown(
        f"a synthetic city of 20,000 people over 5 days (seed 2021): {file}", file, CITY, "who-15min"
    )


def _counts(done: Imported, before: Flow, flow: Flow) -> Iterator[answer.Row]:
    """Of scans what this run added, of visits what there is."""
    yield {"stage": "rows read", "count": done.read, "is": "published + refused"}
    yield {"stage": "rows refused", "count": done.refused, "is": ""}
    yield {"stage": "scans published", "count": done.scans, "is": "stored + duplicates + dead letters"}
    yield {"stage": "scans stored", "count": flow.stored - before.stored, "is": ""}
    yield {"stage": "duplicates", "count": flow.duplicates - before.duplicates, "is": ""}
    yield {"stage": "dead letters", "count": flow.dead - before.dead, "is": ""}
    yield {"stage": "visits stored", "count": flow.visits, "is": "scans stored less repeats and check-outs"}
    yield {"stage": "people", "count": flow.persons, "is": ""}
    yield {"stage": "venues", "count": flow.venues, "is": ""}


def _add_up(done: Imported, before: Flow, flow: Flow) -> None:
    """Raises Refused when a scan is unaccounted for."""
    good = (
        done.read == done.published + done.refused
        and done.scans == flow.scans - before.scans
        and flow.scans == flow.stored + flow.duplicates + flow.dead
    )
    if not good:
        raise Refused(f"the counts do not add up ({done.row()}, {flow._asdict()}): this is a bug, report it.")


def _case(reader: VisitReader, rule: Profile, until: int) -> tuple[int, Window] | None:
    """A person whose chain goes deep and can still be read, in the shortest window that has one."""
    best = None
    least = seconds_min(rule, None)
    for days in DAYS:
        window = Window(max(0, until - days * 86_400), until)
        met: Counter[int] = Counter()
        for one in islice(trace.pairs(reader, window, rule, least), PAIRS_LOOKED_AT_MAX):
            met.update((one.mine.person, one.theirs.person))
        crowded = sum(met.values()) == 2 * PAIRS_LOOKED_AT_MAX
        for case in sorted(met, key=lambda person: (-met[person], person))[: 1 if crowded else CASES_TRIED]:
            chain = trace.chain(
                reader,
                case,
                window,
                rule,
                seconds_min(rule, None),
                generations_max=GENERATIONS,
                people_max=PEOPLE_SHOWN_MAX,
            )
            depth = max((link.generation for link in chain.links), default=0)
            found = depth, -len(chain.links), case, window
            best = max(best, found) if best else found
        if best and (crowded or best[0] == GENERATIONS):
            break
    return best and (best[2], best[3])


def _ask(wiring: Wiring, shown: Shown, flow: Flow) -> None:
    """One case: whom it met, its chain of three generations, and the longest path in words."""
    reader = wiring.store
    rule = profile(shown.profile)
    found = _case(reader, rule, flow.scanned_until + 1)
    if found is None:
        tell("\nNobody met anybody in this data.")
        return
    case, window = found
    name, since = person_text(case), iso(window.since)
    asked = f"{name} --profile {rule.name} --from {since} --to {iso(window.until)}"
    tell(f"\n3. A case, {name}: who was at the same place at the same time?  ({rule.sentence})")
    contacts = trace.contacts(reader, case, window, rule, seconds_min(rule, None))
    measured = answer.contact_rows(reader, contacts, Measure(rule, window))
    emit(islice(measured, ROWS_SHOWN), Format.table)
    _more(len(contacts), "exposures")
    tell("\n4. Its chain, three generations forward, in the order of time")
    chain = trace.chain(reader, case, window, rule, seconds_min(rule, None), generations_max=GENERATIONS)
    emit(islice(answer.chain_rows(reader, chain), ROWS_SHOWN), Format.table)
    _more(len(chain.links), "people")
    last = max(chain.links, key=lambda link: (link.generation, -link.at), default=None)
    if last is not None:
        tell(f"\n5. How {person_text(last.person)} was reached, {last.generation} exposures from the case")
        rows = list(answer.path_rows(reader, trace.path(reader, chain, last.person)))
        emit(rows, Format.table)
        tell(f"\n   {answer.sentence(rows)}")
    tell("\nA check-in proves place and time, not distance.")
    tell("\nAsk more: `make up && . .venv/bin/activate`, `export TRUYVET_RETENTION_DAYS=0` (years-old data),")
    tell("  `truyvet init`, `truyvet worker &`, `truyvet import FILE ...`, `truyvet drain`, and")
    tell(f"  truyvet contacts {asked}")
    tell(f"  truyvet chain {asked} --generations 3 --direction backward")
    tell("  truyvet --help       (`make serve` answers the same over HTTP)")


def _more(total: int, what: str) -> None:
    if total > ROWS_SHOWN:
        tell(f"   ... {total - ROWS_SHOWN} more, {total} {what} in all")
