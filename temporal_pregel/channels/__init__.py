"""The channels that a state is made of. See `temporal_pregel.channels.base` for what a channel is."""

from temporal_pregel.channels.any_value import AnyValue
from temporal_pregel.channels.base import MISSING, UNCHANGED, BaseChannel
from temporal_pregel.channels.binop import BinaryOperatorAggregate
from temporal_pregel.channels.delta import DeltaChannel
from temporal_pregel.channels.ephemeral_value import EphemeralValue
from temporal_pregel.channels.last_value import LastValue, LastValueAfterFinish
from temporal_pregel.channels.named_barrier_value import NamedBarrierValue, NamedBarrierValueAfterFinish
from temporal_pregel.channels.topic import Topic
from temporal_pregel.channels.untracked_value import UntrackedValue

__all__ = [
    "MISSING",
    "UNCHANGED",
    "AnyValue",
    "BaseChannel",
    "BinaryOperatorAggregate",
    "DeltaChannel",
    "EphemeralValue",
    "LastValue",
    "LastValueAfterFinish",
    "NamedBarrierValue",
    "NamedBarrierValueAfterFinish",
    "Topic",
    "UntrackedValue",
]
