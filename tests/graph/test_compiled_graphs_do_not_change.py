"""What runs share of a compiled graph can't be changed; what may be is what it was when a run began."""

from __future__ import annotations

import copy
import operator
from typing import Annotated, Any, TypedDict

import pytest

from temporal_pregel import InMemorySaver
from temporal_pregel.channels import LastValue
from temporal_pregel.graph import START, StateGraph
from temporal_pregel.pregel import NodeBuilder, Pregel
from temporal_pregel.runtime import Runtime
from temporal_pregel.types import RetryPolicy


class State(TypedDict):
    log: Annotated[list[Any], operator.add]


def graph(**compiled: Any) -> Any:
    builder = StateGraph(State).add_node("first", lambda _: {"log": ["first"]})
    builder.add_node("second", lambda _: {"log": ["second"]}).add_edge(START, "first").add_edge("first", "second")
    return builder.compile(name="fixed", **compiled)


FIXED = ["plan", "_plan", "nodes", "channels", "builder", "input_channels", "output_channels", "stream_channels"]
FIXED += ["interrupt_before_nodes", "interrupt_after_nodes", "trigger_to_nodes", "state_schema"]


@pytest.mark.parametrize("name", FIXED)
def test_what_runs_share_is_not_assigned(name: str) -> None:
    app = graph()
    with pytest.raises(AttributeError, match=rf"'fixed' is compiled: its '{name}' can't be changed") as refused:
        setattr(app, name, None)
    assert "copy(update={...})" in str(refused.value)
    assert "compile it anew" in str(refused.value)
    assert app.invoke({"log": []}) == {"log": ["first", "second"]}


def test_nor_is_it_deleted_or_changed_from_inside() -> None:
    node = NodeBuilder().subscribe_only("in").do(abs).write_to("out")
    channels = {"in": LastValue(int), "out": LastValue(int)}
    said = Pregel(nodes={"node": node}, channels=channels, input_channels="in", output_channels="out")
    with pytest.raises(AttributeError, match="compiled"):
        del said.plan
    for shared in (said.nodes, said.channels, graph().channels):
        with pytest.raises(TypeError):
            shared["more"] = None  # type: ignore[index]
    assert said.invoke(-3) == 3


def test_a_copy_is_another_graph() -> None:
    app = graph()
    other = app.copy(update={"name": "other", "output_channels": "log"})
    assert (other.name, other.invoke({"log": []})) == ("other", ["first", "second"])
    assert (app.name, app.invoke({"log": []})) == ("fixed", {"log": ["first", "second"]})
    assert copy.copy(app).invoke({"log": []}) == {"log": ["first", "second"]}


OTHERS: dict[str, Any] = {
    "name": "renamed",
    "checkpointer": InMemorySaver(),
    "store": object(),
    "cache": None,
    "config": {"tags": ["t"]},
    "step_timeout": 10,
    "stream_mode": "values",
    "debug": False,
    "retry_policy": (RetryPolicy(),),
    "label": "of somebody's own",
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_it_has_beside_that_may_be_set(name: str) -> None:
    app = graph()
    setattr(app, name, OTHERS[name])
    assert getattr(app, name) is OTHERS[name]
    assert app.invoke({"log": []}, {"configurable": {"thread_id": "t"}})["log"][-1] == "second"


def test_a_run_that_has_begun_goes_by_what_it_began_with() -> None:
    saver, stores = InMemorySaver(), (object(), object())
    seen: list[Any] = []

    def node(_: State, runtime: Runtime[Any]) -> dict[str, Any]:
        seen.append(runtime.store)
        return {"log": ["node"]}

    builder = StateGraph(State).add_node("first", node).add_node("second", node)
    app = builder.add_edge(START, "first").add_edge("first", "second").compile(checkpointer=saver, store=stores[0])
    thread: Any = {"configurable": {"thread_id": "t"}}
    parts = app.stream({"log": []}, thread, stream_mode="updates")
    next(parts)
    app.checkpointer, app.store, app.step_timeout, app.stream_mode = None, stores[1], 0, "values"
    assert list(parts) == [{"second": {"log": ["node"]}}]
    assert seen == [stores[0], stores[0]]
    app.checkpointer = saver
    assert app.get_state(thread).values == {"log": ["node", "node"]}
