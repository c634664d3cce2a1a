"""147,938 real check-ins through the real command line: nothing lost, and answers equal to brute force."""

import random
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from scenario_oracles import CheckIn, Met, all_pairs, check_ins, epoch, reach
from scenario_world import Said, Tables, World, same

ROWS, DISTINCT, PEOPLE, VENUES = 147_938, 147_480, 1_083, 5_135
CASES = 50
RULE = "pccovid-1h"
MONTH = 30 * 86_400

Answers = dict[str, Said]


@pytest.fixture(scope="module")
def rows(new_york: Path) -> list[CheckIn]:
    return check_ins(new_york)


@pytest.fixture(scope="module")
def names(quiet: World, rows: list[CheckIn]) -> dict[str, str]:
    """Identity -> person, as the command line tells it."""
    identities = sorted({row.person for row in rows})
    told = quiet.truyvet("pseudonym", "-", "--format", "json", stdin="\n".join(identities) + "\n").rows()
    assert [one["given"] for one in told] == identities
    return {one["given"]: one["person"] for one in told}


@pytest.fixture(scope="module")
def met(rows: list[CheckIn], names: dict[str, str]) -> list[Met]:
    return all_pairs(rows, names)


class Question(NamedTuple):
    """A chain to ask for: [since, until) in epoch seconds."""

    case: str
    generations: int
    direction: str
    since: int
    until: int

    def path(self) -> str:
        return (
            f"/v1/persons/{self.case}/chain?profile={RULE}&generations={self.generations}"
            f"&direction={self.direction}&from={self.since}&to={self.until}"
        )

    def words(self) -> list[str]:
        words = ["chain", self.case, "--profile", RULE, "--generations", str(self.generations)]
        return [*words, "--direction", self.direction, "--from", str(self.since), "--to", str(self.until)]


@pytest.fixture(scope="module")
def questions(met: list[Met], names: dict[str, str]) -> list[Question]:
    """45 people who met somebody, in a month about that meeting; 5 drawn from all, over all ten months.

    Each forward, every second backward too; one to four generations.
    """
    draw = random.Random(2012)
    meeting = {one.a: one.at for one in met} | {one.b: one.at for one in met}
    chosen = draw.sample(sorted(meeting), CASES - 5)
    others = draw.sample(sorted(set(names.values()) - set(chosen)), 5)
    asked = []
    for index, case in enumerate(chosen + others):
        generations, since, until = 1 + index % 4, 0, 2**31
        if index < len(chosen):
            since = meeting[case] - draw.randrange(MONTH)
            until = since + MONTH
        else:
            generations = min(generations, 2)
        asked.append(Question(case, generations, "forward", since, until))
        if index % 2:
            asked.append(Question(case, generations, "backward", since, until))
    assert len({one.case for one in asked}) == CASES
    return asked


def chains(world: World, questions: list[Question]) -> Answers:
    with world.api() as get:
        answers = {path: get(path) for path in (one.path() for one in questions)}
        answers["/v1/flow"] = get("/v1/flow")
    assert {answer.code for answer in answers.values()} == {200}
    return answers


@pytest.fixture(scope="module")
def embedded_chains(quiet: World, questions: list[Question]) -> Answers:
    return chains(quiet, questions)


@pytest.fixture(scope="module")
def embedded_pairs(quiet: World) -> Said:
    return quiet.truyvet("pairs", "--profile", RULE, "--format", "json")


@pytest.fixture(scope="module")
def imported(real: World, new_york: Path) -> World:
    """The whole file through Kafka, Redis and ClickHouse, with a worker beside."""
    made = [row["made"] for row in real.ask("init")]
    assert {"scans.v1", "scans.dead.v1"} <= set(made)
    assert real.ask("init") == []
    with real.worker():
        assert real.take_in(new_york) == {
            "read": ROWS,
            "published": ROWS,
            "refused": 0,
            "scans": ROWS,
            "refused_lines": [],
        }
        real.drain()
    return real


def check_flow(flow: dict[str, Any]) -> None:
    counted = {key: flow[key] for key in ("scans", "stored", "duplicates", "dead", "visits")}
    assert counted == {
        "scans": ROWS,
        "stored": DISTINCT,
        "duplicates": ROWS - DISTINCT,
        "dead": 0,
        "visits": DISTINCT,
    }
    assert (flow["persons"], flow["venues"]) == (PEOPLE, VENUES)
    assert flow["scanned_until"] == "2013-02-16T02:34:00Z"


def check_pairs(told: Said, met: list[Met]) -> None:
    """Each meeting once per two check-ins, no other, and as one moment."""
    rows = told.rows()
    assert all(row["start"] == row["end"] for row in rows)
    found = Counter(Met(r["person_a"], r["person_b"], r["venue"], epoch(r["start"])) for r in rows)
    expected = Counter(met)
    assert len(met) > 5_000
    assert (found - expected, expected - found) == (Counter(), Counter())


def check_chains(answers: Answers, met: list[Met], questions: list[Question]) -> None:
    """Person, generation, moment and giver of everyone reached; the venue is one where the two met."""
    meetings = {(frozenset((one.a, one.b)), one.at, one.venue) for one in met}
    deepest = most = 0
    for question in questions:
        rows = answers[question.path()].rows()
        asked = [one for one in met if question.since <= one.at < question.until]
        sign = 1 if question.direction == "forward" else -1
        expected = reach(asked, question.case, question.generations, sign)
        found = {r["person"]: (r["generation"], epoch(r["exposed_at"]), r["from_person"]) for r in rows}
        assert found == expected
        assert len(rows) == len(found)
        assert rows == sorted(rows, key=lambda r: (r["exposed_at"], r["person"]))
        for row in rows:
            pair = frozenset((row["person"], row["from_person"]))
            assert (pair, epoch(row["exposed_at"]), row["venue"]) in meetings
            assert row["start"] == row["end"] == row["exposed_at"]
        deepest = max([deepest, *(row["generation"] for row in rows)])
        most = max(most, len(rows))
    assert deepest == 4  # or the questions would prove little
    assert most > 20


def test_the_file_is_the_one_that_is_described(rows: list[CheckIn]) -> None:
    assert (len(rows), len(set(rows))) == (ROWS, DISTINCT)
    assert len({row.person for row in rows}) == PEOPLE
    assert len({row.venue for row in rows}) == VENUES


class TestEmbedded:
    def test_no_scan_is_lost_and_repeats_count_once(self, quiet: World) -> None:
        check_flow(quiet.flow())

    def test_pairs_are_those_of_a_scan_over_the_raw_rows(self, embedded_pairs: Said, met: list[Met]) -> None:
        check_pairs(embedded_pairs, met)

    def test_chains_are_those_of_a_search_over_all_meetings(
        self, embedded_chains: Answers, met: list[Met], questions: list[Question]
    ) -> None:
        check_chains(embedded_chains, met, questions)

    def test_the_command_line_and_the_service_say_the_same(
        self, quiet: World, embedded_chains: Answers, questions: list[Question]
    ) -> None:
        answer_by_command_is_that_of_the_service(quiet, embedded_chains, questions[:2])

    def test_visits_are_the_distinct_rows(
        self, quiet: World, rows: list[CheckIn], names: dict[str, str]
    ) -> None:
        draw = random.Random(7)
        person = draw.choice(rows).person
        told = quiet.ask("visits", person, "--identity")
        assert {(row["venue"], epoch(row["arrived"])) for row in told} == {
            (row.venue, row.at) for row in rows if row.person == person
        }
        assert {row["person"] for row in told} == {names[person]}
        assert {row["scans"] for row in told} == {1}


@pytest.mark.stack
class TestRealServices:
    def test_no_scan_is_lost_and_repeats_count_once(self, imported: World) -> None:
        check_flow(imported.flow())

    def test_pairs_are_those_of_a_scan_over_the_raw_rows_and_the_same_lines_as_embedded(
        self, imported: World, met: list[Met], embedded_pairs: Said
    ) -> None:
        told = imported.truyvet("pairs", "--profile", RULE, "--format", "json")
        check_pairs(told, met)
        assert told.out == embedded_pairs.out

    def test_chains_are_those_of_a_search_over_all_meetings_and_the_same_lines_as_embedded(
        self, imported: World, met: list[Met], questions: list[Question], embedded_chains: Answers
    ) -> None:
        told = chains(imported, questions)
        check_chains(told, met, questions)
        assert {path: one.out for path, one in told.items() if path != "/v1/flow"} == {
            path: one.out for path, one in embedded_chains.items() if path != "/v1/flow"
        }
        answer_by_command_is_that_of_the_service(imported, told, questions[-1:])

    def test_the_tables_are_those_of_the_embedded_store(self, imported: World, quiet_tables: Tables) -> None:
        same(imported.tables(), quiet_tables)


def answer_by_command_is_that_of_the_service(
    world: World, answers: Answers, questions: list[Question]
) -> None:
    """The same rows, with the same columns in the same order."""
    for question in questions:
        by_command = world.ask(*question.words())
        by_service = answers[question.path()].rows()
        assert [list(row.items()) for row in by_command] == [list(row.items()) for row in by_service]
    assert [world.flow()] == answers["/v1/flow"].rows()
