"""Where langchain-core is not installed, runs are read all the same; what needs it says so."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from tests.stream.graphs import two


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("temporal_pregel.langchain.available", lambda: False)


@pytest.mark.usefixtures("without")
def test_projections_are_there_and_no_messages_come() -> None:
    run = two().stream_events({"log": []}, version="v3")
    messages = iter(run.messages)
    assert run.output == {"log": ["a", "b"]}
    assert list(messages) == []


@pytest.mark.usefixtures("without")
@pytest.mark.parametrize(
    ("config", "options"),
    [({"callbacks": [object()]}, {}), ({}, {"stream_mode": "messages"}), ({}, {"stream_mode": "tools"})],
)
def test_what_needs_it_says_so(config: Any, options: Any) -> None:
    with pytest.raises(ImportError, match=r"need langchain-core.*pip install 'temporal-pregel\[langchain\]'"):
        two().invoke({"log": []}, config, **options)


def test_projections_alone_bring_neither_it_nor_an_event_loop() -> None:
    code = "import sys, temporal_pregel.stream.calling; print({'langchain_core', 'asyncio'} & set(sys.modules))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "set()\n"
