"""A health declaration: signs of illness and contacts that a person told of, as it travels in `health.v1`.

The signs and the kinds of contact are those of Vietnam's own form (tokhaiyte.vn, "khai báo y tế"): fever,
cough, shortness of breath, pneumonia, sore throat, tiredness; contact with a case, with someone from an area
that has cases, with someone who shows such signs. Names, years of birth and telephone numbers of the form are
not asked: the person is a pseudonym. Evolution is that of `producers/scan.py`.
"""

from typing import Annotated, Literal, NotRequired

from pydantic import ConfigDict, Field, TypeAdapter, with_config
from typing_extensions import TypedDict  # pydantic asks for it before Python 3.12

from producers.scan import VENUE_LENGTH_MAX, Hex64, Second

TOPIC = "health.v1"
PLACE_LENGTH_MAX = 200
RECENT_MAX = 20

Symptom = Literal["fever", "cough", "breathless", "pneumonia", "sore_throat", "tired"]
Contact = Literal["case", "from_area", "with_signs"]
Place = Annotated[str, Field(min_length=1, max_length=PLACE_LENGTH_MAX)]
Symptoms = Annotated[list[Symptom], Field(max_length=6)]
Contacts = Annotated[list[Contact], Field(max_length=3)]
Recent = Annotated[list[Place], Field(max_length=RECENT_MAX)]
Venue = Annotated[str, Field(max_length=VENUE_LENGTH_MAX)]


@with_config(ConfigDict(extra="ignore"))
class HealthDeclared(TypedDict):
    """One declaration; of one id the newest record counts.

    id: drawn at random by the device. at: when it was told, epoch seconds. person: the keyed pseudonym.
    symptoms, contacts: of the last 14 days. recent: places of the last 14 days, in the person's own words.
    venue: where it was told, empty for a phone. device: which device sent it.
    """

    kind: Literal["health"]
    id: Hex64
    at: Second
    person: Hex64
    symptoms: Symptoms
    contacts: Contacts
    recent: Recent
    venue: Venue
    device: Hex64
    v: NotRequired[Literal[1]]


HEALTH = TypeAdapter(HealthDeclared)
"""Reads and writes the value of a record of `health.v1`."""
