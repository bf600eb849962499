"""The reducer for a `DeltaChannel` of LangChain messages: a batch of updates in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from temporal_pregel.channels.binop import overwrite_value
from temporal_pregel.nodes.messages import new_id


class MessagesDeltaReducer:
    """``messages_delta_reducer(held, [update, …])``; an update is a message, what stands for one, or a list of these.

    A message whose id is held replaces that one; a RemoveMessage removes what has its id, and nothing where there is
    none. How the updates are cut into batches makes no difference.
    """

    __name__ = "messages_delta_reducer"

    def __call__(self, held: Sequence[Any] | None, updates: Sequence[Any]) -> list[Any]:
        from langchain_core.messages import RemoveMessage

        found: dict[Any, Any] = {}
        for update in (list(held or ()), *updates):
            for message in _messages(update):
                # A message without an id can't be meant by another one: it only has its own place.
                key = message.id or id(message)
                if isinstance(message, RemoveMessage):
                    found.pop(key, None)
                else:
                    found[key] = message
        return list(found.values())

    def __repr__(self) -> str:
        return self.__name__

    def prepare(self, value: Any) -> Any:
        """An update as messages, each with an id.

        Raises:
            Exception: whatever LangChain raises of something that is no message.
        """
        replaces, new = overwrite_value(value)
        if replaces:
            from temporal_pregel.types import Overwrite

            return Overwrite(_identified(list(new) if isinstance(new, tuple) else new))
        return _identified(value) if isinstance(value, list) else _identified([value])[0]


messages_delta_reducer = MessagesDeltaReducer()


def _messages(update: Any) -> list[Any]:
    """``update`` as a list of messages. A tuple is one message: its role and its content."""
    from langchain_core.messages import BaseMessage, convert_to_messages

    items = update if isinstance(update, list) else [update]
    return items if all(isinstance(item, BaseMessage) for item in items) else convert_to_messages(items)


def _identified(update: Any) -> list[Any]:
    messages = _messages(update)
    for message in messages:
        if not message.id:
            message.id = new_id()
    return messages
