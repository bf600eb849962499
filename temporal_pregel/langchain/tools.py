"""The ``tools`` stream: when LangChain's tools begin and end."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler

from temporal_pregel.errors import GraphDrained, GraphInterrupt
from temporal_pregel.langchain.places import Shown, shown_of
from temporal_pregel.local.streams import Streams


class Tools(BaseCallbackHandler):
    """Shows ``tool-started`` with the input, and ``tool-finished`` with the output or ``tool-error`` with the message.
    A tool that waits for an answer has not ended."""

    run_inline = True

    def __init__(self, streams: Streams) -> None:
        self.streams = streams
        self.running: dict[UUID, tuple[Shown, str | None]] = {}

    def show(self, run_id: UUID, event: str, **more: Any) -> None:
        """Show an event of a tool that was seen to begin."""
        known, sink = self.running.get(run_id), self.streams.sink
        if known is not None and sink is not None:
            shown, call = known
            sink((shown.ns, "tools", {"event": event, "tool_call_id": call, **more}))

    def on_tool_start(
        self,
        serialized: dict[str, Any],
        input_str: str,
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        tags: list[str] | None = None,
        metadata: dict[str, Any] | None = None,
        inputs: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """A tool begins."""
        shown = shown_of(self.streams, metadata)
        if shown is not None:
            self.running[run_id] = (shown, kwargs.get("tool_call_id"))
            name = (serialized or {}).get("name") or kwargs.get("name")
            self.show(run_id, "tool-started", tool_name=name, input=input_str if inputs is None else inputs)

    def on_tool_end(self, output: Any, *, run_id: UUID, **kwargs: Any) -> None:
        """A tool has ended."""
        self.show(run_id, "tool-finished", output=output)
        self.running.pop(run_id, None)

    def on_tool_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        """A tool has failed, or waits."""
        if not isinstance(error, (GraphInterrupt, GraphDrained)):
            self.show(run_id, "tool-error", message=str(error))
        self.running.pop(run_id, None)
