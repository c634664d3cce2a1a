"""Commands about the gateway: run it, and say which devices may hand in scans."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated, Any

import typer

from deploy.cli.shared import Exit, FormatOption, app, wired
from deploy.output import Format, emit, tell
from deploy.wiring import Wiring, clock
from producers.errors import BadInput, TruyvetError
from producers.gateway import device as states
from producers.gateway.admit import marks_of
from producers.gateway.device import INVITATION_HOURS, NAME_LENGTH_MAX, SECRET_BYTES, Device
from producers.gateway.devices import Devices
from producers.gateway.fresh import Mark
from producers.gateway.memory import Memory
from producers.moment import iso
from producers.register import DEVICES_TOPIC, VENUES_TOPIC, Register
from producers.scan import VENUE_LENGTH_MAX

devices = typer.Typer(help="Devices: ls, invite, revoke.", no_args_is_help=True)
app.add_typer(devices, name="devices")

COLUMNS = ["device", "kind", "state", "venue", "name", "invited", "expires", "enrolled", "rotated", "revoked"]
HEARD = ["heard", "skew_seconds"]
AT_ONCE = 1_000
"""Devices whose last words are asked for together."""


class Invited(StrEnum):
    """Kinds of devices that need an invitation; a phone needs none."""

    kiosk = "kiosk"
    checkpoint = "checkpoint"
    station = "station"
    office = "office"


@app.command(epilog="Example: truyvet gateway, then: curl http://127.0.0.1:8090/readyz")
def gateway(
    key: Annotated[
        list[str] | None,
        typer.Option(help="A public key of codes to believe as well: FILE or NAME=FILE (PEM, or a list)."),
    ] = None,
    with_worker: Annotated[
        bool, typer.Option("--worker/--no-worker", help="With Kafka: also run a worker beside it.")
    ] = False,
) -> None:
    """Take scans from phones, kiosks and checkpoints until Ctrl-C."""
    from deploy.gateway import gateway as run  # noqa: PLC0415

    with wired() as wiring:
        run(wiring, keys=key or [], with_worker=with_worker)


@contextmanager
def known(wiring: Wiring) -> Iterator[Devices]:
    """The register of devices as it is now."""
    found = Devices(Register(wiring.log, DEVICES_TOPIC), clock)
    found.refresh()
    yield found


@devices.command(epilog="Example: truyvet devices ls --format csv")
def ls(form: FormatOption = Format.table) -> None:
    """Every device and invitation, the newest first; when it was last heard, how far its clock was off."""
    with wired() as wiring, known(wiring) as found, remembered(wiring) as memory:
        try:
            rows = list(heard_rows(found.all(), memory))
        except TruyvetError as error:
            tell(f"When devices were last heard is not known now: {error}")
            rows = list(heard_rows(found.all(), None))
        emit(rows, form, COLUMNS + HEARD)


@contextmanager
def remembered(wiring: Wiring) -> Iterator[Memory | None]:
    """What gateways remember; None in the embedded mode, where only the gateway's own process can know."""
    if wiring.settings.state.startswith("memory:"):
        yield None
        return
    from producers.gateway.redis_memory import RedisMemory  # noqa: PLC0415 - only this command needs it

    memory = RedisMemory(wiring.settings.state)
    try:
        yield memory
    finally:
        memory.close()


def heard_rows(found: Sequence[Device], memory: Memory | None) -> Iterator[dict[str, Any]]:
    """Devices with the moment of their last signed request, and their clock's lead then."""
    for start in range(0, len(found), AT_ONCE):
        some = found[start : start + AT_ONCE]
        marks = marks_of(memory, [one.device for one in some]) if memory else {}
        for one in some:
            yield row(one) | _heard(marks.get(one.device))


def _heard(mark: Mark | None) -> dict[str, Any]:
    if mark is None or mark.skew is None:
        return dict.fromkeys(HEARD)
    return {"heard": iso(mark.received), "skew_seconds": mark.skew}


@devices.command(epilog="Example: truyvet devices invite --kind kiosk --venue 'chợ Đông Ba'")
def invite(
    kind: Annotated[Invited, typer.Option(help="What it will be.")],
    venue: Annotated[str, typer.Option(help="The venue it stands at; none for one that goes around.")] = "",
    name: Annotated[str, typer.Option(help="What to call it in lists.")] = "",
    hours: Annotated[int, typer.Option(min=1, max=8760, help="How long it may be used.")] = INVITATION_HOURS,
    form: FormatOption = Format.table,
) -> None:
    """Print an invitation: with it one device may be enrolled, once. It is shown here and nowhere else."""
    if len(venue) > VENUE_LENGTH_MAX or len(name) > NAME_LENGTH_MAX:
        raise BadInput(
            f"--venue has at most {VENUE_LENGTH_MAX} letters, --name {NAME_LENGTH_MAX}: shorten it."
        )
    secret = secrets.token_bytes(SECRET_BYTES)
    made = states.invite(secret, kind.value, venue=venue, name=name, at=clock(), hours=hours)
    with wired() as wiring, known(wiring) as found:
        found.change(made.device, lambda _: made)
        listed = not venue or is_listed(wiring, venue)
    told = {"invitation": states.invitation(secret)} | row(made)
    shown = ("invitation", "device", "kind", "venue", "name", "expires")
    emit([{column: told[column] for column in shown}], form)
    tell("Type it at the device; whoever has it first is the device.")
    if not listed:
        tell(
            f"Nobody registered the venue {venue!r}: its scans will be flagged `unlisted`. If it is a slip, "
            "revoke this device and invite it again: `truyvet venues ls`."
        )


def is_listed(wiring: Wiring, venue: str) -> bool:
    """Is the venue in the registry? Also True where that cannot be asked now."""
    register = Register(wiring.log, VENUES_TOPIC)
    try:
        register.refresh()
    except TruyvetError:
        return True
    return venue in register.values


@devices.command(epilog="Example: truyvet devices revoke 91ab03cd5e7f1122")
def revoke(
    device: Annotated[list[str], typer.Argument(help="Which, 16 hex digits each.")],
    form: FormatOption = Format.table,
) -> None:
    """Let a device, or an invitation that was not used, count no more, for good. What it sent stays."""
    unknown = 0
    rows = []
    with wired() as wiring, known(wiring) as found:
        for one in device:
            if found.known(one) is None:
                unknown += 1
                tell(f"There is no device {one}: `truyvet devices ls` lists them.")
                continue
            rows.append(row(found.change(one, _revoked)))
    emit(rows, form, COLUMNS)
    if unknown:
        raise typer.Exit(Exit.bad_input if not rows else Exit.incomplete)


def _revoked(found: Device | None) -> Device:
    if found is None:
        raise BadInput("the device was taken out of the register meanwhile: `truyvet devices ls`.")
    return states.revoke(found, clock())


def row(device: Device) -> dict[str, Any]:
    """A device as it is listed; its public key is of no use to people."""
    moments = ("invited", "expires", "enrolled", "rotated", "revoked")
    told = {name: None if (at := getattr(device, name)) is None else iso(at) for name in moments}
    named = {"device": device.device, "kind": device.kind, "state": device.state}
    return named | {"venue": device.venue or None, "name": device.name or None} | told
