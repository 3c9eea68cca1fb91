"""What a ticket's page asks for: replies, what solved it, why somebody should look."""

from uuid import UUID

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from .models import LONGEST_COMMENT

#: signs the id that a comment will have: the same reply sent twice is said once
ONCE = "comment-once"
SIDES = (
    ("public", _("To the customer")),
    ("internal", _("Internal note")),
    ("customer", _("Written down for the customer")),
)


def new_key() -> str:
    """Return the signed id of a comment that is yet to be written."""
    return signing.dumps(str(uuid7()), salt=ONCE)


class ReplyForm(forms.Form):
    """What is said next on a ticket, and by which side."""

    body = forms.CharField(
        label=_("Reply"),
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write something.")},
    )
    side = forms.ChoiceField(label=_("Kind"), choices=SIDES, initial="public")
    once = forms.CharField(widget=forms.HiddenInput, initial=new_key)

    def key(self) -> UUID:
        """Return the id that the comment gets; a new one where the form's is not ours."""
        try:
            return UUID(signing.loads(self.cleaned_data["once"], salt=ONCE, max_age=7 * 24 * 3600))
        except signing.BadSignature:
            return UUID(str(uuid7()))


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
