"""Where an error handler runs for a node, streams show the node's failure and then the handler, each with an end."""

from __future__ import annotations

from typing import Annotated, Any, TypedDict

import pytest

from temporal_pregel import StateGraph, interrupt
from temporal_pregel.checkpoint.memory import InMemorySaver
from temporal_pregel.errors import NodeError
from temporal_pregel.types import Command
from tests.local.running import BOTH_STREAMS, Run

THREAD = {"configurable": {"thread_id": "t"}}


class State(TypedDict, total=False):
    log: Annotated[list[Any], lambda held, new: held + new]


def fails(state: State) -> State:
    raise ValueError("broken")


def handles(state: State, error: NodeError) -> State:
    return {"log": ["handled"]}


def graph(handler: Any, node: Any = fails, **options: Any) -> Any:
    builder = StateGraph(State).add_node("node", node, error_handler=handler).add_edge("__start__", "node")
    return builder.compile(**options)


def ends(parts: list[dict[str, Any]]) -> list[tuple[str, str, Any]]:
    return [(part["name"], repr(part["error"]), part["result"]) for part in parts if "result" in part]


NODE_ENDS = ("node", "ValueError('broken')", {})


@pytest.mark.parametrize("run", BOTH_STREAMS)
def test_the_node_ends_with_its_error_and_the_handler_with_what_it_wrote(run: Run) -> None:
    parts = run(graph(handles), {"log": []}, stream_mode="tasks")
    assert ends(parts) == [NODE_ENDS, ("__error_handler__node", "None", {"log": ["handled"]})]
    start, failed, handled = parts
    assert start["id"] == failed["id"] != handled["id"]


def test_the_handler_s_update_comes_between_their_ends() -> None:
    parts = list(graph(handles).stream({"log": []}, stream_mode=["updates", "tasks"]))
    assert [mode for mode, _ in parts] == ["tasks", "tasks", "updates", "tasks"]


def test_the_debug_stream_has_the_same_ends() -> None:
    parts = list(graph(handles).stream({"log": []}, stream_mode="debug"))
    names = [part["payload"]["name"] for part in parts if part["type"] == "task_result"]
    assert names == ["node", "__error_handler__node"]


def test_a_handler_that_fails_ends_with_its_own_error() -> None:
    def breaks(state: State) -> State:
        raise KeyError("handler")

    parts: list[Any] = []
    with pytest.raises(KeyError) as failed:
        parts.extend(graph(breaks).stream({"log": []}, stream_mode="tasks"))
    assert ends(parts) == [NODE_ENDS, ("__error_handler__node", "KeyError('handler')", {})]
    assert any("'__error_handler__node'" in note for note in failed.value.__notes__)


def test_a_handler_that_is_answered_begins_anew_and_the_node_does_not_fail_again() -> None:
    app = graph(lambda state: {"log": [interrupt("?")]}, checkpointer=InMemorySaver())
    asked = list(app.stream({"log": []}, THREAD, stream_mode="tasks"))
    assert [(part["name"], len(part["interrupts"])) for part in asked if "result" in part] == [
        ("node", 0),
        ("__error_handler__node", 1),
    ]

    again = list(app.stream(Command(resume=5), THREAD, stream_mode="tasks"))
    assert [(part["name"], part["triggers"]) for part in again if "input" in part] == [
        ("node", ("branch:to:node",)),
        ("__error_handler__node", ("__pregel_push",)),
    ]
    assert ends(again) == [("__error_handler__node", "None", {"log": [5]})]
    assert again[1]["id"] == again[2]["id"] == asked[-1]["id"]


def test_the_handler_of_all_nodes_has_a_name_of_its_own() -> None:
    builder = StateGraph(State).add_node("node", fails).add_edge("__start__", "node")
    app = builder.set_node_defaults(error_handler=handles).compile()
    assert list(app.stream({"log": []})) == [{"__default_error_handler__": {"log": ["handled"]}}]


def test_a_graph_inside_that_is_handled_has_failed() -> None:
    inner = StateGraph(State).add_node("fails", fails).add_edge("__start__", "fails").compile()
    with graph(handles, inner).stream_events({"log": []}, version="v3") as run:
        assert [part["event"] for part in run.lifecycle] == ["started", "failed"]
