"""What graphs do with LangChain where it is there: its callbacks, and the streams that come through them.

Nothing here is imported unless a run has callbacks, or somebody reads ``messages`` or ``tools``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from temporal_pregel.langchain.tracing import Tracing
    from temporal_pregel.local.streams import Streams


@cache
def available() -> bool:
    """Whether langchain-core is installed."""
    from importlib.util import find_spec

    return find_spec("langchain_core") is not None


def tracing_of(name: str, config: Mapping[str, Any], streams: Streams, *, message_events: bool) -> Tracing:
    """The callbacks of a run: those of its config, and those that its streams need.

    Raises:
        ImportError: langchain-core is not installed.
    """
    if not available():
        raise ImportError(
            "Callbacks in a config and the stream modes messages and tools need langchain-core, which is not there: "
            "pip install 'temporal-pregel[langchain]'"
        )
    from temporal_pregel.langchain.tracing import Tracing

    return Tracing(name, config, streams, message_events=message_events)
