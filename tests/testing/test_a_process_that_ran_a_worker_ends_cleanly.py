from __future__ import annotations

import gc
import subprocess
import sys
import weakref
from pathlib import Path
from typing import Any

import pytest

from temporal_pregel.temporal.shutdown import run
from temporal_pregel.testing import DevServer
from tests.testing import one_worker


class Weakly(list[Any]):
    """Remembers what is appended without keeping it alive."""

    def append(self, value: Any) -> None:
        super().append(weakref.ref(value))

    def alive(self) -> list[Any]:
        return [value for ref in self if (value := ref()) is not None]


def test_no_worker_and_no_client_is_left(server: DevServer) -> None:
    seen = Weakly()
    gc.disable()  # what is freed is freed by `run`, not by chance
    try:
        assert run(one_worker.main(server.address, seen)) == 2
        assert len(seen) == 2
        assert seen.alive() == []
    finally:
        gc.enable()


def test_nor_while_an_error_is_on_its_way(server: DevServer) -> None:
    seen = Weakly()
    gc.disable()
    try:
        with pytest.raises(ExceptionGroup) as raised:
            run(one_worker.main(server.address, seen, ExceptionGroup("two", [ValueError("first")])))
        assert seen.alive() == []
        assert raised.traceback[-1].name == "main"
    finally:
        gc.enable()


def test_six_processes_out_of_six(server: DevServer) -> None:
    for _ in range(6):
        script = [sys.executable, "-m", "tests.testing.one_worker", server.address]
        ended = subprocess.run(script, capture_output=True, text=True, cwd=Path(__file__).parents[2], timeout=60)
        assert (ended.returncode, ended.stdout) == (0, "2\n"), ended.stderr
