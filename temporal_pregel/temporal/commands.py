"""A Command that somebody sends to a run that waits: an update of the state, a choice of what runs next, an answer."""

from __future__ import annotations

from typing import Any

from temporal_pregel.constants import BRANCH_PREFIX
from temporal_pregel.core.plan import Plan, Write
from temporal_pregel.errors import EmptyInputError, InvalidUpdateError
from temporal_pregel.nodes.messages import prepare
from temporal_pregel.nodes.writers import command_writes, fields_of
from temporal_pregel.types import Command


def answer_of(command: Command[Any] | None) -> Any:
    """What is sent for a command, or for None.

    Raises:
        EmptyInputError: the command says nothing.
    """
    if command is None:
        return Command()
    if command.update is None and not command.goto and command.graph is None:
        if command.resume is None:
            raise EmptyInputError("Received no input: the command has no update, resume or goto")
        return command.resume
    return command


def writes_of_command(plan: Plan, command: Command[Any]) -> list[Write]:
    """A command's update and gotos as writes.

    Raises:
        InvalidUpdateError: it is for a parent graph, goes to no node of this one, or its update is none.
        TypeError: its goto names no node.
    """
    if command.graph is not None:
        raise InvalidUpdateError("There is no parent graph: leave out the Command's graph.")
    writes = command_writes(command, lambda update: fields_of(update, plan.folds))
    for channel, _ in writes:
        if channel not in plan.folds:
            raise InvalidUpdateError(
                f"Command.goto names {channel.removeprefix(BRANCH_PREFIX)!r}, which is no node of this graph."
            )
    return writes


def prepared(plan: Plan, writes: list[Write]) -> list[Write]:
    """The writes as their reducers should get them: messages with ids."""
    return prepare(plan.prepares, writes)
