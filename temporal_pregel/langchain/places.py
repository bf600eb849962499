"""Where in a run a callback comes from, and whether the run's reader is to see it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from temporal_pregel.local.streams import Streams
from temporal_pregel.nodes.context import current


class Shown(NamedTuple):
    """What is shown: the namespace of its graph, and the metadata of its node."""

    ns: tuple[str, ...]
    metadata: Mapping[str, Any]


def _is_of(streams: Streams) -> bool:
    """Whether what runs here is of the run of ``streams``: a run on a thread of its own may have the same namespace."""
    context = current()
    return context is None or context.run.streams is streams


def shown_of(streams: Streams, metadata: Mapping[str, Any] | None) -> Shown | None:
    """Where something with ``metadata`` comes from; None where it is not for the readers of ``streams``."""
    if not metadata or "langgraph_checkpoint_ns" not in metadata:
        return None
    ns = tuple(metadata["langgraph_checkpoint_ns"].split("|"))[:-1]
    if (ns == streams.ns and _is_of(streams)) or (streams.subgraphs and ns[: len(streams.ns)] == streams.ns):
        return Shown(ns, metadata)
    return None
