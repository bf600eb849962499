"""``runtime.server_info`` and a context that a server puts into ``configurable``."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, TypedDict

import pytest

from temporal_pregel.constants import CONFIG_KEY_RUNTIME
from temporal_pregel.graph import START, StateGraph
from temporal_pregel.runtime import Runtime, ServerInfo


class State(TypedDict, total=False):
    word: str


def runtime_of(configurable: dict[str, Any], **options: Any) -> Runtime[Any]:
    seen: list[Runtime[Any]] = []

    def node(state: State, runtime: Runtime[Any]) -> None:
        seen.append(runtime)

    app = StateGraph(State).add_node("node", node).add_edge(START, "node").compile()
    app.invoke({"word": ""}, {"configurable": configurable}, **options)
    return seen[0]


@pytest.mark.parametrize(
    ("configurable", "expected"),
    [
        ({}, None),
        ({"assistant_id": "a", "graph_id": "g"}, ServerInfo("a", "g")),
        ({"langgraph_auth_user": "me"}, ServerInfo("", "", "me")),  # type: ignore[arg-type]
    ],
)
def test_server_info_is_what_configurable_says(configurable: dict[str, Any], expected: ServerInfo | None) -> None:
    assert runtime_of(configurable).server_info == expected


def test_a_context_of_the_server_is_used_where_the_call_gives_none() -> None:
    server = {CONFIG_KEY_RUNTIME: SimpleNamespace(context="the server's", store="a store")}
    assert (runtime_of(server).context, runtime_of(server).store) == ("the server's", "a store")
    assert runtime_of(server, context="the call's").context == "the call's"


def test_what_is_merged_in_wins_where_it_says_something() -> None:
    first = Runtime[Any](server_info=ServerInfo("a", "g"), context=1)
    merged = first.merge(Runtime(context=2))
    assert (merged.context, merged.server_info) == (2, ServerInfo("a", "g"))
