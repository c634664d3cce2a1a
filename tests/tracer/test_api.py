"""Over the network the answers are the same rows, errors are told, and a broken stream shows."""

import asyncio
import json
import socket
import threading
from itertools import count
from pathlib import Path

import httpx
import pytest
import uvicorn
from tracer_worlds import NOW, ListReader, sources_of, stay

from producers.errors import Refused, Unavailable
from producers.moment import iso
from tracer import answer, trace
from tracer.api import build_api
from tracer.dose import Measure
from tracer.examples import ROWS
from tracer.jobs import JobLimits, Jobs
from tracer.profiles import OVERLAP, PCCOVID_1H
from tracer.question import ALWAYS, Limits, Window

TEN = 1_638_352_800  # 2021-12-01T10:00:00Z
A, B, C = "00000000000000aa", "00000000000000bb", "00000000000000cc"
VISITS = [
    stay(0xAA, 1, TEN, TEN + 3600),
    stay(0xBB, 1, TEN + 1200, TEN + 2400),
    stay(0xBB, 2, TEN + 7200, TEN + 9000),
    stay(0xCC, 2, TEN + 7265, TEN + 7365),
]
READER = ListReader(VISITS)


class Down(ListReader):
    """A store that cannot be reached."""

    def visits_of(self, persons, since, until):
        raise Unavailable("the store does not answer: try again later.")


def ask(api, address, method="GET", **how):
    """One request to the application, without a network."""

    async def send():
        transport = httpx.ASGITransport(app=api, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://tracer") as client:
            return await client.request(method, address, **how)

    return asyncio.run(send())


def api_of(reader=READER, ready=list, identify=None, **how):
    sources = sources_of(reader, **how)
    jobs = Jobs(sources, Path(), clock=lambda: NOW, name=str, limits=JobLimits())
    return build_api(sources, ready, identify, jobs)


def rows_of(response):
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/x-ndjson"
    return [json.loads(line) for line in response.text.splitlines()]


def test_each_question_gives_the_rows_of_the_answer():
    """The same objects, whichever way they are asked for."""
    api = api_of()
    window = Window(TEN + 1200, TEN + 1800)
    chain = trace.chain(READER, 0xAA, ALWAYS, OVERLAP, 0, measure=Measure(OVERLAP, ALWAYS))
    measure = Measure(OVERLAP, ALWAYS, "backward")
    backward = trace.chain(
        *(READER, 0xCC, ALWAYS, OVERLAP, 0), direction="backward", generations_max=1, measure=measure
    )
    expected = {
        f"/v1/persons/{A}/visits": answer.visit_rows(READER, trace.visits(READER, 0xAA, ALWAYS)),
        f"/v1/persons/{B}/contacts?from=2021-12-01T10:20:00&to=2021-12-01T10:30:00Z": answer.contact_rows(
            READER, trace.contacts(READER, 0xBB, window, OVERLAP, 0), Measure(OVERLAP, window)
        ),
        f"/v1/persons/{B}/contacts?profile=pccovid-1h": answer.contact_rows(
            READER, trace.contacts(READER, 0xBB, ALWAYS, PCCOVID_1H, 0), Measure(PCCOVID_1H, ALWAYS)
        ),
        f"/v1/persons/{B}/contacts?min_minutes=15": answer.contact_rows(
            READER, trace.contacts(READER, 0xBB, ALWAYS, OVERLAP, 900), Measure(OVERLAP, ALWAYS)
        ),
        f"/v1/persons/{A}/chain": answer.chain_rows(READER, chain),
        f"/v1/persons/{C}/chain?direction=backward&generations=1": answer.chain_rows(READER, backward),
        f"/v1/persons/{A}/chain/{C}/path": answer.path_rows(READER, trace.path(READER, chain, 0xCC)),
        "/v1/pairs": answer.pair_rows(READER, trace.pairs(READER, ALWAYS, OVERLAP, 0)),
        "/v1/flow": [answer.flow_row(READER.flow())],
    }
    for address, rows in expected.items():
        given = rows_of(ask(api, address))
        assert given == list(rows), address
        assert given, address


def test_no_rows_is_an_answer():
    """An empty body, well ended: nobody was met, or the other is not in the chain."""
    assert rows_of(ask(api_of(), f"/v1/persons/{A}/contacts?min_minutes=600")) == []
    assert rows_of(ask(api_of(), f"/v1/persons/{C}/chain/{A}/path")) == []


@pytest.mark.parametrize(
    ("address", "status", "detail"),
    [
        ("/v1/persons/zz/visits", 400, "16 hex digits"),
        (f"/v1/persons/{A}/contacts?from=2021-12-02&to=2021-12-01", 400, "must be after"),
        (f"/v1/persons/{A}/contacts?profile=sars", 400, "overlap, pccovid-1h"),
        (f"/v1/persons/{A}/contacts?profile=pccovid-1h&min_minutes=5", 400, "leave it out"),
        (f"/v1/persons/{A}/chain/{A}/path", 400, "two different people"),
        ("/v1/persons/0000000000000009/visits", 404, "no visit of person 0000000000000009 is stored"),
        (f"/v1/persons/{A}/chain/0000000000000009/path", 404, "no visit of person"),
        ("/v1/nothing", 404, "openapi.json"),
        (f"/v1/persons/{A}/chain?generations=0", 422, "generations"),
        (f"/v1/persons/{A}/chain?direction=sideways", 422, "direction"),
        (f"/v1/persons/{A}/contacts?min_minutes=-1", 422, "min_minutes"),
        (f"/v1/persons/{A}/contacts?min_minute=15", 422, "query.min_minute: it is not known here, where"),
        (f"/v1/persons/{A}/visits?onset=2021-12-01", 422, "there are from, to, as_known_at"),
        ("/v1/flow?from=2021-12-01", 422, "query.from: it is not known here"),
    ],
)
def test_a_question_that_cannot_be_answered_is_told_why(address, status, detail):
    """RFC 9457: title, status and one sentence, under the media type of problems."""
    told = ask(api_of(), address)
    assert told.status_code == status
    assert told.headers["content-type"] == "application/problem+json"
    assert told.json()["status"] == status
    assert told.json()["title"]
    assert detail in told.json()["detail"]


def test_a_store_that_is_down_is_worth_another_try():
    """503 with Retry-After; a refusal is 500; a fault of ours is 500 without its insides."""
    address = f"/v1/persons/{A}/visits"
    down = ask(api_of(Down(VISITS)), address)
    assert (down.status_code, down.headers["retry-after"]) == (503, "5")

    class Refusing(ListReader):
        def visits_of(self, persons, since, until):
            raise Refused("the store has another schema: run truyvet migrate.")

    refused = ask(api_of(Refusing(VISITS)), address)
    assert (refused.status_code, "migrate" in refused.json()["detail"]) == (500, True)

    class Faulty(ListReader):
        def visits_of(self, persons, since, until):
            raise KeyError("person aa")

    failed = ask(api_of(Faulty(VISITS)), address)
    assert failed.status_code == 500
    assert failed.headers["content-type"] == "application/problem+json"
    assert "person aa" not in failed.text


def test_a_chain_past_its_limit_is_refused():
    """Never the part of it."""
    told = ask(api_of(limits=Limits(people_max=1)), f"/v1/persons/{A}/chain")
    assert told.status_code == 400
    assert "people_max" in told.json()["detail"]


def test_limits_are_the_defaults_of_the_service():
    """How many generations when the question does not say."""
    rows = rows_of(ask(api_of(limits=Limits(generations_max=1)), f"/v1/persons/{A}/chain"))
    assert [row["person"] for row in rows] == [B]


@pytest.mark.parametrize("how", ["address", "body"])
def test_a_limit_that_is_asked_for_is_kept_and_told(how):
    """The smaller of asked and allowed: whole generations, and how much was left out, as at a terminal."""

    def chain_of(api, **limits):
        if how == "address":
            return ask(api, f"/v1/persons/{A}/chain", params=limits)
        return ask(api, "/v1/answers", "POST", json={"question": "chain", "person": A} | limits)

    told = chain_of(api_of(), people_max=1)
    assert [row["person"] for row in rows_of(told)] == [B]
    about = json.loads(told.headers["truyvet-about"])
    assert about["limits"]["people_max"] == about["question"]["people_max"] == 1
    assert about["counts"]["left_out_people_max"] == 1
    allowed = chain_of(api_of(limits=Limits(people_max=1)), people_max=9)
    assert json.loads(allowed.headers["truyvet-about"])["limits"]["people_max"] == 1
    told = chain_of(api_of(seconds=count().__next__), seconds_max=2.5)
    assert [row["person"] for row in rows_of(told)] == [B]
    about = json.loads(told.headers["truyvet-about"])
    assert about["limits"]["seconds_max"] == 2.5
    assert about["counts"]["left_out_seconds_max"] == 1
    assert chain_of(api_of(), people_max=0).status_code == 422


def test_coverage_knows_the_units_of_the_registry():
    """By address and in a body, as at a terminal."""
    api = api_of(units=lambda venues, moment: dict.fromkeys(venues, "79"))
    (row,) = rows_of(ask(api, "/v1/coverage?venue=gate&expected=9"))
    assert (row["unit"], row["venue"]) == ("79", "gate")
    body = {"question": "coverage", "expected": {"gate": 9, "bus": 2}, "by": "unit"}
    (row,) = rows_of(ask(api, "/v1/answers", "POST", json=body))
    assert (row["unit"], row["expected"]) == ("79", 11)


def test_an_outbreak_past_a_limit_that_is_asked_for_is_refused():
    """It has no whole generations to end with."""
    body = {"question": "outbreak", "cases": [{"person": A}], "generations": 2, "people_max": 1}
    told = ask(api_of(), "/v1/answers", "POST", json=body)
    assert (told.status_code, "people_max" in told.json()["detail"]) == (400, True)


def test_every_answer_says_what_it_rests_on():
    """In a header, as the same object that a manifest holds; an answer that streams has no counts yet."""
    told = json.loads(ask(api_of(), f"/v1/persons/{A}/contacts?min_minutes=15").headers["truyvet-about"])
    assert told["question"] == {"name": "contacts", "person": A, "min_minutes": 15}
    assert told["profile"]["version"] == OVERLAP.version
    assert told["counts"] == {"visits_read": 3, "exposures": 1, "inferred": 1}
    assert told["watermark"] == iso(NOW - 60)
    assert "distance" in told["caveat"]
    streamed = json.loads(ask(api_of(), "/v1/pairs").headers["truyvet-about"])
    assert "counts" not in streamed


def test_a_question_may_be_asked_in_a_body():
    """The same answer, nobody in the address, and a rule of one's own as its fields or as TOML."""
    api = api_of()
    body = {"question": "contacts", "person": A, "from": "2021-12-01", "min_minutes": 15}
    by_get = ask(api, f"/v1/persons/{A}/contacts?from=2021-12-01&min_minutes=15")
    assert rows_of(ask(api, "/v1/answers", "POST", json=body)) == rows_of(by_get) != []
    own = {"name": "own", "version": 3, "rule": "overlap", "sentence": "Ours.", "source": "Us."}
    own |= {"minutes_min": 20.5}
    toml = "\n".join(f"{name} = {json.dumps(value)}" for name, value in own.items())
    for rule in (own, toml, json.dumps(own)):
        asked = ask(api, "/v1/answers", "POST", json=body | {"profile": rule, "min_minutes": None})
        assert rows_of(asked) == []
        assert json.loads(asked.headers["truyvet-about"])["profile"]["version"] == 3
    assert ask(api, f"/v1/persons/{A}/contacts", params={"profile": toml}).text == ""


@pytest.mark.parametrize(
    ("body", "status", "detail"),
    [
        ({"question": "contact", "person": A}, 422, "contact"),
        ({"person": A}, 422, "question"),
        ({"question": "contacts", "person": A, "metres": 2}, 422, "metres"),
        ({"question": "contacts", "person": A, "profile": {"name": "own"}}, 400, "lacks version"),
        ({"question": "visits"}, 400, "give one of them"),
        ({"question": "contacts", "person": A, "onset": "2021-12-05"}, 400, "nothing of infectious days"),
        ({"question": "contacts", "person": A, "as_known_at": "2100-01-01"}, 400, "still to come"),
    ],
)
def test_a_body_that_cannot_be_used_is_told_why(body, status, detail):
    """The same problems as for an address."""
    told = ask(api_of(), "/v1/answers", "POST", json=body)
    assert (told.status_code, told.json()["status"]) == (status, status)
    assert detail in told.json()["detail"]


def test_infectious_days_bound_the_window():
    """From the day of onset, by the days of the profile, as on the command line."""
    api = api_of()
    met = f"/v1/persons/{A}/contacts?profile=who-15min"
    assert [row["person"] for row in rows_of(ask(api, f"{met}&onset=2021-12-03"))] == [B]
    assert rows_of(ask(api, f"{met}&onset=2021-12-04")) == []
    about = json.loads(ask(api, f"{met}&sample=2021-12-04").headers["truyvet-about"])
    assert about["window"] == {"from": "2021-12-02T00:00:00Z", "to": "2021-12-15T00:00:00Z"}


def test_the_past_is_asked_where_it_is_wanted():
    """The reader of that moment answers, and the watermark is no later than the moment."""
    asked = []

    def past(before):
        asked.append(before)
        return ListReader(VISITS[:1])

    told = ask(api_of(past=past), f"/v1/persons/{A}/contacts?as_known_at=2021-12-01T12:00Z")
    assert (rows_of(told), asked) == ([], [TEN + 7200])
    about = json.loads(told.headers["truyvet-about"])
    assert about["as_known_at"] == about["watermark"] == "2021-12-01T12:00:00Z"


def test_an_identity_becomes_a_person():
    """In the body of a request; a service without the key says so."""
    api = api_of(identify=lambda identity: {"0912345678": 0xAA}[identity])
    assert ask(api, "/v1/pseudonym", "POST", json={"identity": "0912345678"}).json() == {"person": A}
    assert ask(api_of(), "/v1/pseudonym", "POST", json={"identity": "0912345678"}).status_code == 400
    invalid = ask(api, "/v1/pseudonym", "POST", json={"identity": ["0912345678"]})
    assert invalid.status_code == 422
    assert "0912345678" not in invalid.text


def test_operations():
    """Alive, ready or what is down, and counters that name no person."""
    api = api_of(ready=lambda: ["store"])
    assert ask(api, "/healthz").status_code == 200
    not_ready = ask(api, "/readyz")
    assert (not_ready.status_code, not_ready.json()["down"]) == (503, ["store"])
    assert ask(api_of(), "/readyz").json() == {"ready": True, "down": []}
    ask(api, f"/v1/persons/{A}/visits")
    ask(api, "/v1/persons/zz/visits")
    ask(api, "/nowhere")
    counted = ask(api, "/metrics").text
    route = 'route="/v1/persons/{person}/visits"'
    assert f'truyvet_tracer_requests_total{{{route},status="200"}} 1.0' in counted
    assert f'truyvet_tracer_requests_total{{{route},status="400"}} 1.0' in counted
    assert 'truyvet_tracer_requests_total{route="unmatched",status="404"} 1.0' in counted
    assert f"truyvet_tracer_request_seconds_count{{{route}}} 2.0" in counted
    assert A not in counted


def test_the_description_has_an_example_of_every_answer():
    """/openapi.json, and no page that would load scripts from elsewhere."""
    api = api_of()
    described = ask(api, "/openapi.json").json()
    assert described["info"]["version"] == "1.2.3"
    by_route = {
        path.split("/")[-1]: operation["get"]["responses"]["200"]["content"]["application/x-ndjson"]
        for path, operation in described["paths"].items()
        if path.startswith("/v1/") and "get" in operation and "jobs" not in path
    }
    questions = {"visits", "contacts", "chain", "path", "difference", "pairs", "coverage", "flow"}
    assert questions <= by_route.keys()
    for name, answer_to in by_route.items():
        assert answer_to["example"] == ROWS[name]
        assert answer_to["schema"]["required"] == list(ROWS[name])
    contacts = described["paths"]["/v1/persons/{person}/contacts"]["get"]["parameters"]
    names = {"person", "from", "to", "as_known_at", "profile", "min_minutes", "onset", "sample"}
    names |= {"venue_crowd_max"}
    assert {one["name"] for one in contacts} == names
    assert "application/json" not in described["paths"]["/v1/pairs"]["get"]["responses"]["200"]["content"]
    assert ask(api, "/docs").status_code == ask(api, "/redoc").status_code == 404


class Breaking(ListReader):
    """A store that goes down in the middle of everyone's meetings."""

    def visits_by_venue(self, since, until):
        for venue in range(40):
            yield [stay(person, venue, TEN, TEN + 60) for person in range(20)]
        raise Unavailable("the store went away.")


@pytest.fixture
def served():
    """An application behind a real server on a free port; gives its address."""
    running = []

    def serve(api):
        listening = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(api, log_level="critical"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{listening.getsockname()[1]}"

    yield serve
    for server, thread in running:
        server.should_exit = True
        thread.join()


def test_a_stream_that_breaks_does_not_look_whole(served):
    """The connection ends without its end; before the first rows it would have been a 503."""
    address = served(api_of(Breaking(VISITS)))
    with httpx.stream("GET", f"{address}/v1/pairs", trust_env=False, timeout=300) as response:
        assert response.status_code == 200
        lines = response.iter_lines()
        assert json.loads(next(lines)).keys() == ROWS["pairs"].keys()
        with pytest.raises(httpx.RemoteProtocolError):
            list(lines)
    counted = httpx.get(f"{address}/metrics", trust_env=False, timeout=300).text
    assert 'truyvet_tracer_requests_total{route="/v1/pairs",status="aborted"} 1.0' in counted


def test_a_long_stream_arrives_whole(served):
    """More rows than one chunk and one lookup hold, over a real connection."""
    crowd = [stay(person, 1, TEN, TEN + 60) for person in range(120)]
    address = served(api_of(ListReader(crowd)))
    rows = rows_of(httpx.get(f"{address}/v1/pairs", trust_env=False, timeout=300))
    assert rows == list(answer.pair_rows(READER, trace.pairs(ListReader(crowd), ALWAYS, OVERLAP, 0)))
    assert len(rows) == 120 * 119 // 2
