"""`stream_events` of a graph on Temporal: the parts of its stream, read through the same projections as in process."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from functools import partial
from typing import Any, Literal, NoReturn

from temporal_pregel.stream._types import ProtocolEvent, StreamTransformer
from temporal_pregel.stream.calling import check_version, new_mux, stream_options
from temporal_pregel.stream.mux import StreamMux
from temporal_pregel.stream.run_stream import AsyncGraphRunStream, GraphRunStream
from temporal_pregel.stream.stream_channel import StreamChannel
from temporal_pregel.stream.transformers import BUILT_IN, MessagesTransformer
from temporal_pregel.temporal.durable import NotDurableError, check_streams
from temporal_pregel.temporal.streaming import Streaming


class Unreadable(StreamChannel[Any]):
    """The messages of a run whose history has none: refused when somebody begins to read them."""

    def __init__(self, graph: str) -> None:
        super().__init__()
        self._graph = graph

    def _subscribe(self, *, is_async: bool) -> NoReturn:
        raise NotDurableError(self._graph, "run.messages", "Messages on their way are in no history: read run.values.")


class NoMessages(StreamTransformer):
    """``run.messages``, in the place of `MessagesTransformer`."""

    _native = True

    def __init__(self, graph: str, scope: tuple[str, ...] = ()) -> None:
        super().__init__(scope)
        self._channel = Unreadable(graph)

    def init(self) -> dict[str, Any]:
        """``messages``."""
        return {"messages": self._channel}

    def process(self, event: ProtocolEvent) -> bool:
        """Nothing comes for it."""
        return True


class Projecting(Streaming):
    """The part of a durable graph's face that gives runs as events and projections."""

    def stream_events(
        self,
        input: Any,
        config: Mapping[str, Any] | None = None,
        *,
        version: Literal["v1", "v2", "v3"] = "v2",
        transformers: Sequence[Any] | None = None,
        **options: Any,
    ) -> GraphRunStream:
        """Run the graph with ``version="v3"`` and read it through projections, as in process; see
        `temporal_pregel.stream`. A run that is no longer read goes on.

        Raises:
            NotDurableError: a transformer needs what no history has (custom, messages, tools); or, when it is first
                read, ``run.messages``.
            NotImplementedError: another version.
            TypeError: what is no transformer; an option that the transformers decide.
        """
        check_version(version)
        mux = self._mux(transformers, options, is_async=False)
        return GraphRunStream(self.stream(input, config, **stream_options(mux, options)), mux)

    def astream_events(
        self,
        input: Any,
        config: Mapping[str, Any] | None = None,
        *,
        version: Literal["v1", "v2", "v3"] = "v2",
        transformers: Sequence[Any] | None = None,
        **options: Any,
    ) -> Awaitable[AsyncGraphRunStream]:
        """`stream_events` for code with an event loop: await it, then read the run.

        Raises:
            NotDurableError: another version than "v3", which LangChain's callbacks would have to be told of.
        """
        if version != "v3":
            feature = f"LangChain's events (version={version!r})"
            raise NotDurableError(self._durable.name, feature, 'Read it with version="v3", or with astream.')
        return self._arun(input, config, transformers, options)

    async def _arun(
        self, input: Any, config: Mapping[str, Any] | None, transformers: Sequence[Any] | None, options: dict[str, Any]
    ) -> AsyncGraphRunStream:
        mux = self._mux(transformers, options, is_async=True)
        return AsyncGraphRunStream(self.astream(input, config, **stream_options(mux, options)), mux)

    def _mux(self, transformers: Sequence[Any] | None, options: Mapping[str, Any], *, is_async: bool) -> StreamMux:
        app = self._durable.app
        own = [each if each is not MessagesTransformer else partial(NoMessages, app.name) for each in BUILT_IN]
        mux = new_mux((*own, *app.transformers, *(transformers or ())), options, is_async=is_async)
        for each in mux._transformers:
            check_streams(app, each.required_stream_modes, f"{type(each).__name__}: stream_mode")
        return mux
