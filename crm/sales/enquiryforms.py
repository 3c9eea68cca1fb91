"""The form that strangers fill in on a page of ours."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

LONG = 255


class EnquiryForm(forms.Form):
    """Who wants to hear from us. ``fax_number`` is a trap: people don't see it."""

    first_name = forms.CharField(label=_("First name"), max_length=LONG)
    last_name = forms.CharField(label=_("Last name"), max_length=LONG)
    email = forms.EmailField(label=_("Email"), max_length=254)
    phone = forms.CharField(label=_("Phone"), max_length=LONG, required=False)
    company = forms.CharField(label=_("Company"), max_length=LONG, required=False)
    message = forms.CharField(
        label=_("What is it about?"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    consent = forms.BooleanField(
        label=_("You may keep what I wrote and contact me about it."),
        error_messages={"required": _("Without consent we may not keep this.")},
    )
    fax_number = forms.CharField(max_length=LONG, required=False)

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        purposes = {
            "first_name": "given-name",
            "last_name": "family-name",
            "email": "email",
            "phone": "tel",
            "company": "organization",
        }
        for name, purpose in purposes.items():
            self.fields[name].widget.attrs["autocomplete"] = purpose

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    @property
    def is_of_robot(self) -> bool:
        """Whether the trap was filled in."""
        return bool(self.cleaned_data.get("fax_number"))

    def enquiry(self) -> dict[str, Any]:
        """Return the lead's values."""
        names = ("first_name", "last_name", "email", "phone", "company")
        values = {name: self.cleaned_data[name] for name in names}
        return {**values, "notes": self.cleaned_data["message"]}
