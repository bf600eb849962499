"""The ``messages`` stream: what chat models say, as they say it, and the messages that nodes return."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID, uuid4

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import BaseMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, LLMResult
from langchain_core.tracers._streaming import _StreamingCallbackHandler, _V2StreamingCallbackHandler

from temporal_pregel.langchain.places import Shown, shown_of
from temporal_pregel.local.streams import Streams
from temporal_pregel.nodes.context import current
from temporal_pregel.types import Command

T = TypeVar("T")
HIDING = frozenset(("nostream", "langsmith:nostream"))
"""Tags of models that nobody is to read along."""
SEQUENCE = "seq:step"


class _Handler(BaseCallbackHandler):
    """Shows each message once, by its id, with the metadata of the node that it comes from."""

    run_inline = True

    def __init__(self, streams: Streams) -> None:
        self.streams = streams
        self.models: dict[UUID, Shown] = {}
        self.nodes: dict[UUID, Shown] = {}
        self.seen: set[str] = set()

    def show(self, shown: Shown, payload: Any, **more: Any) -> None:
        """Show a message, a chunk or an event."""
        sink = self.streams.sink
        context = current()
        if context is not None:
            context.progress()
        if sink is not None:
            sink((shown.ns, "messages", (payload, {**shown.metadata, **more})))

    def show_message(self, shown: Shown, message: BaseMessage) -> None:
        """Show a whole message, unless it was shown."""
        if message.id is None:
            message.id = str(uuid4())
        elif message.id in self.seen:
            return
        self.seen.add(message.id)
        self.show(shown, message)

    # Chat models

    def on_chat_model_start(
        self,
        serialized: dict[str, Any],
        messages: list[list[BaseMessage]],
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        tags: list[str] | None = None,
        metadata: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """A model begins."""
        if HIDING.isdisjoint(tags or ()):
            shown = shown_of(self.streams, metadata)
            if shown is not None:
                own = [tag for tag in tags or () if not tag.startswith(SEQUENCE)]
                self.models[run_id] = shown._replace(metadata={**shown.metadata, "tags": own}) if own else shown

    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **kwargs: Any) -> None:
        """A model has ended; one that didn't stream is shown now."""
        shown = self.models.pop(run_id, None)
        if shown is not None and response.generations and response.generations[0]:
            generation = response.generations[0][0]
            if isinstance(generation, ChatGeneration):
                self.show_message(shown, generation.message)

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        """A model has failed."""
        self.models.pop(run_id, None)

    # Nodes

    def on_chain_start(
        self,
        serialized: dict[str, Any],
        inputs: Any,
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        tags: list[str] | None = None,
        metadata: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """A node begins: what it was given is known."""
        if kwargs.get("name") != (metadata or {}).get("langgraph_node") or "langsmith:hidden" in (tags or ()):
            return
        shown = shown_of(self.streams, metadata)
        if shown is not None:
            self.nodes[run_id] = shown
            self.seen.update(message.id for message in messages_in(inputs) if message.id is not None)

    def on_chain_end(self, outputs: Any, *, run_id: UUID, **kwargs: Any) -> None:
        """A node has ended: what it returned is shown."""
        shown = self.nodes.pop(run_id, None)
        if shown is not None:
            for message in messages_in(outputs):
                if self.returned(message):
                    self.show_message(shown, message)

    def on_chain_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        """A node has failed."""
        self.nodes.pop(run_id, None)

    def returned(self, message: BaseMessage) -> bool:
        """Whether a message that a node returned is shown."""
        return True


class Messages(_Handler, _StreamingCallbackHandler[Any]):
    """Shows chunks: ``(chunk, metadata)``."""

    def on_llm_new_token(self, token: Any, *, chunk: Any = None, run_id: UUID, **kwargs: Any) -> None:
        """A model has said something."""
        shown = self.models.get(run_id)
        if shown is not None and chunk is not None and isinstance(getattr(chunk, "message", None), BaseMessage):
            message = chunk.message
            if message.id is None:
                message.id = f"run-{run_id}"
            self.seen.add(message.id)
            self.show(shown, message)

    def tap_output_iter(self, run_id: UUID, output: Iterator[T]) -> Iterator[T]:
        """What makes LangChain's models stream for it; not called."""
        return output

    def tap_output_aiter(self, run_id: UUID, output: AsyncIterator[T]) -> AsyncIterator[T]:
        """What makes LangChain's models stream for it; not called."""
        return output


class MessageEvents(_Handler, _V2StreamingCallbackHandler):
    """Shows the events of which messages are made: ``(event, metadata)``, with the model's run id in the metadata; and
    whole messages."""

    def __init__(self, streams: Streams) -> None:
        super().__init__(streams)
        self.told: set[UUID] = set()

    def on_stream_event(self, event: Mapping[str, Any], *, run_id: UUID, **kwargs: Any) -> None:
        """A model has said something."""
        shown = self.models.get(run_id)
        if shown is None:
            return
        self.told.add(run_id)
        if event.get("event") == "message-start":
            said = event.get("id") or event.get("message_id")
            if said:
                self.seen.add(said)
        self.show(shown, event, run_id=str(run_id))

    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **kwargs: Any) -> None:
        """A model has ended; what it said in events counts as shown, whatever id it has at last."""
        if run_id in self.told:
            self.told.discard(run_id)
            self.models.pop(run_id, None)
            for generations in response.generations:
                self.seen.update(
                    each.message.id for each in generations if isinstance(each, ChatGeneration) and each.message.id
                )
        else:
            super().on_llm_end(response, run_id=run_id, **kwargs)

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        """A model has failed."""
        self.told.discard(run_id)
        super().on_llm_error(error, run_id=run_id, **kwargs)

    def returned(self, message: BaseMessage) -> bool:
        """Tools' messages are not."""
        return not isinstance(message, ToolMessage)


def messages_in(value: Any) -> Iterable[BaseMessage]:
    """The messages of a node's input or result: itself, in a list, or in the fields of a state."""
    if isinstance(value, Command):
        yield from messages_in(value.update)
    elif isinstance(value, BaseMessage):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            if isinstance(item, BaseMessage):
                yield item
            elif isinstance(item, Command):
                yield from messages_in(item.update)
    elif isinstance(value, Mapping):
        yield from _in_fields(value.values())
    elif hasattr(value, "__dict__") and not isinstance(value, type):
        yield from _in_fields(vars(value).values())


def _in_fields(values: Iterable[Any]) -> Iterable[BaseMessage]:
    for value in values:
        if isinstance(value, BaseMessage):
            yield value
        elif isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
            yield from (item for item in value if isinstance(item, BaseMessage))
