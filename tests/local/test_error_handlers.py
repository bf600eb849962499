"""A node that has failed for good is handled in its superstep, and its own edges do not fire."""

from __future__ import annotations

from typing import Annotated, Any, TypedDict

import pytest

from temporal_pregel.checkpoint.memory import InMemorySaver
from temporal_pregel.errors import NodeError
from temporal_pregel.graph import END, START, StateGraph
from temporal_pregel.types import Command, RetryPolicy, interrupt
from tests.local.running import BOTH, BOTH_STREAMS, Run

THREAD = {"configurable": {"thread_id": "t"}}


class State(TypedDict, total=False):
    log: Annotated[list[str], lambda held, new: held + new]


def fail(state: State) -> State:
    raise ValueError("broken")


def handle(state: State, error: NodeError) -> State:
    return {"log": [f"{error.node}: {error.error}"]}


async def ahandle(state: State, error: NodeError) -> State:
    return handle(state, error)


def graph(handler: Any = handle, node: Any = fail, **more: Any) -> Any:
    builder = StateGraph(State)
    builder.add_node("fails", node, error_handler=handler, **more.pop("node_options", {}))
    builder.add_node("next", lambda state: {"log": ["next"]})
    builder.add_edge(START, "fails").add_edge("fails", "next").add_edge("next", END)
    return builder.compile(**more)


@pytest.mark.parametrize("run", BOTH)
def test_the_handler_gets_the_error_and_the_next_node_does_not_run(run: Run) -> None:
    assert run(graph(), {"log": []}) == {"log": ["fails: broken"]}


@pytest.mark.parametrize("run", BOTH)
def test_a_handler_may_say_where_to_go_on(run: Run) -> None:
    app = graph(lambda state: Command(update={"log": ["handled"]}, goto="next"))
    assert run(app, {"log": []}) == {"log": ["handled", "next"]}


@pytest.mark.parametrize("run", BOTH)
def test_retries_come_before_the_handler(run: Run) -> None:
    attempts = []

    def count(state: State) -> State:
        attempts.append(1)
        raise ValueError("again")

    policy = RetryPolicy(initial_interval=0, jitter=False, max_attempts=3, retry_on=ValueError)
    assert run(graph(node=count, node_options={"retry_policy": policy}), {"log": []}) == {"log": ["fails: again"]}
    assert len(attempts) == 3


@pytest.mark.parametrize("run", BOTH_STREAMS)
def test_streams_name_the_handler(run: Run) -> None:
    assert run(graph(), {"log": []}) == [{"__error_handler__fails": {"log": ["fails: broken"]}}]


@pytest.mark.parametrize("run", BOTH)
def test_a_handler_that_failed_runs_again_and_the_node_does_not(run: Run) -> None:
    ran: list[str] = []

    def node(state: State) -> State:
        ran.append("node")
        raise ValueError("broken")

    def handler(state: State, error: NodeError) -> State:
        ran.append("handler")
        if ran.count("handler") == 1:
            raise RuntimeError("handler broken")
        return {"log": [str(error.error)]}

    app = graph(handler, node, checkpointer=InMemorySaver())
    with pytest.raises(RuntimeError, match="handler broken"):
        run(app, {"log": []}, THREAD)
    (told,) = run(app, None, THREAD)["log"]
    assert "broken" in told  # an error that was saved reads back as its repr
    assert ran == ["node", "handler", "handler"]


@pytest.mark.parametrize("run", BOTH)
def test_a_question_is_no_failure(run: Run) -> None:
    app = graph(node=lambda state: {"log": [interrupt("really?")]}, checkpointer=InMemorySaver())
    assert run(app, {"log": []}, THREAD)["__interrupt__"][0].value == "really?"
    assert run(app, Command(resume="yes"), THREAD) == {"log": ["yes", "next"]}


def test_an_async_handler_needs_an_async_run() -> None:
    with pytest.raises(TypeError, match="use ainvoke or astream"):
        graph(ahandle).invoke({"log": []})


@pytest.mark.parametrize("run", BOTH)
def test_a_handler_of_its_own_wins_over_the_default(run: Run) -> None:
    builder = StateGraph(State).set_node_defaults(error_handler=lambda state: {"log": ["default"]})
    builder.add_node("own", fail, error_handler=lambda state: {"log": ["own"]}).add_node("other", fail)
    builder.add_edge(START, "own").add_edge(START, "other")
    assert run(builder.compile(), {"log": []}) == {"log": ["default", "own"]}
