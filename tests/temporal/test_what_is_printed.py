"""``print_mode`` and ``debug`` print on Temporal what they print in process, where the caller is."""

from __future__ import annotations

import re
from typing import Any

import pytest

from temporal_pregel import Command, InMemorySaver, interrupt
from temporal_pregel.temporal.durable import NotDurableError
from tests.temporal.conftest import Serve
from tests.temporal.graphs import Log, around, chain


def say(word: str) -> Any:
    return lambda state: {"log": [word]}


def asks(name: str, **compiled: Any) -> Any:
    return chain(name, Log, {"say": say("said"), "ask": lambda state: {"log": [interrupt("?")]}}, **compiled)


def calling(inner: Any) -> Any:
    return chain("calling", Log, {"call": lambda state: {"log": inner.invoke({"log": []})["log"]}})


TURNS = [{"log": []}, Command(resume="answer")]
CALLS: dict[str, tuple[Any, dict[str, Any]]] = {
    "one mode": (asks("asks"), {"print_mode": "updates"}),
    "several modes": (asks("asks"), {"print_mode": ["tasks", "values"]}),
    "debug": (asks("asks"), {"debug": True, "print_mode": "tasks"}),
    "compiled with debug": (asks("asks", debug=True), {}),
    "compiled with debug, inside": (around("outer", asks("inside", debug=True), Log, say("after")), {}),
    "both": (around("outer", asks("inside", debug=True), Log, say("after")), {"debug": True}),
    "inside, with namespaces": (around("outer", asks("inside"), Log), {"print_mode": "updates", "subgraphs": True}),
    "an output key": (asks("asks"), {"print_mode": ["values", "updates"], "output_keys": "log"}),
}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("how", ["ainvoke", "values", "v2"])
async def test_it_is_what_is_printed_in_process(serve: Serve, on, thread, capsys, name, how):
    app, options = CALLS[name]
    here = app.copy({"checkpointer": InMemorySaver()})
    gave = [await called(here, turn, thread, how, **options) for turn in TURNS]
    printed = capsys.readouterr().out
    async with serve(app) as client:
        durable = on(app, client)
        assert [await called(durable, turn, thread, how, **options) for turn in TURNS] == gave
    assert capsys.readouterr().out == printed
    assert re.match(r"\x1b\[1m\[(values|updates|tasks)\]\x1b\[0m ", printed)


async def called(app: Any, turn: Any, config: Any, how: str, **options: Any) -> Any:
    if how == "ainvoke":
        return await app.ainvoke(turn, config, **options)
    asked: dict[str, Any] = {"version": "v2"} if how == "v2" else {"stream_mode": how}
    return [part async for part in app.astream(turn, config, **asked, **options)]


async def test_graphs_that_functions_call_are_printed_where_the_caller_sees_them(serve: Serve, on, thread, capsys):
    app = calling(chain("called", Log, {"say": say("said")}))
    options = {"print_mode": "updates", "subgraphs": True}
    await app.ainvoke({"log": []}, thread, **options)
    number = re.compile(r"call:[-0-9a-f]+")
    printed = number.sub("call:", capsys.readouterr().out)
    async with serve(app) as client:
        await on(app, client).ainvoke({"log": []}, thread, **options)
    assert number.sub("call:", capsys.readouterr().out) == printed
    assert printed.count("[graph=('call:',)]") == 1


async def test_who_reads_along_prints_nothing(serve: Serve, on, thread, capsys):
    app = around("outer", asks("inside", debug=True), Log)
    async with serve(app) as client:
        durable = on(app, client)
        await durable.ainvoke({"log": []}, thread)
        capsys.readouterr()
        assert [part async for part in durable.afollow(thread)]
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("mode", ["custom", "messages", "tools"])
async def test_what_no_history_has_can_not_be_printed(client, mode):
    durable = asks("asks").on(client)
    for call in (durable.ainvoke, lambda *given, **options: anext(durable.astream(*given, **options))):
        with pytest.raises(NotDurableError, match=f"print_mode='{mode}'"):
            await call({"log": []}, {"configurable": {"thread_id": "never"}}, print_mode=["values", mode])
