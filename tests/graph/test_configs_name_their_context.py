"""The schema of a config."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

import pytest

from temporal_pregel import START, StateGraph


@dataclass
class Who:
    user: str


class WhoAsDict(TypedDict):
    user: str


@pytest.mark.parametrize("schema", [Who, WhoAsDict])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_context_keeps_the_name_of_its_class(schema: type) -> None:
    app = StateGraph(dict, context_schema=schema).add_node("a", lambda state: {}).add_edge(START, "a").compile()
    assert list(app.config_schema().model_json_schema()["$defs"]) == [schema.__name__]
