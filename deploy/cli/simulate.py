"""The command that makes a city up: its scans in a file or on their way, and who infected whom."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.shared import FormatOption, app, wired
from deploy.output import Format, emit, progress
from deploy.venues import VenueRegister
from deploy.wiring import clock
from producers.errors import BadInput
from producers.moment import parse
from producers.opening_hours import VIETNAM
from producers.scan import SCANS_PER_RECORD_MAX, TOPIC


@app.command(
    epilog="Example: truyvet simulate --people 20000 --days 5 --out city.csv.gz --truth infections.csv, or: "
    "truyvet simulate --publish"
)
def simulate(
    people: Annotated[int, typer.Option(min=1, help="Inhabitants.")] = 20_000,
    days: Annotated[int, typer.Option(min=1, help="Days, all of them working days.")] = 5,
    seed: Annotated[int, typer.Option(help="The same seed makes the same city.")] = 2021,
    start: Annotated[
        str | None,
        typer.Option(
            help="Any moment of the first day in Vietnam; else 2021-12-01, or with --publish the last days."
        ),
    ] = None,
    cases: Annotated[int, typer.Option(min=0, help="Infectious people on the first day.")] = 3,
    out: Annotated[Path | None, typer.Option(help="A CSV file for the scans, gzipped if named .gz.")] = None,
    truth: Annotated[Path | None, typer.Option(help="A CSV file for who infected whom.")] = None,
    publish: Annotated[
        bool, typer.Option("--publish", help="Send the scans, and register the venues.")
    ] = False,
    form: FormatOption = Format.table,
) -> None:
    """A made-up city: people who live, meet, infect each other and scan, with all that goes wrong."""
    if not (out or truth or publish):
        raise BadInput("a city that nobody sees: give --out FILE, --truth FILE or --publish.")
    from producers.simulation.city import START, City  # noqa: PLC0415
    from producers.simulation.day import DAY_SECONDS  # noqa: PLC0415
    from producers.simulation.sent import records, write_csv, write_truth  # noqa: PLC0415

    recent = clock() - days * DAY_SECONDS if publish else START
    city = City(seed, people, days, parse(start, naive_as=VIETNAM) if start else recent, cases)
    row: dict[str, str | int | float | None] = {"people": people, "days": days, "venues": len(city.venues())}
    if out:
        with progress(f"writing {out.name}", None):
            row["scans"] = write_csv(city, out)
    if truth:
        with progress(f"writing {truth.name}", None):
            row["infections"] = write_truth(city, truth)
    if publish:
        with wired() as wiring:
            wiring.prepare()
            VenueRegister(wiring).put(city.entries())
            log, count = wiring.log, 0
            with progress("publishing the city", None) as bar:
                made = records(city, wiring.pseudonyms, log.partitions(TOPIC), SCANS_PER_RECORD_MAX)
                for partition, value, count in made:
                    log.publish(TOPIC, partition, value)
                    bar(count / (people * days * 3.6))
                log.flush()
            row["published"] = count
    emit([row], form)
