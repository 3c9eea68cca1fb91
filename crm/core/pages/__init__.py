"""The server-rendered pages of the entities, over the same reads and verbs as the API."""

from .access import require_permission, signed_in
from .actions import Action
from .record import RecordPages

__all__ = ["Action", "RecordPages", "require_permission", "signed_in"]
