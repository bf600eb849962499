"""The callbacks of one run: LangChain is told of the graph and of each of its nodes as chains, so that what nodes call
finds its place under them, and reports to the same handlers."""

from __future__ import annotations

from asyncio import get_running_loop
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, contextmanager
from inspect import signature
from typing import TYPE_CHECKING, Any, cast

from langchain_core.callbacks import BaseCallbackHandler, BaseCallbackManager
from langchain_core.messages import BaseMessage
from langchain_core.runnables.config import (
    get_async_callback_manager_for_config,
    get_callback_manager_for_config,
    var_child_runnable_config,
)
from langchain_core.tracers._streaming import _StreamingCallbackHandler, _V2StreamingCallbackHandler

from temporal_pregel.constants import INTERRUPT, START
from temporal_pregel.core.task import CALLED
from temporal_pregel.langchain.lifecycle import Lifecycle, lifecycle_of
from temporal_pregel.langchain.messages import MessageEvents, Messages
from temporal_pregel.langchain.places import shown_of
from temporal_pregel.langchain.recording import astart, start
from temporal_pregel.langchain.tools import Tools
from temporal_pregel.local import performing, sync
from temporal_pregel.local.streams import Part, Streams
from temporal_pregel.nodes.branches import Branch
from temporal_pregel.nodes.context import SHOWN, Slot, TaskContext, context_of
from temporal_pregel.nodes.run import ask

if TYPE_CHECKING:
    from temporal_pregel.local.procedure import LocalRun

SEQUENCE = "seq:step:1"
"""The tag of what a node calls: in LangChain's eyes a node is a sequence, and its function the first step."""


class Tracing:
    """The callbacks of one run of a graph: those of its config, and those that its own readers need."""

    def __init__(self, name: str, config: Mapping[str, Any], streams: Streams, *, message_events: bool) -> None:
        self.name = name
        self.config = config
        self.managing: Any = None
        self.lifecycle: Lifecycle | None = None
        callbacks = config.get("callbacks")
        modes = streams.modes
        if "messages" in modes and not message_events:
            callbacks = _without_events(callbacks)
        own: list[BaseCallbackHandler] = []
        if "messages" in modes:
            own.append(MessageEvents(streams) if message_events else Messages(streams))
        if "tools" in modes:
            own.append(Tools(streams))
        self.callbacks = _joined(callbacks, own)

    # The graph

    def _whole(self) -> dict[str, Any]:
        config = self.config
        configurable = config.get("configurable") or {}
        shown = {key: configurable[key] for key in SHOWN if configurable.get(key)}
        metadata = {"ls_integration": "langgraph", **shown, **(config.get("metadata") or {})}
        return {"callbacks": self.callbacks, "tags": list(config.get("tags") or ()), "metadata": metadata}

    def _named(self) -> dict[str, Any]:
        return {"name": self.config.get("run_name") or self.name, "run_id": self.config.get("run_id")}

    @contextmanager
    def graph(self, run: LocalRun) -> Iterator[None]:
        """The graph runs."""
        manager = get_callback_manager_for_config(self._whole())  # type: ignore[arg-type]
        self.managing = whole = manager.on_chain_start(None, run.given, **self._named())
        self.lifecycle = lifecycle_of(whole)
        try:
            yield
        except BaseException as error:
            whole.on_chain_error(error)
            raise
        whole.on_chain_end(_state(run.value))

    @asynccontextmanager
    async def agraph(self, run: LocalRun) -> AsyncIterator[None]:
        """`graph` in async runs."""
        manager = get_async_callback_manager_for_config(self._whole())  # type: ignore[arg-type]
        self.managing = whole = await manager.on_chain_start(None, run.given, **self._named())
        self.lifecycle = life = lifecycle_of(whole)
        if life is not None:
            life.loop = get_running_loop()
        try:
            yield
            if life is not None:
                await life.told()
        except BaseException as error:
            await whole.on_chain_error(error)
            raise
        await whole.on_chain_end(_state(run.value))

    # Its nodes

    def _config(self, slot: Slot) -> dict[str, Any]:
        """The config of a task, as a run of its own."""
        context = context_of(slot)
        context._config = None
        config = dict(context.config)
        if len(slot[1].path) == CALLED:  # it belongs to the task that called it, in whose context it runs
            config["callbacks"] = (var_child_runnable_config.get() or {}).get("callbacks")
        else:
            config["callbacks"] = self.managing.get_child(f"graph:step:{slot[1].step}")
        return config

    def push(self, context: TaskContext, message: BaseMessage) -> None:
        """Show a message that a node has on its way."""
        for handler in _handlers(context.config.get("callbacks")):
            if isinstance(handler, (Messages, MessageEvents)):
                shown = shown_of(handler.streams, context.config["metadata"])
                if shown is not None:
                    handler.show_message(shown, message)

    def returned(self, slot: Slot, result: Any) -> None:
        """A task's function has returned."""
        context_of(slot).returned = result

    @contextmanager
    def node(self, slot: Slot, value: Any) -> Iterator[None]:
        """A task runs; what it calls finds the callbacks in its config, and in LangChain's context."""
        config = self._config(slot)
        manager = get_callback_manager_for_config(config)  # type: ignore[arg-type]
        task = slot[1]
        chain = start(manager, task.node.code.trace, _given(slot, value), task.name)
        config["callbacks"] = inner = chain.get_child(SEQUENCE)
        context = context_of(slot)
        context._config, context.chain = config, chain
        token = var_child_runnable_config.set(config)  # type: ignore[arg-type]
        try:
            yield
        except BaseException as error:
            chain.on_chain_error(error)
            raise
        finally:
            var_child_runnable_config.reset(token)
        for handler in _tappers(inner):
            for _ in handler.tap_output_iter(chain.run_id, iter([context_of(slot).returned])):
                pass
        chain.on_chain_end(context_of(slot).returned)

    @asynccontextmanager
    async def anode(self, slot: Slot, value: Any) -> AsyncIterator[None]:
        """`node` on an event loop."""
        config = self._config(slot)
        manager = get_async_callback_manager_for_config(config)  # type: ignore[arg-type]
        task = slot[1]
        chain = await astart(manager, task.node.code.trace, _given(slot, value), task.name)
        config["callbacks"] = inner = chain.get_child(SEQUENCE)
        context = context_of(slot)
        context._config, context.chain = config, chain
        token = var_child_runnable_config.set(config)  # type: ignore[arg-type]
        try:
            yield
        except BaseException as error:
            await chain.on_chain_error(error)
            raise
        finally:
            var_child_runnable_config.reset(token)
        for handler in _tappers(inner):
            async for _ in handler.tap_output_aiter(chain.run_id, _one(context_of(slot).returned)):
                pass
        await chain.on_chain_end(context_of(slot).returned)

    # Their routers

    def route(self, slot: Slot, branch: Branch, value: Any) -> Any:
        """Ask a router; it is a chain under that of its node."""
        context, told = context_of(slot), None
        manager = context.chain.get_child(_step_of(slot, branch))
        if branch.traced_as is not None:
            told = manager.on_chain_start(None, value, name=branch.traced_as)
            manager = told.get_child()
        try:
            with _called_back(context, manager):
                choice = ask(branch, slot, value)
        except BaseException as error:
            if told is not None:
                told.on_chain_error(error)
            raise
        if told is not None:
            told.on_chain_end(choice)
        return choice

    async def aroute(self, slot: Slot, branch: Branch, value: Any) -> Any:
        """`route` on an event loop, where the router may be async."""
        context, told = context_of(slot), None
        manager = context.chain.get_child(_step_of(slot, branch))
        if branch.traced_as is not None:
            told = await manager.on_chain_start(None, value, name=branch.traced_as)
            manager = told.get_child()
        try:
            with _called_back(context, manager):
                calls = branch.calls
                choice = ask(branch, slot, value) if calls.coro is None else await calls.coro(value, context)
        except BaseException as error:
            if told is not None:
                await told.on_chain_error(error)
            raise
        if told is not None:
            await told.on_chain_end(choice)
        return choice

    # Drivers

    def perform(self, run: LocalRun) -> Any:
        """`performing.perform`, told to the callbacks."""
        with self.graph(run):
            return performing.perform(run)

    async def aperform(self, run: LocalRun) -> Any:
        """`aio.perform`, told to the callbacks."""
        from temporal_pregel.local import aio

        async with self.agraph(run):
            return await aio.perform(run)

    def stream(self, run: LocalRun, parts: list[Part], *, live: bool) -> Generator[Part, None, None]:
        """`sync.stream`, told to the callbacks."""
        with self.graph(run):
            yield from sync.stream(run, parts, live=live)

    async def astream(self, run: LocalRun, parts: list[Part], *, live: bool) -> AsyncGenerator[Part, None]:
        """`aio.stream`, told to the callbacks."""
        from temporal_pregel.local import aio

        found = cast("AsyncGenerator[Part, None]", aio.stream(run, parts, live=live))
        async with self.agraph(run), aclosing(found):
            async for part in found:
                yield part


@contextmanager
def _called_back(context: TaskContext, callbacks: Any) -> Iterator[None]:
    """What is called in the block, in the name of a task, reports to ``callbacks``."""
    before = context.config
    context._config = config = {**before, "callbacks": callbacks}
    token = var_child_runnable_config.set(config)  # type: ignore[arg-type]
    try:
        yield
    finally:
        var_child_runnable_config.reset(token)
        context._config = before


def _step_of(slot: Slot, branch: Branch) -> str:
    """The tag of a router. Its node is a sequence: the function, if there is one, the writer, a step for each edge,
    and then the routers."""
    node = slot[1].node
    before = (1 if node.name == START else 2) + len(node.edges)
    return f"seq:step:{before + node.code.branches.index(branch) + 1}"


def _state(value: Any) -> Any:
    """A run's output without its open questions."""
    return {key: item for key, item in value.items() if key != INTERRUPT} if isinstance(value, dict) else value


def _given(slot: Slot, value: Any) -> Any:
    """The input of a task as people know it: that of a called one is its arguments by name."""
    if len(slot[1].path) != CALLED:
        return value
    calls = slot[1].node.code.calls
    args, kwargs = value
    return dict(signature(calls.coro or calls.sync).bind_partial(*args, **kwargs).arguments)


def _handlers(callbacks: Any) -> Sequence[Any]:
    """The handlers of a list or a manager."""
    return callbacks.handlers if isinstance(callbacks, BaseCallbackManager) else callbacks or ()


async def _one(item: Any) -> AsyncIterator[Any]:
    yield item


def _tappers(manager: BaseCallbackManager) -> list[Any]:
    """The handlers that want to see what nodes give as they give it, which here is all at once."""
    return [
        handler
        for handler in manager.handlers
        if not isinstance(handler, Messages) and isinstance(handler, _StreamingCallbackHandler)
    ]


def _joined(callbacks: Any, own: Sequence[BaseCallbackHandler]) -> Any:
    """``callbacks``, a list or a manager, with our own handlers."""
    if not isinstance(callbacks, BaseCallbackManager):
        return [*(callbacks or ()), *own]
    manager = callbacks.copy()
    for handler in own:
        manager.add_handler(handler, inherit=True)
    return manager


def _without_events(callbacks: Any) -> Any:
    """``callbacks`` without the handlers for whose sake models would send events instead of chunks.

    They are those of a run around the one that is read by chunks, and its reader comes first.
    """
    if not isinstance(callbacks, BaseCallbackManager):
        return [each for each in callbacks or () if not isinstance(each, _V2StreamingCallbackHandler)]
    manager = callbacks.copy()
    for handler in list(manager.handlers):
        if isinstance(handler, _V2StreamingCallbackHandler):
            manager.remove_handler(handler)
    return manager
