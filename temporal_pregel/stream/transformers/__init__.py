"""The transformers that come with the package: what they project, and which stream modes they need."""

from temporal_pregel.stream.run_stream import SubgraphStatus
from temporal_pregel.stream.transformers.lifecycle import LifecyclePayload, LifecycleTransformer
from temporal_pregel.stream.transformers.messages import MessagesTransformer
from temporal_pregel.stream.transformers.raw import (
    CheckpointsTransformer,
    CustomTransformer,
    DebugTransformer,
    TasksTransformer,
    UpdatesTransformer,
    ValuesTransformer,
)
from temporal_pregel.stream.transformers.subgraphs import SubgraphTransformer

BUILT_IN = (ValuesTransformer, MessagesTransformer, LifecycleTransformer, SubgraphTransformer)
"""What every run has."""

__all__ = [
    "BUILT_IN",
    "CheckpointsTransformer",
    "CustomTransformer",
    "DebugTransformer",
    "LifecyclePayload",
    "LifecycleTransformer",
    "MessagesTransformer",
    "SubgraphStatus",
    "SubgraphTransformer",
    "TasksTransformer",
    "UpdatesTransformer",
    "ValuesTransformer",
]
