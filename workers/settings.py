"""What can be set, in one table: each row is a flag and an environment variable.

A flag wins over its environment variable, which wins over the default. The `TEMPORAL_*` variables and the profile that
say where the server is are read by the SDK, as the `temporal` CLI reads them; the flags for address and namespace win.
"""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

PREFIX: Final = "TEMPORAL_PREGEL_"

EPILOG: Final = """\
where the server is, as for the temporal CLI:
  TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS, TEMPORAL_TLS_CLIENT_CERT_PATH,
  TEMPORAL_TLS_CLIENT_KEY_PATH, TEMPORAL_TLS_SERVER_CA_CERT_PATH, TEMPORAL_TLS_SERVER_NAME, …, or the same in a profile
  of its TOML file (TEMPORAL_PROFILE, TEMPORAL_CONFIG_FILE).

examples:
  python -m workers examples.adder:app examples.approval:app
  python -m workers --dev my.graphs:app                 a development server with UI comes with it
  python -m workers --serve workflows my.graphs:app     and, on other machines,
  python -m workers --serve nodes my.graphs:app
"""


class SettingsError(ValueError):
    """A setting is wrong; the message says which, where it was set, and what it should be."""


@dataclass(frozen=True)
class Settings:
    """How a worker is to run. Times are in seconds."""

    graphs: tuple[str, ...]
    task_queue: str
    serve: str
    max_nodes: int
    max_workflow_tasks: int
    max_cached_workflows: int
    node_pollers: int
    grace: float
    connect_timeout: float
    log_level: str
    address: str | None
    namespace: str | None
    profile: str | None
    config_file: str | None
    dev: bool
    dev_port: int
    dev_ui_port: int


@dataclass(frozen=True)
class _Row:
    field: str
    read: Callable[[str], Any]
    default: Any
    help: str
    environment: str | None = None
    """The variable's name where it isn't PREFIX and the field's name; empty for a flag only."""

    @property
    def flag(self) -> str:
        return "--" + self.field.replace("_", "-")

    @property
    def variable(self) -> str:
        return PREFIX + self.field.upper() if self.environment is None else self.environment


def _whole(least: int, most: int | None = None) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.strip().isdecimal() or int(text) < least or (most is not None and int(text) > most):
            raise ValueError(f"a whole number of at least {least}" + (f" and at most {most}" if most else ""))
        return int(text)

    return read


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 <= value < float("inf"):
        raise ValueError("a number of seconds, 0 or more")
    return value


def _one_of(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.lower() not in words:
            raise ValueError("one of " + ", ".join(words))
        return text.lower()

    return read


def _text(text: str) -> str:
    if not text.strip():
        raise ValueError("a text that is not empty")
    return text.strip()


_PORT: Final = _whole(0, 65535)

ROWS: Final = (
    _Row("task_queue", _text, "pregel", "task queue to wait for work on"),
    _Row("serve", _one_of("all", "workflows", "nodes"), "all", "all, or only the workflows, or only the nodes"),
    _Row("max_nodes", _whole(1), 100, "nodes that run at once"),
    _Row("max_workflow_tasks", _whole(2), 100, "workflow tasks that are worked on at once"),
    _Row(
        "max_cached_workflows",
        _whole(0),
        1000,
        "runs kept in memory; 0 replays a run at each of its tasks, one at a time",
    ),
    _Row("node_pollers", _whole(1), 10, "how many look for nodes' tasks; fewer than 10 can make them wait"),
    _Row("grace", _seconds, 30.0, "seconds that running nodes get when the worker is told to stop"),
    _Row("connect_timeout", _seconds, 60.0, "seconds to wait for a server that can't be reached yet"),
    _Row("log_level", _one_of("debug", "info", "warning", "error"), "info", "debug, info, warning or error"),
    _Row("address", _text, None, "host:port of the server", "TEMPORAL_ADDRESS"),
    _Row("namespace", _text, None, "namespace", "TEMPORAL_NAMESPACE"),
    _Row("profile", _text, None, "profile of the TOML file", "TEMPORAL_PROFILE"),
    _Row("config_file", _text, None, "the TOML file, where it isn't in its usual place", "TEMPORAL_CONFIG_FILE"),
    _Row("dev_port", _PORT, 7233, "port of the server that --dev starts; 0 for a free one", ""),
    _Row("dev_ui_port", _PORT, 8233, "port of its UI; 0 for a free one", ""),
)
GRAPHS_VARIABLE: Final = PREFIX + "GRAPHS"
VARIABLES: Final = (GRAPHS_VARIABLE, *(row.variable for row in ROWS if row.variable))


def read_settings(words: Sequence[str] | None, environment: Mapping[str, str]) -> Settings:
    """The settings from the words of a command line (None: this process's) and an environment.

    Raises:
        SettingsError: A value is wrong, or there is no graph to serve.
        SystemExit: By argparse, for `--help` and unknown flags.
    """
    given = vars(_parser().parse_args(words))
    values: dict[str, Any] = {}
    for row in ROWS:
        text, source = given[row.field], row.flag
        if text is None and row.variable.startswith(PREFIX) and environment.get(row.variable):
            text, source = environment[row.variable], row.variable
        try:
            values[row.field] = row.default if text is None else row.read(text)
        except ValueError as error:
            raise SettingsError(f"{source} is {text!r}; it must be {error}.") from None
    graphs = tuple(given["graphs"] or environment.get(GRAPHS_VARIABLE, "").split())
    if not graphs:
        raise SettingsError(
            "No graph to serve. Name compiled graphs as module:attribute, e.g. "
            f"`python -m workers examples.adder:app`, or set {GRAPHS_VARIABLE} to such names with spaces between them."
        )
    return Settings(graphs=graphs, dev=given["dev"], **values)


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """A line for each variable that looks like one of ours and isn't."""
    lines = []
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in VARIABLES:
            near = difflib.get_close_matches(name, VARIABLES, n=1)
            lines.append(f"{name} is set, and there is no such setting" + (f"; is {near[0]} meant?" if near else ""))
    return lines


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m workers",
        description="Serve compiled graphs on Temporal until SIGTERM or Ctrl-C.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "graphs",
        nargs="*",
        metavar="module:attribute",
        help=f"a compiled graph; several may follow [{GRAPHS_VARIABLE}]",
    )
    parser.add_argument(
        "--dev", action="store_true", help="start a development server with UI, too, and end it at the end"
    )
    for row in ROWS:
        default = "" if row.default is None else f" (default: {row.default})"
        variable = f" [{row.variable}]" if row.variable else ""
        parser.add_argument(row.flag, metavar="VALUE", help=f"{row.help}{default}{variable}")
    return parser
