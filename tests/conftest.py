"""One Temporal server for the whole run, and clients of it.

Tests share its namespace and its task queues' names are their own: a test takes `task_queue` and fresh workflow ids.
"""

from __future__ import annotations

import gc
import uuid
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from hypothesis import settings
from temporalio.client import Client

from temporal_pregel.testing import DevServer, dev_server

# The same examples in every run: a test must fail for what was changed, never by the luck of a draw.
settings.register_profile("repeatable", derandomize=True, database=None)
settings.load_profile("repeatable")


@pytest_asyncio.fixture(scope="session")
async def server() -> AsyncIterator[DevServer]:
    async with dev_server() as running:
        yield running


@pytest_asyncio.fixture
async def client(server: DevServer) -> Client:
    """A client without any plugin."""
    return await server.client()


@pytest.fixture
def task_queue() -> str:
    """The name of a task queue that no other test uses."""
    return f"test-{uuid.uuid4()}"


def pytest_unconfigure() -> None:
    # Workers that ended must be freed before the interpreter ends: see temporal_pregel.temporal.shutdown.
    gc.collect()
