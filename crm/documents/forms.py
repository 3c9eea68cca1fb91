"""Forms that take files: those of the staff site, and that of the pages."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminTextInputWidget

from crm.core.fileforms import FilesField, tell_size
from crm.core.forms import RelatedField, WordsField

from .models import Document
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


class UploadPageForm(forms.Form):
    """Files that become documents, and what is said of all of them."""

    files = FilesField(label=_("Files"))
    title = forms.CharField(
        max_length=255,
        required=False,
        label=_("Title"),
        help_text=_("For a single file. Empty, it is the name of the file."),
    )
    folder = forms.CharField(
        max_length=255, initial="documents", validators=[check_label], label=_("Folder")
    )
    related_to = RelatedField(kinds=Document.link_kinds(), required=False, label=_("About"))
    tags = WordsField(required=False, label=_("Tags"), help_text=_("Several with commas between."))
    description = forms.CharField(
        required=False, label=_("Description"), widget=forms.Textarea(attrs={"rows": 3})
    )
    is_public = forms.BooleanField(
        required=False, label=_("Everybody who signs in here may see and download it")
    )

    def __init__(self, *args: Any, request: Any, **options: Any):
        super().__init__(*args, **options)
        self.request = request
        about: Any = self.fields["related_to"]
        about.offer(about.kinds, user=request.user)
        about.widget.kinds = [kind for kind in about.kinds if kind and kind != "general"]
        files: Any = self.fields["files"]
        limit = _("At most %(mb)s MB each.") % {"mb": settings.MAX_UPLOAD_MB}
        files.help_text = limit

    def clean(self) -> dict[str, Any]:
        """Tell of files that are too large."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        tell_size(self, "files", self.request)
        return values

    def document_values(self) -> dict[str, Any]:
        """Return what is said of the documents; the title only where it is of one file."""
        values = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("files", "related_to")
        }
        values["related_to_type"], values["related_to_id"] = self.cleaned_data["related_to"]
        if len(self.cleaned_data["files"]) != 1:
            values["title"] = ""
        return values


class NewerFileForm(forms.Form):
    """A newer file for a document that is there."""

    file = forms.FileField(label=_("A newer file"))

    def __init__(self, *args: Any, request: Any, **options: Any):
        super().__init__(*args, **options)
        self.request = request

    def clean(self) -> dict[str, Any]:
        """Tell of a file that is too large."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        tell_size(self, "file", self.request)
        return values
