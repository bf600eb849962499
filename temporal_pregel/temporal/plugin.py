"""What makes a client and its workers know graphs.

client = await Client.connect("localhost:7233", plugins=[PregelPlugin(graphs=[app])])
Worker(client, task_queue="pregel")
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from temporalio.converter import DataConverter
from temporalio.plugin import SimplePlugin
from temporalio.worker import (
    Interceptor,
    WorkerConfig,
    WorkflowInboundInterceptor,
    WorkflowInstance,
    WorkflowInstanceDetails,
    WorkflowInterceptorClassInput,
    WorkflowRunner,
)
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from temporal_pregel.temporal.activities import make_activities
from temporal_pregel.temporal.catalog import Catalog
from temporal_pregel.temporal.names import CATALOG
from temporal_pregel.temporal.workflow import GraphWorkflow
from temporal_pregel.wire.converter import data_converter

if TYPE_CHECKING:
    from temporal_pregel.pregel import Pregel

BEATS = timedelta(seconds=2)
"""How old the details of a heartbeat may be that a new attempt sees."""


class PregelPlugin(SimplePlugin):
    """Brings workflow, activities, data converter and sandbox settings for ``graphs``.

    ``types``: classes (dataclasses, pydantic models, enums) that values may have though no schema names them.
    Give the same plugin to a `temporalio.worker.Replayer`.

    Raises:
        TypeError: something in ``graphs`` is no compiled graph.
        ValueError: two graphs of one name.
    """

    def __init__(self, graphs: Iterable[Pregel] = (), *, types: Sequence[Any] = ()) -> None:
        self.catalog = Catalog(graphs, types)
        super().__init__(
            "temporal_pregel.PregelPlugin",
            data_converter=lambda user: data_converter(user or DataConverter.default),
            workflows=[GraphWorkflow],
            activities=make_activities(self.catalog),
            workflow_runner=_runner,
            interceptors=[_Graphs(self.catalog)],
        )

    def configure_worker(self, config: WorkerConfig) -> WorkerConfig:
        """See base class."""
        config = super().configure_worker(config)
        config["max_heartbeat_throttle_interval"] = min(config.get("max_heartbeat_throttle_interval", BEATS), BEATS)
        return config


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
        return self.for_graphs.create_instance(det) if det.defn.cls is GraphWorkflow else super().create_instance(det)


def _runner(runner: WorkflowRunner | None) -> WorkflowRunner:
    if runner is None:
        runner = SandboxedWorkflowRunner()
    if isinstance(runner, SandboxedWorkflowRunner):
        return GraphSandbox(restrictions=runner.restrictions, runner_class=runner.runner_class)
    return runner


class _Graphs(Interceptor):
    """Hands the worker's graphs into the sandbox."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def workflow_interceptor_class(
        self, input: WorkflowInterceptorClassInput
    ) -> type[WorkflowInboundInterceptor] | None:
        """See base class."""
        input.unsafe_extern_functions[CATALOG] = lambda: self._catalog
        return None
