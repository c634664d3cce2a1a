"""Processes that answer HTTP: what they write down quotes nobody, and an address that is taken is told."""

import json
import socket
import subprocess
import sys
from collections.abc import Callable
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from scenario_world import SECONDS_MAX, World, wait_for

from deploy.stack.ports import free_port

NEW_WORLD = Callable[..., World]
CARD = "001093029317|NGUYEN VAN A"
FAILING = """
import sys
import deploy.gateway
from fastapi import APIRouter, Request

def failing(service):
    routes = APIRouter()
    @routes.post("/failing")
    async def fail(request: Request):
        raise ValueError((await request.body()).decode())
    return routes

deploy.gateway.MORE = (failing,)
sys.argv = ["truyvet", "gateway"]
from deploy.main import main
main()
"""


def test_a_fault_of_ours_is_logged_without_what_was_sent(embedded: NEW_WORLD) -> None:
    """Whatever its text says, and whoever logs it: the server beneath has words of its own."""
    world, port = embedded(), free_port()
    env = world.environ() | {"TRUYVET_GATEWAY_PORT": str(port)}
    log = world.home / "gateway.log"
    with log.open("w") as err:
        process = subprocess.Popen([sys.executable, "-c", FAILING], cwd=world.home, env=env, stderr=err)
    try:
        wait_for(lambda: "Takes scans" in log.read_text() or process.poll() is not None)
        with pytest.raises(HTTPError) as failed:
            urlopen(f"http://127.0.0.1:{port}/failing", CARD.encode(), timeout=60)
        assert json.loads(failed.value.read())["code"] == "failed"
        process.terminate()
        process.wait(SECONDS_MAX)
    finally:
        process.kill()
    said = log.read_text()
    assert "NGUYEN" not in said
    assert "001093029317" not in said
    lines = [json.loads(line) for line in said.splitlines()[1:]]
    assert lines
    assert all(line["error"] == "ValueError" for line in lines)


@pytest.mark.parametrize(
    ("words", "setting"),
    [(["gateway"], "TRUYVET_GATEWAY_PORT"), (["serve", "--no-worker"], "TRUYVET_API_PORT")],
    ids=lambda told: told if isinstance(told, str) else told[0],
)
def test_an_address_that_is_taken_is_told_in_one_sentence(
    embedded: NEW_WORLD, words: list[str], setting: str
) -> None:
    """With the setting that mends it, and the exit code of an outside that refuses."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = embedded().truyvet(*words, code=3, **{setting: str(port)})
    (line,) = said.err.splitlines()
    assert f"127.0.0.1:{port}" in line
    assert setting in line
