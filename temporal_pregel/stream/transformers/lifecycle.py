"""When the graphs inside a run begin and end, told from the tasks that run them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, NotRequired, TypedDict

from temporal_pregel.errors import GraphInterrupt
from temporal_pregel.stream._types import ProtocolEvent, StreamTransformer
from temporal_pregel.stream.run_stream import SubgraphStatus
from temporal_pregel.stream.stream_channel import StreamChannel

Namespace = tuple[str, ...]


class LifecyclePayload(TypedDict):
    """A graph inside has begun or ended.

    ``namespace``: its own. When it begins: ``graph_name``, the node that it is or its agent's name;
    ``trigger_call_id``, the id of the task that runs it; ``cause``, the tool call that an agent was started by. When
    it has failed: ``error``, as text.
    """

    event: SubgraphStatus
    namespace: list[str]
    graph_name: NotRequired[str]
    trigger_call_id: NotRequired[str]
    cause: NotRequired[dict[str, str]]
    error: NotRequired[str]


class Begun(NamedTuple):
    """A graph inside that has begun."""

    ns: Namespace
    graph_name: str
    task_id: str | None
    cause: dict[str, str] | None


class Tracked(StreamTransformer):
    """Follows the graphs inside its scope: one begins with the first of its tasks, and ends with the task that runs
    it. Keeps ``tasks`` events from the run's reader, for they say the same."""

    required_stream_modes = ("tasks",)

    def __init__(self, scope: Namespace = ()) -> None:
        super().__init__(scope)
        self._open: dict[Namespace, Begun] = {}
        self._seen: set[Namespace] = set()
        self._tool_calls: dict[str, str] = {}

    def tracks(self, ns: Namespace) -> bool:
        """Whether the graph at ``ns`` is to be followed."""
        return is_inside(ns, self.scope)

    def begin(self, event: ProtocolEvent) -> Begun | None:
        """The graph that begins with a ``tasks`` event, if one does."""
        ns = tuple(event["params"]["namespace"])
        data = event["params"]["data"]
        if "result" in data or "triggers" not in data:
            return None
        call = _tool_call(data.get("input"))
        if call is not None:
            self._tool_calls[data["id"]] = call
        if ns in self._seen or not self.tracks(ns):
            return None
        self._seen.add(ns)
        name, task_id = _segment(ns)
        agent = (data.get("metadata") or {}).get("lc_agent_name")
        call = self._tool_calls.get(task_id) if agent and task_id else None
        begun = Begun(ns, agent or name, task_id, {"type": "toolCall", "tool_call_id": call} if call else None)
        self._open[ns] = begun
        return begun

    def ended(self, event: ProtocolEvent) -> list[tuple[Begun, SubgraphStatus, str | None]]:
        """The graphs that end with a ``tasks`` event, innermost first, with how they did."""
        data = event["params"]["data"]
        if "result" not in data:
            return []
        around = tuple(event["params"]["namespace"])
        inside = [*around, f"{data['name']}:{data['id']}"]
        status, error = _outcome(data)
        found = [begun for begun in self._open.values() if list(begun.ns[: len(inside)]) == inside]
        return [(self._open.pop(begun.ns), status, error) for begun in reversed(found)]

    def left(self, error: BaseException | None) -> list[tuple[Begun, SubgraphStatus, str | None]]:
        """All that have not ended when the run does, with how they did."""
        status: SubgraphStatus = "completed"
        text = None
        if isinstance(error, GraphInterrupt):
            status = "interrupted"
        elif error is not None:
            status, text = "failed", str(error)
        begun = list(reversed(self._open.values()))
        self._open.clear()
        return [(each, status, text) for each in begun]


class LifecycleTransformer(Tracked):
    """``run.lifecycle``: when graphs inside begin and end, at every depth. Always there."""

    _native = True

    def __init__(self, scope: Namespace = ()) -> None:
        super().__init__(scope)
        self._channel: StreamChannel[LifecyclePayload] = StreamChannel("lifecycle")

    def init(self) -> dict[str, Any]:
        """``lifecycle``, also among the run's events."""
        return {"lifecycle": self._channel}

    def process(self, event: ProtocolEvent) -> bool:
        """Tell of graphs that begin or end."""
        if event["method"] != "tasks":
            return True
        begun = self.begin(event)
        if begun is not None:
            payload: LifecyclePayload = {
                "event": "started",
                "namespace": list(begun.ns),
                "graph_name": begun.graph_name,
            }
            if begun.task_id is not None:
                payload["trigger_call_id"] = begun.task_id
            if begun.cause is not None:
                payload["cause"] = begun.cause
            self._channel.push(payload)
        self._tell(self.ended(event))
        return False

    def finalize(self) -> None:
        """What is open has completed."""
        self._tell(self.left(None))

    def fail(self, err: BaseException) -> None:
        """What is open has failed, too."""
        self._tell(self.left(err))

    def _tell(self, ended: Sequence[tuple[Begun, SubgraphStatus, str | None]]) -> None:
        for begun, status, error in ended:
            payload: LifecyclePayload = {"event": status, "namespace": list(begun.ns)}
            if error is not None:
                payload["error"] = error
            self._channel.push(payload)


def is_inside(ns: Namespace, scope: Namespace) -> bool:
    """Whether ``ns`` is of a graph inside the one at ``scope``."""
    return len(ns) > len(scope) and ns[: len(scope)] == scope


def is_child(ns: Namespace, scope: Namespace) -> bool:
    """Whether ``ns`` is of a graph that a task of the one at ``scope`` runs. (A task's second graph has a number as
    its last segment.)"""
    return is_inside(ns, scope) and sum(not segment.isdigit() for segment in ns[len(scope) :]) == 1


def _segment(ns: Namespace) -> tuple[str, str | None]:
    """The node and the id of the task that runs the graph at ``ns``."""
    last = next((segment for segment in reversed(ns) if not segment.isdigit()), ns[-1])
    name, _, task_id = last.partition(":")
    return name, task_id or None


def _outcome(data: Mapping[str, Any]) -> tuple[SubgraphStatus, str | None]:
    if data.get("interrupts"):
        return "interrupted", None
    error = data.get("error")
    return ("completed", None) if error is None else ("failed", str(error))


def _tool_call(given: Any) -> str | None:
    """The id of the tool call that a task was given, if it was given one."""
    if isinstance(given, Mapping) and given.get("__type") == "tool_call_with_context":
        call = given.get("tool_call")
    elif isinstance(given, list) and given:
        call = given[0]
    else:
        return None
    found = call.get("id") if isinstance(call, Mapping) and "args" in call else None
    return found if isinstance(found, str) else None
