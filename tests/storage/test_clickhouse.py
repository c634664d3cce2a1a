"""A server that is away, closes the door, or hangs up becomes one sentence, and is found again later."""

import logging
import socket
from collections.abc import Callable, Iterator
from threading import Thread
from urllib.parse import quote, urlsplit

import pytest

from producers.errors import BadInput, Refused, Unavailable
from storage.clickhouse import ClickHouseEngine


@pytest.fixture
def rude_port() -> Iterator[int]:
    """A port where somebody answers something else and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            while True:
                try:
                    caller, _ = listener.accept()
                except OSError:
                    return
                with caller:
                    caller.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        Thread(target=answer, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


class TestAddress:
    """What a URL may say."""

    @pytest.mark.parametrize(
        "url",
        [
            "",
            "http://a:9000/b",
            "clickhouse://",
            "clickhouse:///b",
            "clickhouse://a:x/b",
            "clickhouse://a/b;DROP",
        ],
    )
    def test_refused(self, url: str) -> None:
        with pytest.raises(BadInput, match="clickhouse://user:password@host:9000/database"):
            ClickHouseEngine(url)

    def test_a_password_is_never_shown(self) -> None:
        with pytest.raises(BadInput) as it:
            ClickHouseEngine("clickhouse://me:secret@a:9000/not-a-name")
        assert "secret" not in str(it.value)

    def test_its_parts(self) -> None:
        engine = ClickHouseEngine(f"clickhouse://{quote('a@b')}:{quote('p/w', safe='')}@db1/truyvet")
        assert (engine.place, engine.database) == ("ClickHouse at db1:9000", "truyvet")
        assert (engine._options["user"], engine._options["password"]) == ("a@b", "p/w")
        assert ClickHouseEngine("clickhouses://db1").place == "ClickHouse at db1:9440"


class TestDown:
    """Nothing raises but our own errors, and no traceback is logged."""

    def test_nobody_listens(self, caplog: pytest.LogCaptureFixture) -> None:
        calls: list[Callable[[ClickHouseEngine], object]] = [
            lambda engine: engine.rows("SELECT 1"),
            lambda engine: engine.execute("SELECT 1"),
            lambda engine: engine.insert("a.b", {"n": [1]}),
            lambda engine: list(engine.stream("SELECT 1")),
            lambda engine: engine.capabilities,
        ]
        with socket.socket() as ours, caplog.at_level(logging.WARNING):
            ours.bind(("127.0.0.1", 0))  # so that nobody else listens there meanwhile
            where = f"127.0.0.1:{ours.getsockname()[1]}"
            engine = ClickHouseEngine(f"clickhouse://{where}/truyvet")
            for call in calls:
                with pytest.raises(Unavailable) as it:
                    call(engine)
                assert str(it.value) == (
                    f"ClickHouse at {where} cannot be reached (Connection refused ({where})): "
                    "start it (`make up`) or set TRUYVET_STORE."
                )
        assert caplog.records == []

    def test_somebody_else_listens(self, rude_port: int) -> None:
        engine = ClickHouseEngine(f"clickhouse://127.0.0.1:{rude_port}/truyvet")
        with pytest.raises(Unavailable, match=r"ClickHouse at 127\.0\.0\.1") as it:
            engine.rows("SELECT 1")
        assert "\n" not in str(it.value)


@pytest.mark.stack
class TestServer:
    """On a real server."""

    def test_a_lost_connection_is_made_anew(self, server_url: str) -> None:
        engine = ClickHouseEngine(server_url)
        assert engine.rows("SELECT 1") == [(1,)]
        engine._pool._idle[0].connection.socket.shutdown(socket.SHUT_RDWR)
        assert engine.rows("SELECT 2") == [(2,)]
        engine.close()

    def test_a_connection_lost_during_a_stream(self, server_url: str) -> None:
        engine = ClickHouseEngine(server_url)
        engine.rows("SELECT 1")
        (client,) = engine._pool._idle
        stream = engine.stream("SELECT number FROM numbers(100000000)")
        next(stream)
        client.connection.socket.shutdown(socket.SHUT_RDWR)
        with pytest.raises(Unavailable):
            for _ in stream:
                pass
        assert engine.rows("SELECT 2") == [(2,)]
        engine.close()

    def test_a_wrong_password(self, server_url: str) -> None:
        url = urlsplit(server_url)
        engine = ClickHouseEngine(f"clickhouse://nobody:wrong@{url.hostname}:{url.port or 9000}/truyvet")
        with pytest.raises(Refused) as it:
            engine.rows("SELECT 1")
        assert "\n" not in str(it.value)
        assert "wrong" not in str(it.value)
