"""The REST face of tickets."""

from django.core.exceptions import ValidationError
from django.http import Http404
from rest_framework.decorators import action

from crm.core import listing, shapes
from crm.core.schema import PAGING, Contract
from crm.core.views import body_of, ok
from crm.core.viewsets import RecordViewSet

from . import operations
from .filters import TicketFilter
from .models import Ticket
from .serializers import (
    CommentChangeSerializer,
    CommentSerializer,
    EscalateSerializer,
    ResolveSerializer,
    TicketSerializer,
)

COMMENT = shapes.obj(
    {
        "id": shapes.UUID_TEXT,
        "body": shapes.TEXT,
        "internal": {"type": "boolean"},
        "from_customer": {"type": "boolean"},
        "author": shapes.or_null(shapes.PERSON),
        "created_at": shapes.MOMENT,
        "edited_at": shapes.or_null(shapes.MOMENT),
    }
)
ORDERS = {"created_at": ("created_at", "id"), "-created_at": ("-created_at", "-id")}
ONE_COMMENT = r"comments/(?P<comment>[^/]+)"


class TicketViewSet(RecordViewSet):
    queryset = Ticket.objects.all()
    serializer_class = TicketSerializer
    filterset_class = TicketFilter

    @action(
        detail=True,
        methods=["post"],
        verb="change",
        contract=Contract(body=ResolveSerializer, message=True),
    )
    def resolve(self, request, id):
        """Say what solved the problem."""
        ticket = self.get_for("change", id)
        resolution = body_of(request, ResolveSerializer)["resolution"]
        ticket = operations.resolve_ticket(
            ticket, resolution, by=request.user, if_revision=self.expected_revision()
        )
        return self.shown(ticket, message="Ticket resolved successfully")

    @action(detail=True, methods=["post"], verb="change", contract=Contract(message=True))
    def reopen(self, request, id):
        """Take up a problem again that was not solved after all."""
        ticket = self.get_for("change", id)
        ticket = operations.reopen_ticket(
            ticket, by=request.user, if_revision=self.expected_revision()
        )
        return self.shown(ticket, message="Ticket reopened successfully")

    @action(
        detail=True,
        methods=["post"],
        verb="change",
        contract=Contract(body=EscalateSerializer, optional_body=True, message=True),
    )
    def escalate(self, request, id):
        """Ask the manager of the owner's team to look; the ticket stays with its owner."""
        ticket = self.get_for("change", id)
        sent = body_of(request, EscalateSerializer) if request.stream is not None else {}
        ticket = operations.escalate_ticket(
            ticket,
            by=request.user,
            reason=sent.get("reason", ""),
            if_revision=self.expected_revision(),
        )
        return self.shown(ticket, message=f"Ticket escalated to {ticket.escalated_to}")

    # -- what is said on it ----------------------------------------------------------------

    @action(
        detail=True,
        methods=["get"],
        verbs={"GET": "view", "POST": "change"},
        contracts={
            "GET": Contract(
                data=shapes.array(COMMENT),
                more={"pagination": shapes.PAGINATION},
                query=(*PAGING.items(), ("sort", "`created_at` or `-created_at`.")),
            ),
            "POST": Contract(body=CommentSerializer, data=COMMENT, status=201),
        },
    )
    def comments(self, request, id):
        """What was said, the first words first; notes only for those who work on the ticket."""
        ticket = self.get_for("view", id)
        query, params = listing.ListQuery(self.entity, request.user), request.GET
        listing.read_paging(query, params)
        query.take_only(params, "page", "limit", "sort")
        order = params.get("sort") or "created_at"
        if order not in ORDERS:
            query.complain("sort", f"Write one of: {', '.join(ORDERS)}.")
        query.check()
        found = operations.comments_for(ticket, request.user).order_by(*ORDERS[order])
        page, pagination = listing.paginated(query, found)
        return ok([comment_row(comment) for comment in page], pagination=pagination)

    @comments.mapping.post
    def add_comment(self, request, id):
        """Answer the customer, note something, or write down what the customer said."""
        ticket = self.get_for("change", id)
        sent = body_of(request, CommentSerializer)
        body, internal = sent["body"], sent.get("internal", False)
        if not sent.get("from_customer"):
            comment = operations.add_comment(ticket, body, by=request.user, internal=internal)
        elif internal:
            raise ValidationError({"internal": "What the customer says is not internal."})
        else:
            comment = operations.take_customer_reply(ticket, body, by=request.user)
        return ok(comment_row(comment), status=201)

    @action(
        detail=True,
        methods=["patch"],
        url_path=ONE_COMMENT,
        verb="change",
        contracts={
            "PATCH": Contract(body=CommentChangeSerializer, data=COMMENT),
            "DELETE": Contract(more={}, message=True),
        },
    )
    def edit_comment(self, request, id, comment):
        """Put one's own words right."""
        found = self.comment(id, comment)
        body = body_of(request, CommentChangeSerializer)["body"]
        return ok(comment_row(operations.edit_comment(found, body, by=request.user)))

    @edit_comment.mapping.delete
    def remove_comment(self, request, id, comment):
        """Take one's own words back."""
        operations.remove_comment(self.comment(id, comment), by=request.user)
        return ok(message="Comment deleted successfully")

    def comment(self, id, comment):
        """Return a comment of a ticket that the caller works on; 404 hides all others."""
        ticket = self.get_for("change", id)
        found = operations.comments_for(ticket, self.request.user).filter(pk=self.key(comment))
        comment = found.first()
        if comment is None:
            raise Http404
        return comment


def comment_row(comment):
    """Return a comment as it is answered."""
    author = comment.author
    return {
        "id": comment.pk,
        "body": comment.body,
        "internal": comment.internal,
        "from_customer": comment.from_customer,
        "author": author
        and {"id": author.pk, "full_name": author.full_name, "email": author.email},
        "created_at": comment.created_at,
        "edited_at": comment.edited_at,
    }
