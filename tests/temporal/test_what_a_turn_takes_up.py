"""What a new run of a thread takes up of the last one: all of its state, however large, or it says why not."""

from __future__ import annotations

import operator
from typing import Annotated, Any, TypedDict

import pytest
from temporalio.client import WorkflowFailureError

from temporal_pregel import START, InMemorySaver, MessagesState, StateGraph
from temporal_pregel.temporal import turns
from temporal_pregel.temporal.raised import GraphRunError
from tests.temporal.conftest import Serve


class State(TypedDict, total=False):
    said: Annotated[list[Any], operator.add]
    value: int


def chain(name: str, node: Any, **compiled: Any) -> Any:
    return StateGraph(State).add_node("n", node).add_edge(START, "n").compile(name=name, **compiled)


async def events(client: Any, thread: dict[str, Any]) -> list[Any]:
    history = await client.get_workflow_handle(thread["configurable"]["thread_id"]).fetch_history()
    return list(history.events)


async def test_it_costs_one_activity(serve: Serve, on, thread):
    app = chain("costs", lambda state: {"said": [len(state["said"])]})
    async with serve(app) as client:
        await on(app, client).ainvoke({"said": ["x"]}, thread)
        first = await events(client, thread)
        await on(app, client).ainvoke({"said": ["y"]}, thread)
        second = await events(client, thread)
    scheduled = [e.activity_task_scheduled_event_attributes.activity_type.name for e in second]
    assert [name for name in scheduled if name] == ["temporal_pregel.take_up", "costs.n"]
    assert len(second) - len(first) <= 6


async def test_a_state_that_fits_into_no_payload_comes_in_parts(serve: Serve, on, thread, monkeypatch):
    monkeypatch.setattr(turns, "WHOLE", 1_000)
    monkeypatch.setattr(turns, "PART", 700)
    app = chain("large", lambda state: {"said": ['"é€😀' * 100], "value": len(state["said"])})
    async with serve(app) as client:
        for size in (1, 3, 5):
            done = await on(app, client).ainvoke({"said": ["x"]}, thread)
            assert (done["value"], done["said"][-1]) == (size, '"é€😀' * 100)


async def test_graphs_inside_that_keep_their_state_keep_it_from_turn_to_turn(serve: Serve, on, thread):
    inner = chain("inner", lambda state: {"said": ["in"], "value": len(state["said"])}, checkpointer=True)
    outer = StateGraph(State).add_node("inner", inner).add_edge(START, "inner")
    local, app = outer.compile(name="keeps", checkpointer=InMemorySaver()), outer.compile(name="keeps")
    async with serve(app) as client:
        for _ in range(3):
            expected = await local.ainvoke({"value": 0}, thread)
            assert await on(app, client).ainvoke({"value": 0}, thread) == expected


async def test_messages_keep_their_ids(serve: Serve, on, thread):
    builder = StateGraph(MessagesState).add_node("n", lambda s: {"messages": [("ai", f"{len(s['messages'])}")]})
    app = builder.add_edge(START, "n").compile(name="chat")
    async with serve(app) as client:
        first = (await on(app, client).ainvoke({"messages": [("user", "hi")]}, thread))["messages"]
        second = (await on(app, client).ainvoke({"messages": [("user", "hi again")]}, thread))["messages"]
    assert second[:2] == first
    ids = {message["id"] if isinstance(message, dict) else message.id for message in second}
    assert len(ids - {None}) == 4


async def test_an_input_that_does_not_fit_leaves_the_state(serve: Serve, on, thread):
    app = chain("strict", lambda state: {"said": [state.get("value")]})
    async with serve(app) as client:
        durable = on(app, client)
        await durable.ainvoke({"value": 1}, thread)
        with pytest.raises(GraphRunError, match="value") as raised:
            await durable.ainvoke({"value": "no number"}, thread)
        assert raised.value.type == "InvalidInput"
        assert (await durable.aget_state(thread)).values == {"said": [1], "value": 1}
        assert await durable.ainvoke({"value": 2}, thread) == {"said": [1, 2], "value": 2}


async def test_a_run_that_ended_before_it_began_is_passed_over(serve: Serve, on, client, thread):
    app = chain("passed", lambda state: {"said": [state["value"]]})
    name, queue = thread["configurable"]["thread_id"], on(app, client).task_queue
    async with serve(app) as own:
        await on(app, own).ainvoke({"value": 1}, thread)
    last = (await client.get_workflow_handle(name).describe()).run_id
    for _ in range(2):  # nobody is there to begin them
        args = [{"value": 2}, {"origin": {"run_id": last}}]
        last = (await client.start_workflow("passed", args=args, id=name, task_queue=queue)).result_run_id
        await client.get_workflow_handle(name).terminate()
    async with serve(app) as own:
        assert await on(app, own).ainvoke({"value": 3}, thread) == {"said": [1, 3], "value": 3}


async def test_a_state_that_can_not_be_written_is_said(serve: Serve, on, thread):
    class Shown(TypedDict, total=False):
        value: int

    class Hidden(Shown, total=False):
        bag: Annotated[Any, lambda old, new: object()]

    builder = StateGraph(Hidden, input_schema=Shown, output_schema=Shown)
    builder.add_node("n", lambda state: {"bag": 1}, input_schema=Shown)
    app = builder.add_edge(START, "n").compile(name="bag")
    async with serve(app) as own:
        for _ in range(2):  # what is written first is not folded
            await on(app, own).ainvoke({"value": 1}, thread)
        with pytest.raises(GraphRunError, match=r"UnserializableValue: bag") as raised:
            await on(app, own).ainvoke({"value": 2}, thread)
    assert raised.value.type == "InvalidState"


ORIGINS = {
    "RunForgotten": ({"run_id": "00000000-0000-4000-8000-000000000000"}, "retention time has passed"),
    "InvalidInput": ({"run_id": ""}, "origin needs the run_id"),
    "InvalidInput ": ({"run_id": "x", "workflow_id": "another"}, "threads can't be forked"),
}


@pytest.mark.parametrize(("kind", "given"), ORIGINS.items(), ids=ORIGINS)
async def test_an_origin_that_is_none_is_said(serve: Serve, on, client, thread, kind, given):
    app = chain("origins", lambda state: {})
    origin, said = given
    async with serve(app) as own:
        with pytest.raises(WorkflowFailureError) as raised:
            await own.execute_workflow(
                "origins",
                args=[{"value": 1}, {"origin": origin}],
                id=thread["configurable"]["thread_id"],
                task_queue=on(app, own).task_queue,
            )
    assert (raised.value.cause.type, said in str(raised.value.cause)) == (kind.strip(), True)


async def test_a_run_of_another_graph_is_no_origin(serve: Serve, on, thread):
    app, other = chain("one", lambda state: {}), chain("other", lambda state: {})
    name = thread["configurable"]["thread_id"]
    async with serve(app, other) as own:
        await on(app, own).ainvoke({"value": 1}, thread)
        last = (await own.get_workflow_handle(name).describe()).run_id
        args = [{"value": 1}, {"origin": {"run_id": last}}]
        with pytest.raises(WorkflowFailureError) as raised:
            await own.execute_workflow("other", args=args, id=name, task_queue=on(app, own).task_queue)
    assert "is one of 'one', not of the graph 'other'" in str(raised.value.cause)
