"""All of a node's behaviour in one object, for whoever runs its tasks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from temporal_pregel.core.plan import made_again
from temporal_pregel.nodes.branches import Branch
from temporal_pregel.nodes.caching import Key, NodeCache
from temporal_pregel.nodes.calling import Calls
from temporal_pregel.nodes.context import RunContext, RunningTask
from temporal_pregel.nodes.inputs import task_input
from temporal_pregel.nodes.writers import Writer
from temporal_pregel.types import RetryPolicy, TimeoutPolicy, TracePolicy

if TYPE_CHECKING:
    from temporal_pregel.pregel import Pregel


@dataclass(frozen=True, eq=False)
class NodeCode:
    """What a node does.

    ``calls``: the user's function. ``write``: its result as writes. ``mapper``: makes a model of the input's fields.
    ``managed``: keys of its input that are computed from the task (RemainingSteps), with their functions. ``branches``:
    its conditional edges. ``retry``: the first policy that matches an error decides. ``subgraph``: the graph that this
    node is, if it is one. ``options``: what an engine may want to know (an activity's queue, timeouts). ``handler``:
    what runs in its place when it has failed for good; ``handled_by``: the name that people are shown for it.
    ``timeout``: of each attempt, in seconds. ``ends``: where its Commands may lead as far as its signature says, for
    drawings. ``instant``: nothing of it is a user's code, so that it need not run aside of an event loop. ``cache``:
    for how long, and under which key, what it wrote stands for running it again. ``writes_to``: the channels that it
    writes to, where that is known. ``trace``: what tracers record of it, where that is not what it takes and gives.
    """

    calls: Calls
    write: Writer
    mapper: Callable[[Any], Any] | None = None
    branches: tuple[Branch, ...] = ()
    retry: tuple[RetryPolicy, ...] = ()
    managed: tuple[tuple[str, Callable[[RunningTask], Any]], ...] = ()
    subgraph: Pregel | None = None
    options: Mapping[str, Any] | None = None
    handler: Calls | None = None
    handled_by: str = ""
    timeout: TimeoutPolicy | None = None
    ends: tuple[str, ...] = ()
    instant: bool = False
    cache: NodeCache | None = None
    writes_to: tuple[str, ...] = ()
    trace: TracePolicy | None = None
    is_sync: bool = field(init=False)
    """Whether it can run without an event loop and has no async form of its own, and neither have its routers."""
    blocks: bool = field(init=False)
    """Whether it must not run on an event loop's own thread."""
    eager: bool = field(init=False)
    """Whether `legs.first_leg` may run it: one attempt at a coroutine function, with sync routers."""

    def __post_init__(self) -> None:
        called = (self.calls, *(branch.calls for branch in self.branches), *([self.handler] if self.handler else ()))
        object.__setattr__(self, "is_sync", all(calls.coro is None for calls in called))
        object.__setattr__(self, "blocks", self.is_sync and not self.instant)
        plain = self.calls.plain_coro is not None and not self.retry and self.handler is None and self.timeout is None
        object.__setattr__(self, "eager", plain and all(branch.calls.coro is None for branch in self.branches))
        if self.timeout is not None and self.calls.coro is None:
            raise ValueError(
                "Node timeouts are only supported for async nodes: a sync function can't be stopped in its process. "
                "Make the node async, or leave its timeout out."
            )

    def __reduce__(self) -> tuple[Any, ...]:
        return made_again(self)

    @property
    def structure(self) -> Mapping[str, Any]:
        """What belongs to a plan's structure of it, as JSON data: its conditional edges, and the graph that it is."""
        found: dict[str, Any] = {}
        if self.branches:
            found["branches"] = [branch.structure for branch in self.branches]
        if self.subgraph is not None:
            found["subgraph"] = self.subgraph.plan.hash
        return found

    def limited(self, timeout: TimeoutPolicy) -> NodeCode:
        """The same code with another timeout.

        Raises:
            ValueError: it is sync.
        """
        return replace(self, timeout=timeout)


def cache_key(task: RunningTask, run: RunContext) -> Key:
    """By what a cache knows the input of a task whose node has a policy.

    Raises:
        Exception: whatever the schema's validation or the policy's ``key_func`` raises.
    """
    kept: NodeCache = task.node.code.cache
    return kept.key(task_input(run.plan, task, run.cells))
