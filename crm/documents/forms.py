"""Forms of the staff site that take files."""

from django import forms
from django.conf import settings
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminTextInputWidget

from .naming import check_label


class VersionForm(forms.Form):
    """A newer file for a document that is there."""

    file = forms.FileField(widget=UnfoldAdminFileFieldWidget)

    def __init__(self, *args, too_large=False, **options):
        super().__init__(*args, **options)
        self.too_large = too_large
        self.fields["file"].help_text = f"At most {settings.MAX_UPLOAD_MB} MB."
        if too_large:
            refusal = f"This file is larger than {settings.MAX_UPLOAD_MB} MB."
            self.fields["file"].error_messages["required"] = refusal


class UploadForm(VersionForm):
    """A file that becomes a document."""

    title = forms.CharField(
        max_length=255,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text="The name of the file where left empty.",
    )
    folder = forms.CharField(
        max_length=255,
        initial="documents",
        widget=UnfoldAdminTextInputWidget,
        validators=[check_label],
    )
