"""State keys whose value is computed from where a run stands instead of being kept in a channel."""

from temporal_pregel.managed.is_last_step import IsLastStep, RemainingSteps

__all__ = ["IsLastStep", "RemainingSteps"]
