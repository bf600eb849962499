"""Functions as LangChain's runnables, under the name that code written against LangGraph imports from here."""

from temporal_pregel.langchain.callable import RunnableCallable

__all__ = ["RunnableCallable"]
