"""What may be imported when. A graph in this process needs neither Temporal nor protobuf, and pays for neither."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("temporalio", "google.protobuf", "grpc", "langgraph", "langchain_core", "langchain")
ROOT = Path(__file__).parents[2]

GRAPH = """
from typing import Annotated, TypedDict
import operator
from temporal_pregel import END, START, Command, InMemorySaver, Send, StateGraph, interrupt

class S(TypedDict):
    log: Annotated[list, operator.add]

def ask(state):
    return {"log": [interrupt("?")]}

def fan(state):
    return [Send("c", {"log": []}), "d"]

b = StateGraph(S)
b.add_node("a", ask)
for name in "cd":
    b.add_node(name, lambda state: {"log": ["x"]})
b.add_edge(START, "a")
b.add_conditional_edges("a", fan, ["c", "d"])
b.add_edge(["c", "d"], END)
app = b.compile(checkpointer=InMemorySaver())
config = {"configurable": {"thread_id": "1"}}
"""
SYNC = """
app.invoke({"log": []}, config)
assert app.invoke(Command(resume="yes"), config)["log"] == ["yes", "x", "x"]
assert list(app.stream({"log": []}, config, stream_mode=["values", "updates"]))
assert app.get_state(config).next and list(app.get_state_history(config))
app.update_state(config, {"log": []}, as_node="a")
"""
ASYNC = """
import asyncio
async def main():
    await app.ainvoke({"log": []}, config)
    assert (await app.ainvoke(Command(resume="yes"), config))["log"] == ["yes", "x", "x"]
    assert [part async for part in app.astream({"log": []}, config)]
    assert (await app.aget_state(config)).next
asyncio.run(main())
"""


def loaded(code: str, *packages: str) -> list[str]:
    """Which of ``packages`` a new interpreter has loaded after ``code``."""
    tell = f"import sys; print([name for name in {packages!r} if name in sys.modules])"
    found = subprocess.run(
        [sys.executable, "-c", f"{code}\n{tell}"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr
    names: list[str] = eval(found.stdout)
    return names


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert loaded("import temporal_pregel", *HEAVY, "pydantic", "asyncio") == []


def test_importing_the_vocabulary_loads_nothing_heavy() -> None:
    names = ["types", "errors", "constants", "config", "runtime", "channels", "graph", "checkpoint.memory", "core.loop"]
    assert loaded("\n".join(f"import temporal_pregel.{name}" for name in names), *HEAVY, "pydantic", "asyncio") == []


def test_a_sync_run_loads_neither_temporal_nor_pydantic_nor_an_event_loop() -> None:
    assert loaded(GRAPH + SYNC, *HEAVY, "pydantic", "asyncio") == []


def test_an_async_run_loads_neither_temporal_nor_pydantic() -> None:
    assert loaded(GRAPH + ASYNC, *HEAVY, "pydantic") == []


def test_all_public_names_can_be_loaded() -> None:
    everything = (
        "import temporal_pregel as t\nfor name in t.__all__: getattr(t, name)\nassert set(dir(t)) == set(t.__all__)"
    )
    assert "temporalio" in loaded(everything, "temporalio")


@pytest.mark.parametrize("name", ["no_such_name", "temporalio"])
def test_a_name_that_is_not_public_is_an_attribute_error(name: str) -> None:
    import temporal_pregel

    with pytest.raises(AttributeError, match=name):
        getattr(temporal_pregel, name)


def test_the_import_contracts_hold() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    found = subprocess.run([str(lint), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
