"""Ids of what stands on pages. HTML allows them no blanks, which names of fields may have."""

import re
from urllib.parse import quote

from django import forms
from django.forms.renderers import TemplatesSetting

BLANKS = re.compile(r"[\s%]")


def id_part(name: str) -> str:
    """Return a field's name as a part of an id; different names give different ids."""
    return BLANKS.sub(lambda found: quote(found[0]), name)


class BoundField(forms.BoundField):
    """A form's field on a page."""

    @property
    def auto_id(self) -> str:
        return id_part(super().auto_id)


class Renderer(TemplatesSetting):
    """Draws forms with the house's templates."""

    bound_field_class = BoundField
