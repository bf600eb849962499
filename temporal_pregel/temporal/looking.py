"""The part of a durable graph's face that looks at threads: their states and open questions, asked of their runs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, cast

from temporalio.client import WorkflowHandle
from temporalio.common import RawValue

from temporal_pregel.local.threads import graph_at
from temporal_pregel.temporal.blocking import blocking
from temporal_pregel.temporal.durable import check_call
from temporal_pregel.temporal.fetching import Fetcher, Forgotten, ask_run, obtained
from temporal_pregel.temporal.names import FULL, STATE
from temporal_pregel.temporal.raised import UNANSWERED, ThreadMovedError
from temporal_pregel.temporal.snapshots import Snapshots, question, values_in
from temporal_pregel.types import Interrupt, StateSnapshot
from temporal_pregel.wire.envelope import from_text
from temporal_pregel.wire.payloads import raw_json
from temporal_pregel.wire.v1.run_pb2 import StateView
from temporal_pregel.wire.v1.value_pb2 import Value

if TYPE_CHECKING:
    from temporal_pregel.temporal.client import DurableGraph

Handle = WorkflowHandle[Any, Any]

ANSWER_WITHIN: Final = timedelta(seconds=30)
"""How long a run may take to say how it stands: without a cache its worker replays it first."""


class Looking:
    """A durable graph is one."""

    @property
    def _durable(self) -> DurableGraph:
        return cast("DurableGraph", self)

    async def aget_state(self, config: Mapping[str, Any], *, subgraphs: bool = False) -> StateSnapshot:
        """A thread as it stands now, finished tasks of an unfinished superstep included.

        Raises:
            ThreadError: there is no such thread, it runs another graph, or nobody answers for it.
            ValueError: the config names a graph inside that there is not.
            NotDurableError: it names another checkpoint than the latest, or a graph inside that is not due; or with
                ``subgraphs``, a node's function calls a graph and does not wait, so that nobody knows what that did.
        """
        handle = self._durable._handle(config)
        _, place = graph_at(self._durable.app, config, reading=True)
        view = await self._seen(handle, FULL)
        if not view.checkpoint_id:  # it has not begun
            return StateSnapshot({}, (), dict(config), None, None, None, (), ())
        referred = [value for value in values_in(view) if value.HasField("ref")]
        texts = dict(zip((value.ref.digest for value in referred), await self._fetched(handle, referred), strict=True))
        made = Snapshots(handle.id, texts, subgraphs=subgraphs, target=place.ns)
        shown: StateSnapshot = made.wanted(self._durable._graph, view)
        wanted = config["configurable"].get("checkpoint_id")
        if wanted and wanted != shown.config["configurable"].get("checkpoint_id"):
            check_call(self._durable.name, config)
        return shown

    def get_state(self, config: Mapping[str, Any], *, subgraphs: bool = False) -> StateSnapshot:
        """`aget_state`, for code without an event loop."""
        return blocking(self.aget_state(config, subgraphs=subgraphs))

    async def ainterrupts(self, config: Mapping[str, Any]) -> tuple[Interrupt, ...]:
        """A thread's open questions; raises as `aget_state`."""
        check_call(self._durable.name, config)
        view = await self._seen(self._durable._handle(config))
        return tuple(self._question(asked) for asked in view.interrupts if not asked.when)

    def interrupts(self, config: Mapping[str, Any]) -> tuple[Interrupt, ...]:
        """`ainterrupts`, for code without an event loop."""
        return blocking(self.ainterrupts(config))

    # Inside

    async def _seen(self, handle: Handle, *how: str) -> StateView:
        """The state of a thread that somebody named."""
        view = asyncio.ensure_future(self._view(handle, *how))
        try:
            await self._durable._described(handle)
            return await view
        finally:
            view.cancel()

    async def _view(self, handle: Handle, *how: str) -> StateView:
        try:
            raw = await handle.query(STATE, args=how, result_type=RawValue, rpc_timeout=ANSWER_WITHIN)
        except UNANSWERED as error:
            raise self._durable._silence(error, handle) from None
        return from_text(raw_json(raw), StateView)

    async def _values(self, handle: Handle, view: StateView, keys: tuple[str, ...] | str) -> Any:
        if view.HasField("root"):
            (text,) = await self._fetched(handle, [view.root])
            return self._durable._graph.write_codec(keys if isinstance(keys, str) else "").decode(text)
        found = {item.key: item.value for item in view.values}
        wanted = [key for key in ((keys,) if isinstance(keys, str) else keys) if key in found]
        texts = await self._fetched(handle, [found[key] for key in wanted])
        graph = self._durable._graph
        values = {key: graph.write_codec(key).decode(text, key) for key, text in zip(wanted, texts, strict=True)}
        return values.get(keys) if isinstance(keys, str) else values

    async def _fetched(self, handle: Handle, values: Sequence[Value]) -> list[str]:
        """The texts of values; those that are references are asked of the run."""
        fetcher = Fetcher(lambda wanted: ask_run(handle, wanted, rpc_timeout=ANSWER_WITHIN))
        try:
            texts = await obtained(fetcher, (value.ref.digest for value in values if value.HasField("ref")))
        except Forgotten:
            raise ThreadMovedError(handle.id) from None
        except UNANSWERED as error:
            raise self._durable._silence(error, handle) from None
        return [texts[value.ref.digest] if value.HasField("ref") else value.json or "null" for value in values]

    def _question(self, asked: Any) -> Interrupt:
        return question(self._durable._graph, asked)
