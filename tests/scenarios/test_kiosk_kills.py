"""The kills of `make bench-kiosk-kills`, fewer: nothing that beeped is lost, nothing is sent as two scans."""

import json
import subprocess
import sys

import pytest
from scenario_world import ROOT


@pytest.mark.slow
def test_twenty_five_kills_cost_nothing() -> None:
    """A kiosk is killed at any moment while it takes scans and sends them, sometimes two on one outbox."""
    command = [sys.executable, "bench/kiosk_kills.py", "--kills", "25", "--seed", "7"]
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["kills"] >= 25
    assert found["beeped"] > 500
    assert (found["lost"], found["counted_twice"], found["wrong"], found["still_waiting"]) == (0, 0, 0, 0)
    assert found["kept_without_a_beep"] <= found["kills"]
