"""Deprecations, one class for each version that began them, so that a filter can pick them by age."""

from __future__ import annotations

import warnings


class LangGraphDeprecationWarning(DeprecationWarning):
    """Something that works today and will not for ever. ``since`` and ``expected_removal`` are (major, minor)."""

    since: tuple[int, int] = (0, 0)
    expected_removal: tuple[int, int] = (2, 0)

    def __init__(self, message: str, *args: object) -> None:
        super().__init__(message, *args)
        self.message = message.rstrip(".")

    def __str__(self) -> str:
        began, ends = (".".join(map(str, version)) for version in (self.since, self.expected_removal))
        return f"{self.message}. Deprecated since LangGraph {began}, to be removed in {ends}."


class LangGraphDeprecatedSinceV05(LangGraphDeprecationWarning):
    """Deprecated since 0.5."""

    since = (0, 5)


class LangGraphDeprecatedSinceV10(LangGraphDeprecationWarning):
    """Deprecated since 1.0."""

    since = (1, 0)


class LangGraphDeprecatedSinceV11(LangGraphDeprecationWarning):
    """Deprecated since 1.1."""

    since = (1, 1)
    expected_removal = (3, 0)


def deprecated_name(old: str, new: str, *, stacklevel: int = 3) -> None:
    """Warn that the argument ``old`` is now called ``new``."""
    since_v10 = old in ("checkpoint_during", "config_schema", "config_type")
    kind = LangGraphDeprecatedSinceV10 if since_v10 else LangGraphDeprecatedSinceV05
    warnings.warn(
        kind(f"`{old}` is deprecated and will be removed. Please use `{new}` instead."), stacklevel=stacklevel
    )
