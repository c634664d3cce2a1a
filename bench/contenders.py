"""Who competes, on which scans, and how each one's answer is compared with what was sent."""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from measured import Run, Work, measure, scratch
from raw_table import CREATE, peer_env
from services import Services
from traffic import MASK, Traffic, checksum

from deploy.settings import Settings
from deploy.wiring import Wiring
from producers.scan import TOPIC
from producers.venue import venue_key
from streams.faust_app import GROUP

HERE = Path(__file__).resolve().parent
PARTITIONS = 64


@dataclass(frozen=True)
class Contender:
    """One program on one packing of the scans. `run` gives a time only for a right answer."""

    name: str
    what: str
    run: Callable[[int], Run]


def compare(name: str, rows: Iterable[tuple[int, int, int, int]], count: int, total: int) -> None:
    """Ends the benchmark unless (person, at, venue key, scan id) are those that were sent."""
    found = [checksum(*row) for row in rows]
    if (len(found), sum(found) & MASK) != (count, total):
        raise SystemExit(f"{name}: WRONG ANSWER, {len(found):,} rows stored for {count:,} scans.")


def ours(
    services: Services, traffic: Traffic, per_record: int, records: list[tuple[int, bytes]]
) -> Contender:
    """`truyvet worker`, on the topic as it is in production: each round appends the records."""
    truth = traffic.truth
    name = f"ours_{per_record}"
    home = scratch()

    def run(number: int) -> Run:
        database = f"bench_ours_{per_record}_{number}"
        env = {
            "TRUYVET_BROKER": f"kafka://{services.servers}",
            "TRUYVET_STORE": f"{services.store}/{database}",
            "TRUYVET_STATE": services.state,
            "XDG_DATA_HOME": home,
        }
        settings = {key.removeprefix("TRUYVET_").lower(): value for key, value in env.items()}
        wiring = Wiring(Settings(partitions=PARTITIONS).model_copy(update=settings))
        wiring.prepare()
        wiring.store.register(traffic.venues())
        wiring.close()
        services.forget_timelines()
        services.publish(TOPIC, PARTITIONS, records)
        ends = services.log.ends(TOPIC)
        done = measure(
            Work(
                name,
                [sys.executable, "-m", "deploy.main", "worker"],
                env | {"PYTHONPATH": str(HERE.parent)},
                truth.sent,
                assigned=lambda: services.assigned(GROUP),
                unstored=lambda: truth.distinct - count(services, f"{database}.scans"),
                uncommitted=lambda: services.behind(GROUP, TOPIC, ends),
            )
        )
        sql = f"SELECT DISTINCT person, toUInt32(at), venue, scan_id FROM {database}.scans"
        compare(name, services.engine.rows(sql), truth.distinct, truth.distinct_sum)
        services.engine.execute(f"DROP DATABASE {database}")
        return done

    return Contender(
        name,
        f"truyvet worker, {per_record} scans a record: checked, told apart, made into visits, all stored",
        run,
    )


def peer(services: Services, name: str, *, what: str, script: str, traffic: Traffic) -> Contender:
    """A script of this folder, which puts every scan as it came into a table of its own."""
    truth = traffic.truth
    topic = f"bench.{name}"

    def run(number: int) -> Run:
        table, group = f"{topic}_{number}", f"{topic}.{number}"
        services.engine.execute(CREATE.format(table=table))
        ends = services.log.ends(topic)
        done = measure(
            Work(
                name,
                [sys.executable, str(HERE / script)],
                peer_env(services.servers, services.store, topic, group, table),
                truth.sent,
                assigned=lambda: services.assigned(group),
                unstored=lambda: truth.sent - count(services, table),
                uncommitted=lambda: services.behind(group, topic, ends),
            )
        )
        rows = services.engine.rows(f"SELECT person, toUInt32(at), venue, scan_id FROM {table}")
        keyed = ((person, at, venue_key(venue), id_) for person, at, venue, id_ in rows)
        compare(name, keyed, truth.sent, truth.sent_sum)
        services.engine.execute(f"DROP TABLE {table}")
        return done

    return Contender(name, what, run)


def count(services: Services, table: str) -> int:
    """Rows in a table."""
    return int(services.engine.rows(f"SELECT count() FROM {table}")[0][0])
