"""ClickHouse, where finished visits are kept and questions are answered: settings and sign of life."""

from pathlib import Path
from xml.sax.saxutils import escape

from deploy.stack.parts import Part
from deploy.stack.ports import HOST, ask

# Only the native port is opened: the others (HTTP, between servers) would clash with a second stack.
CONFIG = """\
<?xml version="1.0"?>
<yandex>
  <logger>
    <level>warning</level>
    <log>{folder}/server.log</log>
    <errorlog>{folder}/error.log</errorlog>
    <size>10M</size>
    <count>2</count>
  </logger>
  <tcp_port>{port}</tcp_port>
  <listen_host>{host}</listen_host>
  <path>{folder}/data/</path>
  <tmp_path>{folder}/tmp/</tmp_path>
  <users_config>{folder}/users.xml</users_config>
  <default_profile>default</default_profile>
  <default_database>default</default_database>
  <mark_cache_size>268435456</mark_cache_size>
  <timezone>UTC</timezone>
</yandex>
"""

# No password: the server listens on loopback only and accepts nobody from elsewhere.
USERS = """\
<?xml version="1.0"?>
<yandex>
  <profiles>
    <default>
      <readonly>0</readonly>
      <max_memory_usage>4000000000</max_memory_usage>
    </default>
  </profiles>
  <users>
    <default>
      <password></password>
      <networks><ip>127.0.0.1</ip></networks>
      <profile>default</profile>
      <quota>default</quota>
    </default>
  </users>
  <quotas><default></default></quotas>
</yandex>
"""


def config(folder: Path, port: int) -> str:
    """The text of config.xml."""
    return CONFIG.format(folder=escape(str(folder)), port=port, host=HOST)


def _text(value: str) -> bytes:
    raw = value.encode()
    return bytes([len(raw)]) + raw


def answers(port: int) -> bool:
    """Greet in the native protocol; the first byte of a greeting in return is 0, of a refusal 2."""
    # Packet 0 (hello), who we are, version 1.1, protocol revision 54032 as a variable-length number.
    hello = b"\x00" + _text("truyvet stack") + b"\x01\x01" + b"\x90\xa6\x03"
    hello += _text("default") + _text("default") + _text("")
    return ask(port, hello, 1)[:1] == b"\x00"


def clickhouse(folder: Path, ports: tuple[int, ...], program: str) -> Part:
    """ClickHouse with its data in this folder."""
    mark = f"--config-file={folder / 'config.xml'}"
    return Part(
        name="clickhouse",
        folder=folder,
        ports=ports,
        command=(program, mark),
        mark=mark,
        files={"config.xml": config(folder, ports[0]), "users.xml": USERS},
        answers=lambda: answers(ports[0]),
        # Newer servers start a second process that would start them again after a kill.
        env={"CLICKHOUSE_WATCHDOG_ENABLE": "0"},
        logs=("error.log",),
    )
