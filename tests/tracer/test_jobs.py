"""A long question is accepted at once, can be watched and stopped, and never passes a part off as all."""

import json
import threading

import pytest
from tracer_worlds import NOW, ListReader, sources_of, stay

from producers.errors import BadInput, Unavailable
from tracer import answer, trace
from tracer.errors import NotDone, TooManyJobs, UnknownJob
from tracer.jobs import JobLimits, Jobs, State
from tracer.profiles import OVERLAP
from tracer.question import ALWAYS
from tracer.questions import Contacts, Pairs

CROWD = [stay(person, venue, 0, 60) for venue in range(40) for person in range(10)]
PATIENCE_SECONDS = 60


class Gate(ListReader):
    """A store that answers about one venue, and then waits until it is let go on."""

    def __init__(self, visits):
        super().__init__(visits)
        self.reached, self.open = threading.Event(), threading.Event()

    def visits_by_venue(self, since, until):
        for number, together in enumerate(super().visits_by_venue(since, until)):
            if number == 1:
                self.reached.set()
                assert self.open.wait(PATIENCE_SECONDS)
            yield together


@pytest.fixture
def made(tmp_path):
    """Makes jobs with a clock that stands still until it is set; ended at the end."""
    opened = []

    def make(reader, **limits):
        clock = [NOW]
        names = iter("abcdefghij")
        jobs = Jobs(
            *(sources_of(reader), tmp_path),
            clock=lambda: clock[0],
            name=lambda: next(names),
            limits=JobLimits(**limits),
        )
        opened.append((jobs, reader))
        return jobs, clock

    yield make
    for jobs, reader in opened:
        getattr(reader, "open", threading.Event()).set()
        jobs.close()


def ended(jobs, name):
    """The job, when its thread has ended."""
    for thread in threading.enumerate():
        if thread.name == f"job {name}":
            thread.join(PATIENCE_SECONDS)
    return jobs.find(name)


def rows_of(jobs, name):
    return [json.loads(line) for line in b"".join(jobs.result(name)[1]).decode().splitlines()]


def test_the_answer_of_a_job_is_the_answer(made):
    """The same rows as asked at once, with what they rest on, the counts included."""
    reader = ListReader(CROWD)
    jobs, _ = made(reader)
    job = ended(jobs, jobs.begin(Pairs()).name)
    expected = list(answer.pair_rows(reader, trace.pairs(reader, ALWAYS, OVERLAP, 0)))
    assert rows_of(jobs, job.name) == expected
    told = job.told()
    assert (told["state"], told["rows"], told["visits_read"]) == ("done", len(expected), len(CROWD))
    assert told["about"]["rows"] == told["about"]["counts"]["exposures"] == len(expected)
    assert told["problem"] is None


def test_a_job_is_watched_while_it_works_and_stopped(made):
    """What was read so far is told; once stopped there is no answer, and nothing is left on disk."""
    reader = Gate(CROWD)
    jobs, _ = made(reader)
    job = jobs.begin(Pairs())
    assert reader.reached.wait(PATIENCE_SECONDS)
    assert (job.state, job.rows, job.counts["visits_read"]) == (State.running, 0, 10)
    with pytest.raises(NotDone, match="still at work"):
        jobs.result(job.name)
    assert jobs.stop(job.name) is job
    reader.open.set()
    assert ended(jobs, job.name).told()["state"] == "cancelled"
    with pytest.raises(NotDone, match="cancelled, without an answer"):
        jobs.result(job.name)
    assert not job.spool.exists()


def test_no_more_than_so_many_at_once(made):
    """The next is refused, and taken when one has ended."""
    reader = Gate(CROWD)
    jobs, _ = made(reader, jobs_max=2)
    first, _ = jobs.begin(Pairs()), jobs.begin(Pairs())
    with pytest.raises(TooManyJobs, match="2 jobs are at work"):
        jobs.begin(Pairs())
    reader.open.set()
    ended(jobs, first.name)
    assert ended(jobs, jobs.begin(Pairs()).name).state is State.done


def test_a_job_past_its_time_or_its_room_fails_by_name(made):
    """A part is never kept."""
    reader = Gate(CROWD)
    jobs, clock = made(reader, seconds_max=60, bytes_max=20_000)
    slow = jobs.begin(Pairs())
    assert reader.reached.wait(PATIENCE_SECONDS)
    clock[0] += 60
    reader.open.set()
    assert "job_seconds_max (60) after 0 rows" in ended(jobs, slow.name).problem["detail"]
    large = ended(jobs, jobs.begin(Pairs()).name)
    assert "job_megabytes_max" in large.problem["detail"]
    assert (slow.state, large.state, large.about) == (State.failed, State.failed, None)
    assert not slow.spool.exists()
    assert not large.spool.exists()


def test_an_answer_is_kept_for_a_while(made):
    """Then it is gone from the disk too; of ended jobs only so many are kept, the newest."""
    jobs, clock = made(ListReader(CROWD), kept_seconds=600, kept_max=2)
    names = []
    for _ in range(3):
        names.append(ended(jobs, jobs.begin(Pairs()).name).name)
        clock[0] += 1
    with pytest.raises(UnknownJob):
        jobs.find(names[0])
    spool = jobs.find(names[2]).spool
    assert spool.exists()
    clock[0] += 600
    with pytest.raises(UnknownJob, match="ended more than 600 seconds ago"):
        jobs.find(names[2])
    assert not spool.exists()


def test_an_answer_may_be_dropped_and_is_still_read_to_its_end(made):
    """Who has begun to fetch it gets all of it."""
    jobs, _ = made(ListReader(CROWD))
    job = ended(jobs, jobs.begin(Pairs()).name)
    _, blocks = jobs.result(job.name)
    jobs.stop(job.name)
    assert not job.spool.exists()
    assert len(b"".join(blocks).splitlines()) == job.rows > 0
    with pytest.raises(UnknownJob):
        jobs.find(job.name)


class Down(ListReader):
    def visits_of(self, persons, since, until):
        raise Unavailable("the store does not answer: try again later.")


class Faulty(ListReader):
    def visits_of(self, persons, since, until):
        raise KeyError("person aa")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_what_goes_wrong_is_told_as_a_problem(made):
    """As over HTTP: what cannot be used at once, what fails later by the job, a fault without its insides."""
    jobs, _ = made(ListReader(CROWD))
    with pytest.raises(BadInput, match="16 hex digits"):
        jobs.begin(Contacts(person="zz"))
    case = Contacts(person=f"{1:016x}")
    for reader, status in ((ListReader([]), 404), (Down(CROWD), 503), (Faulty(CROWD), 500)):
        jobs, _ = made(reader)
        problem = ended(jobs, jobs.begin(case).name).problem
        assert problem["status"] == status
        assert "person aa" not in problem["detail"]
