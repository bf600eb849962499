"""Graphs as plain functions: an entrypoint, and tasks that it calls.

task        makes a function one whose calls run side by side and are kept
entrypoint  makes a function a graph
"""

from temporal_pregel.func.entrypoints import entrypoint
from temporal_pregel.func.tasks import TaskFunction, task

__all__ = ["TaskFunction", "entrypoint", "task"]
