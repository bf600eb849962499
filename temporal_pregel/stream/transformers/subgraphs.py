"""A run of its own for each graph inside a run."""

from __future__ import annotations

from typing import Any

from temporal_pregel.stream._types import ProtocolEvent
from temporal_pregel.stream.mux import StreamMux
from temporal_pregel.stream.run_stream import AsyncSubgraphRunStream, SubgraphRunStream, SubgraphStatus
from temporal_pregel.stream.stream_channel import StreamChannel
from temporal_pregel.stream.transformers.lifecycle import Begun, Namespace, Tracked, is_child

Handle = SubgraphRunStream | AsyncSubgraphRunStream


class SubgraphTransformer(Tracked):
    """``run.subgraphs``: a `SubgraphRunStream` for each graph that a task of this one runs. Always there.

    Nothing is done for graphs inside as long as nobody reads it and all transformers are built in.
    """

    _native = True
    supports_sync = True

    def __init__(self, scope: Namespace = ()) -> None:
        super().__init__(scope)
        self._log: StreamChannel[Handle] = StreamChannel()
        self._handles: dict[Namespace, Handle] = {}
        self._mux: StreamMux | None = None
        self._eager = False

    def init(self) -> dict[str, Any]:
        """``subgraphs``."""
        return {"subgraphs": self._log}

    def _on_register(self, mux: StreamMux) -> None:
        self._mux = mux
        self._eager = any(not transformer._native for transformer in mux._transformers)

    def tracks(self, ns: Namespace) -> bool:
        """The graphs that tasks of its own run."""
        return (self._eager or self._log._subscribed) and is_child(ns, self.scope)

    def _begin(self, event: ProtocolEvent) -> None:
        begun = self.begin(event)
        if begun is None:
            return
        assert self._mux is not None
        mux = self._mux.child(begun.ns)
        kind: type[Handle] = AsyncSubgraphRunStream if mux.is_async else SubgraphRunStream
        handle = kind(mux, graph_name=begun.graph_name, trigger_call_id=begun.task_id)
        self._handles[begun.ns] = handle
        self._log.push(handle)

    def _taker(self, event: ProtocolEvent) -> Handle | None:
        """The handle of the graph that an event comes from, unless nobody wants it any more."""
        if not self._handles:
            return None
        ns = tuple(event["params"]["namespace"])
        for end in range(len(ns), len(self.scope), -1):
            handle = self._handles.get(ns[:end])
            if handle is not None and (end == len(ns) or not ns[end].isdigit()):
                handle._observe(event)
                return None if handle._mux.closed else handle
        return None

    def _conclude(self, begun: Begun, status: SubgraphStatus, error: str | None) -> Handle | None:
        handle = self._handles.pop(begun.ns, None)
        if handle is None:
            return None
        handle._end(status, error)
        return None if handle._mux.closed else handle

    # In sync runs

    def process(self, event: ProtocolEvent) -> bool:
        """Make a run for a graph that begins, and pass it what comes from there."""
        tasks = event["method"] == "tasks"
        if tasks:
            self._begin(event)
        handle = self._taker(event)
        if handle is not None:
            handle._mux.push(event)
        if tasks:
            for begun, status, error in self.ended(event):
                self._close(begun, status, error)
        return not tasks

    def finalize(self) -> None:
        """What is open has completed."""
        for begun, status, error in self.left(None):
            self._close(begun, status, error)

    def fail(self, err: BaseException) -> None:
        """What is open has failed, too."""
        for begun, status, error in self.left(err):
            self._close(begun, status, error)

    def _close(self, begun: Begun, status: SubgraphStatus, error: str | None) -> None:
        handle = self._conclude(begun, status, error)
        if handle is None:
            return
        if status == "failed":
            handle._mux.fail(RuntimeError(error))
        else:
            handle._mux.close()

    # In async runs

    async def aprocess(self, event: ProtocolEvent) -> bool:
        """`process` in async runs."""
        tasks = event["method"] == "tasks"
        if tasks:
            self._begin(event)
        handle = self._taker(event)
        if handle is not None:
            await handle._mux.apush(event)
        if tasks:
            for begun, status, error in self.ended(event):
                await self._aclose(begun, status, error)
        return not tasks

    async def afinalize(self) -> None:
        """`finalize` in async runs."""
        for begun, status, error in self.left(None):
            await self._aclose(begun, status, error)

    async def afail(self, err: BaseException) -> None:
        """`fail` in async runs."""
        for begun, status, error in self.left(err):
            await self._aclose(begun, status, error)

    async def _aclose(self, begun: Begun, status: SubgraphStatus, error: str | None) -> None:
        handle = self._conclude(begun, status, error)
        if handle is None:
            return
        if status == "failed":
            await handle._mux.afail(RuntimeError(error))
        else:
            await handle._mux.aclose()
