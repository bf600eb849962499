"""What is measured in process: a table. A row is a graph, how it is called, and the ratio that is wanted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from typing import Any, Final

from bench import graphs
from bench.libraries import Library

SYNC: Final = 30.0
SENDS: Final = 50.0
WIDE: Final = 20.0
SAVED: Final = 40.0
ASYNC_LOOP: Final = 80.0
ASYNC_SHORT: Final = 6.0
ASYNC_STREAM: Final = 5.0

Call = Callable[[Library, Any, Any, dict[str, Any]], Any]
"""One run: (library, compiled graph, input, config) -> what came out, for the comparison of the two."""


def invoke(lib: Library, app: Any, given: Any, config: dict[str, Any]) -> Any:
    return app.invoke(given, config)


def stream(lib: Library, app: Any, given: Any, config: dict[str, Any]) -> Any:
    return list(app.stream(given, config, stream_mode=["values", "updates"]))


def resume(lib: Library, app: Any, given: Any, config: dict[str, Any]) -> Any:
    asked = app.invoke(given, config)
    return asked["__interrupt__"][0].value, app.invoke(lib.Command(resume=7), config)


def compiled(lib: Library, app: Any, given: Any, config: dict[str, Any]) -> Any:
    graphs.line(lib).compile()


async def ainvoke(lib: Library, app: Any, given: Any, config: dict[str, Any]) -> Any:
    return await app.ainvoke(given, config)


async def astream(lib: Library, app: Any, given: Any, config: dict[str, Any]) -> Any:
    return [part async for part in app.astream(given, config, stream_mode=["values", "updates"])]


async def aresume(lib: Library, app: Any, given: Any, config: dict[str, Any]) -> Any:
    asked = await app.ainvoke(given, config)
    return asked["__interrupt__"][0].value, await app.ainvoke(lib.Command(resume=7), config)


@dataclass(frozen=True)
class Case:
    """`wanted`: at least this ratio of LangGraph's time to ours. `saver`: with each library's own InMemorySaver."""

    name: str
    build: Callable[[Library], Any]
    given: Any
    call: Call
    wanted: float
    saver: bool = False

    @property
    def is_async(self) -> bool:
        return self.call in (ainvoke, astream, aresume)

    def prepare(self, lib: Library) -> Callable[[], Any] | Callable[[], Awaitable[Any]]:
        """One run as a call without arguments, each in a new thread. What is built and compiled is built here."""
        app = self.build(lib).compile(checkpointer=lib.InMemorySaver() if self.saver else None)
        numbers = count()

        def once() -> Any:
            config: dict[str, Any] = {"recursion_limit": 100_000}
            if self.saver:
                config["configurable"] = {"thread_id": str(next(numbers))}
            return self.call(lib, app, self.given, config)

        return once


def _summed(size: int) -> dict[str, Any]:
    return {"items": list(range(size)), "total": 0}


_NUMBER: Final = {"value": 0}
_CHAT: Final = {"messages": [{"id": "q", "role": "user", "content": "a question"}]}
_WIDE: Final = {f"key{number}": number for number in range(100)}

_SYNC: Final = (
    Case("two nodes", graphs.two_nodes, _NUMBER, invoke, SYNC),
    Case("loop of 1000 steps", graphs.loop, _NUMBER, invoke, SYNC),
    Case("line of 1000 nodes", graphs.line, _NUMBER, invoke, SYNC),
    Case("100 Sends", graphs.fan_out, _summed(100), invoke, SENDS),
    Case("1000 Sends", graphs.fan_out, _summed(1000), invoke, SENDS),
    Case("20 nodes × 100 channels", graphs.wide, _WIDE, invoke, WIDE),
    Case("agent of 50 turns", graphs.agent, _CHAT, invoke, SYNC),
    Case("subgraph", graphs.nested, _NUMBER, invoke, SYNC),
    Case("stream values+updates, 100 steps", partial(graphs.loop, steps=100), _NUMBER, stream, SYNC),
)

_ASYNC: Final = (
    Case("async, two nodes", partial(graphs.two_nodes, aio=True), _NUMBER, ainvoke, ASYNC_SHORT),
    Case("async, two sync nodes", graphs.two_nodes, _NUMBER, ainvoke, ASYNC_SHORT),
    Case("async, loop of 1000 steps", partial(graphs.loop, aio=True), _NUMBER, ainvoke, ASYNC_LOOP),
    Case("async, loop of 1000 sync steps", graphs.loop, _NUMBER, ainvoke, ASYNC_LOOP),
    Case("async, line of 1000 nodes", partial(graphs.line, aio=True), _NUMBER, ainvoke, ASYNC_SHORT),
    Case("async, 100 Sends", partial(graphs.fan_out, aio=True), _summed(100), ainvoke, ASYNC_SHORT),
    Case("async, 1000 Sends", partial(graphs.fan_out, aio=True), _summed(1000), ainvoke, ASYNC_SHORT),
    Case("async, 20 nodes × 100 channels", partial(graphs.wide, aio=True), _WIDE, ainvoke, ASYNC_SHORT),
    Case("async, agent of 50 turns", partial(graphs.agent, aio=True), _CHAT, ainvoke, ASYNC_SHORT),
    Case("async, subgraph", partial(graphs.nested, aio=True), _NUMBER, ainvoke, ASYNC_SHORT),
    Case(
        "async, stream values+updates, 100 steps",
        partial(graphs.loop, aio=True, steps=100),
        _NUMBER,
        astream,
        ASYNC_STREAM,
    ),
    Case(
        "async, stream values+updates, 100 sync steps",
        partial(graphs.loop, steps=100),
        _NUMBER,
        astream,
        ASYNC_STREAM,
    ),
)

CASES: Final = (
    *_SYNC,
    *(replace(case, saver=True, wanted=SAVED) for case in _SYNC),
    Case("building and compiling 1000 nodes", graphs.two_nodes, None, compiled, 5),
    Case("interrupt and resume", graphs.question, _NUMBER, resume, SAVED, saver=True),
    *_ASYNC,
    *(replace(case, saver=True) for case in _ASYNC),
    Case(
        "async, interrupt and resume",
        partial(graphs.question, aio=True),
        _NUMBER,
        aresume,
        ASYNC_SHORT,
        saver=True,
    ),
)
