"""What a run is given from outside: an input, or a Command where it waits (see `nodes.commands`)."""

from __future__ import annotations

from typing import Any

from temporal_pregel.core.plan import Plan, Write
from temporal_pregel.errors import InvalidUpdateError
from temporal_pregel.nodes.commands import as_input, check_command, moves, no_input
from temporal_pregel.nodes.commands import outside_writes as writes_of_command
from temporal_pregel.nodes.messages import prepare
from temporal_pregel.types import Command

__all__ = ["answer_of", "input_writes", "prepared", "writes_of_command"]


def answer_of(command: Command[Any] | None) -> Any:
    """What is sent for a command, or for None.

    Raises:
        EmptyInputError: the command says nothing.
    """
    if command is None:
        return Command()
    check_command(command)
    return command if moves(command) else command.resume


def prepared(plan: Plan, writes: list[Write]) -> list[Write]:
    """The writes as their reducers should get them: messages with ids."""
    return prepare(plan.prepares, writes)


def first_writes(plan: Plan, command: Command[Any]) -> list[Write]:
    """A command as the first thing that a thread is given, see `as_input`."""
    return as_input(plan, command, prepared(plan, writes_of_command(plan, command)))


def input_writes(plan: Plan, given: Any) -> list[Write]:
    """A graph's input as writes."""
    if isinstance(given, Command):
        return first_writes(plan, given)
    if given is None:
        raise no_input(plan.inputs)
    if isinstance(plan.inputs, str):
        return [(plan.inputs, given)]
    if not isinstance(given, dict):
        raise InvalidUpdateError(f"Expected an input of the keys {', '.join(plan.inputs)}, got {type(given).__name__}")
    return [(key, value) for key, value in given.items() if key in plan.inputs]
