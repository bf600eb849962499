"""A value enters the history once: tasks read what is large by reference, from a cache or from the run itself."""

from __future__ import annotations

import operator
from typing import Annotated, Any, TypedDict

import pytest

from temporal_pregel import END, START, Command, Send, StateGraph, interrupt
from temporal_pregel.temporal.raised import GraphRunError
from temporal_pregel.temporal.state_cache import CACHE
from tests.temporal.conftest import Serve
from tests.temporal.graphs import Log, chain


class Length(TypedDict):
    length: int


class Docs(TypedDict, total=False):
    docs: Annotated[list[str], operator.add]
    length: int


def reader(state: Docs) -> Docs:
    return {"length": sum(map(len, state["docs"]))}


async def size_of(client: Any, thread: dict[str, Any]) -> int:
    described = await client.get_workflow_handle(thread["configurable"]["thread_id"]).describe()
    return int(described.raw_description.workflow_execution_info.history_size_bytes)


@pytest.mark.timeout(400)  # without a cache, each of its steps replays all before it
async def test_200_steps_that_append_1_kb_each_leave_at_most_650_kb(serve: Serve, on, thread):
    def step(state: Log) -> Log:
        return {"log": ["x" * 1000]}

    builder = StateGraph(Log)
    builder.add_node("step", step)
    builder.add_edge(START, "step")
    builder.add_conditional_edges("step", lambda state: "step" if len(state["log"]) < 200 else END)
    app = builder.compile(name="grows")
    async with serve(app) as client:
        done = await on(app, client).ainvoke({"text": ""}, thread)
        assert len(done["log"]) == 200
        assert await size_of(client, thread) <= 650_000


async def test_a_large_value_is_in_the_history_once_however_many_read_it(serve: Serve, on, thread):
    builder = StateGraph(Docs, output_schema=Length)
    builder.add_node("write", lambda state: {"docs": ["x" * 100_000]})
    builder.add_edge(START, "write")
    for name in ("a", "b", "c"):
        builder.add_node(name, lambda state: {})
        builder.add_edge("write", name)
    builder.add_node("read", reader)
    builder.add_edge(["a", "b", "c"], "read")
    app = builder.compile(name="wide")
    async with serve(app) as client:
        assert await on(app, client).ainvoke({"docs": []}, thread) == {"length": 100_000}
        assert await size_of(client, thread) < 115_000


async def test_a_state_of_3_mb_works_and_a_result_of_3_mb_is_a_typed_error(serve: Serve, on, thread):
    nodes = {f"write{n}": lambda state: {"docs": ["x" * 1_000_000]} for n in range(3)}
    app = chain("heavy", Docs, {**nodes, "read": reader})
    async with serve(app) as client:
        with pytest.raises(
            GraphRunError, match=r"The run's result of 3,000,0.*graph 'heavy', channel 'docs'"
        ) as failed:
            await on(app, client).ainvoke({"docs": []}, thread)
        assert failed.value.type == "ValueTooLarge"
        assert (await on(app, client).aget_state(thread)).values["length"] == 3_000_000


async def test_a_3_mb_state_is_read_after_a_restart_of_the_worker(serve: Serve, on, thread):
    nodes = {f"write{n}": lambda state: {"docs": ["x" * 1_000_000]} for n in range(3)}

    def ask(state: Docs) -> Docs:
        return {"length": len(state["docs"]) + interrupt("how many more?")}

    builder = StateGraph(Docs, output_schema=Length)
    builder.add_sequence([*nodes.items(), ("ask", ask)])
    builder.add_edge(START, "write0")
    app = builder.compile(name="restarted")
    async with serve(app) as client:
        await on(app, client).ainvoke({"docs": []}, thread)
    CACHE.clear()
    async with serve(app) as client:
        assert await on(app, client).ainvoke(Command(resume=4), thread) == {"length": 7}


async def test_arguments_of_sends_and_answers_go_by_reference_too(serve: Serve, on, thread):
    builder = StateGraph(Docs)
    builder.add_node("write", lambda state: {})
    builder.add_node("count", lambda arg: {"docs": [str(len(arg["it"]))], "length": len(interrupt("?"))})
    builder.add_edge(START, "write")
    builder.add_conditional_edges("write", lambda state: [Send("count", {"it": "x" * 50_000})], ["count"])
    app = builder.compile(name="sends")
    async with serve(app) as client:
        await on(app, client).ainvoke({"docs": []}, thread)
        done = await on(app, client).ainvoke(Command(resume="y" * 50_000), thread)
        assert done == {"docs": ["50000"], "length": 50_000}
        assert await size_of(client, thread) < 112_000


async def test_a_wide_superstep_does_not_copy_what_all_of_its_tasks_read(serve: Serve, on, thread):
    builder = StateGraph(Docs, output_schema=Length)
    builder.add_node("all", lambda state: {"length": len(state["docs"])})
    for place in range(100):
        builder.add_node(f"read{place}", lambda state: {"docs": [str(len(state["docs"][0]))]})
        builder.add_edge(START, f"read{place}")
        builder.add_edge(f"read{place}", "all")
    app = builder.compile(name="shared")
    async with serve(app) as client:
        assert await on(app, client).ainvoke({"docs": ["x" * 3_900]}, thread) == {"length": 101}
        assert await size_of(client, thread) < 200_000
