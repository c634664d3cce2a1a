"""Every setting in one frozen object, read from `TRUYVET_*` variables and an optional file."""

import os
import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from producers.errors import BadInput
from streams.sessions import DEBOUNCE_SECONDS_MAX

PREFIX = "TRUYVET_"
FILE_VARIABLE = "TRUYVET_SETTINGS"
STACK_VARIABLE = "TRUYVET_STACK"
"""Says which stack is up; set by `deploy.stack` for the tests, no setting of ours."""
FILE_DEFAULT = Path(".run/truyvet.env")
"""Written by `make up`, so that commands in the same folder find the running stack."""


def data_dir() -> Path:
    """Where this user's embedded store and pseudonym key live (XDG base directory)."""
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "truyvet"


class Settings(BaseSettings):
    """Where things are and how much of anything is allowed. Units are last in the names."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    broker: Annotated[str, Field(description="kafka://host:port[,host:port], or memory://")] = "memory://"
    state: Annotated[str, Field(description="redis://host:port/db, or memory://")] = "memory://"
    store: Annotated[str, Field(description="clickhouse://[user:pass@]host:port/db, or chdb:///folder")] = ""
    partitions: Annotated[int, Field(ge=1, le=1024, description="of scans.v1, when it is made")] = 64
    replicas: Annotated[int, Field(ge=1, le=9, description="of each Kafka topic, when it is made")] = 1
    retention_days: Annotated[
        int, Field(ge=0, le=3650, description="how long scans and visits are kept; 0 keeps everything")
    ] = 28
    debounce_seconds: Annotated[
        int,
        Field(
            ge=0,
            le=DEBOUNCE_SECONDS_MAX,
            description="a repeated scan of one venue within it is one visit; 0: off",
        ),
    ] = 300
    stay_minutes_max: Annotated[
        int, Field(ge=1, le=1440, description="a next scan later than this does not end a short stay")
    ] = 240
    future_seconds_max: Annotated[
        int,
        Field(
            ge=0, le=86400, description="how far ahead of the moment at which it is received a scan may be"
        ),
    ] = 600
    batch_scans_max: Annotated[int, Field(ge=1, le=200_000, description="scans a worker stores at once")] = (
        50_000
    )
    batch_records_max: Annotated[int, Field(ge=1, le=1000, description="records a worker takes at once")] = (
        200
    )
    batch_seconds_max: Annotated[
        float, Field(gt=0, le=60, description="how long a worker waits to fill a batch")
    ] = 0.5
    dead_ratio_max: Annotated[
        float,
        Field(ge=0, le=1, description="refused scans of the last 20,000 that stop a worker; 1: no limit"),
    ] = 0.2
    dead_run_max: Annotated[
        int, Field(ge=0, description="records refused whole, in a row, that stop a worker; 0: no limit")
    ] = 200
    stall_seconds_max: Annotated[
        int, Field(ge=0, description="a worker that is given records and commits none so long ends; 0: off")
    ] = 300
    pseudonym_key: Annotated[
        SecretStr | None, Field(description="64 hex digits; instead of the key file")
    ] = None
    pseudonym_key_file: Annotated[
        Path | None, Field(description="the key of all pseudonyms; made when missing")
    ] = None
    api_host: Annotated[str, Field(description="where `truyvet serve` listens")] = "127.0.0.1"
    api_port: Annotated[int, Field(ge=0, le=65535, description="where `truyvet serve` listens")] = 8080
    api_people_max: Annotated[
        int, Field(ge=1, description="people in one chain or outbreak that `truyvet serve` answers with")
    ] = 1_000_000
    gateway_host: Annotated[str, Field(description="where `truyvet gateway` listens")] = "127.0.0.1"
    gateway_port: Annotated[int, Field(ge=0, le=65535, description="where `truyvet gateway` listens")] = 8090
    gateway_scans_max: Annotated[
        int,
        Field(ge=1, le=1_000_000, description="scans that may wait in a gateway; more are told to come back"),
    ] = 10_000
    gateway_scan_seconds: Annotated[
        int, Field(ge=1, le=604_800, description="how long a scan sent again is answered as a duplicate")
    ] = 3600
    gateway_phone_scans_max: Annotated[
        int, Field(ge=1, description="scans a minute from one phone, and places from one office")
    ] = 120
    gateway_device_scans_max: Annotated[
        int, Field(ge=1, description="scans a minute from one kiosk, checkpoint or station")
    ] = 20_000
    gateway_address_requests_max: Annotated[
        int, Field(ge=1, description="requests a minute from one network address")
    ] = 6_000
    gateway_venue_scans_max: Annotated[int, Field(ge=1, description="scans a minute at one venue")] = 20_000
    jobs_max: Annotated[int, Field(ge=1, le=100, description="long questions at work at once")] = 4
    job_seconds_max: Annotated[
        int, Field(ge=1, le=86400, description="after which a long question is ended")
    ] = 3600
    job_megabytes_max: Annotated[
        int, Field(ge=1, le=1_000_000, description="on disk, of the answer to a long question")
    ] = 1000
    job_kept_seconds: Annotated[
        int, Field(ge=1, le=604_800, description="how long the answer to a long question is kept")
    ] = 3600
    index_megabytes_max: Annotated[
        int, Field(ge=0, le=10_000_000, description="memory to build the API's index of visits in; 0: none")
    ] = 0
    index_seconds: Annotated[
        float, Field(gt=0, le=3600, description="how often that index takes in what is new")
    ] = 10
    worker_id: Annotated[
        str, Field(description="a worker's name that survives its restarts: it takes its partitions back")
    ] = ""
    crash_at: Annotated[
        str, Field(description="for fault tests: POINT[:N[:stop]], kill -9 (or stop) there")
    ] = ""
    fail_on: Annotated[
        str, Field(description="for fault tests: a record with this text makes workers fail")
    ] = ""
    metrics_port: Annotated[
        int, Field(ge=0, le=65535, description="where a worker shows its metrics; 0: nowhere")
    ] = 0

    def store_url(self) -> str:
        """The store's URL; by default an embedded one in the user's data folder."""
        return self.store or f"chdb://{data_dir() / 'store'}"

    def key_file(self) -> Path:
        """The pseudonym key's file."""
        return self.pseudonym_key_file or data_dir() / "pseudonym.key"


def without_password(url: str) -> str:
    """The URL as it may be shown.

    >>> without_password("clickhouse://me:secret@db:9000/truyvet")
    'clickhouse://me:***@db:9000/truyvet'
    """
    return re.sub(r"(://[^:/@]*:)[^@]*@", r"\1***@", url)


def load(environ: Mapping[str, str]) -> Settings:
    """Read the settings; variables win over the file. Raises BadInput naming each bad one."""
    given = environ.get(FILE_VARIABLE)
    file = Path(given) if given else FILE_DEFAULT
    if given and not file.is_file():
        raise BadInput(f"{FILE_VARIABLE}={given}: there is no such file.")
    try:
        return Settings(_env_file=file if file.is_file() else None)  # type: ignore[call-arg]
    except ValidationError as error:
        problems = [
            f"{PREFIX}{str(e['loc'][0]).upper()}: {e['msg'][0].lower()}{e['msg'][1:]}" for e in error.errors()
        ]
        raise BadInput("; ".join(problems) + ". `truyvet settings` lists them all.") from None


def unknown(environ: Mapping[str, str]) -> list[str]:
    """A sentence for each variable that looks like a setting and is none: misspelt, it would do nothing."""
    known = {FILE_VARIABLE, STACK_VARIABLE, *(PREFIX + name.upper() for name in Settings.model_fields)}
    sentences = []
    for name in sorted(set(environ) - known):
        if name.startswith(PREFIX):
            near = "".join(f" (is {guess} meant?)" for guess in get_close_matches(name, known, 1))
            sentences.append(f"{name} is no setting and does nothing{near}: `truyvet settings` lists them.")
    return sentences
