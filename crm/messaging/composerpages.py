"""Writing a mail: on a page of its own, or in place on the record it is about."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from crm.core import once, records
from crm.core.errors import DomainError
from crm.core.pages.registry import pages_by_kind

from . import operations, suppression
from .forms import RECEIVERS, ComposeForm
from .models import Email

Status = Email.Status
DRAFT = "draft"


class Composing:
    """The half of the mails' pages that writes."""

    def initial_about(self: Any, record: Any) -> dict[str, Any]:
        """Return to whom a mail about a record goes, as far as the record says so."""
        kind = str(record._meta.model_name)
        if kind in RECEIVERS:
            return {"to": f"{kind}:{record.pk}"}
        if contact := getattr(record, "contact_id", None):
            return {"to": f"contact:{contact}"}
        for name in ("email", "customer_email", "contact_email"):
            if address := getattr(record, name, ""):
                return {"to": f"?{address}"}
        return {}

    def words_for_adding(self: Any) -> str:
        return _("Email")

    def _initial(self: Any, request: HttpRequest) -> dict[str, Any]:
        """Return what the address asks for: about a record, an answer to a mail, or its copy."""
        initial = super()._initial(request)  # type: ignore[misc]
        if to := request.GET.get("to"):
            initial["to"] = to if to.partition(":")[0] in RECEIVERS else f"?{to}"
        elif initial.get("related_to", "").partition(":")[0] in RECEIVERS:
            initial["to"] = initial["related_to"]
        for name in ("again", "forward"):
            if key := request.GET.get(name):
                initial |= self._after(self.get_for(request, "view", key), name)
        if template := request.GET.get("template"):
            chosen = {"template": template, "to": "", "related_to": "", **initial}
            initial |= ComposeForm(chosen, request=request).filled()
        return initial

    def _after(self: Any, email: Email, name: str) -> dict[str, Any]:
        """Return what a mail begins with that follows another one."""
        prefix = {"again": "Re:", "forward": "Fwd:"}[name]
        subject = email.subject
        if not subject.lower().startswith(prefix.lower()):
            subject = f"{prefix} {subject}"
        quoted = "\n".join(f"> {line}" for line in email.body.splitlines())
        initial: dict[str, Any] = {"subject": subject[:255], "body": f"\n\n{quoted}\n"}
        if email.related_to_id:
            initial["related_to"] = f"{email.related_to_type}:{email.related_to_id}"
        if name == "forward":
            return initial | {"attachments": email.attachments}
        return initial | {"to": f"?{email.to_email}", "cc": email.cc}

    def _create(
        self: Any,
        request: HttpRequest,
        names: list[str],
        initial: dict[str, Any],
        page: str,
        about: Any = None,
    ) -> HttpResponse:
        """A new mail. What has been typed, and the files, outlive whatever is refused."""
        token = once.token_of(request)
        email = Email(pk=once.key_of(token))
        form = self._form(request, initial)
        if self.is_sent(request):
            stored = self.sent_before(request, email.pk)
            if stored is not None or (form.is_valid() and self._store(request, form, email)):
                return self._left(request, stored or email, about)
        return self.show_new(request, page, form, token, about)

    def edit(self: Any, request: HttpRequest, pk: Any) -> HttpResponse:
        """Go on writing a mail that has not left."""
        email = self.get_for(request, "change", pk)
        if email.status not in operations.EDITABLE:
            messages.error(request, _("This mail has left; it can't be changed any more."))
            return redirect(self.address(pk))
        names = ("cc", "bcc", "subject", "body", "html_body", "attachments", "scheduled_at")
        initial = {name: getattr(email, name) for name in names}
        initial |= {"to": f"?{email.to_email}", "template": email.template_id}
        initial["shown_revision"] = email.revision
        stored = ""
        if email.related_to_id:
            stored = initial["related_to"] = f"{email.related_to_type}:{email.related_to_id}"
        form = self._form(request, initial, stored)
        if self.is_sent(request) and form.is_valid() and self._store(request, form, email):
            return self._left(request, email, None)
        return self.show_form(request, "form.html", {"form": form, "record": email})

    # -- parts ---------------------------------------------------------------------------

    def _form(
        self: Any, request: HttpRequest, initial: dict[str, Any], stored: str = ""
    ) -> ComposeForm:
        """Return the form as it was sent, or with the chosen template filled in."""
        if request.method != "POST":
            return ComposeForm(initial=initial, request=request, stored=stored)
        data, files = request.POST, request.FILES
        form = ComposeForm(data, files, request=request, stored=stored)
        if self.is_sent(request):
            return form
        is_chosen = request.POST["again"] == "template"  # else it comes back from signing in
        values = form.filled() if is_chosen else form.typed()
        return ComposeForm(initial=values, request=request, stored=stored)

    def show_form(self: Any, request: HttpRequest, page: str, context: Any) -> HttpResponse:
        form = context["form"]
        context["warning"] = self._warning(request, form)
        context["missing"] = form.initial.get("missing", [])
        return super().show_form(request, page, context)  # type: ignore[misc]

    def _warning(self: Any, request: HttpRequest, form: ComposeForm) -> str:
        """Return what should be known of the receiver before anything is written."""
        value = form["to"].value()
        if not value:
            return ""
        try:
            addresses, _kind, _key = form.fields["to"].clean(value)
        except ValidationError:
            return ""
        address = addresses[0] if addresses else ""
        if reason := suppression.refusal(Email(to_email=address)):
            return reason
        if suppression.left_out([address]):
            return _("Has asked for no newsletters. A personal mail is no newsletter.")
        return ""

    def _store(self: Any, request: HttpRequest, form: ComposeForm, email: Email) -> bool:
        """Store the mail and let it leave, or keep it; refusals go to the form."""
        form.attach(self._take_in(request, form))
        if form.errors:
            return False
        try:
            if email._state.adding:
                self._begin(request, form, email)
            else:
                self._go_on(request, form, email)
        except ValidationError as refusal:
            form.tell(refusal)
        except (DomainError, PermissionDenied) as refusal:
            form.add_error(None, str(refusal))
        return not form.errors

    def _take_in(self: Any, request: HttpRequest, form: ComposeForm) -> list[str]:
        """Store the files from the author's device as documents; return their ids."""
        ids = []
        about = form.cleaned_data["related_to"]
        for file in form.cleaned_data.get("files", []):
            try:
                document = pages_by_kind()["document"].take_in(request, file, about=about)
            except ValidationError as refusal:
                form.add_error("files", [f"{file.given_name}: {told}" for told in refusal.messages])
            except (DomainError, PermissionDenied) as refusal:
                form.add_error("files", f"{file.given_name}: {refusal}")
            else:
                ids.append(str(document.pk))
        return ids

    def _begin(self: Any, request: HttpRequest, form: ComposeForm, email: Email) -> None:
        for name, value in form.email_values().items():
            setattr(email, name, value)
        if request.POST.get("verb") == DRAFT:
            records.create(email, by=request.user)
            return
        email.track = form.cleaned_data["track"]
        is_plain = email.body.strip() or email.html_body.strip()
        template = "" if is_plain else email.template_id
        operations.send(email, by=request.user, template=template)

    @transaction.atomic
    def _go_on(self: Any, request: HttpRequest, form: ComposeForm, email: Email) -> None:
        values, revision = form.email_values(), form.cleaned_data["shown_revision"]
        if request.POST.get("verb") == DRAFT:
            values["status"] = Status.DRAFT
        records.change(email, values, by=request.user, if_revision=revision)
        if request.POST.get("verb") == DRAFT:
            return
        if email.scheduled_at is None:
            operations.queue(email, by=request.user)
        elif email.status == Status.DRAFT:
            operations.schedule(email, by=request.user)

    def _left(self: Any, request: HttpRequest, email: Email, about: Any) -> HttpResponse:
        told = {
            Status.DRAFT: _("The draft was kept."),
            Status.SCHEDULED: _("The mail is planned and leaves at its time."),
        }
        words = told.get(email.status, _("The mail is queued and leaves within moments."))  # type: ignore[call-overload]
        messages.success(request, words)
        if about is not None:
            return self.go(request, about[0].address(about[1].pk))
        return self.go(request, self.next_address(request) or self.address(email.pk))
