"""A graph as one of LangChain's runnables, for what LangChain does with those."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any

from langchain_core.runnables import Runnable, RunnableConfig

from temporal_pregel.graph.schema import hints_of, typed

if TYPE_CHECKING:
    from temporal_pregel.pregel import Pregel


def known_to_langchain(kind: type) -> None:
    """Let LangChain take graphs of the class ``kind`` wherever it takes a runnable."""
    Runnable.register(kind)


class GraphRunnable(Runnable[Any, Any]):
    """Runs a graph with what it is called with, no more and no less."""

    def __init__(self, app: Pregel) -> None:
        self.app = app
        self.name = app.name

    def get_input_schema(self, config: RunnableConfig | None = None) -> Any:
        """A model with the fields of the graph's input, which is what a tool's arguments are."""
        schema = self.app.input_schema_type
        if not hasattr(schema, "__required_keys__"):
            return self.app.get_input_schema(config)
        from pydantic import create_model

        fields: dict[str, Any] = {key: (typed(hint), ...) for key, hint in hints_of(schema).items()}
        return create_model(f"{self.name}Input", **fields)

    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Any:
        """See `Pregel.invoke`."""
        return self.app.invoke(input, config, **kwargs)

    async def ainvoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Any:
        """See `Pregel.ainvoke`."""
        return await self.app.ainvoke(input, config, **kwargs)

    def stream(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Iterator[Any]:
        """See `Pregel.stream`."""
        return self.app.stream(input, config, **kwargs)

    def astream(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> AsyncIterator[Any]:
        """See `Pregel.astream`."""
        return self.app.astream(input, config, **kwargs)
