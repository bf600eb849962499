"""What makes a client and its workers know graphs.

client = await Client.connect("localhost:7233", plugins=[PregelPlugin(graphs=[app])])
Worker(client, task_queue="pregel")
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from temporalio.converter import DataConverter
from temporalio.plugin import SimplePlugin
from temporalio.worker import (
    Interceptor,
    WorkerConfig,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
)

from temporal_pregel.temporal.activities import make_activities
from temporal_pregel.temporal.catalog import Catalog
from temporal_pregel.temporal.names import CATALOG
from temporal_pregel.temporal.sandbox import graph_runner
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
            workflow_runner=graph_runner,
            interceptors=[_Graphs(self.catalog)],
        )

    def configure_worker(self, config: WorkerConfig) -> WorkerConfig:
        """See base class."""
        config = super().configure_worker(config)
        config["max_heartbeat_throttle_interval"] = min(config.get("max_heartbeat_throttle_interval", BEATS), BEATS)
        if config.get("max_cached_workflows") == 0 and config.get("tuner") is None:
            # Such a worker forgets a run after each task, and with it all but one of the tasks that came for the run
            # meanwhile: a query among them is never answered. So they come one after the other, whatever was asked for.
            config["max_concurrent_workflow_tasks"] = 1
        return config


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
