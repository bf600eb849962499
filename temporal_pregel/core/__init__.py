"""The superstep machine: pure, sans-I/O, the one place where the rules of Pregel are written.

It is given a `Plan` (what the graph is), a `State` (what happened so far) and the outcomes of tasks, and says which
tasks run next. It never awaits, never reads a clock, a random source or the environment; so the local drivers, the
workflow and the replay of a history all drive this same code and reach the same state.

    plan        the graph as tables and indices, with a content hash
    state       cells and versions
    scheduling  which tasks run next
    applying    what their writes do
    interrupts  breakpoints, and which answer belongs to which question
    ids         every id, derived
    loop        the superstep loop itself
    views       what streams and snapshots show
"""
