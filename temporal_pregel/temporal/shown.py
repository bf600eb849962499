"""What graphs show that a node's function calls: parts of a stream, which travel with the node's outcome.

Such a graph runs in the node's activity, on the driver in process, of which the history has nothing. So they are
recorded where the caller of the run wants to see them, and only there: then they come when the node has ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from temporal_pregel.local.streams import Asked, Part, Streams
from temporal_pregel.temporal.durable import NotDurableError
from temporal_pregel.temporal.failures import shortened
from temporal_pregel.temporal.raised import GraphRunError
from temporal_pregel.wire.errors import WireError
from temporal_pregel.wire.limits import check_size
from temporal_pregel.wire.v1.task_pb2 import Outcome
from temporal_pregel.wire.v1.task_pb2 import Part as PartMessage
from temporal_pregel.wire.v1.task_pb2 import Shown as ShownMessage
from temporal_pregel.wire.v1.value_pb2 import Value

if TYPE_CHECKING:
    from temporal_pregel.core.task import Task
    from temporal_pregel.temporal.showing import ShowingDriver
    from temporal_pregel.wire.values import Codec


class Shown:
    """The parts of one attempt at a task. ``streams``: where the graphs inside send them, None where nobody wants any.
    ``ns``: of the graph that the task is one of."""

    def __init__(self, wanted: ShownMessage, ns: str) -> None:
        self._parts: list[Part] = []
        self.streams: Streams | None = None
        if wanted.modes:
            self.streams = Streams(wanted.modes, self._parts.append, ns, subgraphs=True)
            self.streams.typed = wanted.typed

    def tell(self, codec: Codec, outcome: Outcome) -> None:
        """Add the parts to an outcome; or why that can't be: whoever only looks on must not fail the node."""
        if not self._parts:
            return
        try:
            parts = [_written(codec, part) for part in self._parts]
            size = outcome.ByteSize() + sum(part.ByteSize() for part in parts)
            check_size(size, "What a node wrote, with what the graph inside has shown")
        except WireError as error:
            outcome.unshown = shortened(str(error))
        else:
            outcome.parts.extend(parts)


def _written(codec: Codec, part: Part) -> PartMessage:
    ns, mode, data = part
    asked = type(data) is Asked
    text = codec.encode(list(data) if asked else data, f"the {mode} of a graph inside")
    return PartMessage(namespace=ns, mode=mode, data=Value(json=text), asked=asked)


def show(driver: ShowingDriver, task: Task, outcome: Outcome) -> None:
    """Show a reader the parts of an outcome.

    Raises:
        NotDurableError: nobody wanted them when the run went on, so that they were not recorded.
        GraphRunError: they could not be recorded.
    """
    run, graph = driver.following, driver.graph
    wanted = run.reading
    if not wanted.subgraphs or task.name in graph.inner:
        return
    if not getattr(graph.app.nodes.get(task.name), "subgraphs", ()):
        return
    recorded = run.terms.shared.shown
    if recorded.typed != wanted.typed or not set(wanted.modes).issubset(recorded.modes):
        raise NotDurableError(
            graph.name,
            f"subgraphs=True for a reader who comes later, for its node '{task.name}' calls a graph in a function",
            "Who starts the run or lets it go on has to stream it with subgraphs=True and the same modes.",
        )
    if outcome.unshown:
        raise GraphRunError(
            f"The graphs that node '{task.name}' of graph '{graph.name}' calls can't be shown: {outcome.unshown} "
            "The run itself goes on; read it without subgraphs."
        )
    for part in outcome.parts:
        if part.mode in wanted.modes:
            data = graph.any.decode(part.data.json)
            if driver.inside:
                _place(part.mode, data, driver.about.metadata["parents"])
            run.emit((tuple(part.namespace), part.mode, Asked(*data) if part.asked else data))


def _place(mode: str, data: Any, around: Mapping[str, str]) -> None:
    """Tell a checkpoint of the graphs ``around`` the node's own, of which its activity does not know."""
    shown = data if mode == "checkpoints" else data.get("payload", {}) if mode == "debug" else {}
    if "metadata" not in shown or "parents" not in shown["metadata"]:
        return
    shown["metadata"]["parents"] = {**around, **shown["metadata"]["parents"]}
    for config in (shown["config"], shown["parent_config"]):
        if config is not None:
            places = config["configurable"]
            places["checkpoint_map"] = {**around, **places["checkpoint_map"]}
