"""Looks for the programs the stack needs, installs what is missing, or says in one sentence how to."""

import glob
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import TracebackType

from deploy.stack import kafka_part
from deploy.stack.say import say
from producers.errors import TruyvetError, Unavailable

Report = Callable[[str], None]

# Debian keeps servers where an ordinary user's PATH does not look.
SERVER_DIRS = "/usr/local/sbin:/usr/sbin:/sbin"
REPO = Path(__file__).resolve().parents[2]
LIBS = REPO / ".run" / f"kafka-libs-{kafka_part.VERSION}"
ZONES = Path("/usr/share/zoneinfo")
COMPLETE = ".complete"


def program(name: str) -> str | None:
    """Where a program is, servers included."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:{SERVER_DIRS}")


def java() -> str | None:
    """A Java of version 17 or later: JAVA_HOME's, the usual one, or another one that is installed."""
    home = os.environ.get("JAVA_HOME")
    usual = [f"{home}/bin/java"] if home else []
    usual += [found for found in [program("java")] if found]
    return next((one for one in usual + sorted(glob.glob("/usr/lib/jvm/*/bin/java")) if _is_17(one)), None)


def _is_17(path: str) -> bool:
    try:
        done = subprocess.run([path, "-version"], capture_output=True, text=True, check=False)
    except OSError:
        return False
    found = re.search(r'version "(\d+)', done.stderr)
    return found is not None and int(found[1]) >= 17


def missing(parts: Sequence[str], libs: Path = LIBS) -> dict[str, str]:
    """What is not on this machine: its name for a person, and the Debian package that brings it."""
    lacks: dict[str, str] = {}
    if "kafka" in parts:
        if java() is None:
            lacks["Java 17"] = "default-jre-headless"
        if not (libs / COMPLETE).exists() and program("mvn") is None:
            lacks["Maven"] = "maven"
    if "redis" in parts and program("redis-server") is None:
        lacks["Redis"] = "redis-server"
    if "clickhouse" in parts and program("clickhouse-server") is None:
        lacks["ClickHouse"] = "clickhouse-server"
    if "clickhouse" in parts and not ZONES.is_dir():
        # A minimal Debian lacks it, its ClickHouse package does not ask for it, and the server stops without.
        lacks["the list of time zones"] = "tzdata"
    return lacks


def sentence(lacks: dict[str, str]) -> str:
    """One sentence: what is missing and the command that mends it."""
    verb = "is" if len(lacks) == 1 else "are"
    names, packages = ", ".join(lacks), " ".join(lacks.values())
    return f"{names[0].upper()}{names[1:]} {verb} missing; install with: sudo apt-get install {packages}"


def ensure(parts: Sequence[str], report: Report, libs: Path = LIBS) -> None:
    """Have everything these parts need, or raise Unavailable with the sentence."""
    mend(missing(parts, libs), report)
    still = missing(parts, libs)
    if still:
        raise Unavailable(sentence(still))
    if "kafka" in parts and not (libs / COMPLETE).exists():
        fetch_kafka(libs, report)


def mend(lacks: dict[str, str], report: Report) -> None:
    """Install the missing Debian packages when we may; otherwise say who must."""
    if not lacks:
        return
    apt = shutil.which("apt-get")
    if os.geteuid() != 0 or apt is None:
        raise Unavailable(sentence(lacks))
    report(f"Installing {', '.join(lacks)} (apt-get install {' '.join(lacks.values())})")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with _no_services():
        # A failing update (one dead mirror among several) need not stop an install that works.
        subprocess.run([apt, "update", "-q"], env=env, capture_output=True, check=False)
        done = subprocess.run(
            [apt, "install", "-y", "-q", "--no-install-recommends", *lacks.values()],
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode != 0:
        why = (done.stderr.strip() or done.stdout.strip() or "no reason given").splitlines()[-1]
        raise Unavailable(f"{sentence(lacks)} (apt-get said: {why})")


class _PolicyFile(AbstractContextManager[None]):
    """Debian starts a server as soon as it is installed, unless this file says no."""

    path = Path("/usr/sbin/policy-rc.d")

    def __enter__(self) -> None:
        self.path.write_text("#!/bin/sh\nexit 101\n", encoding="ascii")
        self.path.chmod(0o755)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.path.unlink(missing_ok=True)


def _no_services() -> AbstractContextManager[None]:
    # Ours run on their own ports and must leave nothing behind. A policy that exists is not ours to change.
    return nullcontext() if _PolicyFile.path.exists() else _PolicyFile()


def fetch_kafka(libs: Path, report: Report) -> None:
    """Let Maven copy Kafka's jars; half a download never looks like a whole one."""
    report(f"Fetching Kafka {kafka_part.VERSION} with Maven into {libs} (once)")
    fresh = libs.with_name(f"{libs.name}.{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    pom = str(kafka_part.FILES / "pom.xml")
    goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={fresh}"]
    env = {**os.environ, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [program("mvn") or "mvn", "-q", "-B", "-Dstyle.color=never", "-f", pom, *goal],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        if done.returncode != 0 or not list(fresh.glob("kafka_2.13-*.jar")):
            raise Unavailable(
                f"Maven could not fetch Kafka {kafka_part.VERSION} ({_complaint(done.stdout)}); "
                f"check the network and try again with: mvn -f {pom} dependency:copy-dependencies"
            )
        (fresh / COMPLETE).touch()
        shutil.rmtree(libs, ignore_errors=True)
        fresh.rename(libs)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _complaint(text: str) -> str:
    """Maven's first error, without colours and without the addresses it goes on to list."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    first = next((line for line in plain.splitlines() if "ERROR" in line), "no reason given")
    return first.strip().removeprefix("[ERROR]").split("->")[0].strip()[:300]


def main() -> int:
    """What `make install` calls first: a Python that can make a virtual environment.

    --tests: also a browser for the tests of pages, which are skipped where there is none.
    """
    if sys.version_info < (3, 11):  # noqa: UP036 - this runs before anything is installed
        say(f"Python 3.11 is needed, not {sys.version.split()[0]}; run: sudo apt-get install python3.11-venv")
        return 1
    try:
        if importlib.util.find_spec("ensurepip") is None:
            mend({"Python's venv": "python3-venv"}, say)
    except TruyvetError as error:
        say(str(error))
        return 1
    if "--tests" in sys.argv and program("chromium") is None:
        try:
            mend({"Chromium": "chromium"}, say)
        except TruyvetError as error:
            say(f"{error}; until then the tests of pages are skipped")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
