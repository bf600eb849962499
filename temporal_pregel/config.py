"""The config of the node that is running, and how configs of several places become one.

A config is a plain dict: ``configurable`` (thread_id, checkpoint_id, checkpoint_ns, and your own keys),
``recursion_limit`` (supersteps), ``max_concurrency``, ``tags``, ``metadata``, ``callbacks``, ``run_name``,
``run_id``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

RunnableConfig = dict[str, Any]

DEFAULT_RECURSION_LIMIT = int(os.environ.get("LANGGRAPH_DEFAULT_RECURSION_LIMIT", "10007"))
"""Supersteps a run may take where its config does not say."""


CONFIG_KEYS = frozenset(
    ("tags", "metadata", "callbacks", "run_name", "run_id", "max_concurrency", "recursion_limit", "configurable")
)
"""What a config may have, as LangChain's."""


def get_config() -> RunnableConfig:
    """The config of the node that is running.

    Raises:
        RuntimeError: outside a node.
    """
    from temporal_pregel.nodes.context import current_task

    return current_task().config


def get_stream_writer() -> Callable[[Any], None]:
    """The writer of the ``custom`` stream.

    Raises:
        RuntimeError: outside a node.
    """
    from temporal_pregel.nodes.context import current_task

    return current_task().write_custom


def get_store() -> Any:
    """The store the graph was compiled with.

    Raises:
        RuntimeError: outside a node.
    """
    from temporal_pregel.nodes.context import current_task

    return current_task().run.store


def merge_configs(*configs: Mapping[str, Any] | None) -> RunnableConfig:
    """One config out of several: later ones win, and ``configurable``, ``metadata``, ``tags`` and ``callbacks`` are
    joined."""
    merged: RunnableConfig = {}
    for config in configs:
        for key, value in placed(config).items() if config else ():
            if value is None:
                continue
            if key in ("configurable", "metadata"):
                merged[key] = {**merged.get(key, {}), **value}
            elif key == "tags":
                merged[key] = [*merged.get(key, ()), *(tag for tag in value if tag not in merged.get(key, ()))]
            elif key == "callbacks" and merged.get(key):
                merged[key] = _both(merged[key], value)
            else:
                merged[key] = value
    return merged


def placed(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """``config``, with what is none of its own keys in ``configurable``: so people may write ``{"thread_id": "1"}``.
    What is None counts as not there.

    Raises:
        TypeError: it is no mapping.
    """
    if type(config) is dict and CONFIG_KEYS.issuperset(config) and None not in config.values():
        return config
    if not isinstance(config, Mapping):
        raise TypeError(f"A config is a dict such as {{'configurable': {{'thread_id': '1'}}}}, got {config!r}")
    given = {key: value for key, value in config.items() if value is not None}
    others = {key: value for key, value in given.items() if key not in CONFIG_KEYS}
    if not others:
        return given
    own = {key: value for key, value in given.items() if key in CONFIG_KEYS}
    return {**own, "configurable": {**own.get("configurable", {}), **others}}


def limit_of(config: Mapping[str, Any]) -> int:
    """The supersteps that a run may take.

    Raises:
        TypeError: ``recursion_limit`` is no number.
        ValueError: it is below 1.
    """
    limit = config.get("recursion_limit", DEFAULT_RECURSION_LIMIT)
    if type(limit) is not int:
        limit = _whole("recursion_limit", limit)
    if limit < 1:
        raise ValueError(f"recursion_limit must be at least 1, got {limit}")
    return limit


def width_of(config: Mapping[str, Any]) -> int | None:
    """How many tasks of a run, or calls of a batch, may go on at once; None if ``config`` does not say.

    Raises:
        TypeError: ``max_concurrency`` is no number.
        ValueError: it is below 1.
    """
    width = config.get("max_concurrency")
    if width is None:
        return None
    if type(width) is not int:
        width = _whole("max_concurrency", width)
    if width < 1:
        raise ValueError(f"max_concurrency must be at least 1, got {width}")
    return width


def _whole(name: str, given: Any) -> int:
    if not isinstance(given, (bool, str, bytes)):
        try:
            return int(given)
        except OverflowError:  # infinity
            return sys.maxsize if given > 0 else -1
        except (TypeError, ValueError):
            pass
    raise TypeError(f"config[{name!r}] must be a whole number, got {given!r}")


def _both(held: Any, new: Any) -> Any:
    """The handlers of two values of ``callbacks``, lists or managers. A manager knows its place, the later one best."""
    if isinstance(held, list) and isinstance(new, list):
        return [*held, *(handler for handler in new if handler not in held)]
    first, second = (held, new) if isinstance(new, list) else (new, held)
    manager = first.copy()
    for handler in second if isinstance(second, list) else second.inheritable_handlers:
        manager.add_handler(handler, inherit=True)
    return manager
