"""What the tests of commands share."""

from pathlib import Path

import pytest


@pytest.fixture
def embedded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What commands find: keys and a store of their own, and no services, whatever runs around the tests."""
    store = f"chdb://{tmp_path / 's'}"
    for name, value in (("BROKER", "memory://"), ("STATE", "memory://"), ("STORE", store)):
        monkeypatch.setenv(f"TRUYVET_{name}", value)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
