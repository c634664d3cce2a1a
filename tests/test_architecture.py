"""The shape of the code: imports point left, libraries stay at their edge, files stay small."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ORDER = ("producers", "streams", "storage", "tracer", "deploy")
FILES = [file.relative_to(ROOT) for package in ORDER for file in sorted((ROOT / package).rglob("*.py"))]
FILE_LINES_MAX = 250
FUNCTION_LINES_MAX = 60

ANYWHERE = {"pydantic"}
EDGES: dict[str, set[str]] = {
    "kafka": {"producers/kafka_client.py", "producers/kafka_log.py", "producers/kafka_sender.py"},
    "cryptography": {
        "producers/seal.py",
        "producers/envelope.py",
        "producers/pseudonym.py",
        "producers/codes/signing.py",
        "producers/gateway/signature.py",
    },
    "pyarrow": {
        "producers/parquet_rows.py",
        "storage/chdb_engine.py",
        "tracer/exports/parquet_file.py",
    },
    "segno": {"producers/posters/symbol.py"},
    "reportlab": {"producers/posters/letters.py", "producers/posters/pdf.py"},
    "font_roboto": {"producers/posters/letters.py"},
    "PIL": {"producers/posters/png.py"},
    "xlsxwriter": {"tracer/exports/xlsx_file.py"},
    "python_calamine": {"producers/venue_files/sheet.py"},
    "faust": {"streams/faust_app.py", "streams/faust_consumer.py"},
    "aiokafka": {"streams/faust_consumer.py"},
    "redis": {"producers/redis_link.py"},
    "hiredis": {"producers/redis_link.py"},
    "clickhouse_driver": {"storage/clickhouse.py"},
    "chdb": {"storage/chdb_engine.py"},
    "fastapi": {"tracer/api.py", "tracer/routes/", "producers/gateway/api.py", "producers/gateway/routes/"},
    "starlette": {"tracer/routes/problems.py", "producers/gateway/routes/problems.py"},
    "prometheus_client": {"tracer/metrics.py", "deploy/metrics.py", "producers/gateway/metrics.py"},
    "httpx": {"producers/kiosk/carrier.py"},
    "uvicorn": {"deploy/listening.py"},
    "rich": {"deploy/output.py"},
    "typer": {"deploy/cli/"},
    # Arrays are the form in which a batch is decided and written; people's rules stay without them.
    "numpy": {
        *(f"streams/{name}.py" for name in ("arrivals", "batch", "gather", "plain_record", "sent")),
        *(f"streams/{name}.py" for name in ("known", "revise_many", "sorting", "stays", "tables", "touched")),
        *(f"storage/{name}.py" for name in ("clickhouse", "chdb_engine", "engine", "redis_timelines")),
        *(f"storage/visit_{name}.py" for name in ("index", "keys", "layer", "tables")),
        "producers/simulation/",
        *(f"tracer/{name}.py" for name in ("frontier", "indexed", "meetings", "rounds")),
        *(f"tracer/indexed_{name}.py" for name in ("dose", "ranking", "spread")),
    },
    # Parts of pydantic under another name: its settings, and what it demands before Python 3.12.
    "pydantic_settings": {"deploy/settings.py"},
    "typing_extensions": {
        *(f"producers/{name}.py" for name in ("scan", "declaration", "health")),
        *(f"producers/gateway/{name}.py" for name in ("asked", "declarations", "registration")),
        "producers/gateway/routes/",
    },
}
"""Library -> the files (or the folder/) that may import it. What is not here may not be imported at all."""

AROUND_REDIS = {"storage/redis_timelines.py", "producers/gateway/redis_memory.py"}
"""What speaks to Redis through its edge file, and so needs it installed."""

CLOCKS = {
    *("time.time", "time.time_ns", "time.monotonic", "time.monotonic_ns", "time.perf_counter"),
    *("time.perf_counter_ns", "time.process_time", "time.localtime", "time.gmtime", "time.ctime"),
    *("time.sleep", "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today"),
    "datetime.date.today",
}
SQL_CLOCK = re.compile(r"\b(now|now64|today|yesterday)\s*\(", re.IGNORECASE)
MAY_READ_CLOCK = {"deploy"}
"""Packages. No edge file of the other four does today; one that must is named here, with its reason."""

HEAVY = (
    *("kafka", "faust", "aiokafka", "redis", "clickhouse_driver", "chdb", "pyarrow", "fastapi"),
    *("starlette", "uvicorn", "prometheus_client", "typer", "rich", "xlsxwriter", "httpx"),
)


def within(file: str, edges: set[str]) -> bool:
    return any(file == edge or (edge.endswith("/") and file.startswith(edge)) for edge in edges)


def tree_of(file: Path) -> ast.Module:
    return ast.parse((ROOT / file).read_text(encoding="utf-8"), str(file))


def package_of(file: Path) -> str:
    return file.parts[0]


def module_of(file: Path) -> str:
    return ".".join(file.with_suffix("").parts).removesuffix(".__init__")


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, full module name) of every import, also inside functions and by `import_module("...")`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, "." * node.level + (node.module or "")
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in ("import_module", "__import__"):
                yield node.lineno, str(node.args[0].value)


def pointing_wrong(file: Path, tree: ast.Module) -> list[str]:
    """Imports of a package further to the right; a relative import hides where it points."""
    here = ORDER.index(package_of(file))
    return [
        f"{file}:{line} imports {name}"
        for line, name in imported(tree)
        if name.startswith(".") or (name.split(".")[0] in ORDER and ORDER.index(name.split(".")[0]) > here)
    ]


def test_every_package_is_looked_at() -> None:
    """A renamed folder would otherwise make every rule below true of nothing."""
    assert {package_of(file) for file in FILES} == set(ORDER)
    assert len(FILES) > 50


def test_imports_point_left() -> None:
    """Data flows right, imports point left: producers <- streams <- storage <- tracer <- deploy."""
    assert not [wrong for file in FILES for wrong in pointing_wrong(file, tree_of(file))]


def test_an_import_to_the_right_is_found_wherever_it_hides() -> None:
    """The rule above catches what is planted: at the top, in a function, relative, or by name."""
    planted = ast.parse(
        "import deploy.wiring\n"
        "from storage import rows\n"
        "from ..tracer import api\n"
        "def late():\n"
        "    import tracer.api\n"
        "    importlib.import_module('storage.store')\n"
        "from producers import scan\n"
    )
    lines = [wrong.split(" ")[0] for wrong in pointing_wrong(Path("streams/planted.py"), planted)]
    assert sorted(lines) == [f"streams/planted.py:{line}" for line in (1, 2, 3, 5, 6)]


def test_each_library_stays_at_its_edge() -> None:
    """A third-party library is imported only by the files that the table names."""
    astray = []
    for file in FILES:
        for line, name in imported(tree_of(file)):
            library = name.lstrip(".").split(".")[0]
            if library in sys.stdlib_module_names or library in ORDER or library in ANYWHERE:
                continue
            if not within(file.as_posix(), EDGES.get(library, set())):
                astray.append(f"{file}:{line} imports {name}")
    assert not astray


def test_the_table_of_edges_names_only_what_is() -> None:
    """An edge that no longer imports its library leaves the table, so that it stays worth reading."""
    for library, edges in EDGES.items():
        for edge in edges:
            files = [file for file in FILES if within(file.as_posix(), {edge})]
            names = {name.split(".")[0] for file in files for _, name in imported(tree_of(file))}
            assert library in names, f"{edge} no longer imports {library}"


def test_faust_is_used_in_the_one_way_that_loses_nothing() -> None:
    """Each hazard of docs/reliability.md that is avoided by not touching it, is not touched."""
    tree = tree_of(Path("streams/faust_app.py"))
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert "noack_take" in used
    hazards = {"take", "take_events", "take_with_timestamp", "Table", "GlobalTable", "SetTable"}
    hazards |= {"group_by", "forward", "through", "echo", "events", "noack", "monitor"}
    assert not used & hazards
    options = {
        node.arg: node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and isinstance(node.value, ast.Constant)
    }
    assert options["concurrency"] == 1
    assert options["cython_optimizations"] is False
    assert not {"processing_guarantee", "store", "Monitor"} & options.keys()


def test_the_faust_that_cannot_rebalance_is_not_installed() -> None:
    """0.13 stalled on every rebalance without opentracing; the fix is in what we ask for."""
    (asked,) = {
        one
        for group in PROJECT["project"]["optional-dependencies"].values()
        for one in group
        if one.startswith("faust-streaming")
    }
    assert ">=0.15.3" in asked


def clock_reads(file: Path, tree: ast.Module) -> list[str]:
    """Uses of a clock, whatever name it was imported under."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name):
            first, _, rest = ast.unparse(node).partition(".")
            told = names.get(first, "") + (f".{rest}" if rest else "")
            if told in CLOCKS:
                found.append(f"{file}:{node.lineno} reads {told}")
    return found


def test_time_is_an_argument() -> None:
    """Outside deploy nothing reads a clock, so every result can be had again."""
    files = [file for file in FILES if package_of(file) not in MAY_READ_CLOCK]
    assert not [read for file in files for read in clock_reads(file, tree_of(file))]


def test_a_clock_is_found_under_any_name() -> None:
    """The rule above catches what is planted."""
    planted = ast.parse(
        "import time\nimport time as t\nfrom time import monotonic as m\nimport datetime as d\n"
        "from datetime import datetime, time as clock_time\n"
        "time.time()\nt.sleep(1)\nm()\nd.datetime.now()\ndatetime.now()\nclock_time(1, 2)\n"
    )
    assert len(clock_reads(Path("streams/planted.py"), planted)) == 5


def test_no_question_reads_the_engine_s_clock() -> None:
    """The same question has the same answer tomorrow: its SQL names every moment."""
    questions = sorted((ROOT / "storage/sql").rglob("*.sql"))
    assert questions
    assert not [file.name for file in questions if SQL_CLOCK.search(file.read_text(encoding="utf-8"))]


def test_files_and_functions_stay_small() -> None:
    """What does not fit on a few screens holds more than one concept."""
    long = []
    for file in FILES:
        lines = len((ROOT / file).read_text(encoding="utf-8").splitlines())
        if lines > FILE_LINES_MAX:
            long.append(f"{file} has {lines} lines")
        for node in ast.walk(tree_of(file)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > FUNCTION_LINES_MAX:
                    long.append(f"{file}:{node.lineno} {node.name} has {length} lines")
    assert not long


@pytest.mark.parametrize("file", FILES, ids=str)
def test_the_first_line_says_what_a_file_is_for(file: Path) -> None:
    """One sentence, on one line, that a health official could read."""
    told = (ast.get_docstring(tree_of(file)) or "").split("\n")[0]
    assert re.fullmatch(r"\S.*[.?]", told), f"the first line is {told!r}"
    assert not re.search(r"[.?!] [A-Z]", told), f"more than one sentence: {told!r}"


def test_the_package_files_hold_nothing_but_their_sentence() -> None:
    """`import streams.visit` must not load Faust by way of `streams/__init__.py`."""
    full = [file for file in FILES if file.name == "__init__.py" and len(tree_of(file).body) != 1]
    assert not full


def test_no_drawer_for_everything() -> None:
    """A file that wants one of these names has not found its concept yet."""
    drawers = {"utils", "util", "common", "helpers", "models", "core", "base", "types", "misc"}
    assert not [file for file in FILES if drawers & set(file.with_suffix("").parts)]


def test_the_pure_core_loads_no_library_of_an_edge() -> None:
    """All that decides is importable where no broker, state, store or web library is installed."""
    edges = {file for library in HEAVY for file in EDGES.get(library, ())}
    edges |= AROUND_REDIS
    pure = [file for file in FILES if package_of(file) != "deploy" and not within(file.as_posix(), edges)]
    modules = [module_of(file) for file in pure]
    assert {"streams.batch", "streams.sessions", "tracer.chain", "tracer.trace", "storage.store"} <= set(
        modules
    )
    program = (
        "import importlib, sys\n"
        f"for module in {modules!r}: importlib.import_module(module)\n"
        f"print(*sorted({set(HEAVY)!r} & {{name.split('.')[0] for name in sys.modules}}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []
