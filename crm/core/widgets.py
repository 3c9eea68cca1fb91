"""What the browser shows for a field of a form."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.apps import apps
from django.urls import NoReverseMatch, reverse

from .links import label_of, short_forms
from .plain import id_or_none

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
    #: what stands between the field's name and those of the inputs beside it, ``text`` and ``was``
    side = "_"
    slug = ""
    may_create = False
    #: what may be chosen; the name of anything else is not told
    queryset: Any = None
    matches: Sequence[tuple[str, str]] = ()

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        text = "" if value in (None, "") else str(value)
        typed = text.removeprefix(TYPED) if text.startswith(TYPED) else ""
        label = typed or self.label(text)
        try:
            found = self.address()
            new = reverse("lookup-new", args=[self.slug]) if self.may_create else ""
        except NoReverseMatch:
            found = new = ""
        context["widget"] |= {
            "side": self.side,
            "key": "" if typed or not label else text,
            "label": label,
            "url": found,
            "new_url": new,
            "matches": self.matches,
        }
        return context

    def address(self) -> str:
        """Return where a script finds what may be meant. Raises ``NoReverseMatch``."""
        return reverse("lookup", args=[self.slug])

    def label(self, key: str) -> str:
        """Return what the record is called that is chosen now; empty for none that may be."""
        if self.queryset is None or (pk := id_or_none(key)) is None:
            return ""
        rows = self.queryset.filter(pk=pk).order_by()
        return str(rows.values_list(label_of(rows.model), flat=True).first() or "").strip()

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        beside = f"{name}{self.side}"
        key, text = data.get(name, ""), data.get(f"{beside}text")
        if text is None or (key and text.strip() == data.get(f"{beside}was", "").strip()):
            return key
        return f"{TYPED}{text.strip()}" if text.strip() else ""


class RelatedInput(LookupInput):
    """A lookup over several kinds of record; what is sent is ``kind:id``.

    ``stored`` is the link as it is: its name is told even where the record is out of sight
    (security.md B5).
    """

    slug = "any"
    kinds: Sequence[str] = ()
    user: Any = None
    stored = ""

    def address(self) -> str:
        return f"{super().address()}?kinds={','.join(self.kinds)}"

    def label(self, key: str) -> str:
        kind, _sep, text = key.partition(":")
        pk = id_or_none(text)
        if kind not in self.kinds or pk is None:
            return ""
        if key != self.stored:
            seen: Any = apps.get_model("crm", kind).objects
            if not seen.visible_to(self.user).filter(pk=pk).exists():
                return ""
        return next((form["label"] for form in short_forms({(kind, pk)}).values()), "")
