"""Questions that take long: accepted at once, watched, stopped, and their answers kept on disk for a while.

A job is a thread of this process and not a process of its own: the embedded store can be open in
one process only, an index in memory is shared, and most of the time is spent waiting for the store.
A thread cannot be killed, so it is asked to stop at each read and each row; a single read is
bounded by the store's own limits. Jobs end with their process, and no other process knows them.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from producers.errors import TruyvetError
from producers.moment import iso
from tracer.answer import ndjson
from tracer.asking import Answer, Sources, ask
from tracer.errors import AnswerTooLarge, NotDone, TooManyJobs, UnknownJob
from tracer.problem import problem_of
from tracer.provenance import Counts
from tracer.wanted import Wanted

BYTES_AT_ONCE = 1 << 16


class State(StrEnum):
    """Where a job is."""

    running = "running"
    done = "done"
    failed = "failed"
    cancelled = "cancelled"


class _Stopped(Exception):
    """Somebody asked this job to stop."""


@dataclass(frozen=True)
class JobLimits:
    """What jobs may take of a machine."""

    jobs_max: int = 4
    """At work at once."""
    seconds_max: int = 3600
    bytes_max: int = 1_000_000_000
    """Of one answer on disk."""
    kept_seconds: int = 3600
    """How long an ended job is kept."""
    kept_max: int = 50
    """Ended jobs kept at once; the oldest goes first."""


@dataclass
class Job:
    """One question at work, or its end."""

    name: str
    wanted: Wanted
    begun: int
    spool: Path
    state: State = State.running
    ended: int | None = None
    rows: int = 0
    counts: Counts = field(default_factory=Counts)
    about: dict[str, Any] | None = None
    problem: dict[str, str | int] | None = None
    stop: threading.Event = field(default_factory=threading.Event)

    def told(self) -> dict[str, Any]:
        """The job as plain values."""
        return {
            "job": self.name,
            "question": self.wanted.question,
            "state": self.state.value,
            "begun": iso(self.begun),
            "ended": None if self.ended is None else iso(self.ended),
            "visits_read": self.counts["visits_read"],
            "rows": self.rows,
            "about": self.about,
            "problem": self.problem,
        }


class Jobs:
    """The jobs of one process. Safe to call from several threads; `close` ends them all."""

    def __init__(
        self,
        sources: Sources,
        folder: Path,
        *,
        clock: Callable[[], int],
        name: Callable[[], str],
        limits: JobLimits,
    ) -> None:
        """folder: where answers are kept, for nobody else. name: makes a name nobody can guess."""
        self._sources = sources
        self._folder = folder
        self._clock = clock
        self._name = name
        self.limits = limits
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._told: Callable[[str, str], None] = lambda question, state: None

    def tell(self, told: Callable[[str, str], None]) -> None:
        """Have every state that a job enters told, with its question."""
        self._told = told

    def begin(self, wanted: Wanted) -> Job:
        """Accept a question. Raises BadInput for one that cannot be used, TooManyJobs."""
        wanted.check()
        with self._lock:
            self._forget_old()
            running = sum(job.state is State.running for job in self._jobs.values())
            if running >= self.limits.jobs_max:
                raise TooManyJobs(
                    f"{running} jobs are at work, as many as are allowed: wait for one to end, or stop one."
                )
            name = self._name()
            job = Job(name, wanted, self._clock(), self._folder / f"{name}.ndjson")
            self._jobs[name] = job
        self._told(wanted.question, State.running)
        threading.Thread(target=self._work, args=(job,), name=f"job {name}", daemon=True).start()
        return job

    def find(self, name: str) -> Job:
        """The job. Raises UnknownJob."""
        with self._lock:
            self._forget_old()
            job = self._jobs.get(name)
        if job is None:
            raise UnknownJob(
                f"there is no job {name!r}: it ended more than {self.limits.kept_seconds} seconds ago, "
                "or this process never had it."
            )
        return job

    def stop(self, name: str) -> Job:
        """Stop a job that runs; of one that ended, drop the answer. Raises UnknownJob."""
        job = self.find(name)
        job.stop.set()
        with self._lock:
            if job.state is not State.running:
                self._forget(job)
        return job

    def result(self, name: str) -> tuple[Job, Iterator[bytes]]:
        """The job and its answer in blocks, as NDJSON. Raises UnknownJob, NotDone."""
        job = self.find(name)
        if job.state is not State.done:
            why = "is still at work" if job.state is State.running else f"was {job.state}, without an answer"
            raise NotDone(f"job {name} {why}: ask for the job itself first.")
        try:
            file = job.spool.open("rb")  # stays readable if the job is forgotten meanwhile
        except FileNotFoundError:
            raise UnknownJob(f"there is no job {name!r} any more.") from None

        def blocks() -> Iterator[bytes]:
            with file:
                while block := file.read(BYTES_AT_ONCE):
                    yield block

        return job, blocks()

    def close(self) -> None:
        """Ask all to stop, and remove every answer."""
        with self._lock:
            for job in list(self._jobs.values()):
                job.stop.set()
                self._forget(job)

    def _forget_old(self) -> None:
        ended = [job for job in self._jobs.values() if job.state is not State.running]
        ended.sort(key=lambda job: job.ended or 0)
        spare = len(ended) - self.limits.kept_max
        for number, job in enumerate(ended):
            if number < spare or self._clock() - (job.ended or 0) >= self.limits.kept_seconds:
                self._forget(job)

    def _forget(self, job: Job) -> None:
        self._jobs.pop(job.name, None)
        job.spool.unlink(missing_ok=True)

    def _work(self, job: Job) -> None:
        try:
            answer = ask(job.wanted, self._sources, lambda counts: self._go_on(job, counts))
            self._spool(job, answer)
            job.about, state = answer.about() | {"rows": job.rows}, State.done
        except _Stopped:
            state = State.cancelled
        except TruyvetError as error:
            _, job.problem, _ = problem_of(error)
            state = State.failed
        except Exception as error:
            detail = f"the service failed on this question ({type(error).__name__}): see its log."
            job.problem = {"type": "about:blank", "title": "Failed", "status": 500, "detail": detail}
            state = State.failed
            raise
        finally:
            if state is not State.done:
                job.spool.unlink(missing_ok=True)
            self._told(job.wanted.question, state)
            job.ended, job.state = self._clock(), state  # last: who sees that it ended sees all of it

    def _spool(self, job: Job, answer: Answer) -> None:
        size = 0
        with job.spool.open("w", encoding="utf-8") as file:
            for line in ndjson(answer.rows):
                self._go_on(job, answer.counts)
                size += file.write(line)
                if size > self.limits.bytes_max:
                    raise AnswerTooLarge(
                        f"the answer passed job_megabytes_max after {job.rows} rows: ask for less at once."
                    )
                job.rows += 1

    def _go_on(self, job: Job, counts: Counts) -> None:
        job.counts = counts
        if job.stop.is_set():
            raise _Stopped
        if self._clock() - job.begun >= self.limits.seconds_max:
            raise AnswerTooLarge(
                f"the job passed job_seconds_max ({self.limits.seconds_max}) after {job.rows} rows: "
                "ask for a shorter window or fewer generations."
            )
