"""What tracers record of a node whose `TracePolicy` has them record something else than it was given and gave.

A tracer is a handler that keeps runs, LangSmith's among them. All other handlers hear of the values themselves: what
people read as streams and events comes through them.
"""

from __future__ import annotations

from collections.abc import Callable
from logging import getLogger
from typing import Any
from uuid import uuid4

from langchain_core.callbacks import BaseCallbackManager
from langchain_core.tracers._streaming import _StreamingCallbackHandler
from langchain_core.tracers.base import AsyncBaseTracer, BaseTracer

from temporal_pregel.types import TracePolicy


def start(manager: Any, policy: TracePolicy | None, value: Any, name: str) -> Any:
    """A chain that begins with ``value``."""
    if policy is None:
        return manager.on_chain_start(None, value, name=name)
    recording, hearing = _split(manager)
    about = {"name": name, "run_id": uuid4()}
    recorded = recording.on_chain_start(None, processed(policy.process_inputs, value), **about)
    return Recorded(policy, recorded, hearing.on_chain_start(None, value, **about))


async def astart(manager: Any, policy: TracePolicy | None, value: Any, name: str) -> Any:
    """`start` for handlers that may be async."""
    if policy is None:
        return await manager.on_chain_start(None, value, name=name)
    recording, hearing = _split(manager)
    about = {"name": name, "run_id": uuid4()}
    recorded = await recording.on_chain_start(None, processed(policy.process_inputs, value), **about)
    return ARecorded(policy, recorded, await hearing.on_chain_start(None, value, **about))


def processed(process: Callable[[Any], Any] | None, value: Any) -> Any:
    """What is recorded of ``value``: itself where ``process`` fails, because a node is not to fail for its trace."""
    if process is None:
        return value
    try:
        return process(value)
    except Exception:
        getLogger(__name__).warning(
            "A processor of a TracePolicy failed: the value is recorded as it is", exc_info=True
        )
        return value


class Recorded:
    """A chain that tracers and other handlers know by different values."""

    def __init__(self, policy: TracePolicy, recorded: Any, heard: Any) -> None:
        self.policy = policy
        self.chains = (recorded, heard)
        self.run_id = heard.run_id
        self.get_child = heard.get_child  # its children report to all handlers

    def _outputs(self, value: Any) -> tuple[Any, Any]:
        return processed(self.policy.process_outputs, value), value

    def on_chain_end(self, value: Any) -> None:
        """It gave ``value``."""
        for chain, output in zip(self.chains, self._outputs(value), strict=True):
            chain.on_chain_end(output)

    def on_chain_error(self, error: BaseException) -> None:
        """It failed."""
        for chain in self.chains:
            chain.on_chain_error(error)


class ARecorded(Recorded):
    """`Recorded` for handlers that may be async."""

    async def on_chain_end(self, value: Any) -> None:  # type: ignore[override]
        """It gave ``value``."""
        for chain, output in zip(self.chains, self._outputs(value), strict=True):
            await chain.on_chain_end(output)

    async def on_chain_error(self, error: BaseException) -> None:  # type: ignore[override]
        """It failed."""
        for chain in self.chains:
            await chain.on_chain_error(error)


def _split(manager: BaseCallbackManager) -> tuple[Any, Any]:
    """``manager`` for its tracers, and for the others; both hand all of them on."""
    recording, hearing = manager.copy(), manager.copy()
    recording.handlers = [each for each in manager.handlers if _records(each)]
    hearing.handlers = [each for each in manager.handlers if not _records(each)]
    return recording, hearing


def _records(handler: Any) -> bool:
    return isinstance(handler, (BaseTracer, AsyncBaseTracer)) and not isinstance(handler, _StreamingCallbackHandler)
