"""The entities at the addresses of the second wire format (base44.md §2)."""

from typing import Any, ClassVar

from django.conf import settings
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from crm.core.errors import Missing
from crm.core.permissions import SignedIn
from crm.core.queries.tree import BadQuery
from crm.core.throttles import CallerThrottle
from crm.core.views import EnvelopedView

from . import aggregates, cursors, lists, query
from .declared import door_to
from .entities import Door
from .people import person
from .rows import names_in, narrowed
from .writes import Writer

PEOPLE = "User"


class AppView(EnvelopedView, APIView):
    """What belongs to the one app that this installation serves."""

    permission_classes = (SignedIn,)
    throttle_classes = (CallerThrottle,)
    schema = None

    def initial(self, request, *args, **kwargs):
        if kwargs.get("app") != settings.BASE44_APP_ID:
            raise Missing(f"There is no app '{str(kwargs.get('app'))[:60]}' here.")
        super().initial(request, *args, **kwargs)


class EntityView(AppView):
    """What is asked of one entity."""

    def door(self, verb: str) -> Door:
        """Return the way to the entity that the address names, where the caller may go it."""
        door = door_to(self.kwargs["entity"], self.request)
        door.allow(verb)
        return door

    def body(self) -> Any:
        """Return the JSON that was sent. Raises ``ValidationError`` where there is none."""
        data = self.request.data
        if self.request.stream is None:
            raise ValidationError({"body": ["Send a JSON body."]})
        return data

    def object(self) -> dict[str, Any]:
        """Return the JSON object that was sent."""
        data = self.body()
        if not isinstance(data, dict):
            raise ValidationError({"body": ["Send a JSON object."]})
        return data


class Records(EntityView):
    """All records of an entity."""

    def get(self, request, **address):
        """Return the records that match, at most 5,000, as a bare array."""
        return Response(lists.plain(self.door("view"), lists.read_list(request.GET)))

    def post(self, request, **address):
        """Store a new record."""
        return Response(Writer(self.door("add")).create(self.object()), status=201)

    def delete(self, request, **address):
        """Delete what matches the query in the body; ``{}`` is all that the caller may delete."""
        door = self.door("delete")
        count = Writer(door).delete_matching(query.from_document(self.body()))
        return Response({"success": True, "deleted": count})


class Record(EntityView):
    """One record."""

    def get(self, request, id, **address):
        """Return the record."""
        door = self.door("view")
        row = door.row(door.record(id, "view"))
        return Response(narrowed([row], names_in(request.GET.get("fields", "")))[0])

    def put(self, request, id, **address):
        """Change the fields that are sent."""
        return Response(Writer(self.door("change")).update(id, self.object()))

    patch = put

    def delete(self, request, id, **address):
        """Put the record into the recycle bin."""
        Writer(self.door("delete")).delete(id)
        return Response({"success": True})


class Page(EntityView):
    """A list by cursor."""

    def get(self, request, **address):
        """Return one page and where the next begins."""
        return Response(cursors.page(self.door("view"), request.GET))


class CountOf(EntityView):
    """How many there are."""

    def get(self, request, **address):
        """Count the records that match."""
        door = self.door("view")
        return Response({"count": door.selected(lists.read_query(request.GET)).count()})


class Aggregate(EntityView):
    """Figures over groups."""

    def post(self, request, **address):
        """Return counts, sums and the like over the records that match."""
        spec = aggregates.read(self.object())
        return Response(aggregates.Aggregation(self.door("view"), spec).answer())


class Bulk(EntityView):
    """Many records at once, all or none."""

    def post(self, request, **address):
        """Store new records."""
        return Response(Writer(self.door("add")).create_many(self.body()))

    def put(self, request, **address):
        """Change records that name their id."""
        return Response(Writer(self.door("change")).update_many_by_id(self.body()))


class UpdateMany(EntityView):
    """Changes by query."""

    def patch(self, request, **address):
        """Apply update operators to what matches, up to 500 records a call."""
        door, body = self.door("change"), self.object()
        if "query" not in body:
            raise BadQuery("Send a query; {} is every record that you may change.")
        node = query.from_document(body["query"])
        return Response(Writer(door).update_matching(node, body.get("data")))


class Upsert(EntityView):
    """Create or update by a key."""

    def post(self, request, **address):
        """Update the records that have the same key, create the others."""
        body = self.object()
        keys = body.get("key")
        keys = [keys] if isinstance(keys, str) else keys
        if not isinstance(keys, list) or not keys or len(keys) > 10:
            raise BadQuery("key names a field, or a list of fields.")
        if not all(isinstance(key, str) for key in keys):
            raise BadQuery("key names a field, or a list of fields.")
        return Response(Writer(self.door("view")).upsert(body.get("records"), keys))


class Me(AppView):
    """Who is signed in."""

    http_method_names: ClassVar[list[str]] = ["get", "head", "put", "patch"]

    def get(self, request, app):
        """Return the caller."""
        return Response(person(request.user))

    def put(self, request, app):
        """Change what people may change about themselves."""
        door = Door(PEOPLE, request)
        if not isinstance(request.data, dict):
            raise ValidationError({"body": ["Send a JSON object."]})
        Writer(door).update(str(request.user.pk), request.data)
        return Response(person(request.user))

    patch = put
