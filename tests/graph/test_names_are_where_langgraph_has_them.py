"""What code imports from LangGraph's public modules it finds in ours of the same name."""

from __future__ import annotations

import operator
import warnings
from importlib import import_module
from typing import Annotated, Any, TypedDict, get_args, get_origin, get_type_hints

import pytest

from temporal_pregel import types
from temporal_pregel.checkpoint.memory import InMemorySaver
from temporal_pregel.errors import GraphInterrupt, NodeInterrupt
from temporal_pregel.graph import START, StateGraph
from temporal_pregel.pregel import NodeBuilder
from temporal_pregel.types import StreamPart, ensure_valid_checkpointer
from temporal_pregel.warnings import LangGraphDeprecatedSinceV10

LEFT_OUT = {
    "types": {"PregelExecutableTask"},
    "callbacks": {"get_async_graph_callback_manager_for_config", "get_sync_graph_callback_manager_for_config"},
}
"""Names of its engine's own parts."""
MODULES = ("types", "errors", "constants", "callbacks", "typing", "warnings", "config", "runtime", "channels")
MODULES += ("graph", "graph.state", "graph.message", "func", "managed", "managed.base", "pregel", "stream")


class State(TypedDict):
    log: Annotated[list[str], operator.add]


@pytest.mark.parametrize("module", MODULES)
def test_every_public_name_is_there(module: str) -> None:
    ours, theirs = import_module(f"temporal_pregel.{module}"), import_module(f"langgraph.{module}")
    public = set(getattr(theirs, "__all__", ())) - LEFT_OUT.get(module, set())
    assert [name for name in sorted(public) if not hasattr(ours, name)] == []
    told: set[str] = set(getattr(ours, "__all__", ()))
    assert all(hasattr(ours, name) for name in told)
    if told:
        assert public <= told


def test_a_node_builder_is_there_where_graphs_of_channels_are() -> None:
    for module in ("pregel", "pregel.main"):
        assert import_module(f"temporal_pregel.{module}").NodeBuilder is NodeBuilder
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = import_module("temporal_pregel.pregel.main").nothing


def test_parts_of_streams_have_the_shapes_that_are_said() -> None:
    app = StateGraph(State).add_node("a", lambda _: {"log": ["a"]}).add_edge(START, "a").compile(InMemorySaver())
    modes: Any = ["values", "updates", "tasks", "checkpoints", "debug", "custom"]
    parts = list(app.stream({"log": []}, {"configurable": {"thread_id": "t"}}, stream_mode=modes, version="v2"))
    known = {hints["type"].__args__[0]: kind for kind in get_args(StreamPart) if (hints := get_type_hints(_bare(kind)))}
    for part in parts:
        _check(part, _bare(known[part["type"]]))
        if part["type"] == "checkpoints":
            _check(part["data"], types.CheckpointPayload)
            for task in part["data"]["tasks"]:
                _check(task, types.CheckpointTask)
        if part["type"] == "tasks":
            _check(part["data"], types.TaskPayload if "input" in part["data"] else types.TaskResultPayload)
        if part["type"] == "debug":
            _check(part["data"], _bare(get_args(types.DebugPayload)[0]))
    assert {part["type"] for part in parts} == {*modes} - {"custom"}


def _bare(kind: Any) -> Any:
    return get_origin(kind) or kind


def _check(shown: dict[str, Any], kind: Any) -> None:
    assert kind.__required_keys__ <= shown.keys() <= kind.__required_keys__ | kind.__optional_keys__


def test_a_checkpointer_is_looked_at() -> None:
    saver = InMemorySaver()
    assert [ensure_valid_checkpointer(each) for each in (saver, True, None)] == [saver, True, None]
    with pytest.raises(TypeError, match="Invalid checkpointer"):
        ensure_valid_checkpointer(3)


def test_node_interrupts_stop_a_run_until_their_node_raises_no_more() -> None:
    left = ["first", "second"]

    def node(_: State) -> dict[str, Any]:
        if left:
            with pytest.warns(LangGraphDeprecatedSinceV10, match="NodeInterrupt is deprecated"):
                raised = NodeInterrupt(left.pop(0), "mine")
            raise raised
        return {"log": ["done"]}

    app = StateGraph(State).add_node("a", node).add_edge(START, "a").compile(InMemorySaver())
    thread = {"configurable": {"thread_id": "t"}}
    asked = app.invoke({"log": []}, thread)["__interrupt__"]
    assert [(question.value, question.id) for question in asked] == [("first", "mine")]
    assert app.invoke(None, thread)["__interrupt__"][0].value == "second"
    assert app.invoke(None, thread) == {"log": ["done"]}
    assert issubclass(NodeInterrupt, GraphInterrupt)


@pytest.mark.parametrize("name", ["Send", "Interrupt"])
def test_words_that_have_moved_are_found_at_their_old_place_with_a_warning(name: str) -> None:
    constants = import_module("temporal_pregel.constants")
    with pytest.warns(LangGraphDeprecatedSinceV10, match=f"Import it from {types.__name__}"):
        assert getattr(constants, name) is getattr(types, name)
    with warnings.catch_warnings(), pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = constants.Nothing
