"""Drawn graphs and conversations, the same few hundred in every run, on LangGraph and here.

What is left out, because LangGraph 1.2.22 is at fault or threads decide, stands in `conversation` and `drawing`, at the
place. More of them: ``python -m tests.differential --count 5000``.
"""

from __future__ import annotations

import pytest

from tests.differential.comparing import compare


@pytest.mark.parametrize("seed", range(4))
def test_sync_runs(seed: int) -> None:
    assert compare(50, seed=seed).differing == []


def test_async_runs() -> None:
    assert compare(40, seed=100, on_loop=True).differing == []
