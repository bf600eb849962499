"""One run of a graph, as a generator that asks for what it needs and is given the answer.

It yields `Tasks` (run these) and `Io` (call this method of the log); whoever performs it decides how: on threads, on an
event loop. So the order of things is written once for both.
"""

from __future__ import annotations

from temporal_pregel.local.procedure import LocalRun, Procedure


def procedure_of(run: LocalRun) -> Procedure:
    """Run the graph to its end, a question, a breakpoint or an error."""
    session = run.session
    run.open((yield run.lookup()) if session.log is not None else None)
    keeping = run.keeping
    try:
        if run.begin() and keeping is not None:
            yield from keeping.save()
        elif keeping is not None and keeping.tasks and run.resumed_by is not None:
            yield from keeping.keep_given(run.resumed_by)
        yield from run.supersteps()
    except GeneratorExit:  # the reader went away, or the task that this run is part of was cancelled
        if keeping is not None and keeping.direct is not None:
            keeping.close_now()
        keeping = None
        raise
    finally:
        session.run.caller = None  # a reference back to this run: nothing is to be left for the collector
        if keeping is not None:
            yield from keeping.close()
    run.conclude()
    run.loop.release()
