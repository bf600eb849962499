"""Where LangGraph's users look for stores, caches, savers and tools: names that belong to other distributions."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
FROM_CHECKPOINT = (
    "store.base",
    "store.memory",
    "cache.base",
    "cache.memory",
    "checkpoint.base",
    "checkpoint.serde.base",
    "checkpoint.serde.jsonplus",
    "checkpoint.serde.encrypted",
    "checkpoint.serde.types",
)
TAUGHT = ("ToolNode",)
"""What knows more here than there: it takes this package's Commands, too."""
ABSENT = "import sys\nsys.modules['langgraph'] = None\n"


def told(code: str) -> str:
    """What a new process prints."""
    ended = subprocess.run([sys.executable, "-c", code], cwd=TOP, capture_output=True, text=True, check=True)
    return ended.stdout


@pytest.mark.parametrize("path", [*FROM_CHECKPOINT, "prebuilt"])
def test_all_names_are_those_of_the_distribution(path: str) -> None:
    ours, theirs = import_module(f"temporal_pregel.{path}"), import_module(f"langgraph.{path}")
    assert ours.__all__
    assert sorted(ours.__all__) == dir(ours)
    for name in ours.__all__:
        own, borrowed = getattr(ours, name), getattr(theirs, name)
        assert own is borrowed if name not in TAUGHT else issubclass(own, borrowed)


@pytest.mark.parametrize("path", [*FROM_CHECKPOINT, "prebuilt"])
def test_a_module_alone_loads_nothing_of_the_distribution(path: str) -> None:
    code = f"import sys, temporal_pregel.{path}\nprint('langgraph' in sys.modules, 'langchain_core' in sys.modules)"
    assert told(code).split() == ["False", "False"]


@pytest.mark.parametrize(
    ("path", "name", "distribution", "remedy"),
    [
        ("store.memory", "InMemoryStore", "langgraph-checkpoint", "pip install 'temporal-pregel[checkpoint]'"),
        ("checkpoint.base", "BaseCheckpointSaver", "langgraph-checkpoint", "temporal-pregel[checkpoint]"),
        ("prebuilt", "ToolNode", "langgraph-prebuilt", "pip install langgraph"),
    ],
)
def test_an_absent_distribution_is_named_with_its_remedy(path: str, name: str, distribution: str, remedy: str) -> None:
    found = told(
        f"{ABSENT}try:\n    from temporal_pregel.{path} import {name}\nexcept ImportError as error: print(error)"
    )
    assert f"{name} of temporal_pregel.{path} comes from the distribution {distribution}" in found
    assert remedy in found


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="create_react_agent"):
        import_module("temporal_pregel.prebuilt").create_react_agent  # noqa: B018


def test_a_borrowed_store_reaches_nodes() -> None:
    from temporal_pregel import START, StateGraph, get_store
    from temporal_pregel.store.memory import InMemoryStore

    def remember(state: dict[str, int]) -> dict[str, int]:
        get_store().put(("seen",), "last", state)
        return {}

    store = InMemoryStore()
    StateGraph(dict).add_node(remember).add_edge(START, "remember").compile(store=store).invoke({"n": 1})
    found = store.get(("seen",), "last")
    assert found is not None
    assert found.value == {"n": 1}
