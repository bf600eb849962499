"""A function as a graph of one node."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, get_args, get_origin

from temporal_pregel.channels.ephemeral_value import EphemeralValue
from temporal_pregel.channels.last_value import LastValue
from temporal_pregel.constants import END, PREVIOUS, START
from temporal_pregel.core.plan import Node, Plan
from temporal_pregel.func.tasks import Retry, Timeout, as_policies
from temporal_pregel.graph.schema import hints_of
from temporal_pregel.nodes.caching import node_cache
from temporal_pregel.nodes.calls import compile_call, first_parameter
from temporal_pregel.nodes.code import NodeCode
from temporal_pregel.nodes.functions import write_final
from temporal_pregel.pregel import Pregel
from temporal_pregel.types import CachePolicy, Final, TimeoutPolicy
from temporal_pregel.warnings import deprecated_name


class FunctionGraph(Pregel):
    """What `entrypoint` makes of a function."""

    live = True
    traced_as = "LangGraph"

    def get_input_jsonschema(self, config: Any = None) -> dict[str, Any]:
        """JSON Schema of the function's first parameter."""
        from temporal_pregel.graph.jsonschema import json_schema

        return json_schema(self.input_schema_type, "LangGraphInput")

    def get_output_jsonschema(self, config: Any = None) -> dict[str, Any]:
        """JSON Schema of what the function returns to its caller."""
        from temporal_pregel.graph.jsonschema import json_schema

        return json_schema(self.output_schema_type, "LangGraphOutput")


class entrypoint:
    """Make a function a graph: it is invoked with one input, calls tasks, and gives what it returns.

    It may ask for ``config``, ``runtime``, ``writer``, ``store`` and ``previous`` (what it returned the last time on
    the thread) by name. With a checkpointer it may `interrupt`, and is then run again from its start; the tasks that it
    has called are not.
    """

    final = Final

    def __init__(
        self,
        checkpointer: Any = None,
        store: Any = None,
        cache: Any = None,
        context_schema: Any = None,
        cache_policy: CachePolicy | None = None,
        retry_policy: Retry = None,
        timeout: Timeout = None,
        **old: Any,
    ) -> None:
        for name, new in (("config_schema", "context_schema"), ("retry", "retry_policy")):
            if name in old:
                deprecated_name(name, new)
        self.retry_policy = retry_policy if retry_policy is not None else old.pop("retry", None)
        self.context_schema = context_schema if context_schema is not None else old.pop("config_schema", None)
        unknown = sorted(old.keys() - {"retry", "config_schema"})
        if unknown:
            raise TypeError(f"entrypoint got unknown arguments: {', '.join(unknown)}")
        self.checkpointer = checkpointer
        self.store = store
        self.cache = cache
        self.cache_policy = cache_policy
        self.timeout = TimeoutPolicy.of(timeout)

    def __call__(self, func: Callable[..., Any]) -> FunctionGraph:
        """The graph.

        Raises:
            NotImplementedError: the function is a generator.
            ValueError: it has no parameter for its input.
            TypeError: it is annotated with an ``entrypoint.final`` of which only one type is said.
        """
        if inspect.isgeneratorfunction(func) or inspect.isasyncgenfunction(func):
            raise NotImplementedError(
                "Generators are not supported as entrypoints. To stream values, write them with `get_stream_writer()`."
            )
        first = first_parameter(func)
        if first is None:
            raise ValueError("Entrypoint function must have at least one parameter")
        name = getattr(func, "__name__", type(func).__name__)
        hints = hints_of(func)
        given = hints.get(first, Any)
        returned, saved = result_types(hints.get("return", Any))
        channels = {START: EphemeralValue(given), END: LastValue(returned), PREVIOUS: LastValue(saved)}
        code = NodeCode(
            calls=compile_call(func),
            write=write_final,
            retry=as_policies(self.retry_policy),
            timeout=self.timeout,
            cache=node_cache(self.cache_policy, func, name),
        )
        plan = Plan(
            name=name,
            channels={key: channel.named(key) for key, channel in channels.items()},
            nodes={name: Node(name, (START,), START, code)},
            inputs=START,
            outputs=END,
            streams=END,
        )
        return FunctionGraph(
            plan,
            checkpointer=self.checkpointer,
            store=self.store,
            cache=self.cache,
            context_schema=self.context_schema,
            input_schema=given,
            output_schema=returned,
        )


def result_types(hint: Any) -> tuple[Any, Any]:
    """What an entrypoint's caller gets, and what is saved.

    Raises:
        TypeError: the annotation is an ``entrypoint.final`` of one type.
    """
    if hint is Final:
        return Any, Any
    if get_origin(hint) is Final:
        returned, saved = get_args(hint)
        return returned, saved
    return hint, hint
