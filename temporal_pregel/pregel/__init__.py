"""A compiled graph as people use it."""

from temporal_pregel.pregel.main import Pregel

__all__ = ["Pregel"]
