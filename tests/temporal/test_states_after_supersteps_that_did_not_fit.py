"""What a thread shows that stopped between its supersteps, or whose last one could not be applied: what is due. It
goes on from there, and runs what is due again; as in process."""

from __future__ import annotations

import operator
from typing import Annotated, Any, TypedDict

import pytest

from temporal_pregel import START, Command, InMemorySaver, StateGraph, interrupt
from temporal_pregel.types import StateSnapshot
from tests.temporal.conftest import Serve


class State(TypedDict, total=False):
    one: int
    said: Annotated[list[Any], operator.add]


class Log:
    """What has run, and how often something that does not fit is still written."""

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.wrong = 2

    def says(self, name: str) -> Any:
        def node(state: State) -> State:
            self.ran.append(name)
            return {"said": [name], "one": 1}

        return node

    def misfit(self, name: str, wrong: Any, *questions: str) -> Any:
        def node(state: State) -> Any:
            answers = [interrupt(question) for question in questions]
            self.ran.append(name)
            self.wrong -= 1
            return wrong if self.wrong >= 0 else {"said": [name, *answers]}

        return node


def line(*nodes: Any, **compiled: Any) -> Any:
    names = [f"n{place}" for place in range(len(nodes))]
    return (
        StateGraph(State).add_sequence(list(zip(names, nodes, strict=True))).add_edge(START, "n0").compile(**compiled)
    )


def beside(*nodes: Any, **compiled: Any) -> Any:
    builder = StateGraph(State)
    for place, node in enumerate(nodes):
        builder.add_node(f"n{place}", node).add_edge(START, f"n{place}")
    return builder.compile(**compiled)


NO_LIST: Any = {"said": 5}
LONG = ("a", "b", "c", "d")
GRAPHS: dict[str, Any] = {
    "too many supersteps": lambda log, **more: line(*map(log.says, LONG), **more),
    "a reducer": lambda log, **more: line(log.says("a"), log.misfit("b", NO_LIST), log.says("c"), **more),
    "a reducer beside": lambda log, **more: beside(log.says("a"), log.misfit("b", NO_LIST), **more),
    "two writes": lambda log, **more: beside(log.says("a"), log.misfit("b", {"one": 2}), **more),
    "an answer": lambda log, **more: beside(log.says("a"), log.misfit("b", NO_LIST, "who?"), **more),
    "too many inside": lambda log, **more: line(line(*map(log.says, LONG)), log.says("z"), **more),
    "a reducer inside": lambda log, **more: line(line(log.says("a"), log.misfit("b", NO_LIST)), log.says("z"), **more),
}


def seen(state: Any) -> Any:
    if not isinstance(state, StateSnapshot):
        return state is not None
    tasks = [(task.name, bool(task.error), task.result, seen(task.state)) for task in state.tasks]
    return state.values, state.next, state.metadata["step"], state.metadata["source"], tasks


async def outcome(app: Any, given: Any, thread: Any) -> Any:
    try:
        result = await app.ainvoke(given, {**thread, "recursion_limit": 2})
        result.pop("__interrupt__", None)
    except Exception as error:
        result = "Error code: GRAPH_RECURSION_LIMIT" in str(error)
    return result, seen(await app.aget_state(thread)), seen(await app.aget_state(thread, subgraphs=True))


@pytest.mark.parametrize("kind", GRAPHS)
async def test_is_what_it_is_in_process(serve: Serve, on, thread, kind):
    here, there = Log(), Log()
    local, app = GRAPHS[kind](here, checkpointer=InMemorySaver()), GRAPHS[kind](there, name="misfit")
    calls = [{"said": ["x"]}, None, None, None]
    if kind == "an answer":  # it is lost with the superstep
        calls = [{"said": ["x"]}, Command(resume="me"), None, Command(resume="you"), None, Command(resume="them")]
    async with serve(app) as client:
        durable = on(app, client)
        for given in calls:
            assert await outcome(durable, given, thread) == await outcome(local, given, thread)
    assert sorted(there.ran) == sorted(here.ran)
    assert len(here.ran) >= 4
