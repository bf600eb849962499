"""Strings that two sides share: client and workflow, workflow and activity. To change one is to change the contract."""

from __future__ import annotations

from typing import Final

ENGINE_VERSION: Final = 1
"""Recorded in the input of every run that our client starts. A worker refuses runs of a version it does not know."""

DEFAULT_TASK_QUEUE: Final = "pregel"

RESUME: Final = "resume"
"""Signal and update: one answer, or ``{interrupt id: answer}``."""
DRAIN: Final = "drain"
"""Signal: stop before the next superstep; its argument says why. Query of our own activities: whether, and why."""
INVOKE: Final = "invoke"
"""Update: another turn of a run that waits, in place of the answers that it waits for."""
WAIT: Final = "wait"
"""Update: answers once the run is done, has failed, or waits for somebody. It changes nothing."""

STATE: Final = "state"
FULL: Final = "full"
"""Argument of `state`: with the tasks that are due and all that a snapshot says."""
INTERRUPTS: Final = "interrupts"
EVENTS: Final = "events"
"""What the run was told while it waited, from an offset on."""
GRAPH: Final = "graph"
VALUE: Final = "value"
"""Query of our own activities and client: a piece of a value that is passed by reference."""
SNAPSHOT: Final = "snapshot"
"""Query of our own activity: the state of a run that is over, for the next one of its thread."""

ROUTE: Final = "route"
"""Last part of the activity type of user code that no node's task carries."""
CACHE: Final = "cache"
"""Last part of the activity type that asks and tells the cache of a node that is a graph."""
PLAN: Final = "temporal_pregel.plan"
"""Local activity that records the plan of a run that a bare client started."""
TAKE_UP: Final = "temporal_pregel.take_up"
"""Activity that asks an earlier run of the same thread for its state."""

CATALOG: Final = "temporal_pregel.catalog"
"""Extern function by which workflow code gets at the graphs of its own worker."""

STEP_TIMEOUT: Final = "StepTimeout"
"""Type of the error that ends a run whose superstep took too long."""

RUNNING: Final = "running"
WAITING: Final = "waiting"
DONE: Final = "done"
FAILED: Final = "failed"
CANCELLED: Final = "cancelled"


def activity_type(graph: str, inside: tuple[str, ...], node: str) -> str:
    """``graph.node``, with the nodes between where the node stands in a subgraph."""
    return ".".join((graph, *inside, node))


def node_of(kind: str, graph: str, inside: tuple[str, ...]) -> str:
    """The node that `activity_type` put at the end of ``kind``."""
    return kind.removeprefix(".".join((graph, *inside)) + ".")
