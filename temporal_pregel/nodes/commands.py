"""What somebody outside of a graph gives: its input, or a Command, which is an update of the state, a choice of what
runs next, an answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from temporal_pregel.constants import BRANCH_PREFIX, START
from temporal_pregel.core.plan import Plan, Write
from temporal_pregel.errors import EmptyInputError, InvalidUpdateError
from temporal_pregel.nodes.writers import command_writes, fields_of
from temporal_pregel.types import Command


def moves(command: Command[Any]) -> bool:
    """Whether a command does more than to answer."""
    return command.update is not None or bool(command.goto) or command.graph is not None


def check_command(command: Command[Any]) -> None:
    """Refuse a command that says nothing.

    Raises:
        EmptyInputError: it does.
    """
    if command.resume is None and not moves(command):
        raise EmptyInputError("Received no input: the command has no update, resume or goto")


def no_input(inputs: tuple[str, ...] | str) -> EmptyInputError:
    """The error of a run that is given nothing for any of the channels ``inputs``."""
    return EmptyInputError(f"Received no input for {inputs if isinstance(inputs, str) else ', '.join(inputs)}")


def as_input(plan: Plan, command: Command[Any], writes: list[Write]) -> list[Write]:
    """A command that comes first on a thread, and whose own are ``writes``. There is nothing yet that it could change:
    it is the input, which START passes on to where that goes. Nobody has asked for its answer."""
    if plan.inputs == START and START in plan.nodes:
        return [(START, replace(command, resume=None))]
    return writes


def outside_writes(plan: Plan, command: Command[Any]) -> list[Write]:
    """A command's update and gotos as writes.

    Raises:
        InvalidUpdateError: it is for a parent graph, goes to no node of this one, or its update is none.
        TypeError: its goto names no node.
    """
    if not moves(command):
        return []
    if command.graph is not None:
        raise InvalidUpdateError("There is no parent graph: leave out the Command's graph.")
    known = plan.folds
    writes = command_writes(command, lambda update: fields_of(update, known))
    for channel, _ in writes:
        if channel not in known:
            raise InvalidUpdateError(
                f"Command.goto names {channel.removeprefix(BRANCH_PREFIX)!r}, which is no node of graph '{plan.name}'. "
                f"It may name one of: {', '.join(name for name in plan.nodes if name != START)}."
            )
    return writes
