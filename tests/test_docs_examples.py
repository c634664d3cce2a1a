"""The examples of the documentation are run, and print what they say."""

import asyncio
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from deploy.in_process import InProcessLog
from producers.files import open_rows
from producers.intake import Columns, Intake
from producers.moment import parse, zone
from producers.packing import Packer
from producers.person import parse_person
from producers.pseudonym import Pseudonyms
from producers.scan import ONE, RECORD, TOPIC, ScanEvent
from producers.seal import Seal
from storage.as_known import AsKnownReader
from storage.memory import MemoryStore
from storage.memory_timelines import MemoryTimelines
from streams import dead_letter_log
from streams.batch import BatchProcessor
from streams.dead_letter_log import DeadLetterLog
from streams.decode import Limits
from streams.sessions import Rules
from tracer.api import build_api
from tracer.asking import Sources
from tracer.jobs import JobLimits, Jobs
from tracer.provenance import Knowledge

ROOT = Path(__file__).resolve().parents[1]
CLI = (ROOT / "docs/cli.md").read_text(encoding="utf-8")
HTTP = (ROOT / "docs/http.md").read_text(encoding="utf-8")
MODEL = (ROOT / "docs/data-model.md").read_text(encoding="utf-8")
KEY = bytes(32)
NOON = parse("2021-12-01T09:00:00Z")
JOB = "7d3f9c0a51e84b26"
Asking = Callable[[str, str, str], httpx.Response]
SESSION = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ASKED = re.compile(
    r"<!-- tested(: any order)? -->\n```http\n(\w+) (\S+)(?: (\{[^\n]*\}))?\n(\d+) ([^\n]+)\n(.*?)```",
    re.DOTALL,
)


class Typed(NamedTuple):
    """A command as it is typed on the page, and what the page says it prints."""

    command: str
    shown: str


def session(page: str) -> list[Typed]:
    """Every command of a page, in order: they are one session in one folder."""
    typed: list[Typed] = []
    for block in SESSION.findall(page):
        for line in block.splitlines():
            if line.startswith("$ "):
                typed.append(Typed(line[2:], ""))
            else:
                typed[-1] = typed[-1]._replace(shown=f"{typed[-1].shown}{line}\n")
    return typed


def printed(typed: list[Typed], folder: Path) -> list[str]:
    """What each command prints, both streams together; each is run in the shell of the one before."""
    (folder / "bin").mkdir()
    program = folder / "bin/truyvet"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m deploy.main "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    mark = "=== end of one ==="
    script = "".join(f"{one.command}\n_code=$?; echo '{mark}'; (exit $_code)\n" for one in typed)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("TRUYVET_")}
    environ |= {
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",  # else stdout would come after stderr
        "XDG_DATA_HOME": str(folder / "data"),
    }
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout.split(f"{mark}\n")[:-1]


@pytest.mark.slow
@pytest.mark.beside
@pytest.mark.timeout(1200)  # some thirty processes, of which each imports all of it
def test_the_command_line_prints_what_its_page_shows(tmp_path: Path) -> None:
    """Every `console` block of docs/cli.md, in order; `…` on the page stands for any text in a line."""
    typed = session(CLI)
    for one in typed:
        if file := re.fullmatch(r"cat (\S+)", one.command):
            (tmp_path / file[1]).write_text(one.shown, encoding="utf-8")
    wrong = []
    for one, found in zip(typed, printed(typed, tmp_path), strict=True):
        expected = ".*".join(map(re.escape, one.shown.split("…")))
        if not re.fullmatch(expected, found):
            wrong.append(f"$ {one.command}\n{found}instead of\n{one.shown}")
    assert not wrong, "\n".join(wrong)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> MemoryStore:
    """The check-ins of docs/cli.md, brought in once at 09:00 UTC, under the key of zeros."""
    file = tmp_path_factory.mktemp("docs") / "checkins.csv"
    file.write_text(next(one.shown for one in session(CLI) if one.command == "cat checkins.csv"), "utf-8")
    found = MemoryStore()
    letters = InProcessLog(lambda: NOON, lambda records: [], records_max=1)
    processor = BatchProcessor(
        timelines=MemoryTimelines(),
        store=found,
        dead_letters=DeadLetterLog(letters, Seal(KEY), 1),
        rules=Rules(),
    )
    log = InProcessLog(
        lambda: NOON, lambda records: processor.process(records, Limits(0, 2**32 - 1)), records_max=40
    )
    log.create({TOPIC: 64})
    for partition, value in records(file):
        log.publish(TOPIC, partition, value)
    log.flush()
    return found


def scans_of(row: dict[str, str]) -> list[ScanEvent]:
    """The scans of one row, with times of Vietnam where it names none."""
    columns = Columns("person", "venue", "at", "direction", "until" if "until" in row else None)
    taken = Intake(columns, Pseudonyms(KEY), zone("Asia/Ho_Chi_Minh"), None, None).take(row)
    assert isinstance(taken, list)
    return taken


def records(file: Path) -> Iterator[tuple[int, bytes]]:
    packer = Packer(64, 500)
    with open_rows(file) as rows:
        for _, row in rows:
            assert isinstance(row, dict)
            for scan in scans_of(row):
                assert packer.add(scan) is None
    yield from packer.flush()


@pytest.fixture(scope="module")
def ask(store: MemoryStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    """The service of docs/http.md, at 09:00 UTC; gives how to ask it. A job waits for its first answer."""
    answered = threading.Event()

    def reader() -> MemoryStore:
        assert answered.wait(60)
        return store

    sources = Sources(
        reader,
        past=lambda before: AsKnownReader(store, Rules(), before),
        known=lambda: Knowledge(NOON, NOON, None),
        version="0.1.0",
    )
    jobs = Jobs(
        *(sources, tmp_path_factory.mktemp("jobs")),
        clock=lambda: NOON,
        name=lambda: JOB,
        limits=JobLimits(),
    )
    api = build_api(sources, list, lambda identity: parse_person(Pseudonyms(KEY).of(identity)), jobs)

    def ask(method: str, address: str, body: str) -> httpx.Response:
        async def send() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(api), base_url="http://t") as client:
                return await client.request(method, address, json=json.loads(body) if body else None)

        if (method, address) == ("POST", "/v1/jobs"):
            answered.clear()
        try:
            return asyncio.run(send())
        finally:
            answered.set()

    answered.set()
    yield ask
    jobs.close()


@pytest.mark.parametrize("asked", ASKED.findall(HTTP), ids=lambda asked: f"{asked[1]} {asked[2]}")
def test_the_interface_answers_what_its_page_shows(ask: Asking, asked: tuple[str, ...]) -> None:
    """Every request of docs/http.md: status, type, and each line of the answer."""
    any_order, method, address, body, status, kind, lines = asked
    if address.startswith("/v1/jobs/"):
        begin = next(one for one in ASKED.findall(HTTP) if one[2] == "/v1/jobs")
        ask(*begin[1:4])
        assert ask("GET", f"/v1/jobs/{JOB}/events", "").text.count("event: done") == 1
    answer = ask(method, address, body)
    shown, found = lines.splitlines(), answer.text.splitlines()
    if any_order:
        shown, found = sorted(shown), sorted(found)
    assert len(found) == len(shown), answer.text
    for line, told in zip(shown, found, strict=True):
        assert re.fullmatch(".*".join(map(re.escape, line.split("…"))), told), told
    assert (answer.status_code, answer.headers["content-type"]) == (int(status), kind)


def test_the_page_of_the_interface_has_examples_that_are_found() -> None:
    """A block that lost its mark would no longer be checked."""
    assert len(ASKED.findall(HTTP)) == HTTP.count("```http") == HTTP.count("<!-- tested")


def example(name: str) -> bytes:
    found = re.search(rf"<!-- tested: {name} -->\n```json\n(.*?)\n```", MODEL, re.DOTALL)
    assert found
    return found[1].encode()


def test_the_record_is_what_a_row_with_both_ends_becomes() -> None:
    """The wire contract's example is made by the code that makes records, byte for byte."""
    row = {"person": "an", "venue": "market 12", "at": "2021-12-01T10:00", "until": "2021-12-01 11:00"}
    assert RECORD.dump_json(scans_of(row | {"direction": ""}), exclude_none=True) == example("a record")


def test_the_fields_of_a_scan_are_those_of_the_table() -> None:
    """No field travels that the contract does not explain."""
    told = MODEL.split("## On the wire")[1].split("## Dead letters")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", told, re.MULTILINE)) == set(ONE.json_schema()["properties"])


def test_the_dead_letter_opens() -> None:
    """The example is one the replay could read, under the key of zeros."""
    letter = dead_letter_log.decode(example("a dead letter"), Seal(KEY))
    assert letter.reason == "bad_field"
    assert json.loads(letter.body)["at"] == "today"
