"""Commands of a kiosk: enrol it, run it, see how it is, look at what was set aside, give it a new key."""

import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from deploy.cli.code import SAYS, Way, WayOption
from deploy.cli.shared import Exit, FormatOption, app
from deploy.output import Format, emit, tell
from deploy.settings import data_dir
from producers.codes import key_files
from producers.codes.trust import Trust
from producers.kiosk import device as device_file
from producers.kiosk.outbox import Outbox
from producers.kiosk.sender import Answer
from producers.kiosk.status import SKEW_SECONDS_MAX, status_of
from producers.kiosk.status import row as status_row
from producers.moment import iso, parse

kiosk = typer.Typer(help="A kiosk: enrol, run, status, aside, rotate.", no_args_is_help=True)
app.add_typer(kiosk, name="kiosk")

FolderOption = Annotated[
    Path | None, typer.Option("--folder", help="Where key and outbox are, on a disk of this machine.")
]
COLUMNS = ["outcome", "reason", "scan_id", "venue", "direction", "keyboard", "sentence"]


def place(folder: Path | None) -> Path:
    """The folder that was named, else the user's own."""
    return folder or data_dir() / "kiosk"


@kiosk.command(epilog="Example: truyvet kiosk enrol --gateway https://gateway.example --invitation ABCD-EFGH")
def enrol(
    gateway: Annotated[str, typer.Option(help="Address of the gateway.")],
    invitation: Annotated[str, typer.Option(help="What the operator handed over: `truyvet devices invite`.")],
    name: Annotated[str, typer.Option(help="What people call this kiosk.")] = "",
    folder: FolderOption = None,
    form: FormatOption = Format.table,
) -> None:
    """Make this kiosk's key and tell the gateway; with the same invitation safe to run again."""
    from deploy.kiosk import carried, clock  # noqa: PLC0415

    where = place(folder)
    device = device_file.begun(where, device_file.gateway_url(gateway))
    carrier = carried(device)
    asked = clock()
    try:
        told = carrier.enrol(invitation, name)
        heard = clock()
    finally:
        carrier.close()
    device = replace(
        device,
        device=str(told["device"]),
        venue=str(told.get("venue") or ""),
        envelope_key=str(told["envelope_key"]),
        enrolled_at=parse(str(told["server_time"])),
    )
    device.key()
    device_file.keep(where, device)
    # The gateway said its time between the two: a slow network is no clock that is off.
    skew = min(max(device.enrolled_at, asked), heard) - device.enrolled_at
    if abs(skew) > SKEW_SECONDS_MAX:
        tell(f"This kiosk's clock is off by {skew:+} s: set it before the first scan.")
    emit([{"device": device.device, "venue": device.venue or None, "skew_seconds": skew}], form)


@kiosk.command(epilog="Example: truyvet kiosk run --key code-keys.json --sound 'play-beep'")
def run(
    key: Annotated[
        list[str] | None,
        typer.Option(help="Public keys whose codes are believed: `truyvet code keys --format json`."),
    ] = None,
    port: Annotated[
        Path | None,
        typer.Option(help="A scanner at a serial port, such as /dev/ttyACM0; else one that types."),
    ] = None,
    baud: Annotated[int, typer.Option(help="Speed of the serial port.")] = 9600,
    direction: WayOption = Way.both,
    sound: Annotated[
        str, typer.Option(help="A command to play a sound; `green` or `red` is added to it.")
    ] = "",
    folder: FolderOption = None,
    form: FormatOption = Format.table,
) -> None:
    """Take codes until there are no more: keep, beep, send."""
    from deploy.kiosk import verdicts  # noqa: PLC0415
    from deploy.kiosk_screen import Screen, row  # noqa: PLC0415

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # an exit that puts the terminal right again
    # By it `Sending` ends a kiosk that cannot send; a shell that starts one with `&` has it ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    where = place(folder)
    trust = Trust(one for file in key or [] for one in key_files.trusted(file))
    screen = Screen(None, sound, quiet=form is not Format.table)
    taken = verdicts(where, trust, screen, port=port, baud=baud, direction=SAYS[direction])

    def rows() -> Iterator[dict[str, Any]]:
        for verdict in taken:
            yield row(verdict)
            sys.stdout.flush()  # each when it happens, also into a pipe

    if form is Format.table:
        for verdict in taken:
            screen.show(verdict)
    else:
        emit(rows(), form, COLUMNS)
    waits = _counted(where)["waiting"]
    if waits:
        tell(f"{waits} scans are not sent yet: they are kept, and the next run sends them.")
        raise typer.Exit(Exit.incomplete)


@kiosk.command(epilog="Example: truyvet kiosk status --format json")
def status(folder: FolderOption = None, form: FormatOption = Format.table) -> None:
    """How many scans wait, when something was last sent, and whether the clock is right."""
    where = place(folder)
    device = device_file.enrolled(where)
    known = {"device": device.device, "venue": device.venue or None, "gateway": device.gateway}
    found = _counted(where)
    emit([known | found], form)
    if found["waiting"] or found["aside"]:
        raise typer.Exit(Exit.incomplete)


@kiosk.command(epilog="Example: truyvet kiosk aside --again")
def aside(
    again: Annotated[
        bool, typer.Option("--again", help="Let them wait again, when the reason is mended.")
    ] = False,
    folder: FolderOption = None,
    form: FormatOption = Format.table,
) -> None:
    """Scans that the gateway does not take, each with the reason; they are kept until it does."""
    where = place(folder)
    device_file.enrolled(where)
    outbox = Outbox(where / device_file.OUTBOX)
    try:
        found = outbox.aside()
        emit(
            (one._asdict() | {"at": iso(one.at)} for one in found),
            form,
            ["scan_id", "at", "reason", "sentence"],
        )
        if again:
            tell(f"{outbox.put_back()} wait again.")
    finally:
        outbox.close()
    if found and not again:
        raise typer.Exit(Exit.incomplete)


@kiosk.command(epilog="Example: truyvet kiosk rotate --folder /var/lib/truyvet-kiosk")
def rotate(folder: FolderOption = None, form: FormatOption = Format.table) -> None:
    """Give this kiosk a new key; the old one counts no more. A kiosk that runs goes on with it."""
    from deploy.kiosk import carried  # noqa: PLC0415
    from producers.kiosk.rotation import rotate as rotated  # noqa: PLC0415

    def post(device: device_file.Device, path: str, body: bytes) -> Answer:
        carrier = carried(device)
        try:
            return carrier.post(path, body)
        finally:
            carrier.close()

    device = rotated(place(folder), post)
    emit([{"device": device.device, "venue": device.venue or None}], form)
    tell("The new key counts; a copy of the folder from before can send nothing more.")


def _counted(folder: Path) -> dict[str, Any]:
    outbox = Outbox(folder / device_file.OUTBOX)
    try:
        return status_row(status_of(outbox.counts(), outbox.notes()))
    finally:
        outbox.close()
