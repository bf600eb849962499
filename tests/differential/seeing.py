"""What a run and a thread show, written down in words that both libraries share."""

from __future__ import annotations

from typing import Any

BY_NATURE = frozenset({"id", "timestamp", "config", "parent_config", "state"})
"""Keys of stream parts whose values are ids, times, or made of them."""

EMPTIED = ("any", "brief", "topic", "unkept")
"""Channels that are not compared beside a question: LangGraph empties them there of what the others wrote,
before it shows them. With "exit" it shows what they wrote to the untracked one, otherwise not."""

LEFT = frozenset({"error", "interrupts", "result"})
"""What a checkpoint part says that its tasks left in earlier runs."""


class Seen:
    """Writes down what ``lib`` shows. ``healed``: which tasks had ended when another failed is a matter of threads."""

    def __init__(self, lib: Any) -> None:
        self.lib = lib
        self.healed = False

    def plain(self, value: Any) -> Any:
        """A value without what differs by nature: classes and ids."""
        lib = self.lib
        if isinstance(value, lib.Interrupt):
            return ("Interrupt", self.plain(value.value))
        if isinstance(value, lib.Overwrite):
            return ("Overwrite", self.plain(value.value))
        if isinstance(value, lib.Send):
            return ("Send", value.node, self.plain(value.arg))
        if isinstance(value, dict):
            return {key: self.plain(item) for key, item in value.items() if key != "__metadata__" or not self.healed}
        if isinstance(value, (list, tuple)):
            return type(value)(self.plain(item) for item in value)
        return value

    def part(self, ns: tuple[str, ...], mode: str, payload: Any) -> tuple[tuple[str, ...], str, Any]:
        seen = self.plain(payload) if mode in ("values", "updates") else self.event(payload)
        return (ns, mode, seen)

    def event(self, value: Any) -> Any:
        """The payload of tasks, checkpoints or debug. Of what is left out, whether it is there is kept."""
        if isinstance(value, dict):
            return {
                key: item is not None
                if key in BY_NATURE
                else (item.get("source"), item.get("step"))
                if key == "metadata" and isinstance(item, dict)
                else self.event(item)
                for key, item in value.items()
                if key not in LEFT or not (self.healed and "state" in value)
            }
        if isinstance(value, (list, tuple)):
            return type(value)(self.event(item) for item in value)
        return self.plain(value)

    def snapshot(self, state: Any) -> Any:
        metadata = state.metadata or {}
        values = self.plain(state.values)
        if state.interrupts:
            for key in EMPTIED:
                values.pop(key, None)
        return {
            "values": values,
            "next": tuple(state.next),
            "metadata": (metadata.get("source"), metadata.get("step")),
            "parent": state.parent_config is not None,
            "tasks": [
                (task.name, tuple(task.path[:2]), self.plain(task.interrupts), self.inner(task.state))
                for task in state.tasks
            ],
            "interrupts": self.plain(state.interrupts),
        }

    def inner(self, state: Any) -> Any:
        """The state of a task's graph: a snapshot, where it is merely to be found, or None."""
        return self.snapshot(state) if hasattr(state, "tasks") else state is not None


def in_order(parts: list[Any]) -> list[Any]:
    """Parts graph by graph, each in an order that threads have no say in."""
    graphs: dict[tuple[str, ...], list[Any]] = {}
    for ns, mode, payload in parts:
        graphs.setdefault(ns, []).append((mode, payload))
    shown = [(tuple(name.split(":")[0] for name in ns), of_graph(found)) for ns, found in graphs.items()]
    return sorted(shown, key=repr)


def of_graph(parts: list[Any]) -> list[Any]:
    states = [part for part in parts if part[0] in ("values", "updates")]
    return [*of_states(states), *of_events([part for part in parts if part[0] not in ("values", "updates")])]


def of_states(parts: list[Any]) -> list[Any]:
    """Updates of one superstep in one order; questions at the end, in one order; the values that were shown with a
    question only where they are new."""
    ordered: list[Any] = []
    group: list[Any] = []
    asked: list[Any] = []
    for mode, payload in parts:
        questions = payload.get("__interrupt__", ())
        part = (mode, {key: value for key, value in payload.items() if key != "__interrupt__"})
        if mode == "updates":
            asked.extend(questions)
            if "__interrupt__" not in payload:
                group.append(part)
        elif not (questions or asked) or part not in ordered[-1:]:
            ordered += [*sorted(group, key=repr), part]
            group = []
    return [*ordered, *sorted(group, key=repr), *sorted(asked)]


def is_result(mode: str, payload: Any) -> bool:
    """Whether a part says that a task has ended, by tasks or debug."""
    return (mode == "tasks" and "result" in payload) or (mode == "debug" and "result" in payload["payload"])


def of_events(parts: list[Any]) -> list[Any]:
    """Neighbouring results of tasks in one order."""
    ordered: list[Any] = []
    results: list[Any] = []
    for mode, payload in parts:
        if is_result(mode, payload):
            results.append((mode, payload))
            continue
        ordered += [*sorted(results, key=repr), (mode, payload)]
        results = []
    return [*ordered, *sorted(results, key=repr)]
