"""A drawn graph, built with a library."""

from __future__ import annotations

import operator
from typing import Annotated, Any, TypedDict

from tests.differential.specs import BranchSpec, GraphSpec, NodeSpec, Target

Library = Any


class Boom(Exception):
    """What drawn nodes raise."""


class World:
    """What the nodes of one conversation share outside their state. ``healed``: no node fails any more."""

    def __init__(self, lib: Library, *, on_loop: bool = False) -> None:
        self.lib = lib
        self.on_loop = on_loop
        self.healed = False

    # Values

    def value(self, drawn: Any) -> Any:
        match drawn:
            case ("overwrite", value):
                return self.lib.Overwrite(self.value(value))
            case _:
                return list(drawn) if isinstance(drawn, tuple) else drawn

    def target(self, drawn: Target) -> Any:
        if isinstance(drawn, str):
            return drawn
        return self.lib.Send(drawn.node, {"log": [f"sent {drawn.total}"], "total": drawn.total, "private": drawn.total})

    # Nodes

    def attempt(self, spec: NodeSpec, state: dict[str, Any], attempt: int) -> Any:
        """What a node does before anything it awaits."""
        lib = self.lib
        if attempt <= spec.fails and not self.healed:
            raise Boom(spec.name)
        answers = [lib.interrupt(f"{spec.name}? {place}") for place in range(spec.asks)]
        seen = ",".join(state.get("log", ())[-3:])
        line = f"{spec.name}({'|'.join(str(state.get(key)) for key in SHOWN)}|{len(seen)}){answers or ''}"
        update = {"log": [line], **{key: self.value(value) for key, value in spec.writes}}
        goto = [self.target(target) for target in spec.goto]
        match spec.returns:
            case "none":
                return None
            case "command":
                return lib.Command(update=update, goto=goto)
            case "commands":
                return [lib.Command(goto=target) for target in goto] + [update]
            case "parent":
                return lib.Command(graph=lib.Command.PARENT, update=update, goto=goto)
        return update

    def action(self, spec: NodeSpec) -> Any:
        inner = self.build(spec.inner, checkpointer=spec.inner.keeps) if spec.inner is not None else None
        if inner is not None and not spec.called:
            return inner

        def node(state: State, runtime: Any) -> Any:
            update = self.attempt(spec, dict(state), runtime.execution_info.node_attempt)
            if inner is not None:
                found = inner.invoke({"log": [f"into {spec.name}"], "total": 1})
                return {**update, "log": [*update["log"], repr(found)]} if isinstance(update, dict) else update
            return update

        async def anode(state: State, runtime: Any) -> Any:
            update = self.attempt(spec, dict(state), runtime.execution_info.node_attempt)
            if inner is not None:
                found = await inner.ainvoke({"log": [f"into {spec.name}"], "total": 1})
                return {**update, "log": [*update["log"], repr(found)]} if isinstance(update, dict) else update
            return update

        chosen = anode if self.on_loop else node
        chosen.__annotations__["runtime"] = self.lib.Runtime
        return chosen

    def router(self, spec: BranchSpec) -> Any:
        def choose(state: State) -> Any:
            total = state.get("total", 0)
            place = (len(state.get("log", ())) + total) % len(spec.options)
            targets = [target if spec.mapped else self.target(target) for target in spec.options[place]]
            return targets[0] if len(targets) == 1 else targets

        return choose

    # Graphs

    def build(self, spec: GraphSpec, **options: Any) -> Any:
        lib = self.lib
        builder = lib.StateGraph(state_of(lib))
        for node in spec.declared:
            retry = None
            if node.attempts:
                retry = lib.RetryPolicy(initial_interval=0, jitter=False, max_attempts=node.attempts, retry_on=Boom)
            sees = {"input_schema": Narrow} if node.narrow else {}
            builder.add_node(node.name, self.action(node), defer=node.defer, retry_policy=retry, **sees)
        for start, end in spec.edges:
            builder.add_edge(start, end)
        for starts, end in spec.joins:
            builder.add_edge(list(starts), end)
        for branch in spec.branches:
            ends = {name: name for targets in branch.options for name in targets} if branch.mapped else None
            builder.add_conditional_edges(branch.source, self.router(branch), ends)
        return builder.compile(interrupt_before=list(spec.before), interrupt_after=list(spec.after), **options)


SHOWN = ("total", "last", "any", "most", "topic", "brief", "unkept", "secret", "private")
"""What a node writes of its input into the log."""


def larger(left: int, right: int) -> int:
    return max(left, right)


class Narrow(TypedDict, total=False):
    """All that some nodes see."""

    log: Annotated[list[str], operator.add]
    secret: int


class State(TypedDict, total=False):
    """What routers are annotated with; the channels are those of `state_of`."""

    log: list[str]
    total: int
    last: int
    any: int


def state_of(lib: Library) -> Any:
    return TypedDict(
        "Drawn",
        {
            "log": Annotated[list, operator.add],
            "total": Annotated[int, operator.add],
            "last": int,
            "any": Annotated[int, lib.channels.AnyValue],
            "most": Annotated[int, larger],
            "topic": Annotated[list, lib.channels.Topic(int)],
            "brief": Annotated[int, lib.channels.EphemeralValue],
            "unkept": Annotated[int, lib.channels.UntrackedValue],
        },
        total=False,
    )
