"""The builder: nodes, edges and schemas are said here, and compiled into a plan.

What nodes share is the state: every key is a channel, and a node reads some of them and returns updates for some.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, Self

from temporal_pregel.constants import DEFAULT_HANDLER, END, HANDLER_PREFIX, START
from temporal_pregel.graph import declared
from temporal_pregel.graph.compiled import CompiledStateGraph
from temporal_pregel.graph.declared import BranchSpec, NodeDefaults, StateNodeSpec
from temporal_pregel.graph.declared import node_name as _get_node_name
from temporal_pregel.graph.ordered import OrderedSet
from temporal_pregel.graph.schema import Channel, Rule, declare, rules_of, schema_name
from temporal_pregel.graph.schema import channel_of as _get_channel
from temporal_pregel.graph.schema import field_channel as _is_field_channel
from temporal_pregel.graph.schema import warn_invalid_schema as _warn_invalid_state_schema
from temporal_pregel.graph.schemas import ContextT, InputT, OutputT, Schemas, StateT
from temporal_pregel.graph.validation import breakpoints, graph_name, validate
from temporal_pregel.managed.base import ManagedValueSpec
from temporal_pregel.types import All, CachePolicy, RetryPolicy, TimeoutPolicy, TracePolicy
from temporal_pregel.warnings import deprecated_name

__all__ = [
    "CompiledStateGraph",
    "StateGraph",
    "_get_channel",
    "_get_node_name",
    "_is_field_channel",
    "_warn_invalid_state_schema",
]


Retry = RetryPolicy | Sequence[RetryPolicy] | None


class StateGraph(Schemas[StateT, ContextT, InputT, OutputT]):
    """A graph whose nodes share a state.

    ``state_schema``: a TypedDict, dataclass or pydantic model; each field is a channel, and ``Annotated[type,
    reducer]`` says how several writes become one value. ``input_schema`` and ``output_schema``: what the caller gives
    and gets, the state where they are left out. ``context_schema``: what a run is given beside its input, for
    ``runtime.context``.
    """

    def __init__(
        self,
        state_schema: type[StateT] | Any,
        context_schema: Any = None,
        *,
        input_schema: Any = None,
        output_schema: Any = None,
        **old: Any,
    ) -> None:
        for name, new in (("config_schema", "context_schema"), ("input", "input_schema"), ("output", "output_schema")):
            if name in old:
                deprecated_name(name, new)
        unknown = sorted(old.keys() - {"config_schema", "input", "output"})
        if unknown:
            raise TypeError(f"StateGraph got unknown arguments: {', '.join(unknown)}")
        self.state_schema = state_schema
        self.context_schema = context_schema if context_schema is not None else old.get("config_schema")
        self.input_schema = input_schema or old.get("input") or state_schema
        self.output_schema = output_schema or old.get("output") or state_schema
        self.nodes: dict[str, StateNodeSpec] = {}
        self.edges: OrderedSet[tuple[str, str]] = OrderedSet()
        self.waiting_edges: OrderedSet[tuple[tuple[str, ...], str]] = OrderedSet()
        self.branches: dict[str, dict[str, BranchSpec]] = {}
        self.channels: dict[str, Channel] = {}
        self.managed: dict[str, ManagedValueSpec] = {}
        self.schemas: dict[Any, dict[str, Rule]] = {}
        self.defaults = NodeDefaults()
        self.compiled = False
        self._declare(self.state_schema)
        self._declare(self.input_schema, at_the_border=True)
        self._declare(self.output_schema, at_the_border=True)

    def _declare(self, schema: Any, *, at_the_border: bool = False) -> None:
        _warn_invalid_state_schema(schema)
        if schema in self.schemas:
            return
        rules = rules_of(schema)
        computed = [key for key, rule in rules.items() if isinstance(rule, type)]
        if at_the_border and computed:
            raise ValueError(
                f"Invalid managed channels detected in {schema_name(schema)}: {', '.join(computed)}. "
                "Managed channels are not permitted in Input/Output schema."
            )
        declare(schema, rules, self.channels, self.managed)
        self.schemas[schema] = rules

    def _changing(self, what: str) -> None:
        if self.compiled:
            from logging import getLogger

            getLogger(__name__).warning(
                "Adding %s to a graph that has already been compiled. "
                "This will not be reflected in the compiled graph: compile it again.",
                what,
            )

    # Nodes

    def add_node(
        self,
        node: str | Callable[..., Any] | Any,
        action: Callable[..., Any] | Any = None,
        *,
        defer: bool = False,
        metadata: Mapping[str, Any] | None = None,
        input_schema: Any = None,
        retry_policy: Retry = None,
        cache_policy: CachePolicy | None = None,
        error_handler: Any = None,
        destinations: Mapping[str, str] | Sequence[str] | None = None,
        timeout: Any = None,
        trace_policy: TracePolicy | None = None,
        **old: Any,
    ) -> Self:
        """Add a node: a function of the state, an object with ``__call__``, or a compiled graph.

        ``node`` is its name, or the node itself, which then gives the name. ``defer``: run it when nothing else is
        left. ``input_schema``: what it reads; else the annotation of its first parameter, else the state.
        ``retry_policy``: one or several, of which the first that covers an error decides. ``cache_policy``: for how
        long what it wrote stands for running it again with the same input, where the graph has a cache.
        ``destinations``: where its Commands may lead, for the drawing; a mapping gives labels. ``trace_policy``: what
        tracers record of it.

        Raises:
            ValueError: the name is taken or reserved.
            TypeError: it can't be run.
        """
        for name, new in (("retry", "retry_policy"), ("input", "input_schema")):
            if name in old:
                deprecated_name(name, new)
        retry_policy = retry_policy if retry_policy is not None else old.pop("retry", None)
        input_schema = input_schema if input_schema is not None else old.pop("input", None)
        unknown = sorted(old.keys() - {"retry", "input"})
        if unknown:
            raise TypeError(f"add_node got unknown arguments: {', '.join(unknown)}")
        if not isinstance(node, str):
            if node is None:
                raise RuntimeError("add_node needs a node: a function, a graph, or a name and one of these.")
            action = node
            node = ""
        elif action is None:
            raise RuntimeError(f"add_node({node!r}) has a name but no action: give the function or graph that it runs.")
        action = declared.runnable_action(node, action)
        name = node or _get_node_name(action)
        self._changing("a node")
        declared.check_node_name(name, self.nodes)
        schema = input_schema if input_schema is not None else declared.inferred_schema(action)
        if schema is None:
            schema = self.state_schema
        self._declare(schema)
        declared.check_config_hint(action)
        self.nodes[name] = declared.make_node(
            name,
            action,
            input_schema=schema,
            metadata=metadata,
            retry_policy=retry_policy,
            cache_policy=cache_policy,
            error_handler=error_handler,
            timeout=timeout,
            defer=bool(defer),
            trace_policy=trace_policy,
            ends=dict(destinations) if isinstance(destinations, Mapping) else tuple(destinations or ()),
        )
        return self

    def set_node_defaults(
        self,
        *,
        retry_policy: Retry = None,
        cache_policy: CachePolicy | None = None,
        error_handler: Any = None,
        timeout: Any = None,
    ) -> Self:
        """Say what nodes get that do not say otherwise; applied when the graph is compiled."""
        held = self.defaults
        self.defaults = NodeDefaults(
            retry_policy if retry_policy is not None else held.retry_policy,
            declared.handler_of(error_handler) or held.error_handler,
            TimeoutPolicy.of(timeout) or held.timeout,
            cache_policy or held.cache_policy,
        )
        return self

    def add_sequence(self, nodes: Sequence[Any]) -> Self:
        """Add nodes that run one after the other; each is a node, or a pair of name and node.

        Raises:
            ValueError: there are none, or two have the same name.
        """
        if not nodes:
            raise ValueError("Sequence requires at least one node.")
        before: str | None = None
        for item in nodes:
            name, action = item if isinstance(item, tuple) and len(item) == 2 else (_get_node_name(item), item)
            if name in self.nodes:
                raise ValueError(
                    f"Node names must be unique: node with the name '{name}' already exists. "
                    "Give nodes that share a name (two lambdas, say) as pairs (name, node)."
                )
            self.add_node(name, action)
            if before is not None:
                self.add_edge(before, name)
            before = name
        return self

    # Edges

    def add_edge(self, start_key: str | Sequence[str], end_key: str) -> Self:
        """After ``start_key``, run ``end_key``. After several, given as a list: once all of them have run.

        Raises:
            ValueError: it starts at END or ends at START, or a list names a node that is not there.
        """
        self._changing("an edge")
        starts = (start_key,) if isinstance(start_key, str) else tuple(start_key)
        if END in starts:
            raise ValueError("END cannot be a start node")
        if end_key == START:
            raise ValueError("START cannot be an end node")
        if isinstance(start_key, str):
            self.edges.add((start_key, end_key))
            return self
        for start in starts:
            if start not in self.nodes:
                raise ValueError(f"Need to add_node `{start}` first")
        if end_key != END and end_key not in self.nodes:
            raise ValueError(f"Need to add_node `{end_key}` first")
        self.waiting_edges.add((starts, end_key))
        return self

    def add_conditional_edges(
        self,
        source: str,
        path: Callable[..., Hashable | Sequence[Hashable]] | Any,
        path_map: Mapping[Hashable, str] | Sequence[str] | None = None,
    ) -> Self:
        """After ``source``, ask ``path`` what to run: node names, Sends, or several of them.

        ``path`` sees the state with the updates of ``source`` in it. ``path_map`` turns its answers into node names;
        a list names the nodes that it may answer with, and so does ``-> Literal[...]``.

        Raises:
            ValueError: ``source`` already has a conditional edge of that name.
        """
        self._changing("an edge")
        name = declared.branch_name(path)
        held = self.branches.setdefault(source, {})
        if name in held:
            raise ValueError(
                f"Branch with name `{name}` already exists for node `{source}`. Give its function another name."
            )
        held[name] = branch = declared.make_branch(path, path_map)
        if branch.input_schema is not None:
            self._declare(branch.input_schema)
        return self

    def set_entry_point(self, key: str) -> Self:
        """Begin with the node ``key``: an edge from START."""
        return self.add_edge(START, key)

    def set_conditional_entry_point(
        self,
        path: Callable[..., Hashable | Sequence[Hashable]] | Any,
        path_map: Mapping[Hashable, str] | Sequence[str] | None = None,
    ) -> Self:
        """Let ``path`` say where to begin: a conditional edge from START."""
        return self.add_conditional_edges(START, path, path_map)

    def set_finish_point(self, key: str) -> Self:
        """End after the node ``key``: an edge to END."""
        return self.add_edge(key, END)

    # Compiling

    def validate(self, interrupt: Sequence[str] | None = None) -> Self:
        """Check that every edge leads from a node to a node, and that there is a beginning.

        Raises:
            ValueError: one does not, or a breakpoint in ``interrupt`` is no node.
        """
        validate(self, interrupt or ())
        self.compiled = True
        return self

    def compile(
        self,
        checkpointer: Any = None,
        *,
        cache: Any = None,
        store: Any = None,
        interrupt_before: All | Sequence[str] | None = None,
        interrupt_after: All | Sequence[str] | None = None,
        debug: bool = False,
        name: str | None = None,
        transformers: Sequence[Any] | None = None,
    ) -> CompiledStateGraph[StateT, ContextT, InputT, OutputT]:
        """An immutable graph that runs.

        ``checkpointer``: keeps threads in this process; None inherits a parent graph's, False takes none.
        ``interrupt_before``, ``interrupt_after``: nodes at which every run stops, "*" for all. ``name``: the workflow
        type. ``debug``: print each run. ``transformers``: of every run that is read with `stream_events`.

        Raises:
            ValueError: the graph is not whole, see `validate`.
            TypeError: ``checkpointer`` is none; ``name`` is no text; breakpoints are no names.
        """
        from temporal_pregel.graph.compiled import ensure_valid_checkpointer
        from temporal_pregel.graph.planning import make_plan

        ensure_valid_checkpointer(checkpointer)
        name = "LangGraph" if name is None or name == "" else graph_name(name)
        before = breakpoints("interrupt_before", interrupt_before)
        after = breakpoints("interrupt_after", interrupt_after)
        if self.defaults.error_handler is not None and DEFAULT_HANDLER in self.nodes:
            raise ValueError(
                f"Node `{DEFAULT_HANDLER}` has a name that is reserved for the default error handler. Rename it."
            )
        handlers = {HANDLER_PREFIX + name for name, spec in self.nodes.items() if spec.error_handler is not None}
        named = (node for nodes in (before, after) if nodes != "*" for node in nodes)
        self.validate([node for node in named if node not in handlers])
        return CompiledStateGraph(
            make_plan(self, name, before, after),
            checkpointer=checkpointer,
            store=store,
            cache=cache,
            context_schema=self.context_schema,
            input_schema=self.input_schema,
            output_schema=self.output_schema,
            state_schema=self.state_schema,
            builder=self,
            debug=debug,
            transformers=transformers or (),
        )
