"""What the browser shows for a field of a form."""

from typing import Any
from uuid import UUID

from django import forms
from django.urls import NoReverseMatch, reverse

from .links import label_of, short_forms

#: how a lookup hands on text that was typed but not picked from the list
TYPED = "?"


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self, **options: Any):
        super().__init__(format="%Y-%m-%d", **options)


class MomentInput(forms.DateTimeInput):
    """The browser's own calendar and clock, to the minute."""

    input_type = "datetime-local"

    def __init__(self, **options: Any):
        super().__init__(format="%Y-%m-%dT%H:%M", **options)


class MoneyInput(forms.TextInput):
    """An amount, typed as people write it where they live."""

    def __init__(self, **options: Any):
        super().__init__(attrs={"inputmode": "decimal", "autocomplete": "off"}, **options)


class LookupInput(forms.TextInput):
    """Type a few letters and pick; what is sent is the id, beside the text that was typed.

    Without scripts the text is looked up when the form is sent. ``matches`` are then what it
    may have meant, to choose from.
    """

    template_name = "components/widgets/lookup.html"
    slug = ""
    may_create = False
    queryset: Any = None
    #: for a typed link: the kinds that may be found
    kinds: list[str] = []  # noqa: RUF012
    matches: list[tuple[str, str]] = []  # noqa: RUF012  (replaced, never changed)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        text = "" if value in (None, "") else str(value)
        typed = text.removeprefix(TYPED) if text.startswith(TYPED) else ""
        label = typed or self.label(text)
        try:
            found = reverse("lookup", args=[self.slug])
            if self.kinds:
                found += f"?kinds={','.join(self.kinds)}"
            new = reverse("lookup-new", args=[self.slug]) if self.may_create else ""
        except NoReverseMatch:
            found = new = ""
        context["widget"] |= {
            "key": "" if typed else text,
            "label": label,
            "url": found,
            "new_url": new,
            "matches": self.matches,
        }
        return context

    def label(self, key: str) -> str:
        """Return what the record is called that is chosen now."""
        if self.kinds and key:
            kind, _sep, pk = key.partition(":")
            forms_of = short_forms({(kind, UUID(pk))}) if kind in self.kinds else {}
            return next((form["label"] for form in forms_of.values()), "")
        if not key or self.queryset is None:
            return ""
        model = self.queryset.model
        rows = model.all_objects.filter(pk=key).order_by()
        return str(rows.values_list(label_of(model), flat=True).first() or "").strip()

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        key, text = data.get(name, ""), data.get(f"{name}_text")
        if text is None or (key and text.strip() == data.get(f"{name}_was", "").strip()):
            return key
        return f"{TYPED}{text.strip()}" if text.strip() else ""
