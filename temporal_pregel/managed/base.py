"""What a managed value is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, Protocol, TypeGuard, TypeVar

__all__ = ["ManagedValue", "ManagedValueMapping", "ManagedValueSpec", "is_managed_value"]

Value = TypeVar("Value", covariant=True)


class Place(Protocol):
    """Where a task stands: ``step`` is its superstep, ``stop`` the last one that the recursion limit allows."""

    @property
    def step(self) -> int: ...
    @property
    def stop(self) -> int: ...


class ManagedValue(Generic[Value]):
    """A key of the state that nobody writes. Subclasses are named in ``Annotated`` and never made."""

    @staticmethod
    def get(place: Place) -> Any:
        """The value for a task that stands at ``place``."""
        raise NotImplementedError


ManagedValueSpec = type[ManagedValue[Any]]
ManagedValueMapping = Mapping[str, ManagedValueSpec]


def is_managed_value(value: Any) -> TypeGuard[ManagedValueSpec]:
    """Whether ``value`` is the class of a managed value."""
    return isinstance(value, type) and issubclass(value, ManagedValue)
