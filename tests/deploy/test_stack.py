"""The stack: which one is chosen and why, what its settings say, and that it stops what is its own."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import tomllib
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.stack import __main__ as command_line
from deploy.stack import choose as choosing
from deploy.stack import clickhouse_part, install, kafka_part, parts, ports, redis_part
from deploy.stack.choose import bring_up, choose
from deploy.stack.compose import FILE, ComposeStack
from deploy.stack.local import LocalStack
from deploy.stack.record import Record
from producers.errors import BadInput, Unavailable


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def no_docker(monkeypatch: pytest.MonkeyPatch) -> None:
    def prepare(self: ComposeStack) -> None:
        raise Unavailable("no Docker engine answers; start one with: sudo systemctl start docker")

    monkeypatch.setattr(ComposeStack, "prepare", prepare)


@pytest.fixture
def ordinary_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(install, "program", lambda name: None)
    monkeypatch.setattr(install, "java", lambda: None)


class TestChoosing:
    def test_auto_moves_on_and_gives_the_command_that_mends(
        self, no_docker: None, bare_machine: None, ordinary_user: None, tmp_path: Path, said: list[str]
    ) -> None:
        assert choose("auto", tmp_path, said.append).name == "embedded"
        assert len(said) == 1
        assert said[0].startswith("Stack: embedded")
        assert "systemctl start docker" in said[0]
        assert "Redis" in said[0]
        assert "sudo apt-get install" in said[0]

    def test_a_named_stack_is_not_replaced(
        self, bare_machine: None, ordinary_user: None, tmp_path: Path, said: list[str]
    ) -> None:
        with pytest.raises(Unavailable, match=r"missing; install with: sudo apt-get install .*redis-server"):
            choose("local", tmp_path, said.append)

    def test_auto_prefers_docker(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: list[str]
    ) -> None:
        monkeypatch.setattr(ComposeStack, "prepare", lambda self: None)
        assert choose("auto", tmp_path, said.append).name == "docker"
        assert len(said) == 1

    def test_a_stack_that_does_not_start_makes_room_for_the_next(
        self, no_docker: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: list[str]
    ) -> None:
        def up(self: LocalStack) -> dict[str, str]:
            raise Unavailable("kafka gave no answer in 120 s")

        monkeypatch.setattr(LocalStack, "prepare", lambda self: None)
        monkeypatch.setattr(LocalStack, "up", up)
        stack, env = bring_up("auto", tmp_path, said.append)
        assert stack.name == "embedded"
        assert env["TRUYVET_BROKER"] == "memory://"
        assert any("kafka gave no answer" in line for line in said)

    def test_an_unknown_name_lists_the_known_ones(self, tmp_path: Path, said: list[str]) -> None:
        with pytest.raises(BadInput, match="docker, local, embedded"):
            choose("podman", tmp_path, said.append)

    def test_embedded_writes_and_removes_the_settings_file(self, tmp_path: Path, said: list[str]) -> None:
        stack = choosing.build("embedded", tmp_path, said.append)
        env = stack.up()
        assert env["TRUYVET_STORE"] == f"chdb://{tmp_path}/embedded"
        assert (tmp_path / "truyvet.env").read_text().splitlines()[0] == "TRUYVET_BROKER=memory://"
        stack.down()
        assert not (tmp_path / "truyvet.env").exists()


class TestMissing:
    def test_one_part_is_one_sentence(self, monkeypatch: pytest.MonkeyPatch, ordinary_user: None) -> None:
        monkeypatch.setattr(install, "program", lambda name: None)
        with pytest.raises(Unavailable) as raised:
            install.ensure(("redis",), lambda line: None)
        assert str(raised.value) == "Redis is missing; install with: sudo apt-get install redis-server"

    def test_an_older_java_does_not_count(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        old = tmp_path / "bin" / "java"
        old.parent.mkdir()
        old.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n")
        old.chmod(0o755)
        assert not install._is_17(str(old))
        old.write_text("#!/bin/sh\necho 'openjdk version \"21\" 2023' >&2\n")
        assert install._is_17(str(old))

    def test_fetched_jars_make_maven_unnecessary(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr(install, "program", lambda name: None)
        monkeypatch.setattr(install, "java", lambda: "/usr/bin/java")
        assert install.missing(("kafka",), tmp_path) == {"Maven": "maven"}
        (tmp_path / install.COMPLETE).touch()
        assert install.missing(("kafka",), tmp_path) == {}

    def test_a_machine_without_time_zones_cannot_run_clickhouse(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr(install, "program", lambda name: "/usr/sbin/clickhouse-server")
        monkeypatch.setattr(install, "ZONES", tmp_path / "zoneinfo")
        assert install.missing(("clickhouse",)) == {"the list of time zones": "tzdata"}

    def test_half_a_download_is_not_kept(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: list[str]
    ) -> None:
        maven = tmp_path / "mvn"
        maven.write_text("#!/bin/sh\nprintf '\\033[0m[ERROR] no route to host -> [Help 1]\\n'\nexit 1\n")
        maven.chmod(0o755)
        monkeypatch.setattr(install, "program", lambda name: str(maven))
        libs = tmp_path / "libs" / "kafka"
        with pytest.raises(Unavailable, match=r"\(no route to host\); check the network"):
            install.fetch_kafka(libs, said.append)
        assert list((tmp_path / "libs").iterdir()) == []


class TestPorts:
    def test_are_remembered(self, tmp_path: Path) -> None:
        first = Record.read(tmp_path)
        chosen = first.ports_for("kafka", 2)
        first.write()
        assert Record.read(tmp_path).ports_for("kafka", 2) == chosen

    def test_differ_from_each_other(self, tmp_path: Path) -> None:
        record = Record(tmp_path)
        chosen = [*record.ports_for("kafka", 2), *record.ports_for("redis", 1)]
        assert len(set(chosen)) == 3

    def test_a_listening_port_is_not_free(self) -> None:
        with socket.socket() as other:
            other.bind((ports.HOST, 0))
            other.listen()
            assert not ports.is_free(other.getsockname()[1])

    @pytest.mark.parametrize("text", ["", "{", "[]", '{"stack": "local", "ports": 7}'])
    def test_a_broken_record_is_a_fresh_one(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "stack.json").write_text(text)
        assert Record.read(tmp_path) == Record(tmp_path)

    def test_no_answer_is_no_life(self) -> None:
        port = ports.free_port()
        assert not kafka_part.answers(port)
        assert not redis_part.answers(port)
        assert not clickhouse_part.answers(port)


class TestSettings:
    def test_kafka_stamps_and_listens_on_loopback(self) -> None:
        lines = kafka_part.settings(20001, 20002).splitlines()
        assert "listeners=PLAINTEXT://127.0.0.1:20001,CONTROLLER://127.0.0.1:20002" in lines
        assert "log.message.timestamp.type=LogAppendTime" in lines
        assert "auto.create.topics.enable=false" in lines

    def test_kafka_cluster_ids_never_look_like_an_option(self) -> None:
        assert all(re.fullmatch(r"[A-Za-z0-9_]{22}", kafka_part.new_cluster_id()) for _ in range(500))

    def test_kafka_versions_agree(self) -> None:
        pom = (kafka_part.FILES / "pom.xml").read_text()
        assert f"<kafka.version>{kafka_part.VERSION}</kafka.version>" in pom
        assert f"image: apache/kafka:{kafka_part.VERSION}" in FILE.read_text()

    def test_clickhouse_opens_one_port_only(self) -> None:
        config = ET.fromstring(clickhouse_part.config(Path("/srv/a & b"), 20003))
        assert config.findtext("tcp_port") == "20003"
        assert config.findtext("listen_host") == "127.0.0.1"
        assert config.findtext("path") == "/srv/a & b/data/"
        assert config.find("http_port") is None
        assert config.find("interserver_http_port") is None

    def test_redis_keeps_every_change(self) -> None:
        lines = redis_part.settings(20004).splitlines()
        assert {"port 20004", "bind 127.0.0.1", "appendonly yes", "appendfsync everysec"} <= set(lines)

    def test_every_container_port_is_on_loopback_and_every_image_pinned(self) -> None:
        text = FILE.read_text()
        assert re.findall(r'- "([^"]+:\d+)"', text) == re.findall(r'- "(127\.0\.0\.1:[^"]+:\d+)"', text)
        images = re.findall(r"image: (\S+)", text)
        assert len(images) == 3
        assert all(re.search(r":\d+\.\d+", image) for image in images)


def test_the_lock_files_name_every_library_the_project_asks_for() -> None:
    """What only benchmarks need stands in a lock of its own, which says the same of everything else."""
    project = tomllib.loads((install.REPO / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    bench = extras.pop("bench")
    asked = [*project["dependencies"], *(one for some in extras.values() for one in some)]
    locked, more = (
        (install.REPO / f"requirements{name}.lock").read_text().splitlines() for name in ("", "-bench")
    )
    for libraries, lines in ((asked, locked), (bench, more)):
        names = {re.split(r"[\[<>=~]", one)[0] for one in libraries} - {"truyvet"}
        assert names <= {line.partition("==")[0] for line in lines}
    assert set(locked) <= set(more)
    assert "://" not in "".join(more)


@pytest.fixture
def bystander(tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Another program that has our redis.conf on its command line, as an editor would."""
    conf = tmp_path / "redis" / "redis.conf"
    conf.parent.mkdir()
    conf.touch()
    child = subprocess.Popen(["tail", "-f", str(conf)], stdout=subprocess.DEVNULL)
    yield child
    child.kill()
    child.wait()


class TestStopping:
    def test_only_our_program_with_our_mark_is_ours(
        self, tmp_path: Path, bystander: "subprocess.Popen[bytes]"
    ) -> None:
        ours = redis_part.redis(tmp_path / "redis", (20005,), "redis-server")
        assert not parts.is_ours(ours, bystander.pid)
        LocalStack(tmp_path, lambda line: None).down()
        assert bystander.poll() is None
        # The same mark and the same program: ours.
        same = redis_part.redis(tmp_path / "redis", (20005,), "/usr/bin/tail")
        tail = parts.Part(**{**vars(same), "command": ("tail", "-f", same.mark)})
        assert parts.pids(tail) == [bystander.pid]

    def test_a_folder_inside_ours_is_another_stack(self, tmp_path: Path) -> None:
        outer = redis_part.redis(tmp_path / "redis", (1,), "redis-server")
        inner = redis_part.redis(tmp_path / "test" / "redis", (1,), "redis-server")
        assert outer.mark not in inner.command

    def test_a_process_that_will_not_end_is_ended_paused_or_not(self, tmp_path: Path) -> None:
        script = tmp_path / "stubborn.py"
        script.write_text(
            "import signal, sys, time\n"
            "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
            "print('ready', flush=True)\ntime.sleep(60)\n"
        )
        child = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE)
        assert child.stdout is not None
        child.stdout.readline()
        part = parts.Part(
            name="stubborn",
            folder=tmp_path,
            ports=(),
            command=(sys.executable, str(script)),
            mark=str(script),
            files={},
            answers=lambda: True,
        )
        parts.send(part, signal.SIGSTOP)
        parts.stop([part], seconds=0.3)
        assert child.wait(300) == -signal.SIGKILL
        child.stdout.close()

    def test_a_start_waits_until_the_port_of_a_killed_one_is_free(self, tmp_path: Path) -> None:
        with socket.socket() as listening:
            listening.bind((ports.HOST, 0))
            listening.listen()
            port = listening.getsockname()[1]
            part = redis_part.redis(tmp_path, (port,), "redis-server")
            soon = threading.Timer(0.3, listening.close)
            soon.start()
            parts.wait_released(part)
            assert ports.is_free(port)
            soon.join()

    def test_a_start_that_fails_says_the_last_words(self, tmp_path: Path) -> None:
        part = parts.Part(
            name="broken",
            folder=tmp_path / "broken",
            ports=(),
            command=("sh", "-c", "echo the disk is full; exit 3"),
            mark="none",
            files={},
            answers=lambda: False,
        )
        with pytest.raises(Unavailable, match="broken stopped while starting: the disk is full"):
            parts.wait_ready(part, parts.launch(part))


class TestCommandLine:
    def test_run_gives_the_addresses_and_the_exit_code(
        self, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        done = _run(tmp_path, "sh", "-c", "echo $TRUYVET_STORE; exit 7")
        assert done.returncode == 7
        assert done.stdout.strip() == f"chdb://{tmp_path}/embedded"
        assert not (tmp_path / "truyvet.env").exists()

    def test_a_polite_kill_reaches_the_command_and_takes_down(self, tmp_path: Path) -> None:
        script = "trap 'echo asked to end; exit 0' TERM; echo started; while :; do sleep 0.1; done"
        with subprocess.Popen(
            _words(tmp_path, "sh", "-c", script), stdout=subprocess.PIPE, text=True, cwd=install.REPO
        ) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == "started\n"
            child.terminate()
            assert child.stdout.readline() == "asked to end\n"
            assert child.wait(300) == 0
        assert not (tmp_path / "truyvet.env").exists()

    def test_a_command_that_dies_of_a_signal_reports_it_as_a_shell_would(self, tmp_path: Path) -> None:
        assert _run(tmp_path, "sh", "-c", "kill -KILL $$").returncode == 128 + signal.SIGKILL

    def test_two_commands_do_not_share_a_directory(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with command_line._alone(tmp_path):
            done = _run(tmp_path, "true")
        assert done.returncode == 1
        assert "another command works with the stack" in done.stderr

    def test_run_without_a_command_is_one_sentence(self, tmp_path: Path) -> None:
        done = subprocess.run(_words(tmp_path), capture_output=True, text=True, check=False, cwd=install.REPO)
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1


def _words(run: Path, *command: str) -> list[str]:
    base = [sys.executable, "-m", "deploy.stack", "run", "--stack", "embedded", "--run", str(run)]
    return [*base, "--", *command]


def _run(run: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        _words(run, *command), capture_output=True, text=True, check=False, cwd=install.REPO
    )


def _running_for(folder: Path) -> list[str]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and entry.name != str(os.getpid()):
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if str(folder) in line:
                found.append(line)
    return found


def states(stack: LocalStack, redis: str) -> list[str]:
    """How Kafka, Redis and ClickHouse are, once Redis is so and the others answer; or at long last."""
    for _ in range(100):
        found = [state for _, state, _ in stack.status()]
        if found == ["up", redis, "up"]:
            break
        time.sleep(0.1)
    return found


@pytest.mark.stack
class TestSecondStack:
    def test_lives_beside_the_first_survives_a_kill_and_leaves_nothing(self, tmp_path: Path) -> None:
        run = tmp_path / "thử nghiệm hai"
        with LocalStack(run, lambda line: None) as stack:
            assert states(stack, "up") == ["up", "up", "up"]
            address = stack.env["TRUYVET_STATE"]
            assert address != os.environ.get("TRUYVET_STATE")

            stack.kill9("redis")
            assert states(stack, "down")[1] == "down"
            stack.start("redis")
            assert stack.env["TRUYVET_STATE"] == address

            stack.pause("redis")
            assert states(stack, "not answering")[1] == "not answering"
            stack.resume("redis")
            assert states(stack, "up") == ["up", "up", "up"]
        assert _running_for(run) == []
        assert not (run / "truyvet.env").exists()

    def test_what_redis_was_told_survives_a_kill(self, tmp_path: Path) -> None:
        with LocalStack(tmp_path, lambda line: None, parts=("redis",)) as stack:
            port = int(stack.env["TRUYVET_STATE"].split(":")[2].split("/")[0])
            assert ports.ask(port, b"SET visit open\r\n", 5, 60) == b"+OK\r\n"
            # appendfsync everysec: what Redis has written is with the kernel, so a kill loses nothing.
            stack.kill9("redis")
            stack.start("redis")
            assert ports.ask(port, b"GET visit\r\n", 10, 60) == b"$4\r\nopen\r\n"

    @pytest.mark.skipif(shutil.which("redis-server") is None, reason="needs redis-server")
    def test_a_taken_port_is_replaced(self, tmp_path: Path) -> None:
        record = Record(tmp_path)
        with socket.socket() as other:
            other.bind((ports.HOST, ports.free_port()))
            other.listen()
            taken = other.getsockname()[1]
            record.ports["redis"] = [taken]
            record.write()
            with LocalStack(tmp_path, lambda line: None, parts=("redis",)) as stack:
                assert stack.env["TRUYVET_STATE"] != f"redis://{ports.HOST}:{taken}/0"
