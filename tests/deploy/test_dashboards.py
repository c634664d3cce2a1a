"""The dashboard asks only for metrics that there are, for all of them, and with labels that they have."""

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest

from deploy.metrics import NAMES, PARTS, STAGES, VERDICTS, WorkerMetrics
from producers.gateway.declined import WORDS
from producers.gateway.metrics import NAMES as GATEWAY_NAMES
from producers.gateway.metrics import Metrics as GatewayMetrics
from producers.origin import FLAGS
from streams.dead_letters import Reason
from tracer.metrics import Metrics

DASHBOARDS = sorted((Path(__file__).resolve().parents[2] / "deploy/dashboards").glob("*.json"))
LABELS = {
    "verdict": set(VERDICTS),
    "reason": set(get_args(Reason)),
    "part": set(PARTS),
    "stage": {"kafka", *STAGES.values()},
    # Added by Prometheus itself, or free: le of histograms, store, and those of the API.
    "instance": None,
    "le": None,
    "store": None,
    "route": None,
    "status": None,
    "flag": set(FLAGS),
    "word": set(WORDS),
}


def served() -> set[str]:
    """Every name of a sample that a worker, a gateway or the API may show."""
    text = "".join(one().text().decode() for one in (WorkerMetrics, GatewayMetrics, Metrics))
    kinds = dict(re.findall(r"^# TYPE (\w+) (\w+)", text, re.MULTILINE))
    many = {"histogram": ("_bucket", "_sum", "_count"), "counter": ("",), "gauge": ("",)}
    return {f"{name}{end}" for name, kind in kinds.items() for end in many[kind]}


def queries(dashboard: dict[str, Any]) -> list[str]:
    return [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]


def test_there_is_one() -> None:
    """A folder that was moved would otherwise make every test below pass."""
    assert DASHBOARDS


@pytest.mark.parametrize("file", DASHBOARDS, ids=lambda file: str(file.name))
def test_a_dashboard_asks_for_what_there_is(file: Path) -> None:
    """Names, labels, and the values that a label is compared with."""
    for query in queries(json.loads(file.read_text(encoding="utf-8"))):
        names = set(re.findall(r"truyvet_\w+", query))
        assert names, query
        assert names <= served(), query
        for words in re.findall(r"by \(([\w, ]+)\)", query):
            assert set(words.split(", ")) <= LABELS.keys(), query
        for label, values in re.findall(r'(\w+)=~?"([^"]+)"', query):
            known = LABELS[label]
            assert known is not None, query
            assert set(values.split("|")) <= known, query
        assert query.count("(") == query.count(")"), query


def test_every_metric_of_a_worker_and_a_gateway_is_on_a_dashboard() -> None:
    """What nobody sees need not be counted."""
    asked = " ".join(query for file in DASHBOARDS for query in queries(json.loads(file.read_text("utf-8"))))
    assert not [name for name in [*NAMES, *GATEWAY_NAMES] if name not in asked]


@pytest.mark.parametrize("file", DASHBOARDS, ids=lambda file: str(file.name))
def test_panels_have_a_title_a_sentence_and_a_place_of_their_own(file: Path) -> None:
    """Two panels in one place hide each other."""
    taken: set[tuple[int, int]] = set()
    for panel in json.loads(file.read_text(encoding="utf-8"))["panels"]:
        assert panel["title"]
        assert panel["description"].endswith(".")
        where = panel["gridPos"]
        cells = {
            (where["x"] + across, where["y"] + down)
            for across in range(where["w"])
            for down in range(where["h"])
        }
        assert where["x"] + where["w"] <= 24
        assert not cells & taken, panel["title"]
        taken |= cells
