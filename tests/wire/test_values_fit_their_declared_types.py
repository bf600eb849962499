"""What a client gives is looked at before anything runs: a text is no number, however lenient Python is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Literal, NotRequired, TypedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from temporal_pregel.wire.errors import UndecodableValue
from temporal_pregel.wire.fitting import check_fits, check_parses


class Inner(TypedDict):
    name: str
    count: NotRequired[int]


FITTING = [
    (1, int),
    (1, float),
    (True, int),
    ("x", str),
    (None, int),
    ([1, 2], list[int]),
    ((1, 2), list[int]),
    ([], list),
    ([1], set[int]),
    ({"a": 1}, dict[str, int]),
    ({"a": "x"}, Mapping),
    ({"name": "x"}, Inner),
    ({"count": 1, "more": []}, Inner),
    ("on", Literal["on", "off"]),
    ("x", int | str),
    ([1, None], list[int | None]),
    (1, Annotated[int, "said"]),
    (object(), Any),
    ("x", Callable[[], int]),
    ({"a": 1}, "a name that nobody knows"),
    ([1], Sequence[float]),
]


@pytest.mark.parametrize(("value", "declared"), FITTING)
def test_what_fits_is_taken(value: Any, declared: Any) -> None:
    check_fits(value, declared)


NOT_FITTING = [
    ("x", int, "$: 'x' is no int."),
    (1, str, "$: 1 is no str."),
    (1, bool, "$: 1 is no bool."),
    ("x", list[str], "$: 'x' is no list[str]."),
    ([1, "x"], list[int], "$[1]: 'x' is no int."),
    ({"a": {"b": "x"}}, dict[str, dict[str, int]], "$.a.b: 'x' is no int."),
    ([1], dict, "$: [1] is no dict."),
    ({"name": 1}, Inner, "$.name: 1 is no str."),
    ("x", Inner, "$: 'x' is no Inner."),
    ("so", Literal["on", "off"], "$: 'so' is no typing.Literal['on', 'off']."),
    ([], int | str, "$: [] is no int | str."),
    ("x" * 100, int, "$: '" + "x" * 39 + "… is no int."),
]


@pytest.mark.parametrize(("value", "declared", "said"), NOT_FITTING)
def test_what_does_not_fit_is_refused_with_its_place(value: Any, declared: Any, said: str) -> None:
    with pytest.raises(UndecodableValue) as refused:
        check_fits(value, declared)
    assert str(refused.value) == said


@given(
    st.recursive(
        st.integers() | st.text() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_any_takes_everything(value: Any) -> None:
    check_fits(value, Any)
    check_fits([value], list[Any])


def test_what_pydantic_parses_is_taken_as_pydantic_takes_it() -> None:
    check_parses("5", TypeAdapter(int))
    check_parses("five", None)
    with pytest.raises(UndecodableValue, match=r"\$\[1\]: Input should be a valid integer"):
        check_parses([1, "five"], TypeAdapter(list[int]))
