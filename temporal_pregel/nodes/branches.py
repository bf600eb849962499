"""Conditional edges: a router runs inside its source's task and its choice becomes writes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from temporal_pregel.constants import END, START, TASKS, trigger_channel
from temporal_pregel.core.plan import Plan, Write, made_again
from temporal_pregel.errors import InvalidUpdateError
from temporal_pregel.nodes.calling import Calls
from temporal_pregel.nodes.context import RunningTask
from temporal_pregel.types import Send


@dataclass(frozen=True, eq=False)
class Branch:
    """A conditional edge.

    ``calls``: the router. ``ends``: its answers -> node names, None where answers are node names. ``reads``: the
    channels that it sees, fresh: the superstep's state and its own task's writes. ``managed``: keys that are computed
    from the task. ``mapper`` makes its input of them. ``sees_result``: a dict that the node returned shows through,
    whatever the channels. ``traced_as``: what LangChain's callbacks know it as, None if it tells them itself.
    """

    name: str
    calls: Calls
    ends: Mapping[Hashable, str] | None
    reads: tuple[str, ...] | str
    mapper: Callable[[Any], Any] | None = None
    managed: tuple[tuple[str, Callable[[RunningTask], Any]], ...] = ()
    sees_result: bool = False
    traced_as: str | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        return made_again(self)

    @property
    def structure(self) -> Mapping[str, Any]:
        """It as JSON data: the router by name, what it sees, and its answers with where they lead."""
        reads = self.reads if isinstance(self.reads, str) else list(self.reads)
        ends = None if self.ends is None else sorted([_label(answer), end] for answer, end in self.ends.items())
        return {"name": self.name, "reads": reads, "ends": ends}

    def writes(self, choice: Any, plan: Plan) -> list[Write]:
        """The writes that a router's answer stands for.

        Raises:
            ValueError: it answered None or START.
            InvalidUpdateError: it sends to END, or chose what is no node of the graph: a path that ended there
                without a word would look like success.
            KeyError: ``ends`` does not have the answer.
        """
        if type(choice) is str:  # the usual case
            chosen = choice if self.ends is None else self.ends[choice]
            if chosen in plan.gotos:
                return [plan.gotos[chosen]]
        answers: Sequence[Any] = choice if isinstance(choice, (list, tuple)) else (choice,)
        writes: list[Write] = []
        for answer in answers:
            target: Any = answer if isinstance(answer, Send) or self.ends is None else self.end(answer, plan)
            if isinstance(target, Send):
                if target.node == END:
                    raise InvalidUpdateError("Cannot send a packet to the END node")
                writes.append((TASKS, target))
            elif target is None or target == START:
                raise ValueError("Branch did not return a valid destination")
            elif target != END:
                if not isinstance(target, str) or target not in plan.nodes:
                    raise self.no_node(target, plan)
                writes.append((trigger_channel(target), None))
        return writes

    def end(self, answer: Any, plan: Plan) -> Any:
        """Where an answer leads."""
        assert self.ends is not None
        try:
            return self.ends[answer]
        except TypeError:  # it can be no key of a dict
            raise self.no_node(answer, plan) from None

    def no_node(self, choice: Any, plan: Plan) -> InvalidUpdateError:
        """What to raise for a choice that leads nowhere."""
        several = " Several are chosen by a list." if isinstance(choice, (set, frozenset)) else ""
        return InvalidUpdateError(
            f"Router '{self.name}' chose {choice!r}, which is no node of graph '{plan.name}'. "
            f"It may choose END or one of: {', '.join(name for name in plan.nodes if name != START)}.{several}"
        )


def _label(answer: Hashable) -> str:
    # The str() of what is no value of JSON may hold an address, which is another one in every process.
    return str(answer) if isinstance(answer, (str, int, float, type(None))) else type(answer).__name__
