"""The same graph streamed in process and on Temporal, so that the parts can be compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from temporal_pregel.checkpoint.memory import InMemorySaver

EVERY = ("values", "updates", "tasks", "checkpoints", "debug")


async def in_process(app: Any, inputs: Sequence[Any], config: dict[str, Any], **asked: Any) -> list[list[Any]]:
    """The parts of each turn of a thread, run here."""
    kept = app.copy()
    kept.checkpointer = InMemorySaver()
    return await streamed(kept, inputs, config, **asked)


async def streamed(app: Any, inputs: Sequence[Any], config: dict[str, Any], **asked: Any) -> list[list[Any]]:
    """The parts of each turn of a thread, without the times in them; ends of tasks that ran side by side are sorted."""
    return [
        in_order([bare(part) async for part in app.astream(given, config, **asked)], frozenset(app.nodes))
        for given in inputs
    ]


def bare(part: Any) -> Any:
    """A part without the times in it, and with errors that can be compared."""
    if isinstance(part, dict):
        return {key: "" if key == "timestamp" else bare(value) for key, value in part.items()}
    if isinstance(part, BaseException):
        return repr(part)
    return type(part)(map(bare, part)) if type(part) in (list, tuple) else part


def in_order(parts: Iterable[Any], nodes: frozenset[str]) -> list[Any]:
    found: list[Any] = []
    for ends, group in groupby(parts, lambda part: is_end(part, nodes)):
        some = list(group)
        found.extend(sorted(some, key=repr) if ends else some)
    return found


def is_end(part: Any, nodes: frozenset[str]) -> bool:
    """Whether a part shows the end of a task."""
    shown = part[-1] if isinstance(part, tuple) else part
    shown = shown["data"] if "ns" in shown else shown
    if not isinstance(shown, dict) or not shown:
        return False
    return "result" in shown or shown.get("type") == "task_result" or nodes.issuperset(shown)
