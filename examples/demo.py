"""What `make demo` runs: the examples on a real Temporal server, step by step.

python -m examples.demo          starts a server and a worker for them, and ends both
python -m examples.demo --ui     with Temporal's UI, and waits for Enter before it ends
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

from examples import adder, approval, digest
from temporal_pregel.temporal.shutdown import run
from temporal_pregel.testing import DevServer, ServerUnavailableError, dev_server, running_worker

HERE = Path(__file__).parent
DOCS = HERE.parent / "docs"
PATIENCE = 60.0
"""Seconds after which what should have happened has gone wrong."""


def say(line: str = "") -> None:
    print(line, flush=True)


def heading(title: str) -> None:
    say(f"\n== {title}")


async def demonstrate(ui: bool) -> None:
    began = time.monotonic()
    heading("A Temporal server and a worker")
    async with dev_server(ui=ui) as server:
        say(f"server   {server.address} (in memory, on this machine only)")
        if server.ui_url:
            say(f"UI       {server.ui_url}")
        async with running_worker(await server.client(), adder.app, approval.app, digest.app) as client:
            say("worker   in this process, on task queue 'pregel', with the graphs adder, approval and digest")
            await add(client)
            await approve(client, server)
            await count_words(client)
            if server.ui_url:
                say(f"\nLook at the runs at {server.ui_url}; Enter ends the server.")
                await asyncio.to_thread(sys.stdin.readline)
    say(f"\nAll done in {time.monotonic() - began:.1f} s; server and worker are stopped.")


async def add(client: Any) -> None:
    heading("adder: two nodes in a row, the same graph object here and there")
    say(f"in this process   app.invoke({{'value': 5}}) -> {adder.app.invoke({'value': 5})}")
    durable = adder.app.on(client)
    result = await durable.ainvoke({"value": 5}, {"configurable": {"thread_id": "adder-1"}})
    say(f"on Temporal       await app.on(client).ainvoke({{'value': 5}}, …) -> {result}")
    expect(result == {"value": 12}, f"{{'value': 12}}, not {result}")
    say(str(result))


async def approve(client: Any, server: DevServer) -> None:
    """With nothing but a plain client: what the `temporal` CLI does, too."""
    heading("approval: the run waits for a person, who answers with a signal")
    say('start    workflow \'approval\' with {"draft": "hello"}')
    handle = await client.start_workflow("approval", {"draft": "hello"}, id="approval-1", task_queue="pregel")
    for answer in ("louder", "yes"):
        state = await waiting(handle)
        say("query    state ->")
        say(textwrap.indent(json.dumps(state, indent=2), "         "))
        say(f'signal   resume "{answer}"')
        await handle.signal("resume", answer)
        await taken(handle, state)
    result = await asyncio.wait_for(handle.result(), PATIENCE)
    say(f"result   {json.dumps(result)}")
    expect(result["published"] and result["draft"] == "HELLO", f"a published HELLO, not {result}")
    say("The same from a shell, while such a server runs (`make dev`):")
    for line in (
        'start  --type approval --task-queue pregel --workflow-id t1 --input \'{"draft": "hello"}\'',
        "query  --workflow-id t1 --type state",
        "signal --workflow-id t1 --name resume --input '\"yes\"'",
        "result --workflow-id t1",
    ):
        say(f"  temporal workflow {line}")


async def waiting(handle: Any) -> Any:
    """The run's state once it has a question."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        state = await handle.query("state")
        if state["status"] == "waiting":
            return state
        await asyncio.sleep(0.05)
    raise SystemExit(f"The run has not asked anything within {PATIENCE:.0f} s; its state: {state}")


async def taken(handle: Any, before: Any) -> None:
    """Return when the question that was answered is closed."""
    asked = before["interrupts"][0]["id"]
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        state = await handle.query("state")
        if asked not in [each["id"] for each in state.get("interrupts", ())]:
            return
        await asyncio.sleep(0.05)
    raise SystemExit(f"The answer was not taken within {PATIENCE:.0f} s; the run's state: {state}")


async def count_words(client: Any) -> None:
    folder = DOCS if DOCS.is_dir() else HERE
    heading(f"digest: every file of {folder.name}/ is a task of its own; their counts become one")
    result = await digest.digest(digest.app.on(client), str(folder), digest.Progress(sys.stdout))
    for line in digest.report(result):
        say(line)
    expect(result["words"] > 0, "some words")


def expect(fact: bool, what: str) -> None:
    """
    Raises:
        SystemExit: what the demonstration promises did not come out.
    """
    if not fact:
        raise SystemExit(f"This should have come out: {what}.")


def main(words: list[str] | None = None) -> int:
    line = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    line.add_argument("--ui", action="store_true", help="serve Temporal's UI, and wait for Enter before the end")
    chosen = line.parse_args(words)
    try:
        run(demonstrate(chosen.ui))
    except ServerUnavailableError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
