"""What a text in an address or a form stands for, and what is nested too deep to be kept."""

import pytest

from crm.core.plain import MAX_DEPTH, flaws, is_too_deep, whole_number


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("42", 42), ("999999999", 999_999_999)])
def test_digits_are_a_number(text, number):
    assert whole_number(text) == number


@pytest.mark.parametrize(
    "text", ["", " 1", "-1", "1.5", "²", "٣", "123456789x", "9" * 10, "9" * 5000]
)
def test_anything_else_is_none(text):
    assert whole_number(text) is None


def nested(depth, kind):
    value = "x"
    for _ in range(depth):
        value = [value] if kind is list else {"a": 1, "b": value}
    return value


@pytest.mark.parametrize("kind", [list, dict])
@pytest.mark.parametrize("depth", [0, 1, 31, 32, 33, 5000])
def test_what_is_nested_too_deep_is_what_may_not_be_stored(kind, depth):
    value = nested(depth, kind)
    assert is_too_deep(value) == (depth > MAX_DEPTH)
    assert is_too_deep(value) == any("Nested" in reason for _path, reason in flaws(value))
