"""The kill ledger of `make bench-kill-ledger`, a short one: nothing acknowledged is lost or counted twice."""

import json
import os
import subprocess
import sys

import pytest
from scenario_world import ROOT

from deploy.stack import install
from deploy.stack.local import ALL


@pytest.mark.slow
@pytest.mark.stack
def test_six_kills_cost_nothing() -> None:
    """Workers, Redis, ClickHouse and Kafka are killed at random; then every scan is accounted for."""
    lacks = install.missing(ALL)
    if lacks or not (install.LIBS / install.COMPLETE).exists():
        pytest.skip("needs a stack of its own: `make up STACK=local` makes one possible")
    command = [sys.executable, "bench/kill_ledger.py", "--kills", "6", "--peer-kills", "0", "--seed", "11"]
    env = {key: value for key, value in os.environ.items() if not key.startswith("TRUYVET_")}
    done = subprocess.run(
        command, cwd=ROOT, env=env | {"PYTHONPATH": str(ROOT)}, text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    ledger = json.loads(done.stdout.splitlines()[-1])
    assert ledger["kills"] >= 6
    assert ledger["acknowledged"] > 0
    assert (ledger["lost"], ledger["counted_twice"], ledger["visits_differ"]) == (0, 0, 0)
