"""LangChain's messages, known only when langchain_core is loaded already: nothing here imports it."""

from __future__ import annotations

import sys
from typing import Any

_MODULE = "langchain_core.messages"
_NAMES = (
    "HumanMessage",
    "AIMessage",
    "SystemMessage",
    "ToolMessage",
    "FunctionMessage",
    "ChatMessage",
    "RemoveMessage",
    "HumanMessageChunk",
    "AIMessageChunk",
    "SystemMessageChunk",
    "ToolMessageChunk",
    "FunctionMessageChunk",
    "ChatMessageChunk",
)
_found: dict[str, type] = {}


def classes() -> dict[str, type]:
    """Message classes by what their ``type`` field says; empty while langchain_core isn't loaded."""
    if _found:
        return _found
    module = sys.modules.get(_MODULE)
    if module is not None:
        kinds: list[Any] = [getattr(module, name, None) for name in _NAMES]
        _found.update({kind.model_fields["type"].default: kind for kind in kinds if kind is not None})
    return _found


def class_of(said: object) -> type | None:
    """The class whose ``type`` field says this."""
    return classes().get(said) if isinstance(said, str) else None


def is_message(kind: object) -> bool:
    """Whether it is one of the message classes."""
    return kind in classes().values()


def is_base(kind: object) -> bool:
    """Whether it is the class that all messages share."""
    module = sys.modules.get(_MODULE)
    return module is not None and kind is getattr(module, "BaseMessage", None)
