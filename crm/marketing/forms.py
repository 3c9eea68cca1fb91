"""The forms in which a campaign is made: whom it goes to, what it says, when it leaves."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from crm.core.entity import entity_of
from crm.core.forms import MomentField
from crm.core.pages.facets import Facet, facets
from crm.core.pages.registry import pages_by_kind

from . import audience, wording
from .models import Campaign

#: what a list takes beside filters, and an audience doesn't
NO_FILTERS = ("page", "limit", "sort", "cursor", "fields", "expand")


@dataclass
class SourceFilters:
    """The filters over one kind of receiver, in the shape in which a list has its own."""

    source: str
    request: Any
    params: QueryDict
    is_chosen: bool

    @property
    def pages(self) -> Any:
        """The pages of what is filtered."""
        return pages_by_kind()[str(audience.SOURCES[self.source]._meta.model_name)]

    @property
    def entity(self) -> Any:
        """The description of what is filtered."""
        return entity_of(audience.SOURCES[self.source])

    @property
    def prefix(self) -> str:
        """What stands before the filters' names in the form."""
        return f"{self.source}."

    def choosable(self) -> list[str]:
        """Return the columns that may be filtered by."""
        return list(self.entity.readable(self.request.user))

    def facets(self) -> list[Facet]:
        """Return the filters that the list of these records offers, but for a chosen owner."""
        return [facet for facet in facets(self) if facet.look != "person"]

    @property
    def search(self) -> str:
        """The words that are looked for."""
        return self.params.get("search", "")

    def hidden(self) -> list[tuple[str, str]]:
        """Return the filters that were set elsewhere, by the API, and are kept."""
        shown = {"search"}
        for facet in self.facets():
            present = self.params.get(facet.name, "")
            if facet.look == "period" and present not in ("", *(row[0] for row in facet.options)):
                continue  # a day or a span, which the menu of periods doesn't have
            shown |= {facet.name, f"{facet.name}__gte", f"{facet.name}__lte"}
        return [
            (f"{self.prefix}{name}", value)
            for name, values in self.params.lists()
            if name not in shown
            for value in values
        ]


def shown_audience(request: Any, stored: dict[str, Any]) -> list[SourceFilters]:
    """Return the filters of an audience, to be changed."""
    found = []
    for source in audience.SOURCES:
        if not request.user.has_perm(f"crm.view_{source.removesuffix('s')}"):
            continue
        params = QueryDict(mutable=True)
        for name, value in stored.get(source, {}).items():
            values = value if isinstance(value, list) else [value]
            params.setlist(name, [_text(item) for item in values])
        found.append(SourceFilters(source, request, params, source in stored))
    return found


def sent_audience(data: QueryDict, stored: dict[str, Any]) -> dict[str, Any]:
    """Return the audience that a form describes; who was left out one by one stays left out."""
    wanted: dict[str, Any] = {}
    for source in data.getlist("sources"):
        if source not in audience.SOURCES:
            continue
        filters: dict[str, Any] = {}
        for key, values in data.lists():
            if key.startswith(f"{source}.") and (found := [value for value in values if value]):
                filters[key.removeprefix(f"{source}.")] = found if len(found) > 1 else found[0]
        wanted[source] = filters
    if data.get(audience.CONSENT):
        wanted[audience.CONSENT] = True
    if left_out := stored.get(audience.EXCLUDED):
        wanted[audience.EXCLUDED] = left_out
    return wanted


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


class ContentForm(forms.Form):
    """What a campaign says, and who says it."""

    subject = forms.CharField(
        max_length=wording.LONGEST_SUBJECT, required=False, label=_("Subject")
    )
    from_name = forms.CharField(max_length=255, required=False, label=_("Sender's name"))
    reply_to = forms.EmailField(required=False, label=_("Answers go to"))
    html = forms.CharField(
        required=False,
        label=_("Formatted text"),
        widget=forms.Textarea(attrs={"rows": 12, "class": "mono", "spellcheck": "false"}),
        help_text=_("HTML. Write {{ first_name|there }} for a name with what stands in for it."),
    )
    text = forms.CharField(
        required=False,
        label=_("Text"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("For mail programs without formatting. Empty, it is made from the other one."),
    )

    def content(self, campaign: Campaign) -> dict[str, Any]:
        """Return the message as a campaign stores it."""
        said = {name: value for name, value in self.cleaned_data.items() if value}
        kept = {name: text for name, text in campaign.content.items() if name not in self.fields}
        return kept | said


class StartForm(forms.Form):
    """When a campaign starts."""

    start_date = MomentField(label=_("Start at"))
