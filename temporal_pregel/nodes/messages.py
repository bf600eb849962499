"""Ids for new messages. They are given where a task's writes are made, because a reducer must be pure: it runs again on
every replay.

In a task they are random: what it wrote is recorded, and replays read the record. They are not derived from the task's
own id, because another run on a thread of the same name has the same tasks, and messages of the first may be its input:
an equal id would replace what should be added. Code that runs on every replay gives ids with a source of its own
(`new_ids_from`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from temporal_pregel.channels.binop import overwrite_value
from temporal_pregel.nodes.context import SLOT
from temporal_pregel.nodes.writers import Writer

NewId = Callable[[], str]
Prepare = Callable[[Any], Any]
"""Takes an update of a channel and gives the one that its reducer folds."""


def random_id() -> str:
    """An id that nothing else has."""
    from uuid import uuid4

    return str(uuid4())


_SOURCE: ContextVar[NewId] = ContextVar("temporal_pregel_new_id", default=random_id)


def new_id() -> str:
    """An id for a new message."""
    return _SOURCE.get()()


@contextmanager
def new_ids_from(source: NewId) -> Iterator[None]:
    """Within the block, ids come from ``source``."""
    token = _SOURCE.set(source)
    try:
        yield
    finally:
        _SOURCE.reset(token)


def identified(value: Any) -> Any:
    """An update of a channel that folds its writes again whenever it is read: LangChain's messages in it get ids, and
    what stands for one in a list, a dict with a content and a role or type, becomes one. All else stays as it is."""
    module = sys.modules.get("langchain_core.messages")
    if module is None:
        return value
    replaces, new = overwrite_value(value)
    if replaces:
        for item in new if isinstance(new, (list, tuple)) else (new,):
            _identify(module, item)
        return value
    if isinstance(value, list):
        return [_identify(module, _as_message(module, item)) for item in value]
    return _identify(module, value)


def _as_message(module: Any, item: Any) -> Any:
    stands_for_one = isinstance(item, dict) and "content" in item and ("role" in item or "type" in item)
    return module.convert_to_messages([item])[0] if stands_for_one else item


def _identify(module: Any, item: Any) -> Any:
    if isinstance(item, module.BaseMessage) and not item.id:
        item.id = new_id()
    return item


def preparing(write: Writer, hooks: Mapping[str, Prepare]) -> Writer:
    """``write``, with the updates of the channels in ``hooks`` prepared for their reducers. Streams show them as they
    were."""

    def prepared(result: Any) -> list[tuple[str, Any]]:
        writes = write(result)
        slot = SLOT.get()
        if slot is not None and slot[0].shows_updates:
            slot[1].raw = list(writes)
        return prepare(hooks, writes)

    return prepared


def prepare(hooks: Mapping[str, Prepare], writes: Sequence[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """``writes``, with the values of the channels in ``hooks`` prepared for their reducers."""
    return [(key, hooks[key](value)) if key in hooks else (key, value) for key, value in writes]
