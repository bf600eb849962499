"""``print_mode`` and ``debug`` print a run as it goes on, and leave what it gives as it is."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import Annotated, Any, TypedDict

import pytest

from temporal_pregel import InMemorySaver, StateGraph, interrupt
from temporal_pregel.func import entrypoint
from temporal_pregel.graph import START
from tests.local.running import BOTH, BOTH_STREAMS, Run, stream

THREAD = {"configurable": {"thread_id": "t"}}


class Log(TypedDict, total=False):
    log: Annotated[list[str], operator.add]


def lines(mode: str, *payloads: Any, graph: str = "") -> str:
    where = f"\x1b[1;30;33m[graph={graph}]\x1b[0m " if graph else ""
    return "".join(f"\x1b[1m[{mode}]\x1b[0m {where}{payload!r}\n" for payload in payloads)


def chain(**compiled: Any) -> Any:
    builder = StateGraph(Log).add_sequence([("a", lambda _: {"log": ["a"]}), ("b", lambda _: {"log": ["b"]})])
    return builder.add_edge(START, "a").compile(**compiled)


@dataclass
class Data:
    number: int


def typed(**compiled: Any) -> Any:
    return StateGraph(Data).add_node("add", lambda _: {"number": 2}).add_edge(START, "add").compile(**compiled)


def around(inner: Any, schema: Any = Log) -> Any:
    return StateGraph(schema).add_node("inner", inner).add_edge(START, "inner").compile()


UPDATES = lines("updates", {"a": {"log": ["a"]}}, {"b": {"log": ["b"]}})
VALUES = lines("values", {"log": []}, {"log": ["a"]}, {"log": ["a", "b"]})
BOTH_MODES = "".join(
    lines(*each)
    for each in (
        ("values", {"log": []}),
        ("updates", {"a": {"log": ["a"]}}),
        ("values", {"log": ["a"]}),
        ("updates", {"b": {"log": ["b"]}}),
        ("values", {"log": ["a", "b"]}),
    )
)
CALLS: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, ""),
    "no mode": ({"print_mode": ()}, ""),
    "debug=False": ({"debug": False}, ""),
    "one mode": ({"print_mode": "updates"}, UPDATES),
    "a list": ({"print_mode": ["values"]}, VALUES),
    "two modes, in the order of the run": ({"print_mode": ("values", "updates")}, BOTH_MODES),
    "debug": ({"debug": True}, BOTH_MODES),
    "debug, whatever print_mode says": ({"debug": True, "print_mode": "tasks"}, BOTH_MODES),
}


@pytest.mark.parametrize("run", BOTH)
@pytest.mark.parametrize(("options", "printed"), CALLS.values(), ids=CALLS)
def test_a_call_prints_what_it_says_and_gives_the_same(run: Run, capsys, options, printed):
    assert run(chain(), {"log": []}, **options) == {"log": ["a", "b"]}
    assert capsys.readouterr().out == printed


@pytest.mark.parametrize("run", BOTH_STREAMS)
@pytest.mark.parametrize(("options", "printed"), CALLS.values(), ids=CALLS)
@pytest.mark.parametrize("asked", ["updates", ["values"], ["tasks", "updates"]], ids=str)
def test_a_stream_has_what_was_asked_for_and_no_more(run: Run, capsys, options, printed, asked):
    plain = run(chain(), {"log": []}, stream_mode=asked)
    assert run(chain(), {"log": []}, stream_mode=asked, **options) == plain
    assert capsys.readouterr().out == printed


@pytest.mark.parametrize("run", [*BOTH, *BOTH_STREAMS])
@pytest.mark.parametrize("options", [{}, {"debug": False}, {"print_mode": "tasks"}])
def test_a_graph_compiled_with_debug_prints_each_run(run: Run, capsys, options):
    run(chain(debug=True), {"log": []}, **options)
    assert capsys.readouterr().out == BOTH_MODES


@pytest.mark.parametrize("run", [*BOTH, *BOTH_STREAMS])
def test_a_graph_inside_that_was_compiled_with_debug_prints_itself(run: Run, capsys):
    run(around(chain(debug=True)), {"log": []})
    assert capsys.readouterr().out == BOTH_MODES


@pytest.mark.parametrize("run", [*BOTH, *BOTH_STREAMS])
def test_graphs_inside_are_printed_with_their_namespace_where_the_caller_sees_them(run: Run, capsys):
    run(around(chain()), {"log": []}, print_mode="updates")
    alone = lines("updates", {"inner": {"log": ["a", "b"]}})
    assert capsys.readouterr().out == alone
    run(around(chain()), {"log": []}, print_mode="updates", subgraphs=True)
    (ns, _), *_ = stream(around(chain()), {"log": []}, stream_mode="updates", subgraphs=True)
    inside = lines("updates", {"a": {"log": ["a"]}}, {"b": {"log": ["b"]}}, graph=str(ns))
    assert capsys.readouterr().out == inside + alone


@pytest.mark.parametrize("run", BOTH_STREAMS)
def test_what_a_reader_of_the_run_around_sees_stays_typed(run: Run):
    seen = [
        run(around(typed(debug=debug), Data), Data(1), subgraphs=True, version="v2", stream_mode="values")
        for debug in (False, True)
    ]
    plain, printed = ([part["data"] for part in parts] for parts in seen)
    assert printed == plain == [Data(1), Data(1), Data(2), Data(2)]


@pytest.mark.parametrize("run", [*BOTH, *BOTH_STREAMS])
@pytest.mark.parametrize("version", ["v1", "v2"])
def test_questions_are_printed(run: Run, capsys, version):
    builder = StateGraph(Log).add_node("ask", lambda _: {"log": [interrupt("?")]}).add_edge(START, "ask")
    app = builder.compile(checkpointer=InMemorySaver())
    run(app, {"log": []}, THREAD, debug=True, version=version)
    asked = app.get_state(THREAD).interrupts
    shown = {"__interrupt__": asked}
    begun = {"log": []}
    expected = lines("values", begun) + lines("updates", shown) + lines("values", {**begun, **shown})
    assert capsys.readouterr().out == expected


@pytest.mark.parametrize("run", [*BOTH, *BOTH_STREAMS])
def test_functions_are_printed_too(run: Run, capsys):
    @entrypoint()
    def double(number: int) -> int:
        return 2 * number

    run(double, 2, debug=True)
    assert capsys.readouterr().out == lines("updates", {"double": 4}) + lines("values", 4)


def test_what_comes_before_an_error_is_printed(capsys):
    builder = StateGraph(Log).add_sequence([("a", lambda _: {"log": ["a"]}), ("bad", lambda _: 1 / 0)])
    with pytest.raises(ZeroDivisionError):
        builder.add_edge(START, "a").compile().invoke({"log": []}, print_mode="updates")
    assert capsys.readouterr().out == lines("updates", {"a": {"log": ["a"]}})


@pytest.mark.parametrize("run", [*BOTH, *BOTH_STREAMS])
def test_an_unknown_mode_is_refused(run: Run):
    with pytest.raises(ValueError, match="Unknown stream mode 'nonsense'; it is one of values,"):
        run(chain(), {"log": []}, print_mode="nonsense")
