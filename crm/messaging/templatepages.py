"""What the pages of templates show beyond a form: placeholders, and a look at the result."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core.forms import RelatedField
from crm.core.pages.registry import pages_by_kind
from crm.core.wording import field_label

from . import merging
from .framing import framed
from .models import Email, EmailTemplate

#: what templates are mostly filled from, in this order
SOURCES = ("contact", "lead", "account", "deal", "customer", "ticket", "invoice")
KINDS = {"text", "money", "integer", "datetime"}
SKIPPED = ("revision", "created_at", "updated_at", "external_id", "related_to_type")


class AboutForm(forms.Form):
    """For whom a template is shown."""

    about = RelatedField(kinds=Email.link_kinds(), required=False, label=gettext_lazy("As read by"))

    def __init__(self, *args: Any, user: Any, kinds: tuple[str, ...] = (), **options: Any):
        super().__init__(*args, **options)
        field: Any = self.fields["about"]
        field.offer(kinds or field.kinds, user=user)


class TemplatePages:
    """The half of the templates' pages that previews."""

    def more_urls(self: Any) -> list[Any]:
        """Return the addresses of the previews."""
        new = self._page("view", self.preview)
        stored = self._page("view", self.preview_stored)
        return [
            path("email-templates/preview/", new, name="emailtemplate-preview"),
            path("email-templates/<uuid:pk>/preview/", stored, name="emailtemplate-shown"),
        ]

    def render(
        self: Any, request: HttpRequest, page: str, context: dict[str, Any], **options: Any
    ) -> HttpResponse:
        if page.startswith(("form.html", "detail.html")):
            context["about_form"] = AboutForm(user=request.user)
            context["placeholders"] = placeholders(request.user)
        return super().render(request, page, context, **options)  # type: ignore[misc]

    def preview(self: Any, request: HttpRequest) -> HttpResponse:
        """What is typed into the form, as a mail would say it; nothing is stored."""
        typed = {name: request.POST.get(name, "") for name in merging.PARTS}
        return self._framed(request, EmailTemplate(**typed), request.POST)

    def preview_stored(self: Any, request: HttpRequest, pk: Any) -> HttpResponse:
        """A template as a mail would say it."""
        return self._framed(request, self.get_for(request, "view", pk), request.GET)

    def _framed(self: Any, request: HttpRequest, template: Any, data: Any) -> HttpResponse:
        problems = []
        try:
            merging.check(template)
        except ValidationError as refusal:
            problems += refusal.messages
        kind, key = "", None
        form = AboutForm(data, user=request.user)
        if form.is_valid():
            kind, key = form.cleaned_data["about"]
        else:
            problems += [str(told) for told in form.errors["about"]]
        shown = merging.rendered(template, merging.values_for(kind, key, {}, by=request.user))
        if shown["missing"] and kind:
            problems.append(merging.sentence(shown["missing"]))
        return framed(
            shown["html_body"], shown["body"], subject=shown["subject"], problems=problems
        )


def placeholders(
    user: Any, kinds: tuple[str, ...] = SOURCES
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what can be put into a template, by kind of record: the field and its name."""
    found = []
    for kind in kinds:
        pages = pages_by_kind().get(kind)
        if pages is None or not user.has_perm(f"{pages.app}.view_{kind}"):
            continue
        fields = [
            (f"{{{{ {kind}.{name} }}}}", field_label(name, kind))
            for name, column in pages.entity.readable(user).items()
            if column.kind in KINDS and name not in SKIPPED
        ]
        found.append((pages.title_of_one, fields))
    own = ("{{ unsubscribe_url }}", _("Link to unsubscribe, in campaigns"))
    return [*found, (_("Others"), [own])]
