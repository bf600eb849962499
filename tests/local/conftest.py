"""The same tests over this package's saver and over those of the langgraph-checkpoint distribution."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from langgraph.checkpoint import memory, sqlite

from temporal_pregel.checkpoint.memory import InMemorySaver


def _ours() -> Iterator[Any]:
    yield InMemorySaver()


def _theirs() -> Iterator[Any]:
    yield memory.InMemorySaver()


def _sqlite() -> Iterator[Any]:
    with sqlite.SqliteSaver.from_conn_string(":memory:") as saver:
        yield saver


SAVERS: dict[str, Callable[[], Iterator[Any]]] = {"ours": _ours, "theirs": _theirs, "sqlite": _sqlite}


@pytest.fixture(params=sorted(SAVERS))
def saver(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A checkpointer for sync runs."""
    yield from SAVERS[request.param]()


@pytest.fixture(params=["ours", "theirs"])
def async_saver(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A checkpointer for async runs."""
    yield from SAVERS[request.param]()


@pytest.fixture
def thread() -> dict[str, Any]:
    """The config of a thread."""
    return {"configurable": {"thread_id": "t"}}
