"""The pages of mails and their templates."""

from typing import Any

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from crm.core import records
from crm.core.errors import DomainError
from crm.core.pages import Action, RecordPages

from . import operations
from .composerpages import Composing
from .framing import framed
from .models import Email
from .templatepages import TemplatePages
from .viewsets import EmailTemplateViewSet, EmailViewSet

Status = Email.Status
#: the list's views: what they are called, and the filter they stand for
VIEWS = (
    (gettext_lazy("Drafts"), "status=draft"),
    (gettext_lazy("Planned"), "status=scheduled"),
    (gettext_lazy("On their way"), "status=queued,sending"),
    (gettext_lazy("Sent"), "status=sent"),
    (gettext_lazy("Not arrived"), "status=failed,bounced,complained"),
)
OUTCOMES = ("sent", "failed", "resend")


class EmailPages(Composing, RecordPages):
    viewset = EmailViewSet
    slug = "emails"
    icon = "mail"
    columns = ("to_email", "status", "related_to", "sent_at", "opens_count", "clicks_count")
    facts = ("opens_count", "clicks_count", "related_to", "campaign_id", "created_by", "created_at")
    groups = ((gettext_lazy("Mail"), ("subject", "to_email", "cc", "body", "related_to")),)
    quick = ("to_email", "subject", "body")

    def more_urls(self) -> list[Any]:
        pages = {
            "send": ("change", require_POST(self.send)),
            "keep": ("change", require_POST(self.keep)),
            "settle": ("add", require_POST(self.settle)),
            "body": ("view", require_safe(self.body)),
        }
        return [
            path(f"emails/<uuid:pk>/{name}/", self._page(verb, view), name=f"email-{name}")
            for name, (verb, view) in pages.items()
        ]

    def list_views(self, request: HttpRequest) -> list[tuple[str, str]]:
        """Return the states that mails are mostly looked for in."""
        return [(str(name), query) for name, query in VIEWS]

    def list_actions(self, request: HttpRequest) -> list[Action]:
        if not request.user.has_perm("crm.view_emailtemplate"):
            return []
        return [Action(_("Templates"), reverse("emailtemplate-list"), "file-pen-line")]

    def inline_fields(self, request: HttpRequest) -> list[str]:
        """A mail is changed as a whole, where it is written."""
        return []

    def actions(self, request: HttpRequest, record: Any) -> list[Action]:
        found = []
        if record.may_change and record.status in operations.SENDABLE:
            url = reverse("email-send", args=[record.pk])
            words = _("Send again") if record.status == Status.FAILED else _("Send now")
            question = _("Send this mail to %(address)s now?") % {"address": record.to_email}
            found.append(Action(words, url, "send", "post", "primary", question))
        if record.may_change and record.status == Status.SCHEDULED:
            url = reverse("email-keep", args=[record.pk])
            found.append(Action(_("Don't send it yet"), url, "calendar-x", "post"))
        if self.may(request, "add") and not record.account_mail:
            new = reverse("email-new")
            if record.sent_at:
                found.append(Action(_("Write again"), f"{new}?again={record.pk}", "reply"))
            found.append(Action(_("Forward"), f"{new}?forward={record.pk}", "forward"))
        return found

    def more(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        documents: Any = []
        if record.attachments and request.user.has_perm("crm.view_document"):
            rows: Any = apps.get_model("crm", "Document").objects
            documents = rows.visible_to(request.user).filter(pk__in=record.attachments)
        return {
            "may_change": record.may_change and record.status in operations.EDITABLE,
            "steps": steps(record),
            "documents": documents,
            "hidden_documents": len(record.attachments) - len(documents),
            "may_settle": record.outcome_unknown and self.may(request, "add"),
        }

    # -- verbs ---------------------------------------------------------------------------

    def send(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Let a draft, a planned mail or one that failed leave now."""
        email = self.get_for(request, "change", pk)
        words = _("The mail is queued and leaves within moments.")
        return self._do(request, email, words, lambda: operations.queue(email, by=request.user))

    def keep(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Make a planned mail a draft again."""
        email, values = self.get_for(request, "change", pk), {"status": Status.DRAFT}
        words = _("It is a draft again and stays here until you send it.")
        return self._do(
            request, email, words, lambda: records.change(email, values, by=request.user)
        )

    def settle(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Say what became of a mail whose outcome nobody knows."""
        email, outcome = self.get_for(request, "view", pk), request.POST.get("outcome", "")
        if outcome not in OUTCOMES:
            return HttpResponse(_("Say what became of it."), status=400)
        return self._do(
            request,
            email,
            _("Thank you, that is written down."),
            lambda: operations.settle(email, outcome, by=request.user),
        )

    def _do(self, request: HttpRequest, email: Email, words: str, verb: Any) -> HttpResponse:
        try:
            verb()
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        except (DomainError, PermissionDenied) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, words)
        return redirect(self.address(email.pk))

    def body(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """The formatted text alone, for the frame of the mail's page."""
        email = self.get_for(request, "view", pk)
        return framed(email.html_body, email.body)


def steps(email: Email) -> list[dict[str, Any]]:
    """Return how far a mail has come: what happened, when, and what is still to come."""
    found = [{"words": _("Written"), "at": email.created_at, "icon": "pencil", "tone": ""}]

    def add(words: str, at: Any, icon: str, tone: str = "", more: str = "") -> None:
        found.append({"words": words, "at": at, "icon": icon, "tone": tone, "more": more})

    if email.status == Status.SCHEDULED:
        add(_("Planned"), email.scheduled_at, "calendar-clock")
    if email.queued_at:
        add(_("Queued"), email.queued_at, "hourglass")
    if email.retry_at and email.status == Status.QUEUED:
        add(_("Is tried again"), email.retry_at, "rotate-cw", "warn", email.error)
    if email.status == Status.SENDING:
        words = _("Outcome unknown") if email.outcome_unknown else _("Being sent")
        tone = "warn" if email.outcome_unknown else ""
        add(words, email.claimed_at, "send", tone, email.error)
    if email.sent_at:
        add(_("Sent"), email.sent_at, "send", "good")
    if email.opened_at:
        add(_("First opened"), email.opened_at, "mail-open", "good")
    if email.clicked_at:
        add(_("First link followed"), email.clicked_at, "mouse-pointer-click", "good")
    ends = {
        Status.FAILED: _("Failed"),
        Status.BOUNCED: _("Came back"),
        Status.COMPLAINED: _("Reported as unwanted"),
    }
    if words := ends.get(email.status):  # type: ignore[call-overload]
        add(words, None, "circle-alert", "bad")
    return found


class EmailTemplatePages(TemplatePages, RecordPages):
    viewset = EmailTemplateViewSet
    slug = "email-templates"
    icon = "file-pen-line"
    columns = ("subject", "category", "created_at")
    facts = ("category", "description")
    groups = (
        (gettext_lazy("Template"), ("name", "category", "description")),
        (gettext_lazy("What it says"), ("subject", "body", "html_body")),
    )
