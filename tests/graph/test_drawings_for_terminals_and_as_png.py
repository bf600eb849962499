"""Drawings that other libraries make, and what is said where these are absent."""

from __future__ import annotations

import sys

import pytest

from temporal_pregel import END, START, StateGraph
from temporal_pregel.graph.drawing import Graph

ASCII = """\
+-----------+
| __start__ |
+-----------+
      *
      *
      *
   +-----+
   | ask |
   +-----+
      .
      .
      .
 +---------+
 | __end__ |
 +---------+"""


@pytest.fixture
def drawn() -> Graph:
    builder = StateGraph(dict).add_node("ask", lambda state: {}).add_edge(START, "ask")
    return builder.add_conditional_edges("ask", lambda state: END, [END]).compile().get_graph()


def test_a_graph_is_drawn_in_characters(drawn: Graph, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [line.rstrip() for line in drawn.draw_ascii().splitlines()]
    assert "\n".join(line for line in lines if line) == ASCII
    drawn.print_ascii()
    assert "| ask |" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("method", "library", "remedy"),
    [
        ("draw_ascii", "grandalf", r"temporal-pregel\[drawing\]"),
        ("print_ascii", "langchain_core", r"temporal-pregel\[drawing\]"),
        ("draw_png", "pygraphviz", "pygraphviz"),
        ("draw_mermaid_png", "requests", "requests"),
    ],
)
def test_an_absent_library_is_named_with_its_remedy(
    drawn: Graph, monkeypatch: pytest.MonkeyPatch, method: str, library: str, remedy: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(
        ImportError, match=f"{library.replace('_', '-')}, which is not installed: pip install .*{remedy}"
    ):
        getattr(drawn, method)()
