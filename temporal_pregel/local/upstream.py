"""Savers that others wrote, as logs."""

from __future__ import annotations

from typing import Any, cast

from temporal_pregel.local.saving import Log


def as_log(saver: Any) -> Log:
    """``saver`` as the drivers use it."""
    return cast("Log", saver)
