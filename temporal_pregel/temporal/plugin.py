"""What makes a client and its workers know graphs.

client = await Client.connect("localhost:7233", plugins=[PregelPlugin(graphs=[app])])
Worker(client, task_queue="pregel")
"""

from __future__ import annotations

import dataclasses
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

PASSED_THROUGH = (
    "temporal_pregel",
    "pydantic",
    "pydantic_core",
    "annotated_types",
    "typing_extensions",
    "google.protobuf",
)
"""Modules that the sandbox takes from the process as they are: pure for what the workflow does with them."""

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


def _runner(runner: WorkflowRunner | None) -> WorkflowRunner:
    if isinstance(runner, SandboxedWorkflowRunner):
        restrictions = runner.restrictions.with_passthrough_modules(*PASSED_THROUGH)
        return dataclasses.replace(runner, restrictions=restrictions)
    return runner if runner is not None else _runner(SandboxedWorkflowRunner())


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
