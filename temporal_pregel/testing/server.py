"""A Temporal development server for as long as a block runs."""

from __future__ import annotations

import asyncio
import functools
import json
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from temporal_pregel.testing.binary import ServerUnavailableError, find_server
from temporal_pregel.testing.settings import SERVER_SETTINGS, Setting

if TYPE_CHECKING:
    from temporalio.client import Client

START_SECONDS: Final = 60.0
STOP_SECONDS: Final = 10.0
_TRIES_FOR_A_FREE_PORT: Final = 3


@dataclass(frozen=True)
class DevServer:
    """A running development server."""

    address: str
    """`host:port` of the gRPC frontend, as clients and the `temporal` CLI take it."""
    namespace: str
    ui_url: str | None
    """Where the UI is, or None for a server without one."""
    program: Path
    """The Temporal CLI that runs it; the same program is the client for a shell."""

    async def client(self, **connect: Any) -> Client:
        """A new client of this server; the words are those of `temporalio.client.Client.connect`."""
        from temporalio.client import Client

        return await Client.connect(self.address, **{"namespace": self.namespace, **connect})


@asynccontextmanager
async def dev_server(
    *,
    ip: str = "127.0.0.1",
    port: int | None = None,
    ui: bool = False,
    ui_port: int | None = None,
    namespace: str = "default",
    db_filename: str | os.PathLike[str] | None = None,
    dynamic_config: Mapping[str, Setting] | None = None,
    search_attributes: Mapping[str, str] | None = None,
    log_level: str = "error",
) -> AsyncIterator[DevServer]:
    """Start a Temporal server on this machine, and stop it at the end of the block.

    Args:
        ip: The address to listen on. Anything but the loopback address opens the server, which asks nobody who they
            are, to the network.
        port: Of the gRPC frontend; a free one by default.
        ui: Whether to serve the UI too.
        ui_port: Of the UI; a free one by default.
        namespace: Made when it isn't there; `default` always is.
        db_filename: An SQLite file that keeps the data beyond the block. In memory by default, which is twice as fast.
        dynamic_config: Server settings beside, or in place of, `SERVER_SETTINGS`.
        search_attributes: Names of search attributes to register, with their types (`Keyword`, `Int`, …).
        log_level: Of the server; its log is shown when it doesn't start.

    Raises:
        ServerUnavailableError: There is no server, or it didn't start; the message has the end of its log.
    """
    program = await asyncio.to_thread(find_server)
    settings = {**SERVER_SETTINGS, **(dynamic_config or {})}
    flags = ["--ip", ip, "--namespace", namespace, "--log-level", log_level]
    if db_filename is not None:
        flags += ["--db-filename", os.path.abspath(db_filename)]
    for key, value in settings.items():
        flags += ["--dynamic-config-value", f"{key}={json.dumps(value)}"]
    for key, kind in (search_attributes or {}).items():
        flags += ["--search-attribute", f"{key}={kind}"]

    with tempfile.TemporaryDirectory(prefix="temporal-pregel-", ignore_cleanup_errors=True) as folder:
        tries = 1 if port is not None and (ui_port is not None or not ui) else _TRIES_FOR_A_FREE_PORT
        for left in reversed(range(tries)):
            server = DevServer(
                address=f"{ip}:{_free_port(ip, port or 0)}",
                namespace=namespace,
                ui_url=f"http://{ip}:{_free_port(ip, ui_port or 0)}" if ui else None,
                program=program,
            )
            process = _Process(server, flags, Path(folder))
            try:
                await process.ready()
                break
            except _PortTaken:
                # Between our look for a free port and the server's bind another process may take it.
                await process.stop(gently=False)
                if not left:
                    raise
            except BaseException:
                await process.stop(gently=False)
                raise
        try:
            yield server
        finally:
            await process.stop(gently=db_filename is not None)


class _PortTaken(ServerUnavailableError):
    pass


class _Process:
    def __init__(self, server: DevServer, flags: list[str], folder: Path) -> None:
        self._server = server
        self._log = folder / "server.log"
        self._places = [server.address]
        if server.ui_url:
            self._places.append(server.ui_url.removeprefix("http://"))
        port, *ui_port = (place.rsplit(":", 1)[1] for place in self._places)
        where = ["--ui-port", *ui_port] if ui_port else ["--headless"]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [*_dies_with_us(), server.program, "server", "start-dev", "--port", port, *where, *flags],
                cwd=folder,
                # The caller's TEMPORAL_NAMESPACE and the like are for clients; the server would read them too.
                env={key: value for key, value in os.environ.items() if not key.startswith("TEMPORAL_")},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A Ctrl-C in the terminal is for us: workers need the server until they have stopped.
                start_new_session=True,
            )

    async def ready(self) -> None:
        """Return when the server answers and has its namespace, and the UI takes connections."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise self._fault(f"ended with code {self._process.returncode}")
            if all([await _listens(place) for place in self._places]) and await self._answers():
                return
            await asyncio.sleep(0.05)
        raise self._fault(f"didn't answer within {START_SECONDS:.0f} s")

    async def stop(self, *, gently: bool) -> None:
        """End the process: at once, or with time to write its database."""
        if self._process.poll() is None:
            (self._process.terminate if gently else self._process.kill)()
        try:
            await asyncio.to_thread(self._process.wait, STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            await asyncio.to_thread(self._process.wait)

    async def _answers(self) -> bool:
        from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
        from temporalio.service import RPCError

        try:
            client = await self._server.client()
            await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=self._server.namespace))
        except (RPCError, RuntimeError):  # the SDK's client reports a connection that fails as a RuntimeError
            return False
        return True

    def _fault(self, what: str) -> ServerUnavailableError:
        said = self._log.read_text(errors="replace").strip()[-2000:]
        kind = _PortTaken if "address already in use" in said else ServerUnavailableError
        where = f"{self._server.address}" + (f" with the UI at {self._server.ui_url}" if self._server.ui_url else "")
        return kind(
            f"The Temporal server for {where} {what}. It is started with {self._server.program}, "
            f"and the end of its log says:\n{said or '(nothing)'}"
        )


@functools.cache
def _dies_with_us() -> tuple[str, ...]:
    """Words before a command by which the system ends it when this process is killed, where it knows how to (Linux)."""
    words = ("setpriv", "--pdeathsig", "KILL", "--")
    try:
        works = subprocess.run([*words, "true"], capture_output=True).returncode == 0
    except OSError:
        works = False
    return words if works else ()


async def _listens(place: str) -> bool:
    host, port = place.rsplit(":", 1)
    try:
        _, writer = await asyncio.open_connection(host, int(port))
    except OSError:
        return False
    writer.close()
    return True


def _free_port(ip: str, wanted: int = 0) -> int:
    """A port that nobody listens on: the wanted one, or any.

    Raises:
        ServerUnavailableError: The wanted one is taken. (Found here, because a server of somebody else that listens
            there would look like ours that is ready.)
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ip, wanted))
        except OSError as error:
            raise ServerUnavailableError(
                f"A Temporal server can't listen on {ip}:{wanted}: {error.strerror}. "
                "Stop what uses that port, or give another port (or none, for a free one)."
            ) from error
        port: int = probe.getsockname()[1]
        return port
