"""How records of declared entities are read."""

from functools import cache

from crm.core.entity import Entity

from .models import DeclaredRecord

COLUMNS = ("id", "custom_fields", "created_by", "created_at", "updated_at")


@cache
def described() -> Entity:
    """Return what the read path knows of such a record, whatever its entity."""
    return Entity(DeclaredRecord, COLUMNS, {}, {}, None)
