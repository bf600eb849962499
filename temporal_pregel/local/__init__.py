"""Graphs in this process, without a server.

procedure  one run as a generator that asks for what it needs: tasks to be run, a log to be read or written
sync       performs a procedure on threads
aio        performs a procedure on an event loop
pool       the threads of sync nodes
streams    what a run shows while it goes on
saving     what a log of a thread has to offer
upstream   any saver of the langgraph-checkpoint distribution, as such a log
threads    get_state, get_state_history, update_state
"""
