"""A question may say what its answer looks like; an answer that doesn't goes back to who gave it."""

from __future__ import annotations

import asyncio
from typing import Any, TypedDict

import pytest
from pydantic import BaseModel, ValidationError

from temporal_pregel import InMemorySaver, interrupt
from temporal_pregel.errors import is_invalid_resume
from temporal_pregel.graph import START, StateGraph
from temporal_pregel.types import Command, RetryPolicy

THREAD = {"configurable": {"thread_id": "t"}}


class Decision(BaseModel):
    approved: bool


class State(TypedDict, total=False):
    answer: Any
    other: Any


def asking(schema: Any, **options: Any) -> Any:
    builder = StateGraph(State).add_edge(START, "ask")
    builder.add_node("ask", lambda state: {"answer": interrupt("ok?", response_schema=schema)}, **options)
    return builder.compile(checkpointer=InMemorySaver())


@pytest.mark.parametrize(
    ("schema", "shown", "answer"),
    [
        (Decision, Decision.model_json_schema(), Decision(approved=True)),
        ({"type": "object"}, {"type": "object"}, {"approved": True}),
    ],
)
def test_the_question_shows_its_schema_and_the_node_gets_its_type(schema: Any, shown: Any, answer: Any) -> None:
    app = asking(schema)
    (question,) = app.invoke({}, THREAD)["__interrupt__"]
    assert question.response_schema == shown
    assert app.get_state(THREAD).interrupts == (question,)
    assert app.invoke(Command(resume={"approved": True}), THREAD) == {"answer": answer}


def test_a_wrong_answer_leaves_the_question_open() -> None:
    handled: list[Any] = []
    app = asking(
        Decision,
        retry_policy=RetryPolicy(retry_on=Exception, initial_interval=0),
        error_handler=lambda state: handled.append(state),
    )
    app.invoke({}, THREAD)
    with pytest.raises(ValidationError, match="approved") as raised:
        app.invoke(Command(resume={"approved": "perhaps"}), THREAD)
    assert is_invalid_resume(raised.value)
    state = app.get_state(THREAD)
    assert [(item.value, state.tasks[0].error) for item in state.interrupts] == [("ok?", None)]
    assert app.invoke(Command(resume={"approved": False}), THREAD) == {"answer": Decision(approved=False)}
    assert handled == []


def test_others_that_were_answered_finish() -> None:
    async def right(state: State) -> State:
        answer = interrupt("right?", response_schema=Decision)
        await asyncio.sleep(0.01)
        sent.append(answer)
        return {"other": "done"}

    async def wrong(state: State) -> State:
        return {"answer": interrupt("wrong?", response_schema=Decision)}

    sent: list[Any] = []
    builder = StateGraph(State).add_node("right", right).add_node("wrong", wrong)
    app = builder.add_edge(START, "right").add_edge(START, "wrong").compile(checkpointer=InMemorySaver())

    async def main() -> None:
        asked = await app.ainvoke({}, THREAD)
        ids = {item.value: item.id for item in asked["__interrupt__"]}
        yes, no = {"approved": True}, {"approved": 7}
        with pytest.raises(ValidationError):
            await app.ainvoke(Command(resume={ids["right?"]: yes, ids["wrong?"]: no}), THREAD)
        assert [item.value for item in (await app.aget_state(THREAD)).interrupts] == ["wrong?"]
        await app.ainvoke(Command(resume={ids["wrong?"]: yes}), THREAD)

    asyncio.run(main())
    assert sent == [Decision(approved=True)]


def test_other_errors_are_none_of_an_answer() -> None:
    assert not is_invalid_resume(ValueError("no"))
