"""What a run answers to a person with nothing but a command line and the UI."""

from __future__ import annotations

from temporalio.client import Client

from temporal_pregel import Command
from tests.temporal.asking import one_asker, two_askers
from tests.temporal.conftest import Serve


async def test_state_shows_status_step_values_next_and_questions(serve: Serve, on, thread, client: Client):
    app = one_asker()
    async with serve(app) as own:
        asked = (await on(app, own).ainvoke({"draft": ""}, thread))["__interrupt__"][0]
        state = await client.get_workflow_handle(thread["configurable"]["thread_id"]).query("state")
        question = state["interrupts"][0]
        assert {key: state[key] for key in ("status", "step", "values", "next")} == {
            "status": "waiting",
            "step": 2,
            "values": {"said": [], "draft": "hello"},
            "next": ["review"],
        }
        assert (question["id"], question["node"], question["value"]) == (asked.id, "review", "hello")


async def test_state_shows_finished_siblings_of_a_task_that_waits(serve: Serve, on, thread):
    app = two_askers()
    async with serve(app) as own:
        await on(app, own).ainvoke({"draft": ""}, thread)
        snapshot = await on(app, own).aget_state(thread)
        assert snapshot.values == {"said": ["quiet"], "draft": ""}
        assert snapshot.next == ("left", "right")
        assert [task.name for task in snapshot.tasks if task.interrupts] == ["left", "right"]


async def test_interrupts_lists_the_open_questions(serve: Serve, on, thread, client: Client):
    app = two_askers()
    async with serve(app) as own:
        await on(app, own).ainvoke({"draft": ""}, thread)
        listed = await client.get_workflow_handle(thread["configurable"]["thread_id"]).query("interrupts")
        assert [(each["node"], each["value"]) for each in listed] == [("left", "left?"), ("right", "right?")]


async def test_graph_is_mermaid_with_the_waiting_nodes_marked(serve: Serve, on, thread, client: Client):
    app = one_asker()
    async with serve(app) as own:
        await on(app, own).ainvoke({"draft": ""}, thread)
        drawn = await client.get_workflow_handle(thread["configurable"]["thread_id"]).query("graph")
        lines = drawn.splitlines()
        assert '  n2["review"]' in lines
        assert "  n1 --> n2" in lines
        assert "  class n2 active" in lines


async def test_the_details_in_the_ui_show_step_question_and_graph(serve: Serve, on, thread, client: Client):
    from temporalio.api.sdk.v1 import WorkflowMetadata

    app = one_asker()
    async with serve(app) as own:
        await on(app, own).ainvoke({"draft": ""}, thread)
        handle = client.get_workflow_handle(thread["configurable"]["thread_id"])
        seen = await handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
        assert "**waiting** · step 2 · review" in seen.current_details
        assert "**review** asks: hello" in seen.current_details
        assert "```mermaid\nflowchart TD" in seen.current_details


async def test_a_finished_run_still_answers(serve: Serve, on, thread):
    app = one_asker()
    async with serve(app) as own:
        durable = on(app, own)
        await durable.ainvoke({"draft": ""}, thread)
        await durable.ainvoke(Command(resume="yes"), thread)
        snapshot = await durable.aget_state(thread)
        assert (snapshot.values, snapshot.next) == ({"said": ["yes"], "draft": "hello"}, ())
        assert await durable.ainterrupts(thread) == ()
