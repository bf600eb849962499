from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
HEAVY = ("temporalio", "google.protobuf", "pydantic", "asyncio", "langgraph", "langchain_core")
ADDER = "from examples.adder import app; app.invoke({'value': 5})"
SMALL = """
from typing import TypedDict
from temporal_pregel import END, START, StateGraph

class State(TypedDict):
    value: int

builder = StateGraph(State).add_node("add", lambda state: {"value": state["value"] + 1})
app = builder.add_edge(START, "add").add_edge("add", END).compile()
assert app.invoke({"value": 1}) == {"value": 2}
"""
BORROWED = {"langgraph", "langchain_core"}


def heavy_after(code: str) -> list[str]:
    """Which of the heavy packages a new process has loaded after this code."""
    script = f"import sys\n{code}\nprint(*[name for name in {HEAVY} if name in sys.modules])"
    ended = subprocess.run([sys.executable, "-c", script], cwd=TOP, capture_output=True, text=True, check=True)
    return ended.stdout.split()


def test_the_package_alone_brings_nothing_heavy() -> None:
    assert heavy_after("import temporal_pregel") == []


def test_a_graph_that_needs_nothing_heavy_brings_nothing_heavy() -> None:
    assert heavy_after(SMALL) == []


def test_a_run_in_process_brings_neither_temporalio_nor_protobuf() -> None:
    assert {"temporalio", "google.protobuf"}.isdisjoint(heavy_after(ADDER))


@pytest.mark.parametrize("code", [ADDER, "import temporal_pregel.temporal.plugin", "import temporal_pregel.testing"])
def test_what_is_only_compared_with_is_never_brought(code: str) -> None:
    assert BORROWED.isdisjoint(heavy_after(code))


def test_three_packages_are_all_that_running_needs() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text())["project"]
    names = [line.split(">")[0] for line in project["dependencies"]]
    assert names == ["temporalio", "pydantic", "protobuf"]


def test_generated_code_asks_for_no_newer_protobuf_than_the_lowest_allowed() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text())["project"]
    lowest = (
        next(line for line in project["dependencies"] if line.startswith("protobuf>=")).split(">=")[1].split(",")[0]
    )
    headers = [file.read_text() for file in (TOP / "temporal_pregel").rglob("*_pb2.py")]
    assert headers
    assert all(f"# Protobuf Python Version: {lowest}\n" in header for header in headers)
