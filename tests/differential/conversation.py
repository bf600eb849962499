"""What a caller and a graph say to each other."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any

from tests.differential.building import Boom, World
from tests.differential.seeing import Seen, in_order, is_result
from tests.differential.specs import Scenario

INPUT = {"log": ["in"], "total": 1}


def converse(lib: Any, scenario: Scenario, *, on_loop: bool = False) -> list[Any]:
    """Everything that can be seen of a scenario from outside."""
    world = World(lib, on_loop=on_loop)
    try:
        app = world.build(scenario.graph, checkpointer=lib.InMemorySaver() if scenario.saver else None)
    except Exception as error:
        return [("refused", type(error).__name__)]
    caller = Caller(world, app, scenario)
    with contextlib.suppress(Over):
        if on_loop:
            asyncio.run(caller.atalk())
        else:
            caller.talk()
    return caller.seen


class Over(Exception):
    """The conversation has come to where the libraries differ by design."""


class Caller:
    def __init__(self, world: World, app: Any, scenario: Scenario) -> None:
        self.world, self.app, self.scenario = world, app, scenario
        self.seen: list[Any] = []
        self.config = self.on_thread("t")
        self.raised: Exception | None = None
        self.healing = False
        self.eyes = Seen(world.lib)
        self.options: dict[str, Any] = {"stream_mode": ["values", "updates", *scenario.modes]}
        if scenario.subgraphs:
            self.options["subgraphs"] = True
        if scenario.saver:
            self.options["durability"] = scenario.durability
        self.nested = any(node.inner for node in scenario.graph.nodes)

    def on_thread(self, thread: str) -> dict[str, Any]:
        return {"recursion_limit": self.scenario.limit, "configurable": {"thread_id": thread}}

    # The conversation, sync and async

    def talk(self) -> list[Any]:
        self.invoke()
        self.run(INPUT, self.config)
        if not self.scenario.saver:
            return self.seen
        while self.failed:
            self.run(None, self.config)
        self.look()
        for verb, argument in self.scenario.steps:
            with self.refusals(verb):
                for given, config in self.said(verb, argument):
                    self.run(given, config)
            while self.failed:
                if verb in ("answer", "answer and update"):
                    raise Over  # LangGraph uses such an answer a second time when the thread goes on
                self.run(None, self.config)
            self.look()
        with self.refusals("history"):
            self.note_history(list(self.app.get_state_history(self.config)))
        return self.seen

    async def atalk(self) -> list[Any]:
        await self.arun(INPUT, self.config)
        if not self.scenario.saver:
            return self.seen
        while self.failed:
            await self.arun(None, self.config)
        self.look()
        for verb, argument in self.scenario.steps:
            with self.refusals(verb):
                for given, config in self.said(verb, argument):
                    await self.arun(given, config)
            while self.failed:
                await self.arun(None, self.config)
            self.look()
        with self.refusals("history"):
            self.note_history([found async for found in self.app.aget_state_history(self.config)])
        return self.seen

    @property
    def failed(self) -> bool:
        """Whether a node's error ended the last run: the nodes are healed at once, because which of its siblings had
        ended then is a matter of threads.

        Raises:
            Over: something else failed, after which the libraries differ by design.
        """
        raised, self.raised = self.raised, None
        if isinstance(raised, Boom):
            if self.world.on_loop:
                raise Over  # LangGraph keeps half of what a cancelled sibling wrote
            self.world.healed = self.eyes.healed = self.healing = True
            return True
        if raised is not None and not (type(raised).__name__ == "GraphRecursionError" and not self.nested):
            raise Over
        return False

    def run(self, given: Any, config: Any) -> None:
        parts: list[Any] = []
        with self.noting(parts):
            for part in self.app.stream(given, config, **self.options):
                parts.append(self.part(part))

    async def arun(self, given: Any, config: Any) -> None:
        parts: list[Any] = []
        with self.noting(parts):
            async for part in self.app.astream(given, config, **self.options):
                parts.append(self.part(part))

    def invoke(self) -> None:
        parts: list[Any] = []
        with self.noting(parts):
            parts.append(((), "values", self.eyes.plain(self.app.invoke(INPUT, self.on_thread("u")))))
        self.raised = None

    def part(self, part: Any) -> Any:
        return self.eyes.part(*part) if self.scenario.subgraphs else self.eyes.part((), *part)

    @contextlib.contextmanager
    def noting(self, parts: list[Any]) -> Iterator[None]:
        error = None
        try:
            yield
        except Exception as raised:
            self.raised = raised
            error = type(raised).__name__
            # Which siblings had ended when one raised is a matter of threads.
            parts[:] = [part for part in parts if part[:2] == ((), "values")]
        if self.healing:
            # Nor is it known which of them run, and show what is inside them, only now.
            parts[:] = [part for part in parts if part[0] == () and not is_result(*part[1:])]
            self.healing = False
        self.seen.append(("run", in_order(parts), error))

    # What the caller says

    def said(self, verb: str, argument: Any) -> Iterator[tuple[Any, Any]]:
        lib, app, config = self.world.lib, self.app, self.config
        state = app.get_state(config)
        match verb:
            case "answer all":
                yield lib.Command(resume={question.id: argument for question in state.interrupts}), config
            case "answer one":
                if state.interrupts:
                    question = state.interrupts[argument % len(state.interrupts)]
                    yield lib.Command(resume={question.id: argument}), config
            case "answer":
                yield lib.Command(resume=argument), config
            case "answer and update":
                yield lib.Command(resume=argument, update={"log": ["told"], "total": 2}), config
            case "go on":
                yield None, config
            case "say":
                yield {"log": ["again"], "total": argument}, config
            case "go to" if any(node.name == argument for node in self.scenario.graph.nodes):
                # To a node that a graph lacks LangGraph goes without a word; here it is refused.
                yield lib.Command(goto=argument), config
            case "update":
                self.update(config, {"log": ["edited"], "total": 5}, argument)
            case "update without a name" if not self.scenario.graph.joins:
                # A node with two triggers counts as two in LangGraph, and so as ambiguous.
                self.update(config, {"log": ["edited"]}, None)
            case "replay":
                past = list(app.get_state_history(config))
                yield None, {**past[argument % len(past)].config, "recursion_limit": self.scenario.limit}
            case "fork":
                place, node = argument
                past = list(app.get_state_history(config))
                self.update(past[place % len(past)].config, {"log": ["forked"]}, node)
                yield None, config

    def update(self, config: Any, values: Any, as_node: str | None) -> None:
        with self.refusals("update"):
            self.app.update_state(config, values, as_node=as_node)

    # What the caller sees

    def look(self) -> None:
        asked = self.seen[-1][0] == "run" and any(
            part[0] == "Interrupt" for _, parts in self.seen[-1][1] for part in parts
        )
        if asked and any(verb == "go to" for verb, _ in self.scenario.steps):
            raise Over  # beside open questions LangGraph's views lose what a goto ran
        state = self.app.get_state(self.config, subgraphs=self.scenario.subgraphs)
        self.seen.append(("state", self.eyes.snapshot(state)))

    @contextlib.contextmanager
    def refusals(self, what: str) -> Iterator[None]:
        try:
            yield
        except Over:
            raise
        except Exception as error:
            self.seen.append((f"{what} refused", type(error).__name__))

    def note_history(self, found: list[Any]) -> None:
        past = [self.eyes.snapshot(state) for state in found]
        if any(verb == "answer and update" for verb, _ in self.scenario.steps):
            # LangGraph's history shows such an update in the checkpoint before it, ours in the one after it.
            for state in past:
                del state["values"]
        self.seen.append(("history", past))
