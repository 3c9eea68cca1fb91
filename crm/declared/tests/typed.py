"""Typing into the forms of declared entities."""

from typing import Any

from crm.tests.pages import read


def custom(values: dict[str, Any]) -> dict[str, Any]:
    """Return values by the names that the form's fields have."""
    return {f"custom_fields.{name}": value for name, value in values.items()}


def form_at(client: Any, address: str) -> Any:
    """Open a page and return its form."""
    return read(client, address).form(address)


def posted(client: Any, address: str, **typed: Any) -> Any:
    """Type into the form at an address and send it."""
    form = form_at(client, address)
    values = custom(typed)
    assert not values.keys() - form.fields.keys()
    return client.post(address, form.filled(**values))
