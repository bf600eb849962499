"""How near a run is to its recursion limit."""

from __future__ import annotations

from typing import Annotated

from temporal_pregel.managed.base import ManagedValue, Place

__all__ = ["IsLastStep", "IsLastStepManager", "RemainingSteps", "RemainingStepsManager"]


class IsLastStepManager(ManagedValue[bool]):
    """Whether there is room for no more than one superstep after this one."""

    @staticmethod
    def get(place: Place) -> bool:
        return place.step == place.stop - 1


class RemainingStepsManager(ManagedValue[int]):
    """How many supersteps the limit leaves, this one included."""

    @staticmethod
    def get(place: Place) -> int:
        return place.stop - place.step


IsLastStep = Annotated[bool, IsLastStepManager]
"""Annotation of a key that is True in the last superstep that can still end the run properly."""
RemainingSteps = Annotated[int, RemainingStepsManager]
"""Annotation of a key that counts the supersteps down."""
