"""Worker processes of a test, on its own task queue."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from temporal_pregel.testing import DevServer
from tests.chaos.hands import Hands, environment_of


@pytest.fixture
def deeds(tmp_path: Path) -> Path:
    """The file in which nodes tell what they do."""
    return tmp_path / "deeds"


@pytest.fixture
def hands(server: DevServer, task_queue: str, tmp_path: Path, deeds: Path) -> Iterator[Callable[[float], Hands]]:
    """`hands(seconds)`: workers whose nodes take that long."""
    made = []

    def make(seconds: float = 0) -> Hands:
        made.append(Hands(server.address, task_queue, tmp_path, environment_of(deeds, seconds)))
        return made[-1]

    yield make
    for each in made:
        each.dismiss()
