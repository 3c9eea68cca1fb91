"""What a text in an address or a form stands for."""

import pytest

from crm.core.plain import whole_number


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("42", 42), ("999999999", 999_999_999)])
def test_digits_are_a_number(text, number):
    assert whole_number(text) == number


@pytest.mark.parametrize(
    "text", ["", " 1", "-1", "1.5", "²", "٣", "123456789x", "9" * 10, "9" * 5000]
)
def test_anything_else_is_none(text):
    assert whole_number(text) is None
