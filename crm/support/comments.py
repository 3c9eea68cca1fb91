"""What is said on a ticket, by us and by the customer, and what follows from it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Exists, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.core import events, records
from crm.core.errors import Conflict
from crm.core.plain import flaw_of_text

from .models import Ticket, TicketComment
from .tickets import change_ticket, resolve_ticket

Status = Ticket.Status
#: for so long a customer's reply reopens what was solved
REOPENS_WITHIN = timedelta(days=7)


@transaction.atomic
def add_comment(
    ticket: Ticket,
    body: str,
    *,
    by: Any,
    internal: bool = False,
    key: UUID | None = None,
    now: datetime | None = None,
) -> TicketComment:
    """Answer the customer, or with ``internal`` tell the colleagues something.

    With a ``key``, the id that the comment gets, what is sent twice is said once.

    The first answer stops the first clock. Whoever answers a ticket that is nobody's takes
    it, if they may take tickets. Raises ``ValidationError``.
    """
    now = now or timezone.now()
    comment = TicketComment(ticket=ticket, author=by, body=body, internal=internal, created_at=now)
    _check(comment)
    stored = records.lock(ticket)
    if said := _said_before(stored, comment, key):
        return said
    if not internal:
        values: dict[str, Any] = {}
        if stored.first_responded_at is None:
            values["first_responded_at"] = now
        if stored.assigned_to_id is None and by is not None and by.assigning("ticket"):
            values["assigned_to"] = by
        if values:
            change_ticket(stored, values, by=by, now=now)
    comment.save()
    _tell("note_added" if internal else "commented", stored, comment, by=by)
    records.copy_values(stored, ticket)
    return comment


@transaction.atomic
def reply_and_resolve(
    ticket: Ticket, body: str, *, by: Any, key: UUID | None = None, now: datetime | None = None
) -> TicketComment:
    """Answer the customer with what solved the problem, and resolve the ticket by it.

    Both happen, or neither. Raises what :func:`add_comment` and
    :func:`~crm.support.tickets.resolve_ticket` do.
    """
    stored = records.lock(ticket)
    if key is not None and (said := stored.comments.filter(pk=key).first()):
        return said
    comment = add_comment(ticket, body, by=by, key=key, now=now)
    resolve_ticket(ticket, body, by=by, now=now)
    return comment


@transaction.atomic
def take_customer_reply(
    ticket: Ticket,
    body: str,
    *,
    by: Any = None,
    key: UUID | None = None,
    now: datetime | None = None,
) -> TicketComment:
    """Store what the customer said; ``by`` is who wrote it down, None the system itself.

    It resumes a ticket that waited for it, and reopens one that was resolved within the
    last seven days. Raises :class:`Conflict` where that is longer ago or the ticket is
    closed, and ``ValidationError``.
    """
    now = now or timezone.now()
    comment = TicketComment(ticket=ticket, body=body, from_customer=True, created_at=now)
    _check(comment)
    stored = records.lock(ticket)
    if said := _said_before(stored, comment, key):
        return said
    match stored.status:
        case Status.CLOSED:
            raise Conflict(_("This ticket is closed. Open a new one for what the customer wrote."))
        case Status.RESOLVED:
            solved: Any = stored.resolved_date
            if now - solved > REOPENS_WITHIN:
                raise Conflict(
                    _(
                        "This ticket was resolved more than %(days)s days ago. Open a new one for "
                        "what the customer wrote, or reopen it first."
                    )
                    % {"days": REOPENS_WITHIN.days}
                )
            change_ticket(stored, {"status": Status.OPEN}, by=by, now=now)
        case Status.PENDING:
            change_ticket(stored, {"status": Status.IN_PROGRESS}, by=by, now=now)
    comment.save()
    _tell("customer_replied", stored, comment, by=by)
    records.copy_values(stored, ticket)
    return comment


@transaction.atomic
def edit_comment(
    comment: TicketComment, body: str, *, by: Any, now: datetime | None = None
) -> TicketComment:
    """Put one's own words right. Raises ``PermissionDenied`` for those of others."""
    _check_author(comment, by)
    records.lock(comment.ticket)
    comment.refresh_from_db()
    if body == comment.body:
        return comment
    comment.body, comment.edited_at = body, now or timezone.now()
    _check(comment)
    comment.save(update_fields=["body", "edited_at"])
    _tell("comment_edited", comment.ticket, comment, by=by)
    return comment


@transaction.atomic
def remove_comment(comment: TicketComment, *, by: Any) -> None:
    """Take one's own words back for good. Raises ``PermissionDenied`` for those of others."""
    _check_author(comment, by)
    records.lock(comment.ticket)
    _tell("comment_removed", comment.ticket, comment, by=by)
    comment.delete()


def comments_for(ticket: Ticket, user: Any) -> models.QuerySet[TicketComment]:
    """Return what ``user`` may read of what was said; notes are for whoever works on it."""
    found = ticket.comments.select_related("author")
    if not user.has_perm("crm.change_ticket"):
        return found.filter(internal=False)
    worked_on = Ticket.all_objects.changeable_by(user).filter(pk=ticket.pk)
    return found.filter(Q(internal=False) | Q(Exists(worked_on)))


def _said_before(stored: Ticket, comment: TicketComment, key: UUID | None) -> TicketComment | None:
    """Return what was said under ``key`` already; else the new comment takes that id."""
    if key is None:
        return None
    comment.pk = key
    return stored.comments.filter(pk=key).first()


def _check(comment: TicketComment) -> None:
    if not comment.body.strip():
        raise ValidationError({"body": _("Write something.")})
    if reason := flaw_of_text(comment.body):
        raise ValidationError({"body": reason})
    comment.clean_fields(exclude={"ticket", "author"})


def _check_author(comment: TicketComment, by: Any) -> None:
    if comment.author_id is None or by is None or comment.author_id != by.pk:
        whose = (
            _("These are what the customer said: only its author can change a comment.")
            if comment.from_customer
            else _("These are words of somebody else: only its author can change a comment.")
        )
        raise PermissionDenied(whose)


def _tell(name: str, ticket: Ticket, comment: TicketComment, *, by: Any) -> None:
    events.record(name, ticket, by=by, comment=comment.pk, internal=comment.internal)
