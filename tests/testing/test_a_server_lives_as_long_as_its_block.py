from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.service import RPCError

from temporal_pregel.testing import DevServer, ServerUnavailableError, dev_server


async def test_it_answers_inside_the_block_and_is_gone_after_it() -> None:
    async with dev_server() as server:
        assert await (await server.client()).count_workflows() is not None
        assert server.ui_url is None
        host, port = server.address.split(":")
        assert host == "127.0.0.1"
    with socket.socket() as probe, pytest.raises(ConnectionRefusedError):
        probe.connect((host, int(port)))


async def test_two_run_side_by_side(server: DevServer) -> None:
    async with dev_server(namespace="other") as second:
        assert second.address != server.address
        client = await second.client()
        assert client.namespace == "other"
        assert (await client.count_workflows()).count == 0


async def test_a_port_that_is_taken_is_named(server: DevServer) -> None:
    port = int(server.address.split(":")[1])
    with pytest.raises(ServerUnavailableError, match=f"can't listen on 127.0.0.1:{port}"):
        async with dev_server(port=port):
            pass


async def test_a_server_that_does_not_start_is_an_error_with_its_log(tmp_path: Path) -> None:
    with pytest.raises(ServerUnavailableError, match=r"ended with code 1(.|\n)*no such file or directory"):
        async with dev_server(db_filename=tmp_path / "missing" / "data.db"):
            pass


async def test_settings_reach_the_server(client: Client) -> None:
    async with dev_server(dynamic_config={"limit.maxIDLength": 10}) as server:
        with pytest.raises(RPCError, match="exceeds"):
            await (await server.client()).start_workflow("any", id="longer than ten", task_queue="none")
    await client.start_workflow("any", id="longer than ten", task_queue="none")


async def test_data_in_a_file_outlives_the_server(tmp_path: Path) -> None:
    async with dev_server(db_filename=tmp_path / "data.db") as server:
        await (await server.client()).start_workflow("any", id="kept", task_queue="none")
    async with dev_server(db_filename=tmp_path / "data.db") as server:
        found = await (await server.client()).get_workflow_handle("kept").describe()
        assert found.workflow_type == "any"


if sys.platform == "linux":  # elsewhere no process ends with the one that started it

    def test_it_ends_with_a_process_that_is_killed() -> None:
        script = (
            "import asyncio\nfrom temporal_pregel.testing import dev_server\n"
            "async def main():\n    async with dev_server() as server:\n"
            "        print(server.address, flush=True)\n        await asyncio.sleep(60)\n"
            "asyncio.run(main())"
        )
        process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        host, port = process.stdout.readline().strip().split(":")
        process.kill()
        process.wait()
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex((host, int(port))) != 0:
                    return
            time.sleep(0.05)
        raise AssertionError(f"the server still listens on {port}")
