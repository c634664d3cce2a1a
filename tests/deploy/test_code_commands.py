"""The commands about codes: what they print, their exit codes, and where keys and aliases are kept."""

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

import deploy.cli.code_tables  # noqa: F401  (it adds its commands, and those of code.py, to the app)
from deploy.cli.shared import Exit, app
from producers.errors import BadInput
from producers.pseudonym import Pseudonyms

ROOT = Path(__file__).resolve().parents[2]
AT = "2021-12-01T12:00:00Z"
CARD = "046190000001|Trần Thị B|1990|Nữ|1 Lê Lợi, Huế|15042021"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's folder of their own, and the key of zeros."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TRUYVET_PSEUDONYM_KEY", "0" * 64)
    return tmp_path / "home/truyvet"


def run(*words: str, given: bytes = b"") -> Result:
    done = CliRunner().invoke(app, ["code", *words], input=given)
    if isinstance(done.exception, BadInput):
        raise done.exception
    return done


def objects(done: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def table(done: Result) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(done.stdout)))


def key(*words: str) -> str:
    return objects(run("keys", "make", "--format", "json", *words))[0]["key"]


def code(*words: str) -> str:
    return objects(run("make", "--format", "json", *words))[0]["code"]


def test_a_code_is_made_and_read_with_the_user_s_own_keys(home: Path) -> None:
    """No option is needed; the files lie beside the pseudonym key."""
    made = key()
    (read,) = objects(run("read", code("chợ Đông Ba", "--direction", "out")))
    assert (read["venue"], read["direction"], read["signature"]) == ("chợ Đông Ba", "out", "valid")
    assert read["decoded"]["key"] == made
    assert [file.name for file in (home / "code-keys").iterdir()] == [f"{made}.json"]


def test_each_line_is_a_code_and_each_code_a_line() -> None:
    """Empty lines and bytes that are no text too; one refused is exit code 1."""
    key()
    good = code("x").encode()
    done = run("read", "-", given=good + b"\r\n\r\n\xff\xfe\n" + good.lower())
    assert [one["reason"] for one in objects(done)] == [None, "unknown", "not_text", None]
    assert done.exit_code == Exit.incomplete
    assert run("read", given=good).exit_code == Exit.complete


def test_a_line_without_a_venue_is_never_a_card() -> None:
    """A list with an empty line would otherwise hang a person's card at a door."""
    key()
    for words, given in ((("make", ""), b""), (("make", "-"), "chợ\n\nbến xe\n".encode())):
        with pytest.raises(BadInput, match="the venue id '' does not fit a code"):
            run(*words, "--format", "json", given=given)


def test_a_revoked_key_and_an_unknown_one_are_told_apart(home: Path) -> None:
    """Revoked here; somewhere else its word still counts once it is trusted, until that list is renewed."""
    first = key()
    text = code("x")
    listed = home / "listed.json"
    listed.write_text(run("keys", "--format", "json").stdout, "utf-8")
    revoked = table(run("keys", "revoke", first, "--at", AT, "--format", "csv"))
    assert [(one["key"], one["revoked"]) for one in revoked] == [(first, AT)]
    assert objects(run("read", text))[0]["reason"] == "revoked_key"
    for file in (home / "code-keys").iterdir():
        file.unlink()
    assert objects(run("read", text))[0]["signature"] == "unchecked"
    assert objects(run("read", text, "--key", str(listed)))[0]["signature"] == "valid"


def test_a_screen_s_code_counts_at_its_time() -> None:
    """`--at` says when it is made, and when it is read."""
    key("--venue", "ga Huế")
    text = code("ga Huế", "--screen", "30", "--at", AT)
    assert objects(run("read", text, "--at", "2021-12-01T12:01:00Z"))[0]["accepted"]
    assert objects(run("read", text, "--at", "2021-12-01T12:02:00Z"))[0]["reason"] == "expired"
    assert objects(run("read", text))[0]["reason"] == "expired"
    with pytest.raises(BadInput, match="may sign"):
        code("another")


def test_cards_are_all_different_and_name_no_venue() -> None:
    """As many as are asked for."""
    key()
    rows = objects(run("make", "--cards", "50", "--format", "json"))
    assert len({row["code"] for row in rows}) == 50
    assert {row["venue"] for row in rows} == {None}
    (read,) = objects(run("read", rows[0]["code"], "--pseudonym"))
    assert read["kind"] == "person"
    assert re.fullmatch(r"[0-9a-f]{16}", read["person"])


def test_a_card_is_shown_whole_or_as_its_pseudonym() -> None:
    """With --pseudonym nothing of it but what may leave a device."""
    (whole,) = objects(run("read", CARD))
    assert (whole["decoded"]["HoTen"], whole["person"]) == ("Trần Thị B", None)
    done = run("read", CARD, "--pseudonym")
    (short,) = objects(done)
    assert short["person"] == Pseudonyms(bytes(32)).of("046190000001")
    assert not re.search("Trần|046190|1990|Lê Lợi|15042021", done.stdout)


def test_an_alias_works_from_the_next_code_on(home: Path) -> None:
    """A row that contradicts is told with its line, and only --replace changes a word."""
    old = home.parent.parent / "old.csv"
    text = "https://qr.tokhaiyte.vn/q/AbC123"
    old.write_text(f"raw;place\n{text};chợ 12\n{text};ga\n;ga\nZ-1;ga\n", "utf-8")
    done = run("alias", str(old), "--code", "raw", "--venue", "place", "--format", "json")
    assert objects(done) == [{"read": 4, "added": 2, "changed": 0, "known": 0, "refused": 2}]
    assert done.exit_code == Exit.incomplete
    assert "line 3: the code stands for 'chợ 12' already" in done.stderr
    assert "line 4: a row needs" in done.stderr
    read = objects(run("read", given=f"{text}\nZ-1".encode()))
    assert [(one["system"], one["venue"]) for one in read] == [("vhd", "chợ 12"), ("alias", "ga")]
    again = run("alias", str(old), "--code", "raw", "--venue", "place", "--replace", "--format", "json")
    assert objects(again)[0]["changed"] == 1
    assert objects(run("read", text))[0]["venue"] == "ga"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["make"], "a code is for something"),
        (["make", "x", "--cards", "2"], "a code is for something"),
        (["make", "x"], "truyvet code keys make"),
        (["keys", "revoke"], "`revoke` needs a key"),
        (["keys", "list", "abc"], "`revoke` needs a key"),
        (["keys", "--venue", "x"], "--venue goes with `make`"),
        (["keys", "revoke", "abc"], "there is no key 'abc'"),
        (["read", "x", "--key", "nowhere.pem"], "cannot be read"),
        (["read", "x", "--at", "yesterday"], "is not a time"),
        (["alias", "nowhere.csv"], "cannot be opened"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(words: list[str], message: str) -> None:
    """What, where, and what to do."""
    with pytest.raises(BadInput, match=message):
        run(*words)


def test_reading_codes_needs_no_library_that_draws() -> None:
    """Nor does starting the program: posters are loaded by their own command."""
    drawing = {"reportlab", "PIL", "segno", "font_roboto"}
    program = f"import sys, deploy.main; print(*({drawing!r} & {{n.split('.')[0] for n in sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.split() == []
