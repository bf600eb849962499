"""A channel that forgets what nobody writes again is given back as it was when an output was last written."""

from __future__ import annotations

from typing import Annotated, Any, TypedDict

from temporal_pregel import END, START, StateGraph
from temporal_pregel.channels import AnyValue
from tests.temporal.conftest import Serve


class State(TypedDict, total=False):
    said: Annotated[int, AnyValue]
    total: int


def fading() -> Any:
    builder = StateGraph(State)
    builder.add_node("say", lambda state: {"said": 7, "total": 1})
    builder.add_node("nothing", lambda state: None)
    builder.add_edge(START, "say").add_edge("say", "nothing").add_edge("nothing", END)
    return builder.compile(name="fading")


async def test_it_is_the_same_in_process_and_durably(serve: Serve, on, thread):
    app = fading()
    async with serve(app) as client:
        durably = await on(app, client).ainvoke({"total": 0}, thread)
        assert app.invoke({"total": 0}) == durably == {"said": 7, "total": 1}
