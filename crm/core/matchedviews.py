"""The REST face of entities whose duplicates are told (behaviours.md G8)."""

from functools import partial
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from rest_framework.decorators import action

from . import duplicates, records
from .schema import Contract
from .shapes import TEXT, UUID_TEXT, Schema, array, obj
from .views import ok
from .viewsets import RecordViewSet

TWIN = obj({"id": UUID_TEXT, "type": TEXT, "label": TEXT, "reasons": array(TEXT)})
TWINS = {**array(TWIN), "maxItems": duplicates.MOST_TOLD}


class MatchedViewSet(RecordViewSet):
    """A kind of record that tells at creation which others it may be a duplicate of."""

    create_query: ClassVar[dict[str, str]] = {
        "on_duplicate": "`reject` refuses (409) what looks like a record that is there already."
    }
    create_more: ClassVar[Schema] = {"duplicates": TWINS}

    def create(self, request):
        """Store a new record, and tell which ones it may be a duplicate of."""
        serializer: Any = self.get_serializer(data=self.sent())
        serializer.context["create"] = self.creation()
        serializer.is_valid(raise_exception=True)
        record = serializer.save()
        found = duplicates.find(record, by=request.user)
        return self.shown(record, status=201, duplicates=found)

    def creation(self):
        """Return the verb that the parameters ask for."""
        create = self.plain_creation()
        if self.one_of("on_duplicate", "reject"):
            return partial(duplicates.create_unlike, create=create)
        return create

    def plain_creation(self):
        """Return the verb that stores a new record."""
        return records.create

    def one_of(self, name, *values):
        """Return a parameter that is empty or one of ``values``."""
        value = self.request.GET.get(name, "")
        if value and value not in values:
            raise ValidationError({name: f"Write {' or '.join(values)}, or leave it out."})
        return value

    @action(detail=True, verb="view", contract=Contract(data=TWINS))
    def duplicates(self, request, id):
        """Which records may be about the same person or company, the likeliest first."""
        record = self.get_for("view", id)
        self.take_only()
        return ok(duplicates.find(record, by=request.user))
