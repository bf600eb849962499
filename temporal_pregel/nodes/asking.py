"""Questions to people, asked in the middle of a node."""

from __future__ import annotations

from typing import Any

from temporal_pregel.errors import GraphInterrupt, mark_invalid_resume
from temporal_pregel.nodes.context import TaskContext, current_task


def interrupt(value: Any, *, response_schema: type | dict[str, Any] | None = None) -> Any:
    """Ask a person, and wait for as long as it takes.

    The first time a task gets here it stops and ``value`` is shown to the caller. When the answer is there the node
    runs again **from its start** and this call returns it; answers are matched by the order of the calls.

    ``response_schema``: what an answer looks like. A type (a pydantic model, dataclass, TypedDict, or anything pydantic
    takes) is shown beside the question as JSON Schema, and the answer is made one of it; a dict is shown as it is, and
    nothing is checked.

    Raises:
        GraphInterrupt: to the engine; let it pass.
        pydantic.ValidationError: to the caller who gave the answer; nothing of it is kept, the question stays open.
        RuntimeError: outside a node.
    """
    context = current_task()
    if response_schema is not None:
        return _ask_for(response_schema, value, context)
    answered, answer = context.next_answer()
    if answered:
        return answer
    raise GraphInterrupt((context.question(value),))


def _ask_for(schema: Any, value: Any, context: TaskContext) -> Any:
    answered, answer = context.next_answer()
    if isinstance(schema, dict):
        shown = schema
    else:
        from pydantic import TypeAdapter

        from temporal_pregel.graph.jsonschema import adaptable

        adapter = TypeAdapter(adaptable(schema))
        shown = adapter.json_schema()
        if answered:
            try:
                return adapter.validate_python(answer)
            except ValueError as error:
                context.take_back()
                mark_invalid_resume(error, context.question(value, shown))
                raise
    if answered:
        return answer
    raise GraphInterrupt((context.question(value, shown),))
