"""The form that a mail is written in."""

from email.utils import getaddresses
from typing import Any, cast

from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.template.defaultfilters import filesizeformat
from django.utils.html import linebreaks, urlize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core.fileforms import FilesField, tell_size
from crm.core.forms import MomentField, RelatedField, WordsField
from crm.core.plain import id_or_none
from crm.core.widgets import TYPED

from . import merging
from .models import Email, EmailTemplate

#: kinds of record that have an address of their own
RECEIVERS = ("contact", "lead", "customer")
MOST_DOCUMENTS = 8
#: what the verbs call otherwise than the form
NAMES = {
    "to_email": "to",
    "template_id": "template",
    "related_to_type": "related_to",
    "related_to_id": "related_to",
    "data": "template",
}


class ReceiverField(RelatedField):
    """Somebody whom the author sees, found by name, or plain addresses."""

    def clean(self, value: Any) -> Any:
        """Return addresses, and kind and id of the record where one was chosen."""
        if isinstance(value, str) and value.startswith(TYPED) and "@" in value:
            pairs = getaddresses([value.removeprefix(TYPED).replace(";", ",")])
            return [address or name for name, address in pairs], "", None
        kind, key = super().clean(value)
        if not kind:
            return [], "", None
        return [self._address(kind, key)], kind, key

    def _address(self, kind: str, key: Any) -> str:
        model: Any = apps.get_model("crm", kind) if kind in RECEIVERS else None
        found = model and model.objects.visible_to(self.user).filter(pk=key).first()
        if not found:
            raise ValidationError(_("Choose one from the list."))
        if not found.email:
            raise ValidationError(_("%(record)s has no address.") % {"record": found})
        return found.email


class ComposeForm(forms.Form):
    """A mail: to whom, what, with which files, and when."""

    to = ReceiverField(kinds=RECEIVERS, label=gettext_lazy("To"))
    cc = WordsField(required=False, label=gettext_lazy("Copy to"))
    bcc = WordsField(required=False, label=gettext_lazy("Hidden copy to"))
    template = forms.ModelChoiceField(
        EmailTemplate.objects.none(),
        required=False,
        label=gettext_lazy("Template"),
        empty_label=gettext_lazy("No template"),
    )
    subject = forms.CharField(max_length=255, required=False, label=gettext_lazy("Subject"))
    body = forms.CharField(
        required=False, label=gettext_lazy("Text"), widget=forms.Textarea(attrs={"rows": 10})
    )
    html_body = forms.CharField(
        required=False,
        label=gettext_lazy("Formatted text"),
        widget=forms.Textarea(attrs={"rows": 6, "class": "mono", "spellcheck": "false"}),
        help_text=gettext_lazy(
            "HTML, as most receivers see it. Cleared, the mail is the plain text alone."
        ),
    )
    attachments = forms.MultipleChoiceField(
        required=False, label=gettext_lazy("Documents"), widget=forms.CheckboxSelectMultiple
    )
    files = FilesField(required=False, label=gettext_lazy("Files from this device"))
    scheduled_at = MomentField(
        required=False,
        label=gettext_lazy("Send at"),
        help_text=gettext_lazy("Empty, it leaves at once."),
    )
    track = forms.BooleanField(
        required=False, label=gettext_lazy("Tell me when it is opened and its links are followed")
    )
    related_to = RelatedField(kinds=Email.link_kinds(), required=False, label=gettext_lazy("About"))
    shown_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, request: Any, stored: str = "", **options: Any):
        """``stored`` is what the mail is about already."""
        super().__init__(*args, **options)
        self.request, fields = request, cast(dict[str, Any], self.fields)
        fields["to"].offer(fields["to"].kinds, user=request.user)
        fields["related_to"].offer(fields["related_to"].kinds, user=request.user, stored=stored)
        if request.user.has_perm("crm.view_emailtemplate"):
            self.templates.queryset = EmailTemplate.objects.visible_to(request.user).order_by(
                "name"
            )
        if not request.user.has_perm("crm.add_document"):
            del self.fields["files"]
        self._offer_documents()

    @property
    def templates(self) -> Any:
        """The field that a template is chosen in."""
        return self.fields["template"]

    def _offer_documents(self) -> None:
        field: Any = self.fields["attachments"]
        field.choices = []
        if self.request.user.has_perm("crm.view_document"):
            chosen = [pk for pk in self["attachments"].value() or [] if id_or_none(str(pk))]
            about = str(self["related_to"].value() or "").partition(":")
            wanted = Q(pk__in=chosen) | Q(uploaded_by=self.request.user)
            if id_or_none(about[2]):
                wanted |= Q(related_to_type=about[0], related_to_id=about[2])
            rows: Any = apps.get_model("crm", "Document").objects
            rows = rows.visible_to(self.request.user).filter(wanted).exclude(s3_key="")
            field.choices = [
                (str(row.pk), f"{row.title} ({filesizeformat(row.file_size or 0)})")
                for row in rows.order_by("-created_at")[: MOST_DOCUMENTS + len(chosen)]
            ]

    def clean(self) -> dict[str, Any]:
        """Tell of files that are too large, and of placeholders that a template left behind."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if "files" in self.fields:
            tell_size(self, "files", self.request)
        if values.get("template"):
            for name in merging.PARTS[:2]:
                if left := merging.FIELD.search(values.get(name) or ""):
                    told = _("Nothing is known to put in for %(field)s. Write it yourself.")
                    self.add_error(name, told % {"field": left[0]})
        return values

    def email_values(self) -> dict[str, Any]:
        """Return what the form says, by the mail's own names."""
        values = self.cleaned_data
        (addresses, kind, key), about = values["to"], values["related_to"]
        first, *others = addresses
        about = about if about[0] else (kind, key)
        markup = values["html_body"]
        if values["track"] and not markup:  # plain text can't tell of its opening
            markup = linebreaks(urlize(values["body"], autoescape=True), autoescape=False)
        template = values["template"]
        return {
            "to_email": first,
            "cc": [*others, *values["cc"]],
            "bcc": values["bcc"],
            "subject": values["subject"],
            "body": values["body"],
            "html_body": markup,
            "attachments": list(values.get("attachments", [])),
            "scheduled_at": values["scheduled_at"],
            "template_id": str(template.pk) if template else "",
            "related_to_type": about[0],
            "related_to_id": about[1],
        }

    def attach(self, ids: list[str]) -> None:
        """Take documents that were stored just now among the chosen ones."""
        self.data = self.data.copy()
        sent = self.data.getlist(self.add_prefix("attachments"))
        self.data.setlist(self.add_prefix("attachments"), [*sent, *ids])
        self.cleaned_data["attachments"] = [*self.cleaned_data.get("attachments", []), *ids]
        self._offer_documents()

    def tell(self, refusal: ValidationError) -> None:
        """Put a verb's refusal beside the field that it is about."""
        if not hasattr(refusal, "error_dict"):
            self.add_error(None, refusal)
            return
        for name, sentences in refusal.message_dict.items():
            name = NAMES.get(name, name)
            self.add_error(name if name in self.fields else None, sentences)

    def typed(self) -> dict[str, Any]:
        """Return what was typed, unchecked."""
        return {
            name: field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            for name, field in self.fields.items()
            if name != "files"
        }

    def filled(self) -> dict[str, Any]:
        """Return what was typed, with subject and text of the chosen template.

        ``missing`` are its placeholders of which nothing is known.
        """
        typed = self.typed()
        chosen = id_or_none(str(typed["template"] or ""))
        template = self.templates.queryset.filter(pk=chosen).first()
        if template is None:
            return typed
        kind, key = self._about(typed)
        values = merging.values_for(kind, key, {}, by=self.request.user)
        return typed | merging.rendered(template, values)

    def _about(self, typed: dict[str, Any]) -> tuple[str, Any]:
        """Return whose data a template is filled with: the receiver's, else the record's."""
        found: Any = ("", None)
        for name in ("to", "related_to"):
            try:
                found = self.fields[name].clean(typed[name])[-2:]
            except ValidationError:
                continue
            if found[0]:
                break
        return found
