"""A library under the names that drawn graphs use."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace


def names_of(package: str) -> SimpleNamespace:
    types = import_module(f"{package}.types")
    return SimpleNamespace(
        name=package,
        StateGraph=import_module(f"{package}.graph").StateGraph,
        InMemorySaver=import_module(f"{package}.checkpoint.memory").InMemorySaver,
        Runtime=import_module(f"{package}.runtime").Runtime,
        channels=import_module(f"{package}.channels"),
        Command=types.Command,
        Interrupt=types.Interrupt,
        Overwrite=types.Overwrite,
        RetryPolicy=types.RetryPolicy,
        Send=types.Send,
        interrupt=types.interrupt,
    )


def ours() -> SimpleNamespace:
    return names_of("temporal_pregel")


def theirs() -> SimpleNamespace:
    return names_of("langgraph")
