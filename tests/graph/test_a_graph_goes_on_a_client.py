"""What ``on`` takes."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from typing_extensions import TypedDict

from temporal_pregel import START, StateGraph


class State(TypedDict):
    value: int


def app() -> Any:
    return StateGraph(State).add_node("node", lambda _: None).add_edge(START, "node").compile()


async def connect() -> None:
    """Stands for Client.connect, whose await was forgotten."""


def test_an_address_is_no_client() -> None:
    with pytest.raises(TypeError, match=r"connected temporalio Client: `await Client.connect\('localhost:7233'\)`"):
        app().on("localhost:7233")


def test_a_client_that_was_not_awaited_is_none() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(TypeError, match=r"`await Client.connect\(...\)`. It got a coroutine."):
            app().on(connect())
