"""A bound of delta channels, where code written against LangGraph finds and sets it."""

DELTA_MAX_SUPERSTEPS_SINCE_SNAPSHOT = 5000
"""Supersteps without a snapshot after which a delta channel gets one, whether it was written to or not."""
