"""What makes graphs generic over their schemas: ``CompiledStateGraph[State, Context, Input, Output]``, or fewer."""

from __future__ import annotations

from types import GenericAlias
from typing import TYPE_CHECKING, Any, Generic

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    StateT = TypeVar("StateT", default=Any)
    ContextT = TypeVar("ContextT", default=Any)
    InputT = TypeVar("InputT", default=Any)
    OutputT = TypeVar("OutputT", default=Any)

    class Schemas(Generic[StateT, ContextT, InputT, OutputT]):
        """A base of graphs."""

else:  # defaults are for type checkers, and what knows of them takes long to load
    from typing import TypeVar

    StateT, ContextT, InputT, OutputT = (TypeVar(name) for name in ("StateT", "ContextT", "InputT", "OutputT"))

    class Schemas:
        """A base of graphs."""

        __class_getitem__ = classmethod(GenericAlias)
