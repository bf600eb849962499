"""Modules whose names come from another distribution, loaded when one of them is first asked for."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

CHECKPOINT = "langgraph-checkpoint, which is not installed: pip install 'temporal-pregel[checkpoint]'"
PREBUILT = (
    "langgraph-prebuilt, which can't be imported without LangGraph itself, and one of them is not installed: "
    "pip install langgraph (this package depends on neither, so there is no extra for it)"
)
"""Where names come from, and what to do if that is not there."""


def borrowed(
    module: str, source: str, names: list[str], home: str
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """``__getattr__`` and ``__dir__`` of ``module``, whose ``names`` are those of the module ``source``.

    They raise:
        ImportError: ``source`` is not installed; ``home`` says where to get it.
    """

    def find(name: str) -> Any:
        if name not in names:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        try:
            return getattr(import_module(source), name)
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] != "langgraph":
                raise
            raise ImportError(f"{name} of {module} comes from the distribution {home}", name=module) from error

    return find, lambda: sorted(names)
