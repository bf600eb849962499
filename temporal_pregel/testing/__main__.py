"""`python -m temporal_pregel.testing`: the development server for a shell."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from typing import Any

from temporal_pregel.temporal.shutdown import run
from temporal_pregel.testing.binary import ServerUnavailableError, find_server
from temporal_pregel.testing.server import dev_server


def main(words: list[str] | None = None) -> int:
    """Run one command; the exit code is 0, or 1 with a line on stderr that says what is wrong."""
    chosen = _parser().parse_args(words)
    try:
        if chosen.command == "find":
            print(find_server())
        else:
            run(_serve(chosen))
    except ServerUnavailableError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m temporal_pregel.testing", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("find", help="print the path of a Temporal CLI that runs here, getting one where there is none")
    server = commands.add_parser("server", help="run a development server with the UI until Ctrl-C")
    server.add_argument("--ip", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    server.add_argument("--port", type=int, default=7233, help="gRPC port; 0 for a free one (default: %(default)s)")
    server.add_argument("--ui-port", type=int, default=8233, help="UI port; 0 for a free one (default: %(default)s)")
    server.add_argument("--headless", action="store_true", help="no UI")
    server.add_argument("--namespace", default="default", help="namespace to make (default: %(default)s)")
    server.add_argument("--db-filename", help="keep the data in this SQLite file (default: in memory)")
    server.add_argument(
        "--dynamic-config-value",
        metavar="KEY=JSON",
        type=_setting,
        action="append",
        default=[],
        help="a server setting beside, or in place of, those that this project always sets; may be given again",
    )
    return parser


def _setting(text: str) -> tuple[str, Any]:
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not KEY=JSON, e.g. limit.blobSize.error=4194304")
    try:
        return key, json.loads(value)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"the value of {key} is not JSON ({error}); text needs quotes") from error


async def _serve(chosen: argparse.Namespace) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, ended.set)
    async with dev_server(
        ip=chosen.ip,
        port=chosen.port or None,
        ui=not chosen.headless,
        ui_port=chosen.ui_port or None,
        namespace=chosen.namespace,
        db_filename=chosen.db_filename,
        dynamic_config=dict(chosen.dynamic_config_value),
    ) as server:
        print(f"Temporal server: {server.address}")
        if server.ui_url:
            print(f"Temporal UI:     {server.ui_url}")
        print("Ctrl-C ends it.", flush=True)
        await ended.wait()


if __name__ == "__main__":
    sys.exit(main())
