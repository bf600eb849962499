from __future__ import annotations

from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.tracers.base import BaseTracer

from temporal_pregel import START, MessagesState, StateGraph
from temporal_pregel.types import TracePolicy, omit_payload
from tests.langchain.graphs import call
from tests.local.running import BOTH, BOTH_STREAMS, Run

GIVEN = {"messages": [("user", "hi")]}


class Tracer(BaseTracer):
    """Notes what is recorded of each run: name -> (inputs, outputs, error)."""

    def __init__(self) -> None:
        super().__init__()
        self.recorded: dict[str, tuple[Any, Any, Any]] = {}

    def _persist_run(self, run: Any) -> None:
        self._note(run)

    def _note(self, run: Any) -> None:
        self.recorded[run.name] = (run.inputs, run.outputs, run.error)
        for inner in run.child_runs:
            self._note(inner)


class Handler(BaseCallbackHandler):
    def __init__(self) -> None:
        self.heard: list[Any] = []

    def on_chain_start(self, _: Any, inputs: Any, **more: Any) -> None:
        self.heard.append((more["name"], inputs))

    def on_chain_end(self, outputs: Any, **more: Any) -> None:
        self.heard.append(outputs)


def graph(node: Any, policy: TracePolicy | None) -> Any:
    return StateGraph(MessagesState).add_node("node", node, trace_policy=policy).add_edge(START, "node").compile()


def scrubbed(_: Any) -> dict[str, str]:
    return {"scrubbed": "yes"}


@pytest.mark.parametrize("run", BOTH)
def test_of_the_node_alone_and_other_handlers_hear_all(run: Run) -> None:
    tracer, handler = Tracer(), Handler()
    app = graph(call("hello"), TracePolicy(process_inputs=scrubbed, process_outputs=omit_payload))
    found = run(app, GIVEN, {"callbacks": [tracer, handler]})
    assert found["messages"][-1].content == "hello"
    assert tracer.recorded["node"] == ({"scrubbed": "yes"}, {}, None)
    assert tracer.recorded["LangGraph"][0] == GIVEN
    assert "GenericFakeChatModel" in tracer.recorded
    name, inputs = handler.heard[1]
    assert (name, inputs["messages"][0].content) == ("node", "hi")
    assert handler.heard[2]["messages"].content == "hello"


@pytest.mark.parametrize("run", BOTH_STREAMS)
def test_streams_show_the_values_themselves(run: Run) -> None:
    tracer = Tracer()
    app = graph(call("good morning"), TracePolicy(process_outputs=omit_payload))
    parts = run(app, GIVEN, {"callbacks": [tracer]}, stream_mode="messages")
    assert "".join(chunk.content for chunk, _ in parts) == "good morning"
    assert tracer.recorded["node"][1] == {}


@pytest.mark.parametrize("run", BOTH)
def test_a_processor_that_fails_harms_nobody(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    def fails(_: Any) -> Any:
        raise ValueError("no")

    tracer = Tracer()
    run(graph(call("hello"), TracePolicy(process_inputs=fails)), GIVEN, {"callbacks": [tracer]})
    assert tracer.recorded["node"][0]["messages"][0].content == "hi"
    assert "TracePolicy" in caplog.text


@pytest.mark.parametrize("run", BOTH)
def test_errors_are_recorded(run: Run) -> None:
    def boom(_: Any) -> Any:
        raise ValueError("boom")

    tracer = Tracer()
    with pytest.raises(ValueError, match="boom"):
        run(graph(boom, TracePolicy(process_inputs=omit_payload)), GIVEN, {"callbacks": [tracer]})
    inputs, _, error = tracer.recorded["node"]
    assert inputs == {}
    assert "boom" in error


async def test_events_have_the_values_themselves() -> None:
    app = graph(call("hello"), TracePolicy(process_inputs=scrubbed, process_outputs=scrubbed))
    events = [event async for event in app.astream_events(GIVEN, version="v2") if event["name"] == "node"]
    assert events[0]["data"]["input"]["messages"][0].content == "hi"
    assert events[-1]["data"]["output"]["messages"].content == "hello"
