"""Schemas as JSON Schema, by way of pydantic, which is imported when one is asked for."""

from __future__ import annotations

import sys
from typing import Annotated, Any, NotRequired, Required, get_args, get_origin, get_type_hints

from temporal_pregel.graph.schema import bare, is_model, metadata_of, typed


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


def adaptable(schema: Any) -> Any:
    """``schema`` as pydantic takes it."""
    return _typed_dict(schema) if hasattr(schema, "__required_keys__") else schema


def own_json_schema(schema: Any, title: str) -> dict[str, Any]:
    """`json_schema`, of a dataclass under its own name."""
    from dataclasses import is_dataclass

    from pydantic import TypeAdapter

    return TypeAdapter(schema).json_schema() if is_dataclass(schema) else json_schema(schema, title)


def model_of(schema: Any, title: str) -> Any:
    """A pydantic model for values of ``schema``: a model of its fields, or of the value itself where it has none."""
    if is_model(schema):
        return schema
    import pydantic

    create: Any = pydantic.create_model
    root: Any = pydantic.RootModel
    if isinstance(schema, dict):  # channels of a graph that has no state schema
        return create(title, **{key: (typed(hint), None) for key, hint in schema.items()})
    if hasattr(schema, "__required_keys__"):
        return create(title, __base__=root[_typed_dict(schema)])
    if schema is Any or not hasattr(schema, "__annotations__"):
        kind = typed(schema)
        return create(title, __base__=root[kind], **({"root": (kind, None)} if metadata_of(schema) else {}))
    return create(title, **{key: (bare(hint), _default(schema, key, hint)) for key, hint in _hints(schema).items()})


def _hints(schema: Any) -> dict[str, Any]:
    return get_type_hints(schema, include_extras=True)


def _typed_dict(schema: Any) -> Any:
    # Before Python 3.12 pydantic takes only the TypedDict of typing_extensions.
    if sys.version_info >= (3, 12) or type(schema).__module__ == "typing_extensions":
        return schema
    import typing_extensions

    fields = {key: _presence(schema, key, hint)[_unwrapped(hint)] for key, hint in _hints(schema).items()}
    make: Any = typing_extensions.TypedDict
    made = make(schema.__name__, fields)
    made.__doc__ = schema.__doc__
    return made


def _presence(schema: Any, key: str, hint: Any) -> Any:
    # ``__required_keys__`` can't tell where annotations are strings: a wrapper in the resolved hint wins.
    while get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    said = get_origin(hint)
    if said in (Required, NotRequired):
        return said
    return Required if key in schema.__required_keys__ else NotRequired


def _unwrapped(hint: Any) -> Any:
    metadata = metadata_of(hint)
    return Annotated[typed(hint), *metadata] if metadata else typed(hint)


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
