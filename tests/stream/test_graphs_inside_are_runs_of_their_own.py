"""Each graph that a task runs is a run with projections of its own, and the whole run tells when it begins and ends."""

from __future__ import annotations

from typing import Any

import pytest

from temporal_pregel import START, InMemorySaver, Send, StateGraph
from temporal_pregel.stream import LifecyclePayload
from tests.stream.graphs import State, ask, boom, line, two


def names(payloads: list[LifecyclePayload]) -> list[tuple[str, list[str]]]:
    return [(each["event"], [part.split(":")[0] for part in each["namespace"]]) for each in payloads]


def test_a_graph_inside_is_read_while_it_runs() -> None:
    app = line(one=two(), other=two()).compile()
    run = app.stream_events({"log": []}, version="v3")
    seen = []
    for inner in run.subgraphs:
        assert inner.status == "started"
        seen.append((inner.graph_name, list(inner.values)[-1], inner.status))
    assert seen == [
        ("one", {"log": ["a", "b"]}, "completed"),
        ("other", {"log": ["a", "b", "a", "b"]}, "completed"),
    ]


def test_its_output_moves_the_whole_run_no_further_than_its_end() -> None:
    ran: list[str] = []
    app = line(inner=two(), after=lambda state: ran.append("after")).compile()
    run = app.stream_events({"log": []}, version="v3")
    assert next(iter(run.subgraphs)).output == {"log": ["a", "b"]}
    assert ran == []


def test_graphs_inside_those_are_found_on_them() -> None:
    app = line(outer=line(inner=two()).compile()).compile()
    run = app.stream_events({"log": []}, version="v3")
    found = [(inner.path, list(inner.values)) for outer in run.subgraphs for inner in outer.subgraphs]
    assert [[part.split(":")[0] for part in path] for path, _ in found] == [["outer", "inner"]]
    assert found[0][1][-1] == {"log": ["a", "b"]}


def test_their_beginnings_and_ends_are_told_at_every_depth() -> None:
    run = line(outer=line(inner=two()).compile()).compile().stream_events({"log": []}, version="v3")
    assert names(list(run.lifecycle)) == [
        ("started", ["outer"]),
        ("started", ["outer", "inner"]),
        ("completed", ["outer", "inner"]),
        ("completed", ["outer"]),
    ]


def test_a_failure_is_the_graphs_own_and_the_whole_runs() -> None:
    app = line(inner=line(a=boom).compile()).compile()
    run = app.stream_events({"log": []}, version="v3")
    inner = next(iter(run.subgraphs))
    with pytest.raises(RuntimeError, match="boom"):
        _ = inner.output
    assert (inner.status, inner.error) == ("failed", "boom")
    with pytest.raises(ValueError, match="boom"):
        _ = run.output


def test_a_question_stops_both() -> None:
    app = line(inner=line(ask=ask).compile()).compile(checkpointer=InMemorySaver())
    run = app.stream_events({"log": []}, {"configurable": {"thread_id": "1"}}, version="v3")
    inner = next(iter(run.subgraphs))
    assert [question.value for question in inner.interrupts] == ["which?"]
    assert inner.status == "interrupted"
    assert run.interrupted


def test_a_run_inside_a_task_has_that_tasks_place() -> None:
    inner = line(deep=two()).compile()
    found: list[Any] = []

    def twice(state: State) -> State:
        for _ in range(2):
            run = inner.stream_events({"log": []}, version="v3")
            found.append(([each.path for each in run.subgraphs], run.output))
        return {"log": []}

    outer = line(twice=twice).compile().stream_events({"log": []}, version="v3")
    around = [each.path for each in outer.subgraphs]
    assert [output for _, output in found] == [{"log": ["a", "b"]}] * 2
    for (paths, _), path in zip(found, around, strict=True):
        assert [each[: len(path)] for each in paths] == [path]


def test_an_aborted_one_does_not_stop_the_others() -> None:
    run = line(one=two(), other=two()).compile().stream_events({"log": []}, version="v3")
    found = iter(run.subgraphs)
    next(found).abort()
    assert list(next(found).values)
    assert run.output["log"][-1] == "b"


async def test_async_runs_have_them_too() -> None:
    run = await line(one=two(), other=two()).compile().astream_events({"log": []}, version="v3")
    seen = [(inner.graph_name, [value async for value in inner.values][-1]["log"]) async for inner in run.subgraphs]
    assert seen == [("one", ["a", "b"]), ("other", ["a", "b", "a", "b"])]


async def test_an_agent_is_known_by_its_name_and_by_the_call_that_started_it() -> None:
    agent = two()

    async def tools(state: Any) -> State:
        await agent.ainvoke({"log": []}, {"metadata": {"lc_agent_name": "weather"}})
        return {"log": []}

    given = {"__type": "tool_call_with_context", "tool_call": {"name": "ask", "args": {}, "id": "call-1"}}
    builder = StateGraph(State).add_node("tools", tools)
    app = builder.add_conditional_edges(START, lambda state: [Send("tools", given)], ["tools"]).compile()
    started, completed = [each async for each in (await app.astream_events({"log": []}, version="v3")).lifecycle]
    assert (started["graph_name"], started["cause"]) == ("weather", {"type": "toolCall", "tool_call_id": "call-1"})
    assert completed["event"] == "completed"


def test_tasks_show_what_their_config_says_about_them() -> None:
    app = line(inner=two()).compile()
    parts = list(app.stream({"log": []}, {"metadata": {"who": "me"}, "tags": ["x"]}, stream_mode="tasks"))
    assert [part.get("metadata") for part in parts] == [{"who": "me", "tags": ["x"]}, None]
