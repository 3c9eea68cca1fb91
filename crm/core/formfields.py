"""The fields of the pages' forms that Django has otherwise or not at all."""

from collections.abc import Iterable
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from .finding import find_anywhere
from .plain import id_or_none
from .searchtext import matching
from .widgets import TYPED, DayInput, LookupInput, MomentInput, MoneyInput, RelatedInput

MOST_MATCHES = 20


class DayField(forms.DateField):
    """A point in time that is meant as a day: its midnight in the reader's time zone."""

    widget = DayInput

    def prepare_value(self, value: Any) -> Any:
        return timezone.localtime(value).date() if isinstance(value, datetime) else value

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        return timezone.make_aware(datetime.combine(day, time.min)) if day else None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class AmountField(forms.DecimalField):
    """An amount of money, typed as people write it where they live."""

    widget = MoneyInput

    def __init__(self, **options: Any):
        bounds = {"max_digits": 15, "decimal_places": 2, "min_value": 0}
        super().__init__(localize=True, **{**bounds, **options})


class MomentField(forms.DateTimeField):
    """A point in time, to the minute, in the reader's time zone."""

    widget = MomentInput

    def to_python(self, value: Any) -> Any:
        """Return the moment; in the hour in which clocks change the earlier one that is meant."""
        try:
            return super().to_python(value)
        except ValidationError as refusal:
            if refusal.code != "ambiguous_timezone":
                raise
        with timezone.override(UTC):
            told: Any = super().to_python(value)
        return told.replace(tzinfo=timezone.get_current_timezone())

    def has_changed(self, initial: Any, data: Any) -> bool:
        if isinstance(initial, datetime):
            initial = initial.replace(second=0, microsecond=0)
        return super().has_changed(initial, data)


class WordsField(forms.CharField):
    """Several words or addresses, with commas between."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value) or ""
        return list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(initial or []) != self.to_python(data)


class LookupField(forms.ModelChoiceField):
    """A link to another record that the author can see, found by what it is called."""

    widget = LookupInput

    def _get_queryset(self) -> Any:
        return self._queryset

    def _set_queryset(self, rows: Any) -> None:
        """Offer these records, and tell the names of no others."""
        self._queryset = None if rows is None else rows.all()
        widget: Any = self.widget
        widget.queryset = self._queryset

    queryset: Any = property(_get_queryset, _set_queryset)

    def to_python(self, value: Any) -> Any:
        if not (isinstance(value, str) and value.startswith(TYPED)):
            if isinstance(value, str) and value and id_or_none(value) is None:
                raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
            return super().to_python(value)
        text = value.removeprefix(TYPED)
        rows: Any = self.queryset
        found = list(rows.filter(matching(text)).order_by("-created_at")[: MOST_MATCHES + 1])
        exact = [row for row in found if str(row).casefold() == text.casefold()]
        if len(found) == 1 or len(exact) == 1:
            return (exact or found)[0]
        if not found:
            raise ValidationError(_("Nothing called “%(text)s” was found.") % {"text": text})
        self.widget.matches = [(str(row.pk), str(row)) for row in found[:MOST_MATCHES]]
        raise ValidationError(_("Several are called so. Choose one."))


class RelatedField(forms.Field):
    """A typed link: to a record of any of some kinds, as ``kind:id``."""

    widget = RelatedInput

    def __init__(self, *, kinds: Iterable[str], **options: Any):
        super().__init__(**options)
        self.offer(kinds)

    def offer(self, kinds: Iterable[str], *, user: Any = None, stored: str = "") -> None:
        """Offer records of these kinds that ``user`` sees; ``stored`` is the link as it is."""
        self.kinds, self.user = [kind for kind in kinds if kind], user
        widget: Any = self.widget
        widget.kinds, widget.user, widget.stored = self.kinds, user, stored

    def clean(self, value: Any) -> tuple[str, Any]:
        """Return kind and id; both empty for nothing. The verb checks them (gate of links)."""
        value = super().clean(value)
        if not value:
            return "", None
        if value.startswith(TYPED):
            return self._named(value.removeprefix(TYPED))
        kind, _sep, key = str(value).partition(":")
        try:
            return kind, UUID(key)
        except ValueError as error:
            raise ValidationError(_("Choose one from the list.")) from error

    def _named(self, text: str) -> tuple[str, Any]:
        found = find_anywhere(text, user=self.user, kinds=self.kinds)
        exact = [row for row in found if row.label.casefold() == text.casefold()]
        if len(found) == 1 or len(exact) == 1:
            row = (exact or found)[0]
            return row.kind, row.id
        if not found:
            raise ValidationError(_("Nothing called “%(text)s” was found.") % {"text": text})
        widget: Any = self.widget
        widget.matches = [(f"{row.kind}:{row.id}", row.label) for row in found]
        raise ValidationError(_("Several are called so. Choose one."))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(initial or "") != str(data or "")
