"""Held against an outbreak of which everything is known, the answers find what check-ins can tell."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_most_infections_at_venues_are_found_among_the_contacts() -> None:
    """Nobody told the tracer who infected whom; a twentieth is not scanned, clocks and phones are wrong."""
    done = subprocess.run(
        [sys.executable, "bench/found.py", "--people", "3000", "--days", "6", "--cases", "20"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["at_venues"] > 100
    assert 0.85 < found["found_of_those_at_venues"] < 1
