"""Pickles of what nodes write."""

from __future__ import annotations

import pickle
from io import BytesIO
from typing import Any

loads = pickle.loads


def dumps(value: Any) -> bytes:
    """``value`` as a pickle.

    Raises:
        Exception: there is something in it that can't be pickled.
    """
    buffer = BytesIO()
    _Pickler(buffer, pickle.HIGHEST_PROTOCOL).dump(value)
    return buffer.getvalue()


class _Pickler(pickle.Pickler):
    def reducer_override(self, obj: Any) -> Any:
        # Pickle makes an error by calling its class with `args`, and only when it is read shows that the class wants
        # something else: then the thread would be lost.
        if isinstance(obj, BaseException) and type(obj).__reduce__ is BaseException.__reduce__:
            return _error, (type(obj), obj.args, obj.__dict__)
        return NotImplemented


def _error(kind: type[BaseException], args: tuple[Any, ...], fields: dict[str, Any]) -> BaseException:
    error = kind.__new__(kind, *args)
    error.__dict__.update(fields)
    return error
