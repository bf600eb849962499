"""What graphs do with LangChain where it is there: its callbacks, and the streams that come through them.

Nothing here is imported unless a run has callbacks, or somebody reads ``messages`` or ``tools``.
"""

from __future__ import annotations

from functools import cache


@cache
def available() -> bool:
    """Whether langchain-core is installed."""
    from importlib.util import find_spec

    return find_spec("langchain_core") is not None
