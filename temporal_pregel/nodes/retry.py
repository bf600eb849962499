"""Which errors are worth another attempt, and when."""

from __future__ import annotations

from collections.abc import Sequence

from temporal_pregel.errors import is_invalid_resume
from temporal_pregel.types import RetryPolicy

LASTING = (
    ValueError,
    TypeError,
    ArithmeticError,
    ImportError,
    LookupError,
    NameError,
    SyntaxError,
    RuntimeError,
    ReferenceError,
    StopIteration,
    StopAsyncIteration,
    OSError,
)
"""Errors that come back however often one tries: a mistake in the code or in its input."""


def is_transient(error: Exception) -> bool:
    """Whether an error may be gone at the next attempt: connection errors, HTTP 5xx, and all that is not `LASTING`."""
    if isinstance(error, ConnectionError):
        return True
    response = getattr(error, "response", None)
    status = getattr(response, "status_code", None)
    if isinstance(status, int) and type(error).__module__.split(".")[0] in ("httpx", "requests"):
        return 500 <= status < 600
    if type(error).__module__.split(".")[0] == "requests":
        return status is None
    return not isinstance(error, LASTING)


def matching(policies: Sequence[RetryPolicy], error: Exception) -> RetryPolicy | None:
    """The first policy that covers ``error``."""
    for policy in policies:
        covers = policy.retry_on
        if isinstance(covers, type):
            hit = isinstance(error, covers)
        elif isinstance(covers, Sequence):
            hit = isinstance(error, tuple(covers))
        else:
            hit = bool(covers(error))
        if hit:
            return policy
    return None


def pause(policy: RetryPolicy, attempt: int) -> float:
    """Seconds to wait after the ``attempt``-th attempt, counted from 1."""
    wait = min(policy.max_interval, policy.initial_interval * policy.backoff_factor ** (attempt - 1))
    if not policy.jitter:
        return wait
    import random

    return wait + random.uniform(0, 1)


def next_pause(policies: Sequence[RetryPolicy], error: Exception, attempt: int) -> float | None:
    """Seconds until the next attempt, or None if there is none."""
    policy = None if is_invalid_resume(error) else matching(policies, error)
    if policy is None or attempt >= policy.max_attempts:
        return None
    return pause(policy, attempt)
