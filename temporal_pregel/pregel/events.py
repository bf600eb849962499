"""The part of a graph's face that gives runs as events and projections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, cast

if TYPE_CHECKING:
    from temporal_pregel.pregel import Pregel
    from temporal_pregel.stream import GraphRunStream


AS_RUNNABLE = frozenset(
    (
        *("InputType", "OutputType", "config_specs", "as_tool", "assign", "pick", "pipe", "map", "bind"),
        *("astream_log", "transform", "atransform", "batch_as_completed", "abatch_as_completed"),
        *("with_retry", "with_fallbacks", "with_listeners", "with_alisteners", "with_types"),
    )
)
"""What LangChain's runnables can do beside what a graph does itself."""


class Events:
    """`Pregel` is one."""

    def __getattr__(self, name: str) -> Any:
        if name in AS_RUNNABLE:
            return getattr(self._as_runnable(), name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)

    def __or__(self, other: Any) -> Any:
        """A graph and then ``other``, as one of LangChain's runnables."""
        return self._as_runnable() | other

    def __ror__(self, other: Any) -> Any:
        """``other`` and then a graph, as one of LangChain's runnables."""
        return other | self._as_runnable()

    def _as_runnable(self) -> Any:
        from temporal_pregel.langchain.runnable import GraphRunnable

        return GraphRunnable(cast("Pregel", self))

    def stream_events(
        self,
        input: Any,
        config: Mapping[str, Any] | None = None,
        *,
        version: Literal["v1", "v2", "v3"] = "v2",
        transformers: Sequence[Any] | None = None,
        **options: Any,
    ) -> GraphRunStream:
        """Run the graph with ``version="v3"`` and read it through projections, see `temporal_pregel.stream`.

        ``transformers``: classes of your own, or functions that take a scope, beside the built-in ones.

        Raises:
            NotImplementedError: another version.
            TypeError: what is no transformer; an option that the transformers decide.
        """
        from temporal_pregel.stream.calling import stream_events

        return stream_events(cast("Pregel", self), input, config, version, transformers, options)

    def astream_events(
        self,
        input: Any,
        config: Mapping[str, Any] | None = None,
        *,
        version: Literal["v1", "v2", "v3"] = "v2",
        transformers: Sequence[Any] | None = None,
        **options: Any,
    ) -> Any:
        """With ``version="v3"``, `stream_events` for graphs whose nodes may be async: await it, then read the run.

        With "v1" and "v2", LangChain's events of the run, to be read with ``async for``.
        """
        from temporal_pregel.stream.calling import astream_events

        return astream_events(cast("Pregel", self), input, config, version, transformers, options)
