"""Where the page of a record is."""

from functools import cache
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string


@cache
def pages_by_kind() -> dict[str, Any]:
    """Return the pages of every entity, by the name of its model."""
    return {pages.kind: pages for pages in import_string(settings.CRM_PAGES)}


def address_of(kind: str, key: Any) -> str:
    """Return the address of a record's page; empty for what has none."""
    return reverse(f"{kind}-detail", args=[key]) if kind in pages_by_kind() else ""
