"""Kafka, which carries every scan: its settings, its first-time preparation, and its sign of life."""

import base64
import os
import struct
import uuid
from pathlib import Path

from deploy.stack.parts import Part
from deploy.stack.ports import HOST, ask

VERSION = "4.4.0"
FILES = Path(__file__).resolve().parent / "kafka"  # the list of jars, and how to log

SETTINGS = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{inner}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{inner}
advertised.listeners=PLAINTEXT://{host}:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
# Relative to where the process starts: this file knows no way to write every path.
log.dirs=data
num.partitions=8
# The broker's clock stamps each scan; a phone's clock is not to be trusted.
log.message.timestamp.type=LogAppendTime
auto.create.topics.enable=false
# One machine holds the only copy, and few groups read: many partitions would only slow the start.
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=8
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
"""


def settings(port: int, inner: int) -> str:
    """The text of server.properties."""
    return SETTINGS.format(host=HOST, port=port, inner=inner)


def new_cluster_id() -> str:
    """A fresh identity, as Kafka writes it; never starting with a dash, which reads as an option."""
    return base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=").replace("-", "_")


def answers(port: int) -> bool:
    """Ask for the brokers that are open for work (Metadata, version 1, no topics): one is enough."""
    who = b"truyvet-stack"
    body = struct.pack(">hhih", 3, 1, 1, len(who)) + who + struct.pack(">i", 0)
    answer = ask(port, struct.pack(">i", len(body)) + body, 12)
    if len(answer) < 12:
        return False
    brokers: int = struct.unpack(">i", answer[8:12])[0]
    return brokers >= 1


def kafka(folder: Path, ports: tuple[int, ...], java: str, libs: Path) -> Part:
    """Kafka with its data in this folder and its programs in `libs`."""
    mark = f"-Dtruyvet.part={folder}"
    log4j = os.path.relpath(FILES / "log4j2.properties", folder)
    # Relative, because a colon in a folder's name would split the list of jars.
    jars = f"{os.path.relpath(libs, folder)}/*"
    machine = (java, mark, f"-Dlog4j2.configurationFile={log4j}", "-Xms256m", "-Xmx512m", "-cp", jars)
    prepare = ("kafka.tools.StorageTool", "format", "-t", new_cluster_id(), "-c", "server.properties")
    return Part(
        name="kafka",
        folder=folder,
        ports=ports,
        command=(*machine, "kafka.Kafka", "server.properties"),
        mark=mark,
        files={"server.properties": settings(ports[0], ports[1])},
        answers=lambda: answers(ports[0]),
        first=("data/meta.properties", (*machine, *prepare)),
        # Without a UTF-8 locale Java cannot open a path with Vietnamese letters in it.
        env={"LC_ALL": "C.UTF-8"},
        patience=120.0,
    )
