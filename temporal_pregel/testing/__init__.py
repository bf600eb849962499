"""Test your graphs on a real Temporal server, the way this project tests itself.

    async with dev_server() as server:
        client = await server.client()
        async with running_worker(client, app) as durable_client:
            assert await app.on(durable_client).ainvoke({"value": 5}) == {"value": 12}

`dev_server` finds a Temporal server or gets one, and starts it on the loopback address with free ports, its data in
memory and the settings that make short steps quick. `running_worker` serves graphs in this process.
`python -m temporal_pregel.testing server` does the first from a shell, with the UI.

A script that runs a worker should be started with `temporal_pregel.temporal.shutdown.run`, which ends it cleanly.
"""

from temporal_pregel.testing.binary import ServerUnavailableError, find_server
from temporal_pregel.testing.server import DevServer, dev_server
from temporal_pregel.testing.settings import SERVER_SETTINGS
from temporal_pregel.testing.worker import running_worker

__all__ = ["SERVER_SETTINGS", "DevServer", "ServerUnavailableError", "dev_server", "find_server", "running_worker"]
