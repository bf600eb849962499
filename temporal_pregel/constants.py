"""Names that the whole package shares. Strings with a double underscore are reserved words of the Pregel model."""

from typing import Any, Final

__all__ = ["CONF", "CONFIG_KEY_CHECKPOINTER", "END", "START", "TAG_HIDDEN", "TAG_NOSTREAM", "TASKS"]

START: Final = "__start__"
"""The virtual first node: it takes the input in."""
END: Final = "__end__"
"""The virtual last node: an edge to it ends that path."""
TAG_HIDDEN: Final = "langsmith:hidden"
"""Tag of nodes that streams and ``"*"`` breakpoints pass over."""
TAG_NOSTREAM: Final = "nostream"
"""Tag of chat models whose tokens are not streamed."""

CONF: Final = "configurable"
"""The part of a config that says where a run is kept, and what its nodes may read."""
TASKS: Final = "__pregel_tasks"
"""Channel that holds the Sends of a superstep."""
PULL: Final = "__pregel_pull"
PUSH: Final = "__pregel_push"
INTERRUPT: Final = "__interrupt__"
RESUME: Final = "__resume__"
ERROR: Final = "__error__"
RETURN: Final = "__return__"
PREVIOUS: Final = "__previous__"
ROOT: Final = "__root__"
"""Channel of a state schema without fields."""

NO_WRITES: Final = "__no_writes__"
NULL_TASK_ID: Final = "00000000-0000-0000-0000-000000000000"
"""Stands for no task, where a saver wants the id of one."""
CONFIG_KEY_RUNTIME: Final = "__pregel_runtime"
"""Key of ``configurable`` under which a server may hand its own context to a graph, and a runnable finds its node's
runtime."""
CONFIG_KEY_READ: Final = "__pregel_read"
"""Key of ``configurable`` under which a node finds a function that reads the state."""
CONFIG_KEY_DURABILITY: Final = "__pregel_durability"
"""Key of ``configurable`` under which a node finds how much of its run is kept."""
CONFIG_KEY_NODE_FINISHED: Final = "__pregel_node_finished"
"""Key of ``configurable`` under which a caller may give a function that is told the name of each node that has
ended."""
CONFIG_KEY_STRICT_RESUME: Final = "__pregel_strict_resume"
"""Key of ``configurable`` under which a caller may ask that answers to questions that are not open are refused."""
CONFIG_KEY_CHECKPOINTER: Final = "__pregel_checkpointer"
"""Key of ``configurable`` under which a caller may lend a checkpointer to a graph that has none."""

HANDLER_PREFIX: Final = "__error_handler__"
"""What streams put before the name of a node where an error handler of its own has run for it."""
DEFAULT_HANDLER: Final = "__default_error_handler__"
"""What streams call the handler that ``set_node_defaults`` names."""

NS_SEP: Final = "|"
NS_END: Final = ":"

BRANCH_PREFIX: Final = "branch:to:"
"""A node's trigger channel is this prefix and its name."""


def trigger_channel(node: str) -> str:
    """The channel that makes ``node`` run in the next superstep."""
    return BRANCH_PREFIX + node


def __getattr__(name: str) -> Any:
    if name not in ("Interrupt", "Send"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import warnings

    from temporal_pregel import types
    from temporal_pregel.warnings import LangGraphDeprecatedSinceV10

    text = f"Importing {name} from {__name__} is deprecated. Import it from {types.__name__} instead."
    warnings.warn(LangGraphDeprecatedSinceV10(text), stacklevel=2)
    return getattr(types, name)
