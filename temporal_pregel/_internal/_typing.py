"""The marker of an empty channel under the name that code written against LangGraph imports from here."""

from temporal_pregel.channels.base import MISSING

__all__ = ["MISSING"]
