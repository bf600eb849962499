"""Building and compiling a graph of plain types loads no event loop, no pydantic, no server's client."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
from typing import TypedDict
from temporal_pregel import START, MessagesState, StateGraph

class State(TypedDict):
    value: int

for schema in (State, MessagesState):
    app = StateGraph(schema).add_node("n", lambda state: {}).add_edge(START, "n").compile()
    app.plan.hash, app.get_graph().draw_mermaid()
app.invoke({"messages": ["hi", ("ai", "hello")]})
print(sorted({"asyncio", "pydantic", "temporalio", "google.protobuf", "langchain_core"} & sys.modules.keys()))
"""


def test_a_graph_of_plain_types_needs_the_standard_library_only() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
