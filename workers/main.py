"""From a command line to a worker that serves until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import os
import shlex
import shutil
import signal
import sys
import traceback
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any, Final, cast

from temporal_pregel.pregel import Pregel
from temporal_pregel.temporal import PregelPlugin
from temporal_pregel.temporal.serving import Part, graph_worker
from temporal_pregel.temporal.shutdown import run
from temporal_pregel.testing import DevServer, ServerUnavailableError, dev_server
from workers.connect import ServerUnreachableError, connect, connect_words
from workers.graphs import load_graphs
from workers.samples import sample_input
from workers.settings import Settings, SettingsError, read_settings, unknown_variables

log: Final = logging.getLogger("temporal_pregel.worker")


def main(words: Sequence[str] | None = None) -> int:
    """Serve; the exit code is 0 after a stop that was asked for, 2 for a wrong setting, 1 for anything else."""
    environment = dict(os.environ)
    try:
        settings = read_settings(words, environment)
        logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
        for line in unknown_variables(environment):
            log.warning(line)
        graphs = load_graphs(settings.graphs)
        run(_serve(settings, graphs, environment))
    except SettingsError as error:
        return _say(error, 2)
    except (ServerUnreachableError, ServerUnavailableError) as error:
        return _say(error, 1)
    return 0


def _say(error: Exception, code: int) -> int:
    if error.__cause__ is not None and isinstance(error, SettingsError):
        traceback.print_exception(error.__cause__)  # a module of the user's that fails is mended from its traceback
    print(f"python -m workers: {error}", file=sys.stderr)
    return code


async def _serve(settings: Settings, graphs: list[Pregel], environment: Mapping[str, str]) -> None:
    stop = _stop_event()
    async with AsyncExitStack() as open_things:
        if settings.dev:
            server = await open_things.enter_async_context(
                dev_server(port=settings.dev_port or None, ui=True, ui_port=settings.dev_ui_port or None)
            )
            words: dict[str, Any] = {"target_host": server.address, "namespace": server.namespace}
        else:
            server = None
            words = connect_words(settings, environment)
        connecting = asyncio.ensure_future(connect(words, [PregelPlugin(graphs=graphs)], settings.connect_timeout))
        if not await _first(connecting, stop):
            connecting.cancel()
            return
        worker = graph_worker(
            connecting.result(),
            task_queue=settings.task_queue,
            serve=cast(Part, settings.serve),
            max_concurrent_activities=settings.max_nodes,
            max_concurrent_workflow_tasks=settings.max_workflow_tasks,
            max_cached_workflows=settings.max_cached_workflows,
            max_concurrent_activity_task_polls=settings.node_pollers,
            graceful_shutdown_timeout=timedelta(seconds=settings.grace),
        )
        serving = asyncio.ensure_future(worker.run())
        names = ", ".join(graph.name for graph in graphs)
        log.info("serving %s of %s on task queue %s", _halves(settings.serve), names, settings.task_queue)
        log.info("Temporal server %s, namespace %s", words["target_host"], words["namespace"])
        if server is not None:
            _welcome(server, settings, graphs)
        if await _first(serving, stop):
            serving.result()
            return
        log.info("stopping; running nodes have %.0f s", settings.grace)
        await worker.shutdown()
        await serving
        log.info("stopped")


async def _first(work: asyncio.Future[Any], stop: asyncio.Event) -> bool:
    """Whether the work ended before the process was told to stop."""
    stopped = asyncio.ensure_future(stop.wait())
    await asyncio.wait({work, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    return work.done()


def _stop_event() -> asyncio.Event:
    """Set by SIGTERM and Ctrl-C. A second one ends the process in the system's own way."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def told(number: int, _frame: object) -> None:
        loop.call_soon_threadsafe(stop.set)
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, told)
    return stop


def _halves(serve: str) -> str:
    return {"all": "workflows and nodes", "workflows": "the workflows", "nodes": "the nodes"}[serve]


def _welcome(server: DevServer, settings: Settings, graphs: list[Pregel]) -> None:
    """What a person at the terminal can do now."""
    found = shutil.which("temporal")
    cli = "temporal" if found and os.path.samefile(found, server.program) else str(server.program)
    where = "" if server.address == "127.0.0.1:7233" else f" --address {server.address}"
    print(f"\nTemporal server  {server.address}")
    print(f"Temporal UI      {server.ui_url}")
    print(f"Graphs           {', '.join(graph.name for graph in graphs)}\n")
    given = shlex.quote(sample_input(graphs[-1]))
    print("Start a run, look at it, answer its question, wait for what comes out:")
    for line in (
        f"start  --type {graphs[-1].name} --task-queue {settings.task_queue} --workflow-id t1 --input {given}",
        "query  --workflow-id t1 --type state",
        "signal --workflow-id t1 --name resume --input '\"yes\"'",
        "result --workflow-id t1",
    ):
        print(f"  {cli} workflow {line}{where}")
    print("\nCtrl-C ends it.", flush=True)
