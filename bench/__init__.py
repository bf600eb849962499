"""`python -m bench`: this package beside LangGraph, and durable runs beside workflows written by hand, as ratios."""
