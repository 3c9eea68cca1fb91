"""The pages of tickets: the queue, and the conversation with its two clocks."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from crm.core import records
from crm.core.errors import DomainError
from crm.core.pages import Action, RecordPages
from crm.core.pages.cells import Cell
from crm.core.wording import field_label

from . import operations, standing
from .clocks import UNSOLVED
from .forms import CommentForm, EscalateForm, ReplyForm, ResolveForm
from .models import Ticket
from .viewsets import TicketViewSet

#: of a long conversation the latest are shown at first
MOST_SHOWN = 100


class TicketPages(RecordPages):
    viewset = TicketViewSet
    slug = "tickets"
    icon = "life-buoy"
    columns = (
        "ticket_number",
        "resolution_due",
        "status",
        "priority",
        "customer_id",
        "assigned_to",
    )
    facts = (
        "ticket_number",
        "status",
        "priority",
        "category",
        "customer_id",
        "contact_id",
        "source",
        "assigned_to",
        "escalated_to_id",
        "tags",
    )
    groups = (
        (_("Ticket"), ("subject", "description", "priority", "category", "source")),
        (_("People"), ("customer_id", "contact_id", "assigned_to", "tags")),
    )
    quick = ("subject", "description", "priority", "customer_id")

    def more_urls(self) -> list[Any]:
        change = "change"
        one = "tickets/<uuid:pk>"
        comment = f"{one}/comments/<uuid:key>"
        return [
            path(
                f"{one}/reply/",
                self._page(change, require_POST(self.reply)),
                name="ticket-reply",
            ),
            path(f"{one}/resolve/", self._page(change, self.resolve), name="ticket-resolve"),
            path(f"{one}/escalate/", self._page(change, self.escalate), name="ticket-escalate"),
            path(
                f"{one}/reopen/",
                self._page(change, require_POST(self.reopen)),
                name="ticket-reopen",
            ),
            path(f"{one}/take/", self._page(change, require_POST(self.take)), name="ticket-take"),
            path(f"{comment}/", self._page(change, self.edit_comment), name="ticket-comment"),
            path(
                f"{comment}/delete/",
                self._page(change, require_POST(self.remove_comment)),
                name="ticket-comment-delete",
            ),
        ]

    # -- the queue -----------------------------------------------------------------------

    def list_views(self, request: HttpRequest) -> list[tuple[str, str]]:
        soonest = "sort=resolution_due"
        return [
            (gettext("Open"), f"open=true&{soonest}"),
            (gettext("Mine"), f"mine=true&open=true&{soonest}"),
            (gettext("Unassigned"), f"unassigned=true&open=true&{soonest}"),
            (gettext("Due within a day"), f"open=true&resolution_due__lte=%2B24h&{soonest}"),
            (gettext("Overdue"), f"overdue=true&{soonest}"),
            (gettext("Promise broken"), "breached=true"),
        ]

    def cell(self, name: str, row: dict[str, Any], *, currency: str) -> Cell:
        if name == "resolution_due":
            found = standing.most_urgent(row, now=timezone.now())
            return Cell(name, field_label(name), "clock", found)
        return super().cell(name, row, currency=currency)

    # -- the conversation ----------------------------------------------------------------

    def actions(self, request: HttpRequest, record: Any) -> list[Action]:
        if not record.may_change:
            return []
        if record.is_settled:
            reopen = self._verb("reopen", record.pk)
            return [Action(gettext("Reopen"), reopen, "rotate-ccw", method="post")]
        found = [
            Action(gettext("Resolve"), self._verb("resolve", record.pk), "check", style="primary")
        ]
        user: Any = request.user
        if user.assigning("ticket"):
            assign = reverse("ticket-field", args=[record.pk, "assigned_to"])
            found.append(Action(gettext("Assign"), assign, "user-round-plus"))
            if record.assigned_to_id is None:
                take = self._verb("take", record.pk)
                found.append(Action(gettext("Take it"), take, "hand", method="post"))
        if record.status in UNSOLVED:
            escalate = self._verb("escalate", record.pk)
            found.append(Action(gettext("Escalate"), escalate, "triangle-alert"))
        return found

    def more(self, request: Any, record: Any) -> dict[str, Any]:
        """Return what was said, as far as the reader may read it, and how the clocks stand."""
        said = operations.comments_for(record, request.user).order_by("-created_at", "-id")
        wants_all = request.GET.get("comments") == "all"
        found = list(said if wants_all else said[: MOST_SHOWN + 1])
        has_earlier = not wants_all and len(found) > MOST_SHOWN
        values, now = vars(record), timezone.now()
        return {
            "comments": found[:MOST_SHOWN][::-1] if has_earlier else found[::-1],
            "has_earlier": has_earlier,
            "reply": getattr(request, "reply", None) or ReplyForm(),
            "customer_name": self._name_of_customer(record),
            "standings": [
                standing.of_answer(values, now=now),
                standing.of_solution(values, now=now),
            ],
        }

    def _name_of_customer(self, record: Any) -> str:
        person = record.contact or record.customer
        return str(person) if person else gettext("Customer")

    def reply(self, request: Any, pk: Any) -> HttpResponse:
        """Say something on a ticket; what can't be said stays in the form."""
        ticket = self.get_for(request, "change", pk)
        form = ReplyForm(request.POST)
        if form.is_valid() and self._try(form, lambda: self._say(request, ticket, form)):
            return self.go(request, f"{self.address(pk)}#latest")
        request.reply = form
        form.fields["body"].widget.attrs["autofocus"] = True
        return self.detail(request, pk)

    def _say(self, request: HttpRequest, ticket: Any, form: ReplyForm) -> None:
        body, by, key = form.cleaned_data["body"], request.user, form.key()
        match form.cleaned_data["side"]:
            case "customer":
                operations.take_customer_reply(ticket, body, by=by, key=key)
            case "internal":
                operations.add_comment(ticket, body, by=by, internal=True, key=key)
            case _ if "resolve" in request.POST:
                operations.reply_and_resolve(ticket, body, by=by, key=key)
            case _:
                operations.add_comment(ticket, body, by=by, key=key)

    def resolve(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Ask what solved the problem, and resolve the ticket by it."""
        return self._ask(
            request,
            pk,
            ResolveForm,
            lambda ticket, said: operations.resolve_ticket(
                ticket, said["resolution"], by=request.user
            ),
            {"title": gettext("Resolve this ticket"), "button": gettext("Resolve")},
        )

    def escalate(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Ask the manager of the owner's team to look."""
        return self._ask(
            request,
            pk,
            EscalateForm,
            lambda ticket, said: operations.escalate_ticket(
                ticket, by=request.user, reason=said["reason"]
            ),
            {"title": gettext("Escalate this ticket"), "button": gettext("Escalate")},
        )

    def reopen(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Take up a problem again that was not solved after all."""
        told = gettext("Open again: %(record)s")
        return self.perform(
            request, pk, lambda ticket: operations.reopen_ticket(ticket, by=request.user), told
        )

    def take(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Make a ticket one's own."""
        values = {"assigned_to": request.user}
        told = gettext("%(record)s is yours now.")
        return self.perform(
            request, pk, lambda ticket: records.change(ticket, values, by=request.user), told
        )

    def edit_comment(self, request: HttpRequest, pk: Any, key: Any) -> HttpResponse:
        """Put one's own words right."""
        comment = self._own_comment(request, pk, key)
        return self._ask(
            request,
            pk,
            CommentForm,
            lambda _ticket, said: operations.edit_comment(comment, said["body"], by=request.user),
            {"title": gettext("Edit your words"), "button": gettext("Save")},
            initial={"body": comment.body},
        )

    def remove_comment(self, request: HttpRequest, pk: Any, key: Any) -> HttpResponse:
        """Take one's own words back for good."""
        comment = self._own_comment(request, pk, key)
        told = gettext("Your words were taken back.")
        return self.perform(
            request, pk, lambda _ticket: operations.remove_comment(comment, by=request.user), told
        )

    def _own_comment(self, request: HttpRequest, pk: Any, key: Any) -> Any:
        ticket: Ticket = self.get_for(request, "change", pk)
        comment = operations.comments_for(ticket, request.user).filter(pk=key).first()
        if comment is None:
            raise Http404
        return comment

    def _ask(
        self,
        request: HttpRequest,
        pk: Any,
        form_class: Any,
        verb: Any,
        words: dict[str, str],
        initial: Any = None,
    ) -> HttpResponse:
        """Show a form with one question, and do ``verb`` with what is answered."""
        ticket = self.get_for(request, "change", pk)
        form = form_class(request.POST if request.method == "POST" else None, initial=initial)
        if form.is_valid() and self._try(form, lambda: verb(ticket, form.cleaned_data)):
            return self.go(request, self.address(pk))
        return self.render(request, "ask.html", {"form": form, "record": ticket, **words})

    def _try(self, form: Any, verb: Any) -> bool:
        """Do it; what is refused stands in the form."""
        try:
            verb()
        except ValidationError as refusal:
            for message in refusal.messages:
                form.add_error(None, message)
        except (PermissionDenied, DomainError) as refusal:
            form.add_error(None, str(refusal))
        return not form.errors

    def _verb(self, verb: str, pk: Any) -> str:
        return reverse(f"ticket-{verb}", args=[pk])
