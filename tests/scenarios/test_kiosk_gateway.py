"""A kiosk and the real gateway: an afternoon on which the gateway dies, until its scans are meetings."""

import json
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from scenario_world import SECONDS_MAX, World, wait_for

from deploy.stack.ports import free_port

CITIZEN = "046190000001|Trần Thị B|1990|Nữ|1 Lê Lợi, Huế|15042021"
NEW_WORLD = Callable[..., World]


class Gateway:
    """`truyvet gateway` on one port, to be killed and started again."""

    def __init__(self, world: World, *words: str) -> None:
        self._world, self._words = world, words
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self.start()

    def start(self) -> None:
        env = {"TRUYVET_GATEWAY_PORT": str(self._port)}
        with (self._world.home / "gateway.log").open("a") as err:
            self.process = self._world.start("gateway", *self._words, stderr=err, env=env)
        wait_for(lambda: self._answers() or self.process.poll() is not None)
        assert self.process.poll() is None, self.said()

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.url}/healthz", timeout=60) as answer:
                return bool(answer.status == 200)
        except (URLError, ConnectionError):
            return False

    def kill9(self) -> None:
        self.process.kill()
        self.process.wait()

    def said(self) -> str:
        return (self._world.home / "gateway.log").read_text()


@contextmanager
def gateway(world: World, *words: str) -> Iterator[Gateway]:
    """It runs meanwhile, and is ended in good order."""
    found = Gateway(world, *words)
    try:
        yield found
        found.process.send_signal(signal.SIGTERM)
        found.process.wait(SECONDS_MAX)
    finally:
        found.kill9()
    assert "Traceback" not in found.said()


def cards(world: World, many: int) -> list[str]:
    return [row["code"] for row in world.ask("code", "make", "--cards", str(many))]


def afternoon(world: World, invited: dict[str, str], door: Gateway) -> None:
    """Ten people through one door, in three runs of the kiosk; the gateway dies before the second."""
    keys = world.home / "keys.json"
    keys.write_text("\n".join(map(json.dumps, world.ask("code", "keys"))))
    folder = ("--folder", str(world.home / "kiosk"))
    enrol = ("kiosk", "enrol", "--gateway", door.url, *folder, "--invitation")
    wrong = world.truyvet(*enrol, "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA", code=3)
    assert "403" in wrong.err
    (made,) = world.ask(*enrol, invited["invitation"])
    assert (made["device"], made["venue"], made["skew_seconds"]) == (invited["device"], "market 12", 0)

    people = [*cards(world, 9), CITIZEN]
    run = ("kiosk", "run", "--key", str(keys), *folder)
    said = world.truyvet(*run, stdin="\n".join([*people[:5], "rubbish"]), code=0)
    assert said.out.count("ĐÃ GHI") == 5
    door.kill9()
    said = world.truyvet(*run, stdin="\n".join(people[5:]), code=1)
    assert said.out.count("ĐÃ GHI") == 5
    door.start()
    assert world.ask("kiosk", "rotate", *folder) == [{"device": made["device"], "venue": "market 12"}]
    world.truyvet(*run, code=0)
    (status,) = world.ask("kiosk", "status", *folder)
    assert (status["waiting"], status["aside"], status["trouble"]) == (0, 0, "")


def answers(world: World) -> None:
    """Everyone was at the market, by way of a kiosk; the one with the citizen card met the nine others."""
    (person,) = world.ask("pseudonym", "046190000001")
    (visit,) = world.ask("visits", person["person"])
    assert visit["venue"] == "market 12"
    (scan,) = world.ask("scans", person["person"])
    assert scan["origin"].startswith("kiosk")
    assert len({row["person"] for row in world.ask("contacts", person["person"])}) == 9
    assert world.ask("dead", "ls") == []


def begun(world: World) -> dict[str, str]:
    """Topics, tables, a key of codes, and the invitation of one kiosk."""
    world.truyvet("init")
    world.truyvet("code", "keys", "make")
    (invited,) = world.ask("devices", "invite", "--kind", "kiosk", "--venue", "market 12")
    return dict(invited)


@pytest.mark.long
def test_in_one_process(embedded: NEW_WORLD) -> None:
    """The gateway of a district: no Kafka, no Redis, the store on its disk."""
    world = embedded()
    invited = begun(world)
    with gateway(world) as door:
        afternoon(world, invited, door)
    answers(world)


@pytest.mark.stack
@pytest.mark.slow
def test_on_the_real_stack(private: NEW_WORLD) -> None:
    """Through Kafka and a worker into ClickHouse."""
    world = private()
    invited = begun(world)
    with world.worker():
        with gateway(world) as door:
            afternoon(world, invited, door)
        world.drain()
        answers(world)
