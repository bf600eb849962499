"""What a node returned, as writes: updates of channels, and gotos."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Any

from temporal_pregel.constants import END, ROOT, TASKS, trigger_channel
from temporal_pregel.core.plan import Write
from temporal_pregel.errors import ErrorCode, InvalidUpdateError, ParentCommand, create_error_message
from temporal_pregel.nodes.sends import as_send
from temporal_pregel.types import Command, Send

Writer = Callable[[Any], list[Write]]
"""Takes what a node returned."""


def state_writer(keys: Iterable[str], nodes: Container[str]) -> Writer:
    """A writer for a state with fields: updates of ``keys``; other keys are dropped silently. Who goes to what is none
    of ``nodes`` is warned.

    The writer raises:
        InvalidUpdateError: the result is no update.
        ParentCommand: the result is for the graph that owns this one.
    """
    known = frozenset(keys)

    def write(result: Any) -> list[Write]:
        if type(result) is dict:
            if known.issuperset(result):
                return [*result.items()]
            return [item for item in result.items() if item[0] in known]
        return list(_writes(result, lambda update: fields_of(update, known), nodes))

    return write


def root_writer(nodes: Container[str]) -> Writer:
    """The writer of a schema without fields: whatever a node returns is the state's update."""
    return lambda result: list(_writes(result, lambda update: [(ROOT, update)], nodes))


def warning_writer(write: Writer, unknown: Sequence[str]) -> Writer:
    """``write``, which writes to ``unknown``, too: channels that the graph doesn't have."""

    def warn(result: Any) -> list[Write]:
        writes = write(result)
        for channel in unknown:
            if any(key == channel for key, _ in writes):
                ignored(f"wrote to {channel!r}, which is no channel of its graph")
        return writes

    return warn


def ignored(what: str) -> None:
    """Warn that something which the running task did comes to nothing."""
    from logging import getLogger

    from temporal_pregel.nodes.context import SLOT

    slot = SLOT.get()
    who = "A node" if slot is None else f"Node {slot[1].name!r} of graph {slot[0].plan.name!r}"
    getLogger(__name__).warning("%s %s: that is ignored.", who, what)


def _writes(result: Any, updates: Callable[[Any], Iterable[Write]], nodes: Container[str]) -> Iterable[Write]:
    commands: tuple[type, ...] = (Command,)
    foreign = sys.modules.get("langgraph.types")  # LangGraph's ToolNode, and tools that were written for it
    if foreign is not None:
        commands = (Command, foreign.Command)
    if isinstance(result, commands):
        command = as_own(result)
        writes = command_writes(command, updates)
        for target in _several(command.goto):
            if isinstance(target, str) and target != END and target not in nodes:
                ignored(f"goes to {target!r} by its Command, which is no node there")
        return writes
    if isinstance(result, (list, tuple)) and any(isinstance(item, commands) for item in result):
        return [write for item in result for write in _writes(item, updates, nodes)]
    return updates(result)


def as_own(command: Any) -> Command[Any]:
    """A command as one of ours, where it is LangGraph's."""
    if isinstance(command, Command):
        return command
    several = isinstance(command.goto, (list, tuple))
    goto = [each if isinstance(each, str) else as_send(each) for each in _several(command.goto)]
    return Command(
        graph=Command.PARENT if command.graph == type(command).PARENT else command.graph,
        update=command.update,
        resume=command.resume,
        goto=goto if several else goto[0],
    )


def _several(found: Any) -> Sequence[Any]:
    return found if isinstance(found, (list, tuple)) else (found,)


def command_writes(command: Command[Any], updates: Callable[[Any], Iterable[Write]]) -> list[Write]:
    """A command's update and gotos.

    Raises:
        ParentCommand: it is for the graph that owns this one.
    """
    if command.graph == Command.PARENT:
        raise ParentCommand(command)
    writes: list[Write] = []
    if command.update is not None:
        for update in command_updates(command):
            writes.extend(updates(update))
    writes.extend(goto_writes(command.goto))
    return writes


def command_updates(command: Command[Any]) -> list[Any]:
    """A command's update as a list of updates: several pairs may name one key."""
    update = command.update
    if isinstance(update, (list, tuple)) and update and all(_is_pair(item) for item in update):
        return [{key: value} for key, value in update]
    return [update]


def _is_pair(item: Any) -> bool:
    return isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], str)


def goto_writes(goto: Any) -> list[Write]:
    """The writes that make the destinations run: node names, Sends, or several of them."""
    writes: list[Write] = []
    for target in _several(goto):
        if isinstance(target, Send):
            writes.append((TASKS, target))
        elif isinstance(target, str):
            if target != END:
                writes.append((trigger_channel(target), None))
        else:
            raise TypeError(f"In Command.goto, expected Send or the name of a node, got {type(target).__name__}")
    return writes


def fields_of(update: Any, known: Container[str]) -> list[Write]:
    """An update's fields that are channels.

    Raises:
        InvalidUpdateError: it has no fields.
    """
    if update is None:
        return []
    if isinstance(update, Mapping):
        return [(key, value) for key, value in update.items() if key in known]
    model_fields = getattr(type(update), "model_fields", None)
    if model_fields is not None:
        # A None that nobody set is a default, not an update.
        given = update.model_fields_set
        return [
            (key, value)
            for key in model_fields
            if key in known
            and ((value := getattr(update, key)) is not None or key in given or model_fields[key].default is not None)
        ]
    if dataclasses.is_dataclass(update) and not isinstance(update, type):
        return [
            (field.name, getattr(update, field.name)) for field in dataclasses.fields(update) if field.name in known
        ]
    hints = getattr(type(update), "__annotations__", None)
    if hints:
        return [(key, getattr(update, key)) for key in hints if key in known and hasattr(update, key)]
    raise InvalidUpdateError(
        create_error_message(
            message=f"Expected dict, got {update}", error_code=ErrorCode.INVALID_GRAPH_NODE_RETURN_VALUE
        )
    )
