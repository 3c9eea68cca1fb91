"""The words that clients of the API use for what is ours.

A client that was written for another system names fields and values as that system did. The
setting ``CRM_DIALECT`` names a class that translates; without it everybody speaks our own
words, and nothing is translated.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from .entity import Entity
from .reading import Row


class Dialect:
    """Our own words: everything stays as it is. Other dialects override this."""

    def parameters(self, entity: Entity, params: Any, *, user: Any) -> Any:
        """Return the parameters of a list or of one record in our words."""
        return params

    def body(self, entity: Entity, data: Row, *, stored: Callable[[], Row] | None, user: Any):
        """Return a body in our words.

        ``stored`` reads the record as it was shown last; a new one has none.
        """
        return data

    def rows(self, entity: Entity, rows: list[Row], asked: Any) -> list[Row]:
        """Return rows of ours in the client's words, with the ``fields`` that were asked for."""
        return rows


def spoken() -> Dialect:
    """Return the dialect that this installation's clients speak."""
    name = settings.CRM_DIALECT
    return import_string(name)() if name else Dialect()
