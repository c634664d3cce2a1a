"""Both SQL engines: streams, threads, and values that do not fit."""

from itertools import chain
from threading import Thread

import pytest
from store_databases import Database
from store_worlds import LARGEST

from producers.errors import Refused, Unavailable
from storage.engine import BLOCK_ROWS, Engine, Row

NUMBERS = "SELECT number FROM numbers(300000)"


@pytest.fixture
def table(engine: Engine, databases: Database) -> str:
    name = databases()
    engine.execute(f"CREATE DATABASE {name}")
    engine.execute(
        f"CREATE TABLE {name}.t (n UInt64, at DateTime('UTC'), s String) ENGINE = MergeTree "
        "PARTITION BY toYYYYMM(at) ORDER BY n"
    )
    return f"{name}.t"


class TestStream:
    """A stream is cut into blocks, disturbs nobody, and may be left."""

    def test_blocks_hold_all_rows_in_order(self, engine: Engine) -> None:
        blocks = list(engine.stream(NUMBERS))
        assert len(blocks) > 1
        assert max(map(len, blocks)) <= BLOCK_ROWS
        assert [n for block in blocks for (n,) in block] == list(range(300_000))

    def test_other_calls_during_a_stream(self, engine: Engine, table: str) -> None:
        one, other = engine.stream(NUMBERS), engine.stream(NUMBERS)
        first = [next(one), next(other)]
        engine.insert(table, {"n": [1], "at": [5], "s": ["x"]})
        assert engine.rows(f"SELECT n, toUInt32(at), s FROM {table}") == [(1, 5, "x")]
        rest = [sum(len(block) for block in stream) for stream in (one, other)]
        assert [len(block) + n for block, n in zip(first, rest, strict=True)] == [300_000, 300_000]

    def test_a_stream_may_be_left(self, engine: Engine) -> None:
        for _ in range(3):
            stream = engine.stream(NUMBERS)
            next(stream)
            stream.close()  # type: ignore[attr-defined]
            assert engine.rows("SELECT 1") == [(1,)]

    def test_an_error_after_the_first_block(self, engine: Engine) -> None:
        """A partial answer is never taken for a whole one."""
        stream = engine.stream("SELECT number, intDiv(1, number - 250000) FROM numbers(300000)")
        seen: list[Row] = []
        with pytest.raises((Refused, Unavailable)):
            seen.extend(chain.from_iterable(stream))
        assert len(seen) < 300_000
        assert engine.rows("SELECT 1") == [(1,)]

    def test_an_empty_answer(self, engine: Engine) -> None:
        assert [row for block in engine.stream("SELECT 1 WHERE 0") for row in block] == []
        assert engine.rows("SELECT 1 WHERE 0") == []


class TestInsert:
    """Rows arrive exactly or not at all."""

    def test_exact_values(self, engine: Engine, table: str) -> None:
        rows = [(0, 0, ""), (1, 2**32 - 1, "'\\\0đ\u0323\n"), (LARGEST, 1, "🚌" * 200)]
        n, at, s = (list(column) for column in zip(*rows, strict=True))
        engine.insert(table, {"n": n, "at": at, "s": s})
        assert engine.rows(f"SELECT n, toUInt32(at), s FROM {table} ORDER BY n") == rows

    @pytest.mark.parametrize(
        "columns",
        [
            {"n": [-1], "at": [0], "s": ["x"]},
            {"n": [2**64], "at": [0], "s": ["x"]},
            {"n": [1], "at": [2**32], "s": ["x"]},
            {"n": [1], "at": [-1], "s": ["x"]},
            {"n": ["x"], "at": [0], "s": ["x"]},
            {"n": [1], "at": [0], "s": ["\ud800"]},
            {"n": [None], "at": [0], "s": ["x"]},
            {"n": [1], "at": [0], "nothing": [1]},
        ],
    )
    def test_values_that_do_not_fit(self, engine: Engine, table: str, columns: dict[str, list[int]]) -> None:
        with pytest.raises(Refused) as it:
            engine.insert(table, columns)
        assert "\n" not in str(it.value)
        assert engine.rows(f"SELECT count() FROM {table}") == [(0,)]

    def test_hundreds_of_partitions(self, engine: Engine, table: str) -> None:
        at = [n * 2_700_000 for n in range(400)]
        engine.insert(table, {"n": list(range(400)), "at": at, "s": ["x"] * 400})
        assert engine.rows(f"SELECT count(), count(DISTINCT toYYYYMM(at)) FROM {table}")[0][0] == 400


def test_many_threads(engine: Engine, table: str) -> None:
    """Each gets its own answer, and every acknowledged row is there."""
    wrong: list[object] = []

    def work(k: int) -> None:
        try:
            for i in range(10):
                engine.insert(table, {"n": [k * 100 + i], "at": [0], "s": [str(k)]})
                mine = engine.rows(f"SELECT count() FROM {table} WHERE s = '{k}'")
                if mine != [(i + 1,)]:
                    wrong.append((k, i, mine))
        except Exception as error:
            wrong.append(error)

    threads = [Thread(target=work, args=(k,)) for k in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert engine.rows(f"SELECT count() FROM {table}") == [(60,)]


def test_a_refusal_leaves_the_engine_usable(engine: Engine) -> None:
    with pytest.raises(Refused, match=r"refused \(code 62\): Syntax error") as it:
        engine.rows("SELECT FROM WHERE")
    assert "\n" not in str(it.value)
    assert engine.rows("SELECT 1") == [(1,)]
