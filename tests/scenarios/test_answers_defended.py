"""An answer can be had again as it was, told apart from today's, and fetched as a job from a real service."""

import json
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from scenario_world import SECONDS_MAX, World, wait_for

from deploy.stack.ports import free_port

NEW_WORLD = Callable[..., World]
HEADER = "person,venue,at,direction\n"
EARLY = """\
an,chợ,2021-12-01T03:00:00Z,in
an,chợ,2021-12-01T04:00:00Z,out
binh,chợ,2021-12-01T03:20:00Z,in
chi,bus,2021-12-01T05:00:00Z,in
"""
LATE = """\
binh,chợ,2021-12-01T03:40:00Z,out
binh,bus,2021-12-01T05:10:00Z,in
dung,chợ,2021-12-01T03:30:00Z,in
"""
COLUMNS = ("--person", "person", "--venue", "venue", "--at", "at", "--direction", "direction")


def take_in(world: World, rows: str) -> None:
    file = world.home / "rows.csv"
    file.write_text(HEADER + rows, encoding="utf-8")
    world.take_in(file, *COLUMNS)


def answers(world: World, *words: str) -> list[list[dict[str, Any]]]:
    return [world.ask(question, "an", "--identity", *words) for question in ("visits", "contacts", "chain")]


@pytest.fixture(scope="module")
def world(embedded: NEW_WORLD) -> World:
    return embedded()


def test_late_scans_leave_the_earlier_answer_to_be_had_again(world: World) -> None:
    """Import a part, ask, import what came late: as known between the two, the answers are the first ones."""
    take_in(world, EARLY)
    time.sleep(1.1)  # moments are whole seconds
    between = datetime.now(UTC).isoformat(timespec="seconds")
    before = answers(world)
    time.sleep(1.1)
    take_in(world, LATE)
    assert answers(world, "--as-known-at", between) == before
    now = answers(world)
    assert now != before
    changes = world.ask("difference", "chain", "an", "--identity", "--was-known-at", between)
    are, were = ({row["person"]: row for row in chain} for chain in (now[2], before[2]))
    assert {row["person"] for row in changes if row["change"] == "new"} == are.keys() - were.keys()
    assert {row["person"] for row in changes if row["change"] == "gone"} == were.keys() - are.keys() == set()
    reasons = {row["person"]: row["why"] for row in changes}
    late, shorter = (world.ask("pseudonym", name)[0]["person"] for name in ("dung", "binh"))
    assert reasons[late] == f"the stay of {late} was not known"
    assert reasons[shorter].startswith(f"the stay of {shorter} was told to end at")


def test_a_service_answers_a_job_and_puts_everything_away(world: World, tmp_path: Path) -> None:
    """Begun, watched to its end, fetched, the same as on the command line; after SIGTERM nothing is left."""
    expected = world.ask("pairs")
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    process = world.start(
        *("serve", "--no-worker"), env={"TRUYVET_API_PORT": str(port), "TMPDIR": str(tmp_path)}
    )

    def alive() -> bool:
        try:
            with urlopen(f"{address}/healthz") as answer:
                return bool(answer.status == 200)
        except OSError:
            return process.poll() is not None

    try:
        wait_for(alive)
        body = json.dumps({"question": "pairs"}).encode()
        asked = Request(f"{address}/v1/jobs", body, {"Content-Type": "application/json"})
        with urlopen(asked) as begun:
            assert begun.status == 202
            where = address + begun.headers["Location"]
        with urlopen(f"{where}/events") as events:
            told = events.read().decode()
        assert "event: done\n" in told
        assert [file for folder in tmp_path.glob("truyvet-jobs-*") for file in folder.iterdir()]
        with urlopen(f"{where}/result") as result:
            rows = [json.loads(line) for line in result]
            about = json.loads(result.headers["Truyvet-About"])
        assert sorted(rows, key=json.dumps) == sorted(expected, key=json.dumps)
        assert (about["rows"], about["counts"]["exposures"]) == (len(rows), len(rows))
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS_MAX) == 0
    finally:
        process.kill()
        process.wait()
    assert not list(tmp_path.glob("truyvet-jobs-*"))
