"""What a ticket's page asks for: replies, what solved it, why somebody should look."""

from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.core import once

from .models import LONGEST_COMMENT

SIDES = (
    ("public", _("To the customer")),
    ("internal", _("Internal note")),
    ("customer", _("Written down for the customer")),
)


class ReplyForm(forms.Form):
    """What is said next on a ticket, and by which side."""

    body = forms.CharField(
        label=_("Reply"),
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write something.")},
    )
    side = forms.ChoiceField(label=_("Kind"), choices=SIDES, initial="public")
    once = forms.CharField(widget=forms.HiddenInput, initial=once.new_token)

    def key(self) -> UUID:
        """Return the id that the comment gets: the same reply sent twice is said once."""
        return once.key_of(self.cleaned_data["once"])


class CommentForm(forms.Form):
    """Other words for the same comment."""

    body = forms.CharField(
        label=_("Text"), max_length=LONGEST_COMMENT, widget=forms.Textarea(attrs={"rows": 8})
    )


class ResolveForm(forms.Form):
    """What solved the problem."""

    resolution = forms.CharField(
        label=_("What solved the problem?"),
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Say what solved the problem.")},
    )


class EscalateForm(forms.Form):
    """Why the manager should look."""

    reason = forms.CharField(
        label=_("Why should somebody look at it?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
