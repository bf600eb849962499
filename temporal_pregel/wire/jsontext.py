"""JSON text: compact, exact, and the same for the same value."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, NoReturn

MAX_DEPTH = 200
"""Levels of lists and dicts in one value. Deeper ones would depend on how deep the stack is that reads them."""

_SURROGATE = re.compile("[\ud800-\udfff]")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_write = json.JSONEncoder(ensure_ascii=False, check_circular=False, allow_nan=False, separators=(",", ":")).encode
_decoder = json.JSONDecoder(parse_constant=_refuse_constant)

loads: Callable[[str], Any] = _decoder.decode
"""Values of a JSON text. Raises ValueError (also for NaN and infinities) and RecursionError."""
raw_decode: Callable[[str, int], tuple[Any, int]] = _decoder.raw_decode
"""Value at a place in a text, and the place behind it. Raises ValueError and RecursionError."""


def dumps(tree: Any) -> str:
    """The text of a tree of JSON's own types. It can be written as UTF-8: lone surrogates are escaped.

    Raises:
        ValueError: NaN, an infinity, or an integer of thousands of digits.
    """
    text = _write(tree)
    return text if text.isascii() else escape_surrogates(text)


def escape_surrogates(text: str) -> str:
    """The JSON text with its lone surrogates as ``\\udXXX``."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return text
