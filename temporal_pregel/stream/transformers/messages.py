"""Messages of chat models, each as a stream of its own. The streams are LangChain's: it is imported with the first
message, which only it can have made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from temporal_pregel.stream._types import ProtocolEvent, StreamTransformer
from temporal_pregel.stream.mux import StreamMux
from temporal_pregel.stream.stream_channel import StreamChannel

if TYPE_CHECKING:
    from langchain_core.language_models.chat_model_stream import AsyncChatModelStream, ChatModelStream

    Stream = ChatModelStream | AsyncChatModelStream


class MessagesTransformer(StreamTransformer):
    """``run.messages``: a `ChatModelStream` for each message of a chat model that its own graph's nodes call, and for
    each message that they return without one. Always there."""

    _native = True
    required_stream_modes = ("messages",)

    def __init__(self, scope: tuple[str, ...] = ()) -> None:
        super().__init__(scope)
        self._log: StreamChannel[Any] = StreamChannel()
        self._by_run: dict[str, Stream] = {}
        self._mux: StreamMux | None = None

    def init(self) -> dict[str, Any]:
        """``messages``."""
        return {"messages": self._log}

    def _on_register(self, mux: StreamMux) -> None:
        self._mux = mux

    def process(self, event: ProtocolEvent) -> bool:
        """Lead what comes of a message to its stream."""
        params = event["params"]
        if event["method"] != "messages" or tuple(params["namespace"]) != self.scope:
            return True
        payload, about = params["data"]
        if isinstance(payload, Mapping):
            self._take(payload, str(about.get("run_id")), about.get("langgraph_node"))
        elif self._log._subscribed and payload.type == "ai":  # chunks have another type
            self._replay(payload, about.get("langgraph_node"))
        return True

    def _take(self, payload: Mapping[str, Any], run: str, node: str | None) -> None:
        kind = payload.get("event")
        if kind == "message-start" and self._log._subscribed and payload.get("role", "ai") == "ai":
            self._by_run[run] = self._stream(node, payload.get("id") or payload.get("message_id"))
            self._log.push(self._by_run[run])
        stream = self._by_run.get(run)
        if stream is not None:
            stream.dispatch(payload)
            if kind in ("message-finish", "error"):
                del self._by_run[run]

    def _replay(self, message: Any, node: str | None) -> None:
        from langchain_core.language_models._compat_bridge import message_to_events

        stream = self._stream(node, message.id)
        self._log.push(stream)
        for event in message_to_events(message, message_id=message.id):
            stream.dispatch(event)

    def _stream(self, node: str | None, message_id: str | None) -> Stream:
        from langchain_core.language_models.chat_model_stream import AsyncChatModelStream, ChatModelStream

        about: dict[str, Any] = {"namespace": list(self.scope), "node": node, "message_id": message_id}
        mux = self._mux
        if mux is not None and mux.is_async:
            astream = AsyncChatModelStream(**about)
            astream.set_arequest_more(mux._apump)
            return astream
        stream = ChatModelStream(**about)
        if mux is not None and mux._pump is not None:
            stream.bind_pump(mux._pump)
        return stream

    def fail(self, err: BaseException) -> None:
        """Messages that have not ended fail with the run."""
        for stream in self._by_run.values():
            stream.fail(err)
        self._by_run.clear()
