"""What is given to Send in the place of a node's name, or of a time."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Any

import pytest

from temporal_pregel.types import Send, TimeoutPolicy


class Names(StrEnum):
    WORKER = "worker"


@pytest.mark.parametrize("node", [5, None, b"worker", ["worker"]])
def test_what_is_no_text_is_refused_where_it_is_written(node: Any) -> None:
    with pytest.raises(TypeError, match=r"Send\(node, arg\) takes the name of a node, a str.* got .* as the node"):
        Send(node, {})


def test_names_that_are_an_enums_are_texts() -> None:
    assert Send(Names.WORKER, {}) == Send("worker", {})


def test_a_timeout_that_is_no_time_is_refused() -> None:
    with pytest.raises(TypeError, match="run_timeout must be a number of seconds, a timedelta or a TimeoutPolicy"):
        Send("worker", {}, timeout="soon")  # type: ignore[arg-type]
    assert Send("worker", {}, timeout=timedelta(minutes=1)).timeout == TimeoutPolicy(run_timeout=60.0)
