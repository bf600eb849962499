"""The sandbox that graphs run in: its modules are the process's, and it is entered once per workflow task."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from temporal_pregel.temporal.workflow import GraphWorkflow


@dataclass(frozen=True)
class GraphSandbox(SandboxedWorkflowRunner):
    """The worker's sandbox; for graphs it takes all modules as they are in the process.

    A graph's reducers are objects of this process, whatever modules they and their values come from; imported a second
    time, their classes would be others. A user's own workflows are sandboxed as they were.
    """

    @cached_property
    def for_graphs(self) -> SandboxedWorkflowRunner:
        """The sandbox of graphs."""
        return SandboxedWorkflowRunner(
            restrictions=self.restrictions.with_passthrough_all_modules(), runner_class=self.runner_class
        )

    def prepare_workflow(self, defn: Any) -> None:
        """See base class."""
        if defn.cls is GraphWorkflow:
            self.for_graphs.prepare_workflow(defn)
        else:
            super().prepare_workflow(defn)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """See base class."""
        if det.defn.cls is not GraphWorkflow:
            return super().create_instance(det)
        return asked_once(self.for_graphs.create_instance(det))


def graph_runner(runner: WorkflowRunner | None) -> WorkflowRunner:
    """The runner for a worker that would have had ``runner``."""
    if runner is None:
        runner = SandboxedWorkflowRunner()
    if isinstance(runner, SandboxedWorkflowRunner):
        return GraphSandbox(restrictions=runner.restrictions, runner_class=runner.runner_class)
    return runner


def asked_once(instance: WorkflowInstance) -> WorkflowInstance:
    """The same instance, which is asked only once between two activations whom a payload belongs to.

    The SDK asks it three times or more for every payload, and the way through the sandbox to the answer is longer than
    what is done with it: a third of the time of a replay. Only an activation can change the answer for a command; what
    belongs to none is the run's own.
    """
    known: dict[tuple[str, Any], Any] = {}
    own: dict[tuple[str, Any], Any] = {}

    def once(name: str) -> Callable[[Any], Any]:
        ask = getattr(instance, name)

        def answer(command: Any) -> Any:
            kept = own if command is None else known
            key = name, command
            if key not in kept:
                kept[key] = ask(command)
            return kept[key]

        return answer

    activate = instance.activate

    def activated(activation: Any) -> Any:
        known.clear()
        try:
            return activate(activation)
        finally:
            known.clear()

    instance.__dict__.update(
        activate=activated, **{name: once(name) for name in ("get_serialization_context", "get_external_store_context")}
    )
    return instance
