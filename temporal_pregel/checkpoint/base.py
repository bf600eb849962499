"""What a saver of whole states is. From the langgraph-checkpoint distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from temporal_pregel._internal._borrowed import CHECKPOINT, borrowed

if TYPE_CHECKING:
    from langgraph.checkpoint.base import (
        LATEST_VERSION,
        WRITES_IDX_MAP,
        BaseCheckpointSaver,
        ChannelVersions,
        Checkpoint,
        CheckpointMetadata,
        CheckpointTuple,
        EmptyChannelError,
        PendingWrite,
        copy_checkpoint,
        create_checkpoint,
        empty_checkpoint,
        get_checkpoint_id,
        get_checkpoint_metadata,
    )
    from langgraph.checkpoint.serde.base import SerializerProtocol

__all__ = [
    "LATEST_VERSION",
    "WRITES_IDX_MAP",
    "BaseCheckpointSaver",
    "ChannelVersions",
    "Checkpoint",
    "CheckpointMetadata",
    "CheckpointTuple",
    "EmptyChannelError",
    "PendingWrite",
    "SerializerProtocol",
    "copy_checkpoint",
    "create_checkpoint",
    "empty_checkpoint",
    "get_checkpoint_id",
    "get_checkpoint_metadata",
]

__getattr__, __dir__ = borrowed(__name__, "langgraph.checkpoint.base", __all__, CHECKPOINT)
