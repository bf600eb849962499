"""Schemas as JSON Schema, by way of pydantic, which is imported when one is asked for."""

from __future__ import annotations

import sys
from typing import Any, NotRequired, Required, get_args, get_origin, get_type_hints

from temporal_pregel.graph.schema import bare, is_model, typed


def json_schema(schema: Any, title: str) -> dict[str, Any]:
    """The JSON Schema of ``schema``; ``title`` names what has no name of its own.

    Raises:
        pydantic.errors.PydanticUserError: an annotation has no JSON form.
    """
    from pydantic import TypeAdapter

    if is_model(schema) or hasattr(schema, "__pydantic_fields__"):
        return TypeAdapter(schema).json_schema()
    if hasattr(schema, "__required_keys__"):
        return TypeAdapter(_typed_dict(schema)).json_schema()
    found: dict[str, Any] = model_of(schema, title).model_json_schema()
    return found


def model_of(schema: Any, title: str) -> Any:
    """A pydantic model for values of ``schema``: a model of its fields, or of the value itself where it has none."""
    if is_model(schema):
        return schema
    import pydantic

    create: Any = pydantic.create_model
    root: Any = pydantic.RootModel
    if hasattr(schema, "__required_keys__"):
        return create(title, __base__=root[_typed_dict(schema)])
    if not hasattr(schema, "__annotations__"):
        return create(title, __base__=root[typed(schema)], root=(typed(schema), None))
    return create(title, **{key: (bare(hint), _default(schema, key, hint)) for key, hint in _hints(schema).items()})


def _hints(schema: Any) -> dict[str, Any]:
    return get_type_hints(schema, include_extras=True)


def _typed_dict(schema: Any) -> Any:
    # Before Python 3.12 pydantic takes only the TypedDict of typing_extensions.
    if sys.version_info >= (3, 12) or type(schema).__module__ == "typing_extensions":
        return schema
    import typing_extensions

    needed = schema.__required_keys__
    fields = {key: (Required if key in needed else NotRequired)[bare(hint)] for key, hint in _hints(schema).items()}
    make: Any = typing_extensions.TypedDict
    made = make(schema.__name__, fields)
    made.__doc__ = schema.__doc__
    return made


def _default(schema: Any, key: str, hint: Any) -> Any:
    from dataclasses import MISSING, is_dataclass

    if is_dataclass(schema):
        field = schema.__dataclass_fields__[key]
        if field.default_factory is not MISSING:
            return field.default_factory()
        if field.default is not MISSING:
            return field.default
    elif key in vars(schema):
        return vars(schema)[key]
    kind = typed(hint)
    return None if get_origin(kind) is not None and type(None) in get_args(kind) else ...
