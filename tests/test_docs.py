"""The documentation names everything there is, and nothing that is not."""

import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args
from unittest.mock import MagicMock

import pytest
from typer.main import get_command
from typer.testing import CliRunner

import deploy.main  # noqa: F401  (every file of commands adds its own to the app)
from deploy.cli.shared import Exit, app
from deploy.crash import POINTS
from deploy.metrics import NAMES
from deploy.settings import PREFIX, Settings
from producers import row
from producers.codes import reading
from producers.gateway import declined, reasons
from producers.gateway.api import build_gateway
from producers.gateway.metrics import NAMES as GATEWAY_NAMES
from producers.origin import FLAGS
from streams import dead_letters
from tracer.answer import COLUMNS
from tracer.api import build_api
from tracer.asking import Sources
from tracer.jobs import JobLimits, Jobs
from tracer.metrics import Metrics
from tracer.profiles import PROFILES

ROOT = Path(__file__).resolve().parents[1]
PAGES = {
    page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8")
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("*/README.md")]
}
RUNBOOK, CLI, HTTP = PAGES["deploy/README.md"], PAGES["docs/cli.md"], PAGES["docs/http.md"]
GATEWAY = PAGES["docs/gateway.md"]
MODEL, README = PAGES["docs/data-model.md"], PAGES["README.md"]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = {name.replace("%", "NAME") for name in re.findall(r"^([a-z%-]+):.*## ", MAKEFILE, re.MULTILINE)}


def commands(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """Every command with its whole name (`dead ls`), the groups themselves left out."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{before}{name} ")
        else:
            yield before + name, command


COMMANDS: dict[str, Any] = dict(commands(get_command(app)))
SHARED = {
    "--install-completion",
    "--format",
    "--identity",
    "--from",
    "--to",
    "--profile",
    "--min-minutes",
    "--help",
}

MACHINE = re.compile(r"(?:^|[^\w.])/(?:[w]ork|[f]arm|[r]oot|[h]ome/\w+|[t]mp/\w+)/")
"""Bracketed, so that this line is not itself a finding."""
FETCHED_FROM = re.compile(
    r"--(?:extra-)?[i]ndex-url|[m]irror(?:list|s)?[=/]|https?://(?!maven\.apache\.org/POM/)[^\s\"'>)]*"
    r"(?:[r]egistry|[p]ypi\.|[n]pmjs|/[s]imple/|[m]aven|[a]rtifactory|[n]exus)"
)


def section(page: str, title: str) -> str:
    """What stands below a heading, up to the next one of the same or a higher rank."""
    found = re.search(rf"^(#+) {re.escape(title)}$(.*?)(?=^#{{1,3}} |\Z)", page, re.MULTILINE | re.DOTALL)
    assert found, f"no section {title!r}"
    return found[2]


def table_rows(page: str) -> dict[str, str]:
    """First cell (without its code marks) -> the line, of every table of a page."""
    cells = (re.match(r"\| `([^`]+)`", line) for line in page.splitlines())
    return {cell[1]: cell.string for cell in cells if cell}


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_in_the_runbook_with_its_default(name: str) -> None:
    """An operator needs no source to know what may be set."""
    line = table_rows(section(RUNBOOK, "Settings"))[PREFIX + name.upper()]
    default = Settings.model_fields[name].default
    assert default in (None, "") or f"`{default}`" in line
    meaning = Settings.model_fields[name].description or ""
    assert not set(re.findall(r"\w+", meaning)) - set(re.findall(r"\w+", line))


def test_the_runbook_names_no_setting_that_is_not() -> None:
    """A setting that was renamed leaves no trace."""
    known = {PREFIX + name.upper() for name in Settings.model_fields} | {"TRUYVET_SETTINGS"}
    for page, text in PAGES.items():
        assert set(re.findall(r"TRUYVET_[A-Z_]+", text)) <= known, page


def test_every_metric_is_in_the_runbook() -> None:
    """Those of the worker, of the gateway and of the API."""
    served = set(re.findall(r"^# HELP (\w+)", Metrics().text().decode(), re.MULTILINE))
    served = {name for name in served if not name.endswith("_created")}
    listed = {name for name in table_rows(section(RUNBOOK, "Watch")) if name.startswith("truyvet_")}
    assert listed == set(NAMES) | set(GATEWAY_NAMES) | served


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_and_option_is_documented(name: str) -> None:
    """A section for each command; an option is in it, or among what all commands share."""
    told = section(CLI, name) + section(CLI, "What all commands share")
    options = {
        option
        for parameter in COMMANDS[name].params
        for option in [*parameter.opts, *parameter.secondary_opts]
        if option.startswith("--")
    }
    assert not [option for option in options if not re.search(rf"{option}(?![\w-])", told)]


def test_no_command_or_option_is_documented_that_is_not() -> None:
    """The page of an older version would mislead."""
    known = {
        option
        for command in COMMANDS.values()
        for parameter in command.params
        for option in [*parameter.opts, *parameter.secondary_opts]
    }
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", CLI)) <= known | SHARED
    below = CLI.split("## Bringing data in", 1)[1]
    assert set(re.findall(r"^### (.+)$", below, re.MULTILINE)) == set(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help_with_an_example_that_parses(name: str) -> None:
    """`--help` ends in an example, and the example is one that the command takes."""
    shown = CliRunner().invoke(app, [*name.split(), "--help"])
    assert shown.exit_code == 0
    assert "Example:" in shown.output
    for words in commands_in(COMMANDS[name].epilog):
        parse(words)


@pytest.mark.parametrize("page", sorted(PAGES))
def test_every_command_on_a_page_parses(page: str) -> None:
    """In code spans and code blocks alike."""
    for span in re.findall(r"`(truyvet [^`]+)`|^(?:\$ )?(truyvet [^\n]+)$", PAGES[page], re.MULTILINE):
        for words in commands_in("".join(span)):
            parse(words)


def commands_in(text: str) -> Iterator[list[str]]:
    """The words after each `truyvet` of a text, up to a comma, a pipe, a redirection or a remark."""
    for found in re.findall(r"truyvet (?!-)([^,|>&;#]+)", text):
        words = shlex.split(found.replace("FILE ...", "FILE --person P --venue V --at T"))
        yield [word for word in words if word != "..."]


def parse(words: list[str]) -> None:
    """Raises where the command, an option or the number of arguments is wrong; runs nothing."""
    name = words[0] if words[0] in COMMANDS else " ".join(words[:2])
    assert name in COMMANDS, f"no command {name!r}"
    given = words[len(name.split()) :]
    if given:
        COMMANDS[name].make_context(name, given)


@pytest.mark.parametrize("name", COLUMNS)
def test_every_column_of_an_answer_is_explained(name: str) -> None:
    """A column that nobody explains is a column that somebody guesses."""
    asked = {"path": "chain", "links": "outbreak"}.get(name, name)
    told = section(CLI, asked)
    assert not [column for column in COLUMNS[name] if f"`{column}`" not in told]


def test_exit_codes_are_documented() -> None:
    """The number and its name."""
    listed = re.findall(r"^\| (\d) (\w+ ?\w*) \|", CLI, re.MULTILINE)
    assert listed == [(str(code.value), code.name.replace("_", " ")) for code in Exit]


def test_every_route_and_parameter_is_documented_and_no_other() -> None:
    """The page and the description for programs agree."""
    nothing: Any = None  # no question is asked
    jobs = Jobs(nothing, ROOT, clock=nothing, name=nothing, limits=JobLimits())
    api = build_api(Sources(nothing, nothing, nothing, version="0"), list, None, jobs).openapi()
    routes = {f"{method.upper()} {path}" for path, methods in api["paths"].items() for method in methods}
    assert set(table_rows(HTTP)) >= routes
    assert {name for name in table_rows(HTTP) if name[:4] in ("GET ", "POST", "DELE")} == routes | {
        "GET /openapi.json"
    }
    asked = {
        one["name"]
        for methods in api["paths"].values()
        for how in methods.values()
        for one in how.get("parameters", [])
        if one["in"] == "query"
    }
    told = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \| (?!`)", HTTP, re.MULTILINE)
    assert asked == {name for cell in told for name in re.findall(r"`(\w+)`", cell)}


def test_every_route_of_the_gateway_is_documented_and_no_other() -> None:
    """The page and the description for programs agree."""
    api = build_gateway(MagicMock(), version="0", told=MagicMock()).openapi()
    routes = {f"{method.upper()} {path}" for path, methods in api["paths"].items() for method in methods}
    told = {name.replace("{short}", "{short:path}") for name in table_rows(GATEWAY)}
    listed = {name for name in told if name.startswith(("GET ", "POST "))}
    assert listed - {"GET /openapi.json"} == {name.replace("{short}", "{short:path}") for name in routes}


def test_every_word_of_the_gateway_is_documented() -> None:
    """Problems with their status, reasons of scans, flags."""
    problems = section(GATEWAY, "Problems")
    rows = re.findall(r"^\| ([\d, ]+) \| (.+) \|$", problems, re.MULTILINE)
    told = {
        (word, status)
        for cell, words in rows
        for word in re.findall(r"`(\w+)`", words)
        for status in cell.split(", ")
    }
    assert {(word, str(one.status)) for word, one in declined.WORDS.items()} <= told
    assert {word for word, _ in told} == set(declined.WORDS)
    scans = section(GATEWAY, "Scans")
    own = set(reasons.SENTENCES) - set(get_args(reading.Reason))
    assert not [reason for reason in own if f"`{reason}`" not in scans]
    assert set(FLAGS) <= set(table_rows(scans))


def test_every_point_of_a_crash_is_documented() -> None:
    """What happens when a worker dies there is said for each."""
    table = section(PAGES["docs/reliability.md"], "The order, and every point of a crash")
    assert set(POINTS) <= set(re.findall(r"`([a-z-]+)`", table))


def test_every_reason_code_is_documented_and_no_other() -> None:
    """Of dead letters in their table, of a file's rows in their list."""
    letters = section(MODEL, "Dead letters: `scans.dead.v1`")
    assert set(table_rows(letters)) == set(get_args(dead_letters.Reason))
    refused = letters.split("A file's rows are refused earlier")[1]
    assert set(re.findall(r"`(\w+)`", refused)) == set(get_args(row.Reason))


def test_every_profile_is_documented_and_no_other() -> None:
    """A rule without a description cannot be defended."""
    table = section(CLI, "What all commands share").split("**Profiles.**")[1]
    assert set(table_rows(table)) == set(PROFILES)


def test_the_sort_keys_are_those_of_the_schema() -> None:
    """The page that explains them is the one that is read."""
    schema = "\n".join(
        file.read_text("utf-8") for file in sorted((ROOT / "storage/sql/schema").glob("*.sql"))
    )
    made = re.findall(
        r"CREATE TABLE IF NOT EXISTS \$\{database\}\.(\w+).*?ORDER BY \(?([\w, ]+)", schema, re.S
    )
    listed = table_rows(section(MODEL, "Tables (ClickHouse, or chDB)"))
    for name, key in made:
        assert f"| `{key}` |" in listed[name]


def test_make_targets_are_documented_and_no_other() -> None:
    """The README's two commands are among them."""
    told = {target for page in PAGES.values() for target in re.findall(r"[`\n]make ([a-zA-Z-]+)", page)}
    assert {name for name in table_rows(section(RUNBOOK, "Run")) if name.startswith("make ")} == {
        f"make {target}" for target in TARGETS
    }
    benches = {f"bench-{file.stem.replace('_', '-')}" for file in (ROOT / "bench").glob("*.py")}
    assert told <= TARGETS | benches
    assert re.findall(r"^make (\w+) ", README, re.MULTILINE) == ["demo", "test"]
    assert {"demo", "test"} <= TARGETS


@pytest.mark.parametrize("page", sorted(PAGES))
def test_links_and_paths_lead_somewhere(page: str) -> None:
    """Every relative link, every anchor, and every file of the tree that is named."""
    text = PAGES[page]
    folder = (ROOT / page).parent
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        file = (folder / name) if name else ROOT / page
        assert file.exists(), target
        if anchor:
            told = file.read_text(encoding="utf-8")
            headings = {
                re.sub(r"[^\w -]", "", one).strip().lower().replace(" ", "-")
                for one in re.findall(r"^#+ (.+)$", told, re.MULTILINE)
            }
            assert anchor in headings or f'<a id="{anchor}">' in told, target
    named = r"`((?:producers|streams|storage|tracer|deploy|tests|bench|docs)/[\w./-]+)`"
    assert not [path for path in re.findall(named, text) if not (ROOT / path).exists()]


def test_the_changelog_has_this_version_and_its_order() -> None:
    """Breaking, added, changed, fixed; the version of the package is the newest."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    newest = re.split(r"^## \[", PAGES["CHANGELOG.md"], flags=re.MULTILINE)[1]
    assert newest.startswith(f"{version}]")
    order = ["Breaking", "Added", "Changed", "Fixed"]
    kinds = re.findall(r"^### (\w+)$", newest, re.MULTILINE)
    assert kinds == [kind for kind in order if kind in kinds]


def test_nothing_of_this_machine_is_in_the_tree() -> None:
    """No path of the machine it was written on, and no address a package is fetched from."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("this is no git checkout, so which files belong to the tree is not known")
    found = []
    for name in listed.stdout.splitlines():
        file = ROOT / name
        if not file.is_file():
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if MACHINE.search(line) or FETCHED_FROM.search(line):
                found.append(f"{name}:{number}: {line.strip()[:100]}")
    assert not found
