"""The face of a compiled graph: invoke, stream, batch and the state of threads, sync and async.

Nothing is decided here: the rules are in `temporal_pregel.core`, the running in `temporal_pregel.local` and
`temporal_pregel.temporal`.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, Self, cast

from temporal_pregel.config import RunnableConfig, merge_configs
from temporal_pregel.core.plan import Plan
from temporal_pregel.graph.described import Described
from temporal_pregel.graph.schemas import ContextT, InputT, OutputT, Schemas, StateT
from temporal_pregel.local.performing import perform
from temporal_pregel.local.printing import printer_of
from temporal_pregel.local.procedure import LocalRun
from temporal_pregel.local.session import Session
from temporal_pregel.local.streams import Part, as_dict, is_second, modes_of, shape
from temporal_pregel.local.sync import stream
from temporal_pregel.pregel.attributes import Attributes
from temporal_pregel.pregel.events import Events
from temporal_pregel.pregel.options import session_options
from temporal_pregel.pregel.threads import Threads
from temporal_pregel.types import RetryPolicy
from temporal_pregel.warnings import deprecated_name

if TYPE_CHECKING:
    from temporalio.client import Client

    from temporal_pregel.local.saving import Log
    from temporal_pregel.temporal.client import DurableGraph
    from temporal_pregel.types import StreamMode

LIVE = frozenset(("custom", "messages", "tools"))
"""Stream modes whose parts come in the middle of a task."""


class Pregel(Attributes, Described, Events, Threads, Schemas[StateT, ContextT, InputT, OutputT]):
    """A graph that runs: here with ``invoke`` and its kin, durably with ``on(client)``. Immutable, shared by all
    threads.

    ``config["configurable"]["thread_id"]`` names the thread where the graph has a checkpointer.
    """

    traced_as: str | None = None
    """What LangChain's handlers call its runs, if not by its name."""
    live = False
    """Whether single nodes show parts on their way."""

    def __init__(
        self,
        plan: Plan | None = None,
        *,
        checkpointer: Any = None,
        store: Any = None,
        cache: Any = None,
        context_schema: Any = None,
        input_schema: Any = None,
        output_schema: Any = None,
        state_schema: Any = None,
        builder: Any = None,
        debug: bool = False,
        stream_mode: StreamMode | None = None,
        config: RunnableConfig | None = None,
        transformers: Sequence[Any] = (),
        step_timeout: float | None = None,
        **said: Any,
    ) -> None:
        if plan is None:
            from temporal_pregel.pregel.building import declared

            if "config_type" in said:
                deprecated_name("config_type", "context_schema")
                context_schema = said.pop("config_type") if context_schema is None else context_schema
            retry, self.cache_policy = said.get("retry_policy", ()), said.get("cache_policy")
            self.retry_policy = (retry,) if isinstance(retry, RetryPolicy) else tuple(retry)
            plan, input_schema, output_schema = declared(said)
            stream_mode = stream_mode or "values"
        if said:
            raise TypeError(f"Pregel got unknown arguments: {', '.join(said)}")
        self.plan = plan
        self.name = plan.name
        self.checkpointer = checkpointer
        self.store = store
        self.cache = cache
        self.context_schema = context_schema
        self.input_schema_type = input_schema
        self.output_schema_type = output_schema
        self.state_schema = state_schema
        self.builder = builder
        self.debug = debug
        self.stream_mode: StreamMode = stream_mode or "updates"
        self.config = config
        self.transformers = tuple(transformers)
        self.step_timeout = step_timeout
        self._log: tuple[Any, Log | None] = (None, None)
        if "langchain_core.runnables.base" in sys.modules:
            from temporal_pregel.langchain.runnable import known_to_langchain

            known_to_langchain(Pregel)

    @property
    def log(self) -> Log | None:
        """The checkpointer as the drivers use it."""
        known = self._log
        if known[0] is not self.checkpointer:
            from temporal_pregel.local.upstream import as_log

            saver = self.checkpointer
            # One assignment: another thread sees both of them or none.
            self._log = known = (saver, None if saver is None or isinstance(saver, bool) else as_log(saver, self))
        return known[1]

    @property
    def nodes(self) -> Mapping[str, Any]:
        """The nodes by name."""
        return MappingProxyType(self.plan.nodes)

    @property
    def channels(self) -> Mapping[str, Any]:
        """The channels by key."""
        return MappingProxyType(self.plan.channels)

    def with_config(self, config: Mapping[str, Any] | None = None, **more: Any) -> Self:
        """The same graph with a config of its own, which calls may override."""
        new = self.copy()
        new.config = merge_configs(self.config, config, more)
        return new

    def clear_cache(self, nodes: Sequence[str] | None = None) -> None:
        """Forget what the cache knows of ``nodes``, all of them if they are left out.

        Raises:
            ValueError: the graph has no cache.
        """
        from temporal_pregel.local.caching import cache_of, namespaces

        cache_of(self).clear(namespaces(self.plan, nodes))

    async def aclear_cache(self, nodes: Sequence[str] | None = None) -> None:
        """`clear_cache` for caches that are async."""
        from temporal_pregel.local.caching import cache_of, namespaces

        await cache_of(self).aclear(namespaces(self.plan, nodes))

    def typed(self, value: Any) -> Any:
        """An output as an object of the output schema, where that is a model and the output is enough for one."""
        mapper = self._mapper
        if mapper is None or not isinstance(value, dict):
            return value
        try:
            return mapper(value)
        except (TypeError, ValueError):
            return value

    @cached_property
    def _mapper(self) -> Callable[[Any], Any] | None:
        from temporal_pregel.graph.schema import mapper_of

        return mapper_of(self.output_schema_type)

    # Running

    def _run(self, given: Any, config: Mapping[str, Any] | None, options: dict[str, Any]) -> LocalRun:
        said = session_options(self, options) if options or self.debug else options
        return LocalRun(Session(self, config, **said), given)

    def _streamed(
        self,
        given: Any,
        config: Mapping[str, Any] | None,
        options: dict[str, Any],
        modes: tuple[str, ...],
        parts: list[Part],
        subgraphs: bool,
        *,
        typed: bool,
    ) -> LocalRun:
        told = {"modes": modes, "sink": parts.append, "subgraphs": subgraphs, "typed": typed}
        return self._run(given, config, _showing(options, self.plan.streams) | told)

    def invoke(
        self,
        input: Any,
        config: Mapping[str, Any] | None = None,
        *,
        stream_mode: StreamMode | Sequence[StreamMode] = "values",
        version: Literal["v1", "v2"] = "v1",
        **options: Any,
    ) -> Any:
        """Run the graph to its end, or to the next question.

        ``input``: an update of the input schema; a `Command` (its ``resume`` answers questions); None to go on where
        the thread stopped. Returns the output schema's part of the state; where the run waits, with its questions
        under ``"__interrupt__"``. Options: ``context``, ``output_keys``, ``interrupt_before``, ``interrupt_after``,
        ``durability``, ``control``; ``print_mode``, stream modes whose parts are printed on the way, and ``debug``,
        which prints updates and values.

        Raises:
            GraphRecursionError: it did not end within ``recursion_limit`` supersteps.
            InvalidUpdateError: a node's writes do not fit.
            ValueError: an unknown ``version``, stream mode or output key.
            EmptyInputError: there is nothing to do.
            Exception: whatever a node raised.
        """
        if stream_mode != "values":
            options = _showing(options, self.plan.outputs)
            return list(self.stream(input, config, stream_mode=stream_mode, version=version, **options))
        second = is_second(version)
        run = self._run(input, config, options)
        tracing = run.session.run.tracing
        value = perform(run) if tracing is None else tracing.perform(run)
        return graph_output(run) if second else value

    async def ainvoke(
        self,
        input: Any,
        config: Mapping[str, Any] | None = None,
        *,
        stream_mode: StreamMode | Sequence[StreamMode] = "values",
        version: Literal["v1", "v2"] = "v1",
        **options: Any,
    ) -> Any:
        """`invoke` for graphs whose nodes may be async; sync ones run on threads."""
        if stream_mode != "values":
            options = _showing(options, self.plan.outputs)
            return [
                part async for part in self.astream(input, config, stream_mode=stream_mode, version=version, **options)
            ]
        from temporal_pregel.local import aio

        second = is_second(version)
        run = self._run(input, config, options)
        tracing = run.session.run.tracing
        value = await (aio.perform(run) if tracing is None else tracing.aperform(run))
        return graph_output(run) if second else value

    def stream(
        self,
        input: Any,
        config: Mapping[str, Any] | None = None,
        *,
        stream_mode: StreamMode | Sequence[StreamMode] | None = None,
        subgraphs: bool = False,
        version: Literal["v1", "v2"] = "v1",
        **options: Any,
    ) -> Iterator[Any]:
        """Run the graph and yield what ``stream_mode`` asks for as it comes.

        ``values``: the state after each superstep. ``updates``: ``{node: update}`` as tasks end. ``custom``: what nodes
        write. ``tasks``, ``checkpoints``, ``debug``: how the run goes. A list of modes yields ``(mode, payload)``;
        ``subgraphs`` puts the namespace before it. No superstep starts before the reader asks for more.
        """
        modes, several = modes_of(stream_mode, self.stream_mode)
        second, subgraphs = is_second(version), bool(subgraphs)
        printer = printer_of(self, options, modes, subgraphs=subgraphs) if options or self.debug else None
        if printer is not None:
            modes = printer.modes
        parts: list[Part] = []
        run = self._streamed(input, config, options, modes, parts, subgraphs, typed=second)
        tracing = run.session.run.tracing
        performing = stream if tracing is None else tracing.stream
        found = performing(run, parts, live=self.live or subgraphs or not LIVE.isdisjoint(modes))
        if printer is not None:
            found = filter(printer, found)
        if several and not second and not subgraphs:
            for _, mode, payload in found:
                yield mode, payload
            return
        for part in found:
            yield as_dict(part) if second else shape(part, several=several, subgraphs=subgraphs)

    async def astream(
        self,
        input: Any,
        config: Mapping[str, Any] | None = None,
        *,
        stream_mode: StreamMode | Sequence[StreamMode] | None = None,
        subgraphs: bool = False,
        version: Literal["v1", "v2"] = "v1",
        **options: Any,
    ) -> AsyncIterator[Any]:
        """`stream` for graphs whose nodes may be async."""
        from temporal_pregel.local import aio

        modes, several = modes_of(stream_mode, self.stream_mode)
        second, subgraphs = is_second(version), bool(subgraphs)
        printer = printer_of(self, options, modes, subgraphs=subgraphs) if options or self.debug else None
        if printer is not None:
            modes = printer.modes
        parts: list[Part] = []
        run = self._streamed(input, config, options, modes, parts, subgraphs, typed=second)
        tracing = run.session.run.tracing
        performing = aio.stream if tracing is None else tracing.astream
        found = performing(run, parts, live=self.live or subgraphs or not LIVE.isdisjoint(modes))
        if printer is not None:
            found = printer.through(found)
        try:
            async for part in found:
                yield as_dict(part) if second else shape(part, several=several, subgraphs=subgraphs)
        finally:
            await cast(
                "AsyncGenerator[Part, None]", found
            ).aclose()  # a reader that leaves waits until what runs has been stopped

    def batch(
        self, inputs: Sequence[Any], config: Any = None, *, return_exceptions: bool = False, **options: Any
    ) -> list[Any]:
        """`invoke` for each of ``inputs``, side by side on threads; ``config`` is one for all or a list."""
        from concurrent.futures import ThreadPoolExecutor
        from contextvars import copy_context

        from temporal_pregel.pregel.batching import configs_of

        configs, width = configs_of(inputs, config)

        def one(given: Any, its: Any) -> Any:
            try:
                return self.invoke(given, its, **options)
            except Exception as error:
                if return_exceptions:
                    return error
                raise

        with ThreadPoolExecutor(max_workers=width) as pool:
            futures = [
                pool.submit(copy_context().run, one, given, its) for given, its in zip(inputs, configs, strict=True)
            ]
            return [future.result() for future in futures]

    async def abatch(
        self, inputs: Sequence[Any], config: Any = None, *, return_exceptions: bool = False, **options: Any
    ) -> list[Any]:
        """`ainvoke` for each of ``inputs``, side by side."""
        from temporal_pregel.pregel.batching import abatch

        return await abatch(
            lambda given, its: self.ainvoke(given, its, **options), inputs, config, return_exceptions=return_exceptions
        )

    # Durably

    def on(self, client: Client, *, task_queue: str = "pregel") -> DurableGraph:
        """The same graph, run by workers on ``task_queue`` of a Temporal server.

        Raises:
            TypeError: ``client`` is none that is connected.
        """
        if not hasattr(client, "start_workflow"):
            raise TypeError(_no_client(client))
        from temporal_pregel.temporal.client import DurableGraph

        return DurableGraph(self, client, task_queue=task_queue)


def _no_client(given: Any) -> str:
    if hasattr(given, "cr_frame"):
        given.close()  # nobody will await it now
    address = repr(given) if isinstance(given, str) else "..."
    return (
        f"on() takes a connected temporalio Client: `await Client.connect({address})`. It got a {type(given).__name__}."
    )


def _showing(options: dict[str, Any], keys: str | tuple[str, ...]) -> dict[str, Any]:
    """``options``, with ``keys`` as those that are shown where the caller names none."""
    return {**options, "output_keys": keys} if options.get("output_keys") is None else options


def graph_output(run: LocalRun) -> Any:
    """What ``invoke(version="v2")`` returns."""
    from temporal_pregel.types import GraphOutput

    value = run.value
    questions = ()
    if isinstance(value, dict) and "__interrupt__" in value:
        questions = tuple(value["__interrupt__"])
        value = {key: item for key, item in value.items() if key != "__interrupt__"}
    session = run.session
    return GraphOutput(session.app.typed(value) if session.outputs is session.plan.outputs else value, questions)


def __getattr__(name: str) -> Any:
    if name != "NodeBuilder":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from temporal_pregel.pregel.building import NodeBuilder

    return NodeBuilder
