"""What goes wrong is said in one sentence on stderr, with an exit code; what was good is kept."""

import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from scenario_world import Said, World

NEW_WORLD = Callable[..., World]
HEADER = "person,venue,at\n"
GOOD = "an,market,2021-12-01T08:00:00Z\nbinh,market,2021-12-01T08:10:00Z\n"
NAMED = ("--person", "person", "--venue", "venue", "--at", "at")
NOWHERE = "127.0.0.1:1"


@pytest.fixture(scope="module")
def world(embedded: NEW_WORLD) -> World:
    """An embedded installation with two good check-ins."""
    world = embedded()
    taken_in(world, "good.csv", HEADER + GOOD)
    return world


def written(world: World, name: str, content: str | bytes) -> Path:
    file = world.home / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def taken_in(world: World, name: str, content: str | bytes, code: int = 0) -> Said:
    file = written(world, name, content)
    return world.truyvet("import", str(file), *NAMED, "--format", "json", code=code)


def sentence(said: Said) -> str:
    """The one line on stderr, without our name before it; stdout is empty."""
    assert said.out == ""
    (line,) = said.err.splitlines()
    assert line.startswith("truyvet: ")
    assert line.endswith(".")
    return line.removeprefix("truyvet: ")


class TestRows:
    def test_bad_rows_are_named_and_the_others_kept(self, embedded: NEW_WORLD) -> None:
        world = embedded()
        bad = [
            ",market,2021-12-01T08:00:00Z",
            "an,,2021-12-01T08:00:00Z",
            "an,market,yesterday",
            "an,market,2021-12-01T08:00:00",
            "an,market",
            "an,market,1638345600000",
        ]
        content = HEADER + GOOD + "\n".join(bad) + "\n" + GOOD + "an,market,soon\n" * 20
        said = taken_in(world, "mixed.csv", content, code=1)
        (row,) = said.rows()
        shown = [4, 5, 6, 7, 8, 9, 12, 13, 14, 15]
        assert row == {"read": 30, "published": 4, "refused": 26, "scans": 4, "refused_lines": shown}
        *told, rest = said.err.splitlines()
        assert rest == "... and 16 more rows refused."
        assert [line.partition(":")[0] for line in told] == [f"line {number}" for number in shown]
        for line, words in zip(
            told[: len(bad)],
            (
                "'person' is empty",
                "'venue' is empty",
                "'yesterday' is not a time",
                "time zone",
                "2 fields",
                "seconds",
            ),
            strict=True,
        ):
            assert words in line
        flow = world.flow()
        assert (flow["scans"], flow["stored"], flow["duplicates"]) == (4, 2, 2)

    def test_rows_before_the_place_where_a_file_breaks_off_are_kept(self, embedded: NEW_WORLD) -> None:
        world = embedded()
        rows = "".join(f"p{n},venue {n % 7},{1638345600 + 61 * n}\n" for n in range(1_500))
        whole = gzip.compress((HEADER + rows).encode())
        said = taken_in(world, "cut.csv.gz", whole[: len(whole) // 2], code=2)
        assert "is cut off in the middle of its gzip data" in sentence(said)
        kept = world.flow()["stored"]
        assert 0 < kept < 1_500
        taken_in(world, "cut.csv.gz", whole)
        flow = world.flow()
        assert (flow["stored"], flow["duplicates"]) == (1_500, kept)


class TestFiles:
    @pytest.mark.parametrize(
        ("name", "content", "words"),
        [
            ("scans.csv.gz", HEADER + GOOD, "is not gzip, as its name says"),
            ("scans.parquet", HEADER + GOOD, "is text, not Parquet as its name says"),
            ("scans.csv", b"PK\x03\x04rest", "is a zip archive or Excel workbook"),
            ("scans.csv", "who,venue,at\n", "has no column 'person'"),
        ],
        ids=["not gzip", "not parquet", "excel", "no column"],
    )
    def test_that_are_not_what_they_say(
        self, world: World, name: str, content: str | bytes, words: str
    ) -> None:
        assert words in sentence(taken_in(world, name, content, code=2))

    def test_that_are_not_there(self, world: World) -> None:
        assert "absent.csv cannot be opened" in sentence(
            world.truyvet("import", "absent.csv", *NAMED, code=2)
        )


class TestQuestions:
    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (
                ["pairs", "--profile", "close-contact"],
                "'close-contact' is not a profile: give one of overlap",
            ),
            (["contacts", "0000000000000001"], "no visit of person 0000000000000001 is stored"),
            (["chain", "an"], "'an' is not a person (16 hex digits)"),
            (["pairs", "--from", "2021-12-02", "--to", "2021-12-01"], "is empty"),
        ],
        ids=["profile", "person", "not a person", "window"],
    )
    def test_that_cannot_be_answered(self, world: World, words: list[str], told: str) -> None:
        assert told in sentence(world.truyvet(*words, code=2))

    def test_of_a_command_that_is_not_there(self, world: World) -> None:
        assert world.truyvet("ask", code=2).out == ""

    def test_with_settings_that_are_wrong(self, world: World) -> None:
        said = world.truyvet("flow", code=2, TRUYVET_PARTITIONS="many")
        assert "TRUYVET_PARTITIONS" in sentence(said)

    def test_with_an_answer_say_it_on_stdout_and_the_rest_on_stderr(self, world: World) -> None:
        said = world.truyvet("contacts", "an", "--identity", "--profile", "pccovid-1h", "--format", "json")
        (row,) = said.rows()
        assert row["venue"] == "market"
        assert json.loads(said.out) == row
        rests_on, caveat = said.err.splitlines()
        assert rests_on.startswith("1 exposure, from 3 visits read; rule pccovid-1h version 1; whole for all")
        assert caveat == "A check-in proves place and time, not distance."


class TestServicesThatAreDown:
    @pytest.mark.parametrize(
        ("words", "settings", "told"),
        [
            (["pairs"], {"TRUYVET_STORE": f"clickhouse://{NOWHERE}/x"}, f"ClickHouse at {NOWHERE}"),
            (["init"], {"TRUYVET_STORE": f"clickhouse://{NOWHERE}/x"}, f"ClickHouse at {NOWHERE}"),
            (["import", "good.csv", *NAMED], {"TRUYVET_BROKER": f"kafka://{NOWHERE}"}, f"Kafka at {NOWHERE}"),
        ],
        ids=["ask", "init", "publish"],
    )
    def test_are_named(self, world: World, words: list[str], settings: dict[str, str], told: str) -> None:
        said = sentence(world.truyvet(*words, code=3, **settings))
        assert told in said
        assert "make up" in said

    def test_the_state_is_only_a_cache(self, world: World) -> None:
        """Without it the work goes on, and that is said."""
        said = world.truyvet("import", "good.csv", *NAMED, TRUYVET_STATE=f"redis://{NOWHERE}/0")
        (line,) = said.err.splitlines()
        assert line.startswith(f"works without its state: Redis at {NOWHERE} cannot be reached")

    def test_a_worker_that_cannot_begin_says_so_last(self, world: World) -> None:
        """Before it come lines of its log, which are JSON."""
        said = world.truyvet("worker", code=3, TRUYVET_BROKER=f"kafka://{NOWHERE}")
        *log, last = said.err.splitlines()
        assert last.startswith(f"truyvet: Kafka at {NOWHERE} does not answer")
        assert all(json.loads(line)["level"] in ("warning", "error") for line in log)
        assert said.out == ""

    def test_a_worker_whose_kafka_dies_while_it_begins_is_told_as_an_outage(self, world: World) -> None:
        """Faust would end with code 1 and no word."""
        program = (
            "from producers.errors import Unavailable\n"
            "from streams.faust_app import Batching, Watch, build_app, run\n"
            f"more = dict(log='none', data_dir={str(world.home)!r}, batching=Batching(), watch=Watch())\n"
            "try:\n"
            f"    run(build_app({NOWHERE!r}, process=lambda _: [], **more))\n"
            "except Unavailable as why:\n"
            "    print(why)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", program], env=world.environ(), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("the worker ended by itself (KafkaConnectionError: ")

    def test_a_worker_needs_a_broker(self, world: World) -> None:
        assert "memory:// has no worker" in sentence(world.truyvet("worker", code=2))


@pytest.mark.stack
class TestBeforeInit:
    @pytest.fixture(scope="class")
    def bare(self, private: NEW_WORLD) -> World:
        """Services that answer, and in them neither topics nor tables."""
        return private()

    @pytest.mark.parametrize(
        "words", [["worker"], ["drain"], ["import", "{good}", *NAMED]], ids=lambda w: w[0]
    )
    def test_a_missing_topic_is_named(self, bare: World, words: list[str]) -> None:
        good = written(bare, "good.csv", HEADER + GOOD)
        said = bare.truyvet(*(word.format(good=good) for word in words), code=3)
        assert "scans.v1" in sentence(said)
        assert "run `truyvet init`" in said.err

    def test_missing_tables_are_named(self, bare: World) -> None:
        assert "truyvet init" in sentence(bare.truyvet("pairs", code=3))

    def test_without_a_worker_drain_says_that_the_answer_is_not_whole(self, bare: World) -> None:
        bare.ask("init")
        taken_in(bare, "good.csv", HEADER + GOOD)
        said = bare.truyvet("drain", "--patience", "1", "--format", "json", code=1)
        (row,) = said.rows()
        assert row["missing"] == row["records"] > 0
        (line,) = said.err.splitlines()
        assert "is a worker running?" in line
