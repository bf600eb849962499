"""An input that a person may start a graph with, to see it run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from temporal_pregel.pregel import Pregel

VALUES: Final[dict[str, Any]] = {"string": "hello", "integer": 1, "number": 1.5, "boolean": True, "array": []}
"""Type in a JSON Schema -> a value of it."""
MESSAGES: Final = [{"role": "user", "content": "hello"}]


def sample_input(app: Pregel) -> str:
    """JSON text of an input: the keys that it must have, or the first one that it may have."""
    try:
        schema = app.get_input_jsonschema()
    except Exception:  # a schema of types that pydantic can't describe
        schema = {}
    return json.dumps(_sample(schema))


def _sample(schema: Any) -> Any:
    if not isinstance(schema, dict):
        return None
    kind = schema.get("type")
    if "default" in schema and kind != "object":
        return schema["default"]
    if isinstance(schema.get("anyOf"), list) and schema["anyOf"]:
        return _sample(schema["anyOf"][0])
    if kind is not None and kind in VALUES:
        return VALUES[kind]
    fields = schema.get("properties") or {}
    return {
        name: MESSAGES if name == "messages" else _sample(fields.get(name))
        for name in schema.get("required") or list(fields)[:1]
    }
