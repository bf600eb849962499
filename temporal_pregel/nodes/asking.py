"""Questions to people, asked in the middle of a node."""

from __future__ import annotations

from typing import Any

from temporal_pregel.errors import GraphInterrupt
from temporal_pregel.nodes.context import current_task


def interrupt(value: Any) -> Any:
    """Ask a person, and wait for as long as it takes.

    The first time a task gets here it stops and ``value`` is shown to the caller. When the answer is there the node
    runs again **from its start** and this call returns it; answers are matched by the order of the calls.

    Raises:
        GraphInterrupt: to the engine; let it pass.
        RuntimeError: outside a node.
    """
    context = current_task()
    answered, answer = context.next_answer()
    if answered:
        return answer
    raise GraphInterrupt((context.question(value),))
