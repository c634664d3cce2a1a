"""Commands of those who operate: settings, flow, worker, serve, demo.

What is heavy (Faust, FastAPI) is imported by the command that needs it: a question should not wait for it.
"""

from importlib.metadata import version
from typing import Annotated

import typer

from deploy.cli.shared import FormatOption, app, wired
from deploy.output import Format, emit
from deploy.settings import PREFIX, Settings, without_password
from producers.scan import TOPIC
from tracer import answer


@app.command(epilog="Example: TRUYVET_RETENTION_DAYS=0 truyvet settings")
def settings(form: FormatOption = Format.table) -> None:
    """Every setting, its value now, and what it means. Secrets are not shown."""
    with wired() as wiring:
        now = wiring.settings
        fields = Settings.model_fields
    emit(
        (
            {
                "setting": PREFIX + name.upper(),
                "value": without_password(_shown(now, name)),
                "meaning": field.description,
            }
            for name, field in fields.items()
        ),
        form,
    )


def _shown(now: Settings, name: str) -> str:
    value = getattr(now, name)
    if value in (None, ""):
        return {"store": now.store_url(), "pseudonym_key_file": str(now.key_file())}.get(name, "")
    return str(value)


@app.command(epilog="Example: truyvet flow --format json")
def flow(form: FormatOption = Format.table) -> None:
    """What came in and what became of it: scans = stored + duplicates + dead."""
    with wired() as wiring:
        if wiring.in_process:
            wiring.prepare()
        emit([answer.flow_row(wiring.store.flow())], form)


@app.command(epilog="Example: truyvet partitions 128")
def partitions(
    number: Annotated[int | None, typer.Argument(min=1, help="How many there shall be; never fewer.")] = None,
    form: FormatOption = Format.table,
) -> None:
    """How many partitions scans.v1 has, or shall have: stop the senders first."""
    from deploy.widening import widen  # noqa: PLC0415

    with wired() as wiring:
        before = wiring.log.partitions(TOPIC)
        if number is not None:
            widen(wiring, number)
        emit([{"before": before, "partitions": wiring.log.partitions(TOPIC)}], form)


@app.command(epilog="Example: TRUYVET_BROKER=kafka://127.0.0.1:9092 truyvet worker")
def worker() -> None:
    """Process scans from Kafka until stopped. Start as many as there is work for."""
    from deploy.worker import work  # noqa: PLC0415

    with wired() as wiring:
        work(wiring)


@app.command(epilog="Example: truyvet serve, then: curl 'http://127.0.0.1:8080/v1/flow'")
def serve(
    with_worker: Annotated[
        bool, typer.Option("--worker/--no-worker", help="With Kafka: also run a worker beside the API.")
    ] = True,
) -> None:
    """The HTTP API until Ctrl-C."""
    from deploy.serve import serve as run  # noqa: PLC0415

    with wired() as wiring:
        run(wiring, with_worker=with_worker)


@app.command(epilog="Example: make demo")
def demo() -> None:
    """The main job on real (or else simulated) check-ins, on whatever the settings name."""
    from deploy.demo import demo as run  # noqa: PLC0415

    with wired() as wiring:
        run(wiring)


@app.command(name="version", epilog="Example: truyvet version")
def version_() -> None:
    """Which version this is."""
    typer.echo(version("truyvet"))
