"""What a device posts: 1 to 500 scans in JSON, each read on its own, so that a bad one costs no other."""

from typing import Annotated, Any, Literal, NamedTuple, NotRequired

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict  # pydantic asks for it before Python 3.12

from producers.gateway.declined import Declined
from producers.scan import SCANS_PER_RECORD_MAX, VENUE_LENGTH_MAX, Direction, Hex64, Second

BODY_BYTES_MAX = 65_536
Text = Annotated[str, Field(min_length=1, max_length=7089)]
"""Of a code: no QR code holds more."""


@with_config(ConfigDict(extra="ignore"))
class ScanAsked(TypedDict):
    """One scan as a device tells it.

    scan_id: drawn at random by the device; sent again with the same one it is the same scan.
    at: of the device's clock, epoch seconds.
    venue_code: the text of the venue's code, or its short code. venue: the id, only from a device with
        an invitation; such a device that stands at a venue may leave both out.
    person_code: the text of a card or personal code. person_sealed: a card's identity, sealed to the
        gateway (`producers.envelope`). One of the two.
    """

    scan_id: Hex64
    at: Second
    venue_code: NotRequired[Text | None]
    venue: NotRequired[Annotated[str, Field(min_length=1, max_length=VENUE_LENGTH_MAX)] | None]
    person_code: NotRequired[Text | None]
    person_sealed: NotRequired[Text | None]
    direction: NotRequired[Direction | None]
    since: NotRequired[Second | None]


class ScansAsked(TypedDict):
    """The body of `POST /v1/scans`."""

    scans: Annotated[list[ScanAsked], Field(min_length=1, max_length=SCANS_PER_RECORD_MAX)]


class Answer(TypedDict):
    """What became of a scan. taken: Kafka has it. duplicate: it had it before. refused: send it no more."""

    scan_id: Hex64
    status: Literal["taken", "duplicate", "refused"]
    reason: NotRequired[str]
    sentence: NotRequired[str]
    flags: NotRequired[list[str]]


class Answers(TypedDict):
    """The answer to `POST /v1/scans`; clock_skew_seconds: how far the device's clock is ahead of ours."""

    answers: list[Answer]
    clock_skew_seconds: int


class Damaged(NamedTuple):
    """A scan that cannot be read but for its id; `where` names the field and what is wrong."""

    scan_id: str
    where: str


@with_config(ConfigDict(extra="allow"))
class _Named(TypedDict):
    scan_id: Hex64


class _Loose(TypedDict):
    scans: Annotated[list[_Named], Field(min_length=1, max_length=SCANS_PER_RECORD_MAX)]


SCANS, ANSWERS = TypeAdapter(ScansAsked), TypeAdapter(Answers)
ONE, LOOSE = TypeAdapter(ScanAsked), TypeAdapter(_Loose)


def parse(body: bytes) -> list[ScanAsked | Damaged]:
    """The scans of a body. Raises Declined (400) where there is nothing to answer one by one."""
    try:
        return list(SCANS.validate_json(body)["scans"])
    except ValidationError:
        return [_one(dict(scan)) for scan in read_json(LOOSE, body)["scans"]]


def read_json(types: TypeAdapter[Any], body: bytes) -> Any:
    """A body read as these types. Raises Declined (400) with the first field that is wrong."""
    try:
        return types.validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        if first["type"] == "json_invalid":
            deep = "recursion" in str(first.get("ctx", {}).get("error", ""))
            raise Declined("too_deep" if deep else "not_json") from None
        raise Declined("bad_request", where=_where(first["loc"]), what=first["msg"]) from None


def _one(scan: dict[str, Any]) -> ScanAsked | Damaged:
    try:
        return ONE.validate_python(scan)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        return Damaged(scan["scan_id"], f"{_where(first['loc'])}: {first['msg']}")


def _where(place: tuple[int | str, ...]) -> str:
    return ".".join(str(one) for one in place) or "body"
