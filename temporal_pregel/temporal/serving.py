"""A Temporal worker for graphs: what it should be given whoever runs it, and serving only one half of them.

A worker serves the workflows (what runs next) and the nodes (the user's functions) of its graphs. In a deployment where
nodes are heavy the two can be different processes on one task queue: one serves `workflows`, others serve `nodes`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final, Literal, TypeAlias

from temporalio.client import Client
from temporalio.plugin import SimplePlugin
from temporalio.worker import Worker, WorkerConfig

Part: TypeAlias = Literal["all", "workflows", "nodes"]

GRACE: Final = timedelta(seconds=30)
"""How long nodes that run when a worker is told to stop may go on, before they are cancelled and run elsewhere."""

NODE_POLLERS: Final = 10
"""With several partitions per task queue and fewer pollers than this, a task can wait 2 s for one that looks."""


def graph_worker(client: Client, *, task_queue: str = "pregel", serve: Part = "all", **options: Any) -> Worker:
    """A worker for the graphs of the client's `PregelPlugin`.

    Args:
        client: A client with the plugin; the plugin brings workflow, activities, converter and sandbox.
        task_queue: Where to wait for work.
        serve: Both halves of the graphs, or one of them.
        options: What `temporalio.worker.Worker` takes, in place of what this module sets.
    """
    defaults: dict[str, Any] = {
        "graceful_shutdown_timeout": GRACE,
        "max_concurrent_activity_task_polls": NODE_POLLERS,
        # Local activities stay: the workflow uses them for steps of its own.
        "no_remote_activities": serve == "workflows",
    }
    half = [_WithoutWorkflows()] if serve == "nodes" else []
    plugins = [*options.pop("plugins", ()), *half]
    return Worker(client, task_queue=task_queue, plugins=plugins, **{**defaults, **options})


class _WithoutWorkflows(SimplePlugin):
    """Takes the workflows out again that the plugins before it brought."""

    def __init__(self) -> None:
        super().__init__("temporal_pregel.nodes_only")

    def configure_worker(self, config: WorkerConfig) -> WorkerConfig:
        config["workflows"] = []
        return config
