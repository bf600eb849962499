"""Graphs to read, run and copy. Each module's graph is its `app`; `python -m examples.NAME` runs it in this process,
with `--durable` on a Temporal server."""
