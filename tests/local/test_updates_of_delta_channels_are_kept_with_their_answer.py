"""What comes with an answer for a delta channel is saved with it, and counts once, whatever its superstep comes to."""

from __future__ import annotations

from typing import Annotated, Any, TypedDict

import pytest

from temporal_pregel.channels import DeltaChannel
from temporal_pregel.graph import START, StateGraph
from temporal_pregel.types import Command, interrupt

from .running import BOTH, Run


def extended(log: list[str], writes: list[list[str]]) -> list[str]:
    return [*log, *(item for write in writes for item in write)]


class Log(TypedDict):
    log: Annotated[list[str], DeltaChannel(extended, list)]


class Asking:
    """Asks two things, and fails when it is told to; notes what is saved while it runs."""

    def __init__(self, saver: Any) -> None:
        self.fails = False
        self.saved: list[Any] = []
        builder = StateGraph(Log).add_node("ask", self.ask).add_node("last", lambda _: {"log": ["last"]})
        self.app = builder.add_edge(START, "ask").add_edge("ask", "last").compile(checkpointer=saver)

    def ask(self, _: Log) -> dict[str, Any]:
        first = interrupt("first?")
        self.saved.append(self.app.get_state({"configurable": {"thread_id": "t"}}).values["log"])
        if self.fails:
            raise ValueError("later")
        return {"log": [first, interrupt("second?")]}


def answer(text: str) -> Command[Any]:
    return Command(resume=text, update={"log": [f"with {text}"]})


def test_a_failure_after_the_answer_loses_nothing(saver: Any, thread: Any) -> None:
    asking = Asking(saver)
    asking.app.invoke({"log": ["in"]}, thread)
    asking.fails = True
    with pytest.raises(ValueError, match="later"):
        asking.app.invoke(answer("a"), thread)
    assert asking.app.get_state(thread).values == {"log": ["in", "with a"]}
    asking.fails = False
    assert "__interrupt__" in asking.app.invoke(None, thread)
    assert asking.app.invoke(answer("b"), thread)["log"] == ["in", "with a", "with b", "a", "b", "last"]


@pytest.mark.parametrize("run", BOTH)
def test_each_counts_once_in_all_that_follows(run: Run, async_saver: Any, thread: Any) -> None:
    whole: list[str] = []
    for turn in ("1", "2"):
        app = Asking(async_saver).app
        run(app, {"log": [turn]}, thread)
        run(app, answer("a"), thread)
        run(app, answer("b"), thread)
        whole += [turn, "with a", "with b", "a", "b", "last"]
        assert Asking(async_saver).app.get_state(thread).values == {"log": whole}
    values = [snapshot.values["log"] for snapshot in app.get_state_history(thread)]
    assert values[:2] == [whole, whole[:-1]]


@pytest.mark.parametrize("durability", ["sync", "async"])
def test_savers_have_it_before_its_node_runs(durability: str, thread: Any) -> None:
    from langgraph.checkpoint import memory

    asking = Asking(memory.InMemorySaver())
    asking.app.invoke({"log": ["in"]}, thread)
    asking.app.invoke(answer("a"), thread, durability=durability)
    assert asking.saved == [["in", "with a"]]
