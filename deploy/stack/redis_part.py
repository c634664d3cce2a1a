"""Redis, where the open visits live: its settings, and how it shows that it is well."""

from pathlib import Path

from deploy.stack.parts import Part
from deploy.stack.ports import HOST, ask

SETTINGS = """\
bind {host}
port {port}
protected-mode yes
daemonize no
# Relative to where the process starts, so that a path with spaces needs no quoting.
dir ./
# The state must survive a crash: every change goes to a file, flushed each second.
appendonly yes
appendfsync everysec
save ""
maxmemory 512mb
maxmemory-policy allkeys-lru
# Redis would overwrite its command line, by which the stack knows its own process.
set-proc-title no
"""


def settings(port: int) -> str:
    """The text of redis.conf."""
    return SETTINGS.format(host=HOST, port=port)


def answers(port: int) -> bool:
    """True when Redis says PONG; while it still loads its file it says LOADING."""
    return ask(port, b"PING\r\n", 5).startswith(b"+PONG")


def redis(folder: Path, ports: tuple[int, ...], program: str) -> Part:
    """Redis with its data in this folder."""
    conf = str(folder / "redis.conf")
    return Part(
        name="redis",
        folder=folder,
        ports=ports,
        command=(program, conf),
        mark=conf,
        files={"redis.conf": settings(ports[0])},
        answers=lambda: answers(ports[0]),
    )
