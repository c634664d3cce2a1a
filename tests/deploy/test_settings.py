"""The settings: where each comes from, which are refused, and that no secret is shown."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from deploy.settings import FILE_DEFAULT, FILE_VARIABLE, PREFIX, Settings, data_dir, load, unknown
from deploy.sources import service_limits
from producers.errors import BadInput
from tracer.question import LIMITS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable of the stack that runs these tests, and a folder without a settings file."""
    for name in list(os.environ):
        if name.startswith(PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


def test_the_service_answers_up_to_its_own_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting, as what jobs may take is one; by default as at a terminal."""
    assert service_limits(read()) == LIMITS
    monkeypatch.setenv("TRUYVET_API_PEOPLE_MAX", "5000")
    assert service_limits(read()).people_max == 5000


def read() -> Settings:
    return load(os.environ)


def file_with(path: Path, *lines: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_without_anything_set_one_process_does_it_all(tmp_path: Path) -> None:
    """The defaults need no service: broker and state in memory, the store and key in the user's folder."""
    settings = read()
    assert (settings.broker, settings.state) == ("memory://", "memory://")
    assert settings.store_url() == f"chdb://{tmp_path}/data/truyvet/store"
    assert settings.key_file() == tmp_path / "data/truyvet/pseudonym.key"


def test_without_xdg_the_data_is_in_the_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty XDG_DATA_HOME counts as none, as its specification says."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for told in (None, ""):
        if told is None:
            monkeypatch.delenv("XDG_DATA_HOME")
        else:
            monkeypatch.setenv("XDG_DATA_HOME", told)
        assert data_dir() == tmp_path / ".local/share/truyvet"


def test_a_variable_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The file of `make up` is found where the command runs; what is set by hand counts more."""
    file_with(tmp_path / FILE_DEFAULT, "TRUYVET_STATE=redis://a:1/0", "TRUYVET_PARTITIONS=7")
    assert (read().state, read().partitions) == ("redis://a:1/0", 7)
    monkeypatch.setenv("TRUYVET_PARTITIONS", "9")
    assert (read().state, read().partitions) == ("redis://a:1/0", 9)


def test_a_named_file_takes_the_place_of_the_usual_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """TRUYVET_SETTINGS names another file, and only that one is read."""
    file_with(tmp_path / FILE_DEFAULT, "TRUYVET_PARTITIONS=7")
    monkeypatch.setenv(FILE_VARIABLE, str(file_with(tmp_path / "district.env", "TRUYVET_REPLICAS=3")))
    assert (read().partitions, read().replicas) == (64, 3)


def test_a_named_file_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Going on with the defaults would write to the wrong store in silence."""
    monkeypatch.setenv(FILE_VARIABLE, "nowhere.env")
    with pytest.raises(BadInput, match=r"nowhere\.env: there is no such file"):
        read()


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("PARTITIONS", "0"),
        ("PARTITIONS", "1025"),
        ("PARTITIONS", "many"),
        ("REPLICAS", "0"),
        ("RETENTION_DAYS", "-1"),
        ("RETENTION_DAYS", "3651"),
        ("DEBOUNCE_SECONDS", "3601"),
        ("STAY_MINUTES_MAX", "1441"),
        ("FUTURE_SECONDS_MAX", "-1"),
        ("BATCH_RECORDS_MAX", "0"),
        ("BATCH_SECONDS_MAX", "0"),
        ("API_PORT", "65536"),
        ("METRICS_PORT", "-1"),
    ],
)
def test_what_cannot_be_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, bad: str) -> None:
    """Every number has its bounds; the sentence names the variable and where to see them all."""
    monkeypatch.setenv(PREFIX + name, bad)
    with pytest.raises(BadInput, match=f"^{PREFIX}{name}: .*`truyvet settings` lists them all"):
        read()


def test_all_that_is_wrong_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody mends settings one start at a time."""
    monkeypatch.setenv("TRUYVET_PARTITIONS", "0")
    monkeypatch.setenv("TRUYVET_API_PORT", "here")
    with pytest.raises(BadInput) as told:
        read()
    assert "TRUYVET_PARTITIONS" in str(told.value)
    assert "TRUYVET_API_PORT" in str(told.value)


def test_the_rules_of_visits_stay_within_what_one_scan_may_reach() -> None:
    """`streams.sessions.Rules` counts on a debounce of at most 1 h and a stay of at most 24 h."""
    assert Settings(debounce_seconds=3600, stay_minutes_max=24 * 60)
    with pytest.raises(ValidationError):
        Settings(debounce_seconds=3601)
    with pytest.raises(ValidationError):
        Settings(stay_minutes_max=24 * 60 + 1)


def test_settings_do_not_change_once_read() -> None:
    """A part made from them and one made later agree."""
    with pytest.raises(ValidationError):
        read().partitions = 3


def test_a_key_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not where settings are printed, and not where one of them is wrong."""
    secret = "5e" * 32
    monkeypatch.setenv("TRUYVET_PSEUDONYM_KEY", secret)
    assert secret not in repr(read()) + str(read()) + read().model_dump_json()
    monkeypatch.setenv("TRUYVET_PARTITIONS", "0")
    with pytest.raises(BadInput) as told:
        read()
    assert secret not in str(told.value)


def test_the_command_lists_every_setting_and_no_secret() -> None:
    """`truyvet settings` shows each variable, its value and its meaning."""
    secret = "5e" * 32
    environ = dict(os.environ) | {"PYTHONPATH": str(ROOT), "TRUYVET_PSEUDONYM_KEY": secret}
    done = subprocess.run(
        [sys.executable, "-m", "deploy.main", "settings", "--format", "csv"],
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    listed = [line.split(",")[0] for line in done.stdout.splitlines()]
    assert listed == ["setting", *(PREFIX + name.upper() for name in Settings.model_fields)]
    assert secret not in done.stdout + done.stderr


def test_every_setting_says_what_it_is() -> None:
    """A field without a description would be an empty cell for the operator."""
    assert not [name for name, field in Settings.model_fields.items() if not field.description]


def test_a_misspelt_variable_is_told() -> None:
    """It would be ignored; what other programs set is not ours to judge."""
    (sentence,) = unknown({"TRUYVET_RETENTION_DAY": "0", "TRUYVET_STORE": "x", "PATH": "y"})
    assert "TRUYVET_RETENTION_DAYS" in sentence
