"""Fields of forms that take files."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _


class FilesInput(forms.ClearableFileInput):
    """Choose any number of files at once."""

    allow_multiple_selected = True
    template_name = "components/widgets/files.html"

    def __init__(self, attrs: Any = None):
        super().__init__({"class": "form-control", **(attrs or {})})


class FilesField(forms.FileField):
    """Any number of files; cleaned, it is a list of them."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the files. Raises ``ValidationError`` where one is needed and there is none."""
        if not data:
            return [super().clean(None, initial)] if self.required else []
        return [super(FilesField, self).clean(file, initial) for file in data]


def tell_size(form: Any, name: str, request: Any) -> None:
    """Let a form say so where a file was larger than what is taken in."""
    if getattr(request, "upload_too_large", False):
        form.errors.pop(name, None)
        form.add_error(
            name, _("A file can have %(mb)s MB at most.") % {"mb": settings.MAX_UPLOAD_MB}
        )
