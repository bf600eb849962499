"""A state's list of chat messages: appended to, and replaced or removed by id.

A message is a LangChain message, or a dict with ``role``, ``content`` and ``id``; also taken is a pair (role,
content) or a plain string, which the user says. Which of the two kinds a list holds: LangChain's as soon as one
message of the list or of the update is a LangChain object, or as soon as this process has imported
``langchain_core.messages``; else dicts. LangChain is never imported for a list of dicts.

Ids of new messages are given by `MessageReducer.prepare`, which the task calls before its writes leave it: the
reducer itself is then a pure function of what it is given.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from operator import attrgetter, itemgetter
from typing import Annotated, Any, Literal, TypedDict

from temporal_pregel.channels.binop import overwrite_value
from temporal_pregel.graph.message_deltas import messages_delta_reducer
from temporal_pregel.graph.state import StateGraph
from temporal_pregel.nodes.context import current_task
from temporal_pregel.nodes.messages import new_id

__all__ = [
    "REMOVE_ALL_MESSAGES",
    "MessageGraph",
    "MessageReducer",
    "Messages",
    "MessagesState",
    "add_messages",
    "push_message",
]

_messages_delta_reducer = messages_delta_reducer  # the name that code written against LangGraph imports

REMOVE_ALL_MESSAGES = "__remove_all__"
"""Id of a remove message that stands for all messages before it."""
REMOVE = "remove"
_ID = attrgetter("id")
_ID_OF, _ROLE_OF = itemgetter("id"), itemgetter("role")
OPENAI = "langchain-openai"

Format = Literal["langchain-openai"] | None
Messages = Any
"""One message, or a list of them."""


class MessageReducer:
    """``add_messages(held, new)``: the reducer. ``add_messages(format="langchain-openai")`` makes another one of it,
    whose contents have the shape of OpenAI's blocks.

    A message whose id is held replaces that one. ``{"role": "remove", "id": …}`` (LangChain: RemoveMessage) removes
    it; with the id `REMOVE_ALL_MESSAGES` it removes all before it.

    Raises:
        ValueError: a message to remove is not there; an unknown format; something that is no message.
    """

    __name__ = "add_messages"

    def __init__(self, format: Format = None) -> None:
        if format not in (None, OPENAI):
            raise ValueError(f"Unrecognized format={format!r}. Expected one of {OPENAI!r}, None.")
        self.format = format

    def __call__(self, left: Messages = None, right: Messages = None, *, format: Format = None) -> Any:
        if left is None or right is None:
            if left is None and right is None:
                return _reducer(format)
            given = "right" if left is None else "left"
            raise ValueError(f"Must specify non-null arguments for both 'left' and 'right'. Only received: '{given}'.")
        if format is not None and format != self.format:
            return _reducer(format)(left, right)
        held, new = _as_list(left), _as_list(right)
        kind = PREPARED if are_prepared(held, new) else kind_for(held, new)
        merged = merge(kind, complete(kind, held), complete(kind, new))
        return merged if self.format is None else _as_openai(merged)

    def __repr__(self) -> str:
        return "add_messages" if self.format is None else f"add_messages(format={self.format!r})"

    def prepare(self, value: Any) -> Any:
        """An update as the reducer should get it: messages of one kind, each with an id."""
        if overwrite_value(value)[0]:
            return value
        new = _as_list(value)
        kind = kind_for(new)
        prepared, _ = complete(kind, new)
        return prepared if isinstance(value, list) else prepared[0]


@cache
def _reducer(format: Format) -> MessageReducer:
    # One for each format: two schemas that name the same reducer must agree.
    return MessageReducer(format)


add_messages = _reducer(None)


def push_message(message: Any, *, state_key: str | None = "messages") -> Any:
    """Show ``message`` in the ``messages`` stream now, and write it to ``state_key`` when the node ends; with None,
    only show it. The message.

    Raises:
        ValueError: it has no id, or is no message.
        RuntimeError: outside a node.
    """
    (whole,) = kind_for([message]).coerce([message])
    (given,) = kind_for([whole]).ids([whole])
    if given is None:
        raise ValueError("Message ID is required: give the message an id, so that it is not shown twice.")
    context = current_task()
    if context.run.tracing is not None:
        context.run.tracing.push(context, whole)
    if state_key is not None:
        context.pushed = [*(context.pushed or ()), (state_key, [whole])]
    return whole


class MessagesState(TypedDict):
    """A state with messages and nothing else; subclass it to add more."""

    messages: Annotated[list[Any], add_messages]


class MessageGraph(StateGraph[Any]):
    """A graph whose whole state is a list of messages. Deprecated: use a key ``messages``."""

    def __init__(self) -> None:
        import warnings

        from temporal_pregel.warnings import LangGraphDeprecatedSinceV10

        warnings.warn(
            LangGraphDeprecatedSinceV10(
                "MessageGraph is deprecated in LangGraph v1.0.0, to be removed in v2.0.0. "
                "Please use StateGraph with a `messages` key instead."
            ),
            stacklevel=2,
        )
        super().__init__(Annotated[list[Any], add_messages])


@dataclass(frozen=True, slots=True)
class Kind:
    """How to deal with messages of one kind. ``coerce`` takes what stands for messages and gives a list of its own."""

    coerce: Callable[[Sequence[Any]], list[Any]]
    ids: Callable[[Sequence[Any]], list[Any]]
    give_id: Callable[[Any, str], Any]
    removes: Callable[[Any], bool]


def _give_dict_id(message: dict[str, Any], new: str) -> dict[str, Any]:
    return {**message, "id": new}


def _give_object_id(message: Any, new: str) -> Any:
    # In place, as LangGraph does: whoever made the message can then refer to it.
    message.id = new
    return message


def _as_dicts(messages: Sequence[Any]) -> list[Any]:
    return [_as_dict(message) for message in messages]


def _as_objects(messages: Sequence[Any]) -> list[Any]:
    if all(map(_is_whole, set(map(type, messages)))):
        return list(messages)
    from langchain_core.messages import BaseMessageChunk, convert_to_messages, message_chunk_to_message

    found = convert_to_messages(messages)
    return [message_chunk_to_message(item) if isinstance(item, BaseMessageChunk) else item for item in found]


DICTS = Kind(
    _as_dicts,
    lambda messages: [message.get("id") for message in messages],
    _give_dict_id,
    lambda message: bool(message["role"] == REMOVE),
)
PREPARED = replace(DICTS, coerce=list, ids=lambda messages: list(map(_ID_OF, messages)))
OBJECTS = Kind(
    _as_objects,
    lambda messages: list(map(_ID, messages)),
    _give_object_id,
    lambda message: bool(message.type == REMOVE),
)
"""LangChain's messages; chunks of a stream become whole messages."""


def kind_for(*lists: Sequence[Any]) -> Kind:
    """Which kind of messages a list of all these has, see the module's first lines."""
    types = {kind for messages in lists for kind in set(map(type, messages))}
    return OBJECTS if any(map(_is_langchain, types)) or "langchain_core.messages" in sys.modules else DICTS


def are_prepared(*lists: Sequence[Any]) -> bool:
    """Whether all are dicts with ids. They stay as they are, whatever the process that folds them has imported."""
    for messages in lists:
        if not set(map(type, messages)) <= {dict}:
            return False
        try:
            roles, ids = list(map(_ROLE_OF, messages)), list(map(_ID_OF, messages))
        except KeyError:
            return False
        if None in ids or None in roles:
            return False
    return any(lists)


def complete(kind: Kind, messages: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """``messages``, each with an id, and their ids."""
    whole = kind.coerce(messages)
    ids = kind.ids(whole)
    if None in ids:
        whole = [kind.give_id(item, new_id()) if ids[at] is None else item for at, item in enumerate(whole)]
        ids = kind.ids(whole)
    return whole, ids


def merge(kind: Kind, held: tuple[list[Any], list[Any]], new: tuple[list[Any], list[Any]]) -> list[Any]:
    """The messages of ``held`` with those of ``new`` in them; both with their ids."""
    merged, held_ids = held
    messages, ids = new
    removing = {place: None for place, message in enumerate(messages) if kind.removes(message)}
    for place in reversed(removing):
        if ids[place] == REMOVE_ALL_MESSAGES:
            return messages[place + 1 :]
    if not removing and len(set(ids)) == len(ids) and set(held_ids).isdisjoint(ids):
        return merged + messages
    places = dict(zip(held_ids, range(len(held_ids)), strict=True))
    removed: dict[Any, None] = {}
    for place, message in enumerate(messages):
        its = ids[place]
        place_held = places.get(its)
        if place in removing:
            if place_held is None:
                raise ValueError(
                    f"Attempting to delete a message with an ID that doesn't exist ('{its}'). "
                    "Remove only messages of the state."
                )
            removed[its] = None
        elif place_held is None:
            places[its] = len(merged)
            merged.append(message)
        else:
            removed.pop(its, None)
            merged[place_held] = message
    gone = {places[its] for its in removed}
    return [message for place, message in enumerate(merged) if place not in gone] if gone else merged


def _as_list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


@lru_cache(maxsize=256)
def _is_langchain(kind: type) -> bool:
    module = sys.modules.get("langchain_core.messages")
    return module is not None and issubclass(kind, module.BaseMessage)


@lru_cache(maxsize=256)
def _is_whole(kind: type) -> bool:
    return _is_langchain(kind) and not issubclass(kind, sys.modules["langchain_core.messages"].BaseMessageChunk)


ROLES = {"human": "user", "ai": "assistant"}
"""LangChain's names of roles -> the ones that dicts have."""


def _as_dict(message: Any) -> dict[str, Any]:
    if isinstance(message, dict):
        if "role" in message and ("content" in message or message["role"] == REMOVE):
            return message
    elif isinstance(message, str):
        return {"role": "user", "content": message}
    elif isinstance(message, (tuple, list)) and len(message) == 2 and isinstance(message[0], str):
        return {"role": ROLES.get(message[0], message[0]), "content": message[1]}
    raise ValueError(
        f"Expected a message, got {message!r}. A message is a dict with role and content, a pair (role, content), "
        "a string, or a LangChain message."
    )


def _as_openai(messages: Iterable[Any]) -> list[Any]:
    from langchain_core.messages import convert_to_messages, convert_to_openai_messages

    convert: Callable[[Any], list[Any]] = convert_to_messages
    return convert(convert_to_openai_messages(list(messages)))
