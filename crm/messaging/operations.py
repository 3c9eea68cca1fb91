"""What happens to e-mails beyond being stored.

For those who send on behalf of others (campaigns, workflows): :func:`queue` takes one stored
draft, :func:`queue_many` stores and queues any number of unsaved rows at once. Nothing here
speaks to a provider; :mod:`.sending` does, in the workers.
"""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.core import events, jobs, records
from crm.core.errors import Conflict
from crm.core.models import Event
from crm.core.wording import value_word

from . import composing, content, merging, quotas, suppression
from .models import Email, EmailTemplate
from .sending import SEND

Status = Email.Status
EDITABLE = (Status.DRAFT, Status.SCHEDULED)
SENDABLE = (Status.DRAFT, Status.SCHEDULED, Status.FAILED)
#: what may be asked for as a status, by the present one; the rest follows from sending
MOVES: dict[str, tuple[str, ...]] = {
    Status.DRAFT: (Status.SCHEDULED, Status.QUEUED),
    Status.SCHEDULED: (Status.DRAFT,),
}
CONTENT = {
    *("from_email", "to_email", "cc", "bcc", "subject", "body", "html_body"),
    *("attachments", "scheduled_at", "campaign"),
}


@records.create.register
@transaction.atomic
def create_email(email: Email, *, by: Any) -> Email:
    """Store a draft, or one that is scheduled or queued at once where ``status`` asks for that.

    The sender is the configured one where none is given. Raises ``ValidationError`` and
    :class:`Conflict`.
    """
    email.from_email = email.from_email or composing.configured_sender()
    content.check(email)
    content.check_attachments(email.attachments, by=by)
    wanted = email.status
    if by is None or wanted == Status.DRAFT:
        return records.save_new(email, by=by)
    if wanted not in MOVES[Status.DRAFT]:
        raise Conflict(
            _("A new mail is draft, scheduled or queued, not %(wanted)s.")
            % {"wanted": value_word(wanted)}
        )
    email.status = Status.DRAFT
    records.save_new(email, by=by)
    return _move_to(email, wanted, by=by)


@records.change.register
@transaction.atomic
def change_email(
    email: Email, values: dict[str, Any], *, by: Any, if_revision: int | None = None
) -> Email:
    """Change an e-mail. What it says can be changed until it is queued.

    A ``status`` among the values is a wish: a draft may be scheduled or queued, a scheduled
    mail become a draft again. Raises :class:`Conflict` for any other.
    """
    stored = records.lock(email, if_revision=if_revision)
    if values.get("from_email") == "":
        values = {**values, "from_email": composing.configured_sender()}
    changed = {name for name, value in values.items() if getattr(stored, name) != value}
    wanted = values["status"] if "status" in changed else stored.status
    if wanted != stored.status and wanted not in MOVES.get(stored.status, ()):
        allowed = ", ".join(map(value_word, MOVES.get(stored.status, ()))) or _("none")
        raise Conflict(
            _("A mail that is %(status)s can't become %(wanted)s. Allowed from here: %(allowed)s.")
            % {
                "status": value_word(stored.status),
                "wanted": value_word(wanted),
                "allowed": allowed,
            }
        )
    if changed & CONTENT:
        if stored.status not in EDITABLE:
            raise Conflict(
                _("This mail is %(status)s; only a draft can be edited.")
                % {"status": value_word(stored.status)}
            )
        values = _checked(stored, values, attachments="attachments" in changed, by=by)
    plain = {name: value for name, value in values.items() if name != "status"}
    records.save_changes(email, plain, by=by)
    if wanted != stored.status:
        return _move_to(email, wanted, by=by)
    if email.status == Status.SCHEDULED and email.scheduled_at is None:
        raise ValidationError({"scheduled_at": _("When shall it leave?")})
    return email


def _checked(email: Email, values: dict[str, Any], *, attachments: bool, by: Any) -> dict[str, Any]:
    for name, value in values.items():
        if name != "status":
            setattr(email, name, value)
    content.check(email)
    if attachments:
        content.check_attachments(email.attachments, by=by)
    return {name: getattr(email, name) if name != "status" else values[name] for name in values}


def _move_to(email: Email, status: str, *, by: Any) -> Email:
    if status == Status.QUEUED:
        return queue(email, by=by)
    if status == Status.SCHEDULED:
        return schedule(email, by=by)
    return records.save_changes(email, {"status": status}, by=by)


@transaction.atomic
def queue(email: Email, *, by: Any, if_revision: int | None = None) -> Email:
    """Let a stored mail leave as soon as a worker comes to it; a failed one gets another chance.

    Raises ``ValidationError`` where it can't be sent as it is, :class:`Conflict` where it is
    on its way already, and :class:`TooManyAttempts` where ``by`` has sent enough for a day.
    """
    stored = records.lock(email, if_revision=if_revision)
    if stored.status not in SENDABLE or stored.account_mail:
        raise Conflict(
            _("This mail is %(status)s; a draft can be sent, or one that failed.")
            % {"status": value_word(stored.status)}
        )
    _check_ready(stored, by=by)
    before = stored.status
    values = {**_sender_of(stored, by), "status": Status.QUEUED, "queued_at": timezone.now()}
    records.write(stored, {**values, "retry_at": None, "attempts": 0, "error": ""})
    events.record("queued", stored, by=by, changes={"status": [before, Status.QUEUED]})
    jobs.after_commit(SEND)
    records.copy_values(stored, email)
    return email


@transaction.atomic
def schedule(email: Email, *, by: Any) -> Email:
    """Let a draft leave at its ``scheduled_at``. Raises as :func:`queue`."""
    stored = records.lock(email)
    if stored.status != Status.DRAFT:
        raise Conflict(
            _("This mail is %(status)s; only a draft can be scheduled.")
            % {"status": value_word(stored.status)}
        )
    if stored.scheduled_at is None:
        raise ValidationError({"scheduled_at": _("When shall it leave?")})
    _check_ready(stored, by=by)
    records.write(stored, {**_sender_of(stored, by), "status": Status.SCHEDULED})
    changes = {"status": [Status.DRAFT, Status.SCHEDULED]}
    events.record("scheduled", stored, by=by, changes=changes)
    records.copy_values(stored, email)
    return email


@transaction.atomic
def queue_many(emails: Sequence[Email], *, by: Any) -> None:
    """Store and queue mails that were checked as one, such as a campaign's.

    The caller sets receivers, texts, ``campaign``, ``from_name``, ``reply_to`` and ``track``,
    and answers for what they hold (:func:`content.check` checks one). Mails of a campaign wait
    while it isn't active, are sent after all others, and carry the way to unsubscribe.
    """
    now = timezone.now()
    for email in emails:
        email.created_by = by
        email.from_email = email.from_email or composing.configured_sender()
        email.status, email.queued_at = Status.QUEUED, now
        email.priority = Email.Priority.CAMPAIGN if email.campaign_id else Email.Priority.PERSONAL
        email.reference = uuid4()
        email.search_text = email.searchable()
    Email.objects.bulk_create(emails, batch_size=500)
    told = [Event(**events.event_values("created", email, by=by)) for email in emails]
    Event.objects.bulk_create(told, batch_size=500)
    jobs.after_commit(events.DELIVER)
    jobs.after_commit(SEND)


def send(email: Email, *, by: Any, template: str = "", data: dict[str, Any] | None = None) -> Email:
    """Store a mail and let it leave, now or at its ``scheduled_at``.

    A ``template``, by name or id, gives subject and text where the mail has none of its own;
    its merge fields are taken from ``data`` and the related record. Raises as :func:`queue`.
    """
    data = data or {}
    if template:
        found = find_template(template)
        values = merging.values_for(email.related_to_type, email.related_to_id, data, by=by)
        rendered = merging.rendered(found, values)
        if rendered["missing"]:
            raise ValidationError({"data": merging.sentence(rendered["missing"])})
        for name in ("subject", "body", "html_body"):
            setattr(email, name, getattr(email, name) or rendered[name])
        email.template_id = str(found.pk)
    elif data:
        raise ValidationError({"data": _("There is no template to fill.")})
    email.body = email.body or content.text_of(email.html_body)
    needed = {"subject": email.subject, "body": email.body}
    if missing := [name for name, value in needed.items() if not value.strip()]:
        sentence = (
            _("Give text, HTML or a template.") if missing == ["body"] else _("This is needed.")
        )
        raise ValidationError(dict.fromkeys(missing, sentence))
    email.status = Status.SCHEDULED if email.scheduled_at else Status.QUEUED
    return records.create(email, by=by)


@transaction.atomic
def settle(email: Email, outcome: str, *, by: Any) -> Email:
    """Say what became of a mail whose outcome nobody knew: ``sent``, ``failed`` or ``resend``.

    Raises :class:`Conflict` for a mail whose outcome is known or still awaited.
    """
    stored = records.lock(email)
    if stored.status != Status.SENDING or not stored.outcome_unknown:
        raise Conflict(_("The outcome of this mail is not in question."))
    status = {"sent": Status.SENT, "failed": Status.FAILED, "resend": Status.QUEUED}[outcome]
    values: dict[str, Any] = {"status": status, "outcome_unknown": False, "retry_at": None}
    if outcome == "sent":
        values |= {"sent_at": stored.claimed_at, "error": ""}
    elif outcome == "resend":
        values |= {"claimed_at": None, "error": "", "queued_at": timezone.now()}
    records.write(stored, values)
    changes = {"status": [Status.SENDING, status], "outcome_unknown": [True, False]}
    name = {"sent": "sent", "failed": "failed", "resend": "queued"}[outcome]
    events.record(name, stored, by=by, changes=changes, settled=True)
    jobs.after_commit(SEND)
    records.copy_values(stored, email)
    return email


def find_template(wanted: str) -> EmailTemplate:
    """Return a template by name or id. Raises ``ValidationError`` where there is none."""
    found = EmailTemplate.objects.filter(name=wanted).first()
    if found is None:
        try:
            found = EmailTemplate.objects.filter(pk=wanted).first()
        except (ValidationError, ValueError):
            found = None
    if found is None:
        raise ValidationError(
            {"template": _("There is no template '%(name)s'.") % {"name": wanted[:80]}}
        )
    return found


@records.create.register
def create_template(template: EmailTemplate, *, by: Any) -> EmailTemplate:
    """Store a template. Raises ``ValidationError`` for merge fields that are none."""
    merging.check(template)
    template.html_body = content.sanitised(template.html_body)
    return records.save_new(template, by=by)


@records.change.register
@transaction.atomic
def change_template(
    template: EmailTemplate, values: dict[str, Any], *, by: Any, if_revision: int | None = None
) -> EmailTemplate:
    """Change a template. Raises as :func:`create_template`."""
    if "html_body" in values:
        values = {**values, "html_body": content.sanitised(values["html_body"])}
    merging.check(EmailTemplate(**{n: values[n] for n in merging.PARTS if n in values}))
    return records.save_changes(template, values, by=by, if_revision=if_revision)


def _sender_of(email: Email, by: Any) -> dict[str, Any]:
    """Mail of people comes from the house's address; answers go to whoever sent it."""
    values: dict[str, Any] = {"reply_to": email.reply_to or (by.email if by else "")}
    if not composing.may_send_as(email.from_email):
        values["from_email"] = composing.configured_sender()
    priority = Email.Priority.CAMPAIGN if email.campaign_id else Email.Priority.PERSONAL
    return values | {"priority": priority, "reference": email.reference or uuid4()}


def _check_ready(email: Email, *, by: Any) -> None:
    content.check(email)
    content.check_attachments(email.attachments, by=by)
    if reason := suppression.refusal(email):
        raise ValidationError({"to_email": reason})
    if by is not None:
        if email.campaign_id:
            raise Conflict(_("A campaign's mails are sent by the campaign, not one by one."))
        if not by.has_perm("crm.add_email"):
            raise PermissionDenied(
                _("You may not send mail: the permission crm.add_email is missing.")
            )
        quotas.check_quota(by)
