"""A graph's `stream_events` and `astream_events`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from temporal_pregel.stream.mux import StreamMux, factories_of
from temporal_pregel.stream.run_stream import AsyncGraphRunStream, GraphRunStream
from temporal_pregel.stream.transformers import BUILT_IN

if TYPE_CHECKING:
    from temporal_pregel.pregel import Pregel

OURS = ("stream_mode", "subgraphs")
"""Options that the transformers decide."""


def stream_events(
    app: Pregel,
    given: Any,
    config: Mapping[str, Any] | None,
    version: str,
    transformers: Sequence[Any] | None,
    options: dict[str, Any],
) -> GraphRunStream:
    """See `Pregel.stream_events`."""
    check_version(version)
    mux, prefix = make_mux(app, config, transformers, options, is_async=False)
    return GraphRunStream(app.stream(given, config, **stream_options(mux, options)), mux, prefix=prefix)


def check_version(version: str) -> None:
    """Look at the version that `stream_events` is to give.

    Raises:
        NotImplementedError: there is none but "v3".
    """
    if version != "v3":
        raise NotImplementedError(
            f"stream_events gives version 'v3', not {version!r}. Versions 'v1' and 'v2' are for astream_events."
        )


def astream_events(
    app: Pregel,
    given: Any,
    config: Mapping[str, Any] | None,
    version: str,
    transformers: Sequence[Any] | None,
    options: dict[str, Any],
) -> AsyncIterator[Any] | Awaitable[AsyncGraphRunStream]:
    """See `Pregel.astream_events`."""
    if version == "v3":
        return _arun(app, given, config, transformers, options)
    from temporal_pregel.langchain.runnable import GraphRunnable

    events: AsyncIterator[Any] = GraphRunnable(app).astream_events(
        given, cast("Any", config), version=cast("Any", version), **options
    )
    return events


async def _arun(
    app: Pregel,
    given: Any,
    config: Mapping[str, Any] | None,
    transformers: Sequence[Any] | None,
    options: dict[str, Any],
) -> AsyncGraphRunStream:
    mux, prefix = make_mux(app, config, transformers, options, is_async=True)
    return AsyncGraphRunStream(app.astream(given, config, **stream_options(mux, options)), mux, prefix=prefix)


def make_mux(
    app: Pregel,
    config: Mapping[str, Any] | None,
    transformers: Sequence[Any] | None,
    options: Mapping[str, Any],
    *,
    is_async: bool,
) -> tuple[StreamMux, tuple[str, ...]]:
    """The mux of a run, and what comes before the namespaces of the graph's parts; raises as `new_mux`."""
    scope, prefix = scope_of(app, config)
    return new_mux((*BUILT_IN, *app.transformers, *(transformers or ())), options, scope, is_async=is_async), prefix


def new_mux(
    transformers: Sequence[Any], options: Mapping[str, Any], scope: tuple[str, ...] = (), *, is_async: bool
) -> StreamMux:
    """The mux of a run with these transformers.

    Raises:
        TypeError: an option that the transformers decide, or what is no transformer.
    """
    refused = [name for name in OURS if name in options]
    if refused:
        raise TypeError(
            f"stream_events(version='v3') does not take {refused[0]}: the transformers decide what is streamed, and "
            "graphs inside always are. Leave it out."
        )
    return StreamMux(factories=factories_of(transformers), scope=scope, is_async=is_async)


def stream_options(mux: StreamMux, options: Mapping[str, Any]) -> dict[str, Any]:
    """What the graph is streamed with."""
    from temporal_pregel.langchain import available

    modes = dict.fromkeys(mode for each in mux._transformers for mode in each.required_stream_modes)
    if "messages" in modes and not available():  # no message can come that anybody could have a stream of
        del modes["messages"]
    defaults: dict[str, Any] = {"control": None, "interrupt_before": None, "interrupt_after": None}
    if "messages" in modes:
        defaults["message_events"] = True
    return {**defaults, **options, "stream_mode": list(modes), "subgraphs": True, "version": "v2"}


def scope_of(app: Pregel, config: Mapping[str, Any] | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The namespace that the run will have, and how much of it the parts of the graph don't know.

    A graph that a task runs has a namespace of its own, which its parts show. An outermost graph has none, unless its
    caller says that it is inside another one by a ``checkpoint_ns`` in the config.
    """
    from temporal_pregel.local.saving import inner_ns
    from temporal_pregel.nodes.context import current

    context = current()
    if context is not None:
        ns = context.task.ns if context.calls == 0 else f"{context.task.ns}|{context.calls}"
        return tuple(inner_ns(app, ns).split("|")), ()
    named = ((config or {}).get("configurable") or {}).get("checkpoint_ns")
    scope = tuple(named.split("|")) if named else ()
    return scope, scope
