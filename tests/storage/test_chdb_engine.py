"""The embedded store belongs to one process, says so to others, and survives its process being killed."""

import subprocess
import sys
from pathlib import Path

import pytest

from producers.errors import BadInput, Refused
from storage.chdb_engine import ChdbEngine

ROOT = Path(__file__).parents[2]
PRELUDE = """
import sys
from producers.errors import TruyvetError
from storage.chdb_engine import ChdbEngine
try:
    engine = ChdbEngine(sys.argv[1])
except TruyvetError as error:
    print(type(error).__name__, error)
    sys.exit()
"""
WRITE = """
engine.execute("CREATE DATABASE d")
engine.execute("CREATE TABLE d.t (n UInt64) ENGINE = ReplacingMergeTree ORDER BY n")
for start in range(0, 50_000, 1000):
    engine.insert("d.t", {"n": list(range(start, start + 1000))})
print("stored", flush=True)
sys.stdin.read()
"""
COUNT = 'print(engine.rows("SELECT count(), max(n) FROM d.t")); engine.close()'


def start(code: str, url: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", PRELUDE + code, url],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def said(code: str, url: str) -> str:
    """What a process of its own prints."""
    out, _ = start(code, url).communicate(timeout=120)
    return out


def test_another_process_waits_and_a_kill_loses_nothing(tmp_path: Path) -> None:
    url = f"chdb://{tmp_path}/store"
    with start(WRITE, url) as owner:
        assert owner.stdout
        assert owner.stdout.readline() == "stored\n"
        refusal = said("print('opened')", url)
        owner.kill()
    assert refusal == (
        f"Unavailable The embedded store at {tmp_path}/store is in use by another truyvet process: "
        "stop it, or use a ClickHouse server.\n"
    )
    assert said(COUNT, url) == "[(50000, 49999)]\n"


def test_a_second_path_in_one_process(embedded: ChdbEngine, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="this process already has another embedded store open"):
        ChdbEngine(f"chdb://{tmp_path}/other")
    assert embedded.rows("SELECT 1") == [(1,)]


def test_the_same_path_in_one_process(embedded: ChdbEngine) -> None:
    second = ChdbEngine(f"chdb://{embedded._path}")
    assert second.rows("SELECT 1") == [(1,)]
    second.close()
    assert embedded.rows("SELECT 1") == [(1,)]


def test_a_path_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused, match="check the path and its rights"):
        ChdbEngine(f"chdb://{tmp_path}/file/store")


@pytest.mark.parametrize("url", ["", "chdb://", "file:///tmp/x"])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(BadInput, match="chdb:///path/of/a/directory"):
        ChdbEngine(url)
