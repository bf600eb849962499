"""What a client writes is parsed by the declared types: defaults and aliases work, and nonsense is one typed error."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Annotated, Any, TypedDict

import pytest
from pydantic import BaseModel, Field, PrivateAttr

from temporal_pregel.wire.errors import UndecodableValue
from temporal_pregel.wire.values import decode


class Mood(Enum):
    GOOD = "good"


class Person(BaseModel):
    name: str
    age: Annotated[int, Field(ge=0)] = 0
    mood: Mood = Mood.GOOD
    mail: str = Field("", alias="e-mail")
    _trusted: bool = PrivateAttr(False)

    @property
    def trusted(self) -> bool:
        return self._trusted


@dataclass
class Job:
    title: str
    after: timedelta = timedelta(0)


class State(TypedDict):
    person: Person
    jobs: list[Job]
    at: datetime


def given_by_a_client(text: str) -> Any:
    return decode(text, State, validate=True)


def test_fields_left_out_get_their_defaults() -> None:
    read = given_by_a_client('{"person": {"name": "a", "e-mail": "b"}, "jobs": [{"title": "x"}]}')
    assert read == {"person": Person(name="a", **{"e-mail": "b"}), "jobs": [Job("x")]}


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ('"2025-01-02T03:04:05Z"', datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ('"2025-01-02"', datetime(2025, 1, 2)),
        ("0", datetime(1970, 1, 1, tzinfo=UTC)),
        ('{"$datetime": "2025-01-02"}', datetime(2025, 1, 2)),
        ("null", None),
    ],
)
def test_usual_spellings_are_read(said: str, meant: Any) -> None:
    assert given_by_a_client(f'{{"at": {said}}}') == {"at": meant}


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('{"person": {}}', "$.person.name"),
        ('{"person": {"name": "a", "age": -1}}', "$.person.age"),
        ('{"person": {"name": "a", "mood": "bad"}}', "$.person.mood"),
        ('{"jobs": [{"title": "a"}, {"title": "b", "after": "soon"}]}', "$.jobs[1].after"),
        ('{"at": "yesterday"}', "$.at"),
        ('{"at": [1]}', "$.at"),
    ],
)
def test_what_does_not_fit_is_an_error_that_names_its_path(text: str, path: str) -> None:
    with pytest.raises(UndecodableValue) as caught:
        given_by_a_client(text)
    assert caught.value.path == path


@pytest.mark.parametrize(
    "text",
    [
        '{"person": {"$object": ["Person", {"name": "a", "age": -1, "mood": "good", "mail": ""}]}}',
        '{"any": {"$object": ["Person", {"name": "a", "age": -1, "mood": "good", "mail": ""}, {"_trusted": true}]}}',
    ],
)
def test_a_tag_does_not_lead_past_the_validators(text: str) -> None:
    with pytest.raises(UndecodableValue, match="greater than or equal to 0"):
        given_by_a_client(text)


def test_a_client_sets_no_private_attribute() -> None:
    read = given_by_a_client('{"any": {"$object": ["Person", {"name": "a"}, {"_trusted": true}]}}')
    assert read["any"].trusted is False
