"""Handlers in ``config["callbacks"]`` hear of the graph and its nodes, and of what nodes call, as a tree."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.callbacks import AsyncCallbackHandler, BaseCallbackHandler
from langchain_core.runnables import RunnableLambda

from temporal_pregel import START, InMemorySaver, StateGraph
from temporal_pregel.func import entrypoint, task
from tests.langchain.graphs import call, line
from tests.local.running import BOTH, Run
from tests.stream.graphs import State, ask, boom, say

GIVEN = {"messages": [("user", "hi")]}


class Tree(BaseCallbackHandler):
    """Notes what begins under what, and how it ends."""

    def __init__(self) -> None:
        self.names: dict[Any, str] = {None: ""}
        self.begun: list[tuple[str | None, str]] = []
        self.ended: list[tuple[str, Any]] = []

    def on_chain_start(
        self, serialized: Any, inputs: Any, *, run_id: Any, parent_run_id: Any = None, **more: Any
    ) -> None:
        self.names[run_id] = more["name"]
        self.begun.append((self.names.get(parent_run_id), more["name"]))

    def on_chat_model_start(self, *args: Any, parent_run_id: Any = None, **more: Any) -> None:
        self.begun.append((self.names.get(parent_run_id), "model"))

    def on_chain_end(self, outputs: Any, *, run_id: Any, **more: Any) -> None:
        self.ended.append((self.names[run_id], outputs))

    def on_chain_error(self, error: BaseException, *, run_id: Any, **more: Any) -> None:
        self.ended.append((self.names[run_id], type(error).__name__))


@pytest.mark.parametrize("run", BOTH)
def test_nodes_are_under_graphs_and_models_under_nodes(run: Run) -> None:
    tree = Tree()
    run(line(outer=line(chat=call("hello"))), GIVEN, {"callbacks": [tree], "run_name": "mine"})
    assert tree.begun == [
        ("", "mine"),
        ("mine", "outer"),
        ("outer", "LangGraph"),
        ("LangGraph", "chat"),
        ("chat", "model"),
    ]


@pytest.mark.parametrize("run", BOTH)
def test_handlers_of_several_configs_all_hear(run: Run) -> None:
    of_app, of_call, of_inner = Tree(), Tree(), Tree()
    inner = line(chat=call("hello")).with_config(callbacks=[of_inner])
    run(line(outer=inner).with_config(callbacks=[of_app]), GIVEN, {"callbacks": [of_call]})
    assert of_app.begun == of_call.begun
    assert of_app.begun[-1] == ("chat", "model")
    assert [name for _, name in of_inner.begun] == ["LangGraph", "chat", "model"]


@pytest.mark.parametrize("run", BOTH)
def test_results_errors_and_questions_are_told(run: Run) -> None:
    tree = Tree()
    app = StateGraph(State).add_node("a", say("a")).add_node("ask", ask).add_edge(START, "a").add_edge("a", "ask")
    config = {"callbacks": [tree], "configurable": {"thread_id": "1"}}
    run(app.compile(checkpointer=InMemorySaver()), {"log": []}, config)
    assert tree.ended == [
        ("a", {"log": ["a"]}),
        ("ask", "GraphInterrupt"),
        ("LangGraph", {"log": ["a"]}),
    ]
    tree = Tree()
    with pytest.raises(ValueError, match="boom"):
        run(StateGraph(State).add_node("a", boom).add_edge(START, "a").compile(), {"log": []}, {"callbacks": [tree]})
    assert tree.ended[-2:] == [("a", "ValueError"), ("LangGraph", "ValueError")]


@pytest.mark.parametrize("run", BOTH)
def test_tasks_are_under_the_functions_that_call_them(run: Run) -> None:
    @task
    def double(x: int) -> int:
        return 2 * x

    @entrypoint()
    def work(x: int) -> int:
        return double(x).result()

    tree = Tree()
    assert run(work, 4, {"callbacks": [tree]}) == 8
    assert tree.begun[-2:] == [("LangGraph", "work"), ("work", "double")]


async def test_async_handlers_are_awaited() -> None:
    heard: list[str] = []

    class Hearing(AsyncCallbackHandler):
        async def on_chain_start(self, serialized: Any, inputs: Any, **more: Any) -> None:
            heard.append(more["name"])

    async def node(state: State) -> State:
        return await RunnableLambda(lambda given: given, name="inner").ainvoke({"log": ["a"]})

    app = StateGraph(State).add_node("a", node).add_edge(START, "a").compile()
    assert await app.ainvoke({"log": []}, {"callbacks": [Hearing()]}) == {"log": ["a"]}
    assert heard == ["LangGraph", "a", "inner"]


@pytest.mark.parametrize("version", ["v1", "v2"])
async def test_events_of_earlier_versions_are_langchains(version: str) -> None:
    events = [event async for event in line(chat=call("good morning")).astream_events(GIVEN, version=version)]
    assert events[0]["event"] == "on_chain_start"
    assert events[-1]["event"] == "on_chain_end"
    said = [event["data"]["chunk"].content for event in events if event["event"] == "on_chat_model_stream"]
    assert "".join(said) == "good morning"
    assert ("on_chain_end", "chat") in [(event["event"], event["name"]) for event in events]
