"""A job over the network: accepted with 202, watched by events, fetched as lines, stopped by DELETE."""

import asyncio
import json
import threading

import httpx
import pytest
from tracer_worlds import NOW, ListReader, sources_of, stay

from tracer.api import build_api
from tracer.jobs import JobLimits, Jobs

BODY = {"question": "pairs", "profile": "overlap"}
CROWD = [stay(person, venue, 0, 60) for venue in range(3) for person in range(4)]


class Gate(ListReader):
    """A store that waits until it is let go on."""

    def __init__(self, visits):
        super().__init__(visits)
        self.open = threading.Event()

    def visits_by_venue(self, since, until):
        for together in super().visits_by_venue(since, until):
            assert self.open.wait(60)
            yield together


@pytest.fixture
def service(tmp_path):
    """One job at a time over a store that waits; gives the gate and how to ask."""
    reader, names = Gate(CROWD), iter("abc")
    sources = sources_of(reader)
    jobs = Jobs(
        *(sources, tmp_path), clock=lambda: NOW, name=lambda: next(names), limits=JobLimits(jobs_max=1)
    )
    api = build_api(sources, list, None, jobs)

    def ask(method, address, **how):
        async def send():
            async with httpx.AsyncClient(transport=httpx.ASGITransport(api), base_url="http://t") as client:
                return await client.request(method, address, **how)

        return asyncio.run(send())

    yield reader.open, ask
    reader.open.set()
    jobs.close()


def events_of(response):
    """The events of a stream, each as (name, data)."""
    assert response.headers["content-type"].startswith("text/event-stream")
    told = []
    for block in response.text.split("\n\n"):
        if block.startswith("event: "):
            name, data = block.split("\n")
            told.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return told


def test_a_job_from_its_acceptance_to_its_answer(service):
    """202 and where it is; 409 while it works; events until it is done; the rows, and what they rest on."""
    gate, ask = service
    begun = ask("POST", "/v1/jobs", json=BODY)
    where = begun.headers["location"]
    assert (begun.status_code, begun.json()["state"], where) == (202, "running", "/v1/jobs/a")
    early = ask("GET", f"{where}/result")
    assert (early.status_code, early.json()["title"]) == (409, "The job has no answer")
    full = ask("POST", "/v1/jobs", json=BODY)
    assert (full.status_code, full.headers["retry-after"]) == (429, "5")
    gate.set()
    events = events_of(ask("GET", f"{where}/events"))
    assert (events[-1][0], events[-1][1]["rows"]) == ("done", 18)
    assert ask("GET", where).json() == events[-1][1]
    result = ask("GET", f"{where}/result")
    assert result.headers["content-type"] == "application/x-ndjson"
    by_get = ask("GET", "/v1/pairs")
    assert result.text == by_get.text
    assert json.loads(result.headers["truyvet-about"])["counts"]["exposures"] == 18
    counted = ask("GET", "/metrics").text
    assert 'truyvet_tracer_jobs_total{question="pairs",state="done"} 1.0' in counted
    assert 'truyvet_tracer_requests_total{route="/v1/jobs/{job}/result",status="409"} 1.0' in counted


def test_a_job_is_stopped(service):
    """DELETE answers with the job; the events end with `cancelled`; a second DELETE forgets it."""
    gate, ask = service
    where = ask("POST", "/v1/jobs", json=BODY).headers["location"]
    assert ask("DELETE", where).status_code == 200
    gate.set()
    assert events_of(ask("GET", f"{where}/events"))[-1][0] == "cancelled"
    assert ask("GET", f"{where}/result").status_code == 409
    assert ask("DELETE", where).json()["state"] == "cancelled"
    assert ask("GET", where).status_code == 404


def test_a_question_that_cannot_be_used_is_no_job(service):
    """Told at once, and nothing runs."""
    _, ask = service
    assert ask("POST", "/v1/jobs", json={"question": "pairs", "from": "x"}).status_code == 400
    assert ask("POST", "/v1/jobs", json={"question": "everything"}).status_code == 422
    for method, address in (("GET", ""), ("GET", "/events"), ("GET", "/result"), ("DELETE", "")):
        assert ask(method, f"/v1/jobs/zz{address}").json()["title"] == "Job not known"
