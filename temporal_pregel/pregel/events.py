"""The part of a graph's face that gives runs as events and projections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, cast

if TYPE_CHECKING:
    from temporal_pregel.pregel import Pregel
    from temporal_pregel.stream import GraphRunStream


class Events:
    """`Pregel` is one."""

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
