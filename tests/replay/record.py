"""Record the histories that the tests replay: `python -m tests.replay.record [kind …]`.

Only for kinds that are new, or for a new engine version: the histories of a released engine are never recorded again.
"""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path

from temporal_pregel.temporal.names import ENGINE_VERSION
from temporal_pregel.temporal.shutdown import run
from temporal_pregel.testing import dev_server, running_worker
from tests.replay.kinds import GRAPHS, OPEN
from tests.replay.plays import PLAYS

FOLDER = Path(__file__).parent / "histories" / f"v{ENGINE_VERSION}"


async def record(kinds: list[str]) -> None:
    """Play each kind on a server of its own and write its history."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    async with dev_server() as server, running_worker(await server.client(), *GRAPHS.values()) as client:
        for kind in kinds:
            config = {"configurable": {"thread_id": f"replay-{kind}"}}
            await asyncio.wait_for(PLAYS[kind](GRAPHS[kind].on(client), config, client), 60)
            history = await client.get_workflow_handle(f"replay-{kind}").fetch_history()
            # A stack trace names the recording machine's folders, and no replay reads it.
            text = re.sub(r'"stackTrace": "(?:[^"\\]|\\.)*"', '"stackTrace": ""', history.to_json())
            (FOLDER / f"{kind}.json").write_text(text + "\n", encoding="utf-8")
            print(f"{kind}: {len(history.events)} events")
        OPEN.set()


if __name__ == "__main__":
    run(record(sys.argv[1:] or [kind for kind in PLAYS if not (FOLDER / f"{kind}.json").exists()]))
