"""Ids for new messages. They are given here, in the task, because a reducer must be pure: it runs again on every
replay."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from temporal_pregel.core.ids import digest
from temporal_pregel.nodes.context import CURRENT
from temporal_pregel.nodes.writers import Writer

NewId = Callable[[int], str]
"""Takes a message's index in its update."""
Prepare = Callable[[Any, NewId], Any]
"""Takes an update of a channel and gives the one that its reducer folds."""


def random_id(_index: int = 0) -> str:
    """An id that nothing else has."""
    return str(uuid4())


def task_message_id(place: int, index: int) -> str:
    """The id of the ``index``-th message of a task's ``place``-th write.

    On a thread it is derived from the task, so that another attempt gives the same one. Without a thread every run's
    tasks have the same ids, and messages of one run may be the input of the next: there it is random.
    """
    context = CURRENT.get()
    if context is None or not context.run.thread:
        return random_id()
    return str(UUID(digest(f"{context.task.id}\0{place}\0{index}"), version=4))


def preparing(write: Writer, hooks: Mapping[str, Prepare]) -> Writer:
    """``write``, with the updates of the channels in ``hooks`` prepared for their reducers."""

    def prepared(result: Any) -> list[tuple[str, Any]]:
        writes = write(result)
        for place, (key, value) in enumerate(writes):
            hook = hooks.get(key)
            if hook is not None:
                writes[place] = (key, hook(value, partial(task_message_id, place)))
        return writes

    return prepared
