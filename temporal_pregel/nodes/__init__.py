"""One task: its input, the user's function, its writers; in whatever process it runs.

context   what user code can reach while a task runs (a context variable)
calls     user functions with what they ask for by parameter name
writers   what a node returned, as writes
branches  conditional edges
code      all of a node's behaviour in one object
run       one task, with its retries, sync and async
retry     which errors are worth another attempt, and when
"""
