"""Forms of the pages: fields made from the model, written through the verbs."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.db import IntegrityError, models
from django.forms.models import construct_instance
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from . import duplicates, records
from .adminforms import RecordForm
from .bases import Record
from .errors import StaleRevision
from .fields import EMAIL_ADDRESS, TAG, ShapedJSONField
from .formfields import DayField, LookupField, MomentField, RelatedField, WordsField
from .models import LinkedRecord
from .widgets import MoneyInput
from .wording import choice_label, field_label


class LikelyDuplicatesError(Exception):
    """There are records like the one that is about to be stored."""

    def __init__(self, found: list[dict[str, Any]]):
        self.found = found
        super().__init__("duplicates")


def with_plain_newlines(data: QueryDict) -> QueryDict:
    """Return what a browser sent with the line ends that are stored; browsers send others."""
    found = data.copy()
    for name, values in data.lists():
        found.setlist(name, [value.replace("\r\n", "\n") for value in values])
    return found


def is_of_rows(field: forms.Field) -> bool:
    """Whether a field's choices are rows of a table: a field of choices too, to Django."""
    return isinstance(field, forms.ModelChoiceField)


class PageForm(RecordForm):
    """A form of a page. It offers and accepts only what its reader can see.

    ``twins`` are likely duplicates that were found instead of storing; ``is_stale`` says that
    somebody changed the record since it was shown.
    """

    request: Any
    twins: Sequence[dict[str, Any]] = ()
    is_stale = False
    #: whether what was sent is only shown again, unchecked and not stored
    is_only_shown = False

    def __init__(self, *args: Any, request: Any, may_create: Any = lambda slug: False, **rest: Any):
        self.request = request
        super().__init__(*args, **rest)
        if isinstance(self.data, QueryDict):
            self.data = with_plain_newlines(self.data)
        for name, field in self.fields.items():
            if isinstance(field, LookupField):
                widget: Any = field.widget
                widget.may_create = may_create(widget.slug)
            elif isinstance(field, RelatedField):
                self._bind_related(field)
            elif isinstance(field, forms.ChoiceField) and not is_of_rows(field):
                self._offer_stored(field, self.initial.get(name))
        if not self.is_bound and getattr(request, "htmx", False):
            self._focus([field.name for field in self.visible_fields()])  # it opened in its page

    def _offer_stored(self, field: forms.ChoiceField, stored: Any) -> None:
        """Let a value stay that came with a record from another system."""
        offered = {value for value, _name in field.choices}
        if isinstance(stored, str) and stored and stored not in offered:
            field.choices = [*field.choices, (stored, choice_label(stored))]

    def _bind_related(self, field: RelatedField) -> None:
        record, stored = self.instance, ""
        if record.related_to_id:
            stored = f"{record.related_to_type}:{record.related_to_id}"
            self.initial.setdefault("related_to", stored)
        field.offer(field.kinds, user=self.request.user, stored=stored)

    def clean(self) -> dict[str, Any]:
        """Take the typed link apart into the two fields that hold it."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if "related_to" in values:
            values["related_to_type"], values["related_to_id"] = values.pop("related_to")
        return values

    def changed_values(self) -> dict[str, Any]:
        values = super().changed_values()
        if "related_to" in self.changed_data:
            for name in ("related_to_type", "related_to_id"):
                values[name] = self.cleaned_data[name]
        return values

    @classmethod
    def declared(cls, name: str, column: models.Field) -> forms.Field | None:
        """Return the field for a column that an entity wants otherwise than the plain one."""
        return None

    @cached_property
    def changed_data(self) -> list[str]:
        """The fields that were typed over: what is sent back as it was shown stays as it is."""
        return [name for name in super().changed_data if not is_untouched(self, name)]

    def full_clean(self) -> None:
        if self.is_only_shown:
            self._errors, self.cleaned_data = ErrorDict(), {}
            return
        super().full_clean()
        self._focus([name for name in self.errors if name in self.fields])

    def _focus(self, names: list[str]) -> None:
        """Let the first of some fields have the keyboard."""
        for name in names[:1]:
            self.fields[name].widget.attrs["autofocus"] = True

    def store(self) -> None:
        try:
            self._store()
        except LikelyDuplicatesError as twins:
            self.twins = twins.found
            self.add_error(None, _("This may be there already."))
        except StaleRevision:
            self.is_stale = True
            self.add_error(None, _("Somebody else changed this meanwhile."))
        except IntegrityError:
            if not self.is_stored_already():
                raise

    def _store(self) -> None:
        by = self.request.user
        if not self.instance._state.adding:
            super().store()
            return
        construct_instance(self, self.instance, self._meta.fields, self._meta.exclude)
        for name in ("related_to_type", "related_to_id"):
            if name in self.cleaned_data:
                setattr(self.instance, name, self.cleaned_data[name])
        told = self.data.get("anyway") or not self.instance.duplicate_kinds
        if not told and (found := duplicates.find(self.instance, by=by)):
            raise LikelyDuplicatesError(found)
        records.create(self.instance, by=by)

    def is_stored_already(self) -> bool:
        """Whether this very form was sent before and its record is there."""
        stored = type(self.instance).all_objects.filter(
            pk=self.instance.pk, created_by=self.request.user
        )
        return stored.exists()


def rendered(form: Any, name: str) -> str:
    """Return a field's value as the browser would send it back untouched."""
    return _as_sent(form.fields[name], form[name].value())


def sent(form: Any, name: str) -> str:
    """Return what was sent for a field, in the words of :func:`rendered`."""
    return _told(form.fields[name].widget.value_from_datadict(form.data, form.files, name))


def is_untouched(form: Any, name: str) -> bool:
    """Whether a field was sent back as it was shown at first."""
    field = form.fields[name]
    first = field.prepare_value(form.get_initial_for_field(field, name))
    return sent(form, name) == _as_sent(field, first)


def _as_sent(field: forms.Field, value: Any) -> str:
    widget: Any = field.widget
    if isinstance(widget, forms.CheckboxInput):
        return _told(widget.check_test(value))
    return _told(widget.format_value(value))


def _told(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ",".join(map(_told, value))
    return "" if value is None or value is False else str(value).replace("\r\n", "\n")


def field_of(column: models.Field, name: str, *, slug_of: Any) -> forms.Field | None:
    """Return the form's field for a column, or None where it needs a form of its own."""
    options: dict[str, Any] = {
        "label": field_label(name, str(column.model._meta.model_name)),
        "required": not column.blank and not column.has_default(),
        "help_text": "",
    }
    match column:
        case models.ForeignKey():
            target: Any = column.related_model
            field = LookupField(queryset=target.objects.all(), **options)
            field.widget.slug = slug_of(target)
            return field
        case models.DateTimeField():
            return DayField(**options) if name.endswith("_date") else MomentField(**options)
        case models.DecimalField():
            return column.formfield(localize=True, widget=MoneyInput, **options)
        case ShapedJSONField():
            if column.schema.get("items") in (TAG, EMAIL_ADDRESS):
                options["help_text"] = _("Several with commas between.")
                return WordsField(**options)
            return None
        case models.TextField():
            return column.formfield(widget=forms.Textarea(attrs={"rows": 4}), **options)
        case models.BooleanField():
            return column.formfield(**{**options, "required": False})
    if column.choices:
        shown = [(value, choice_label(value)) for value, _name in column.choices if value != ""]
        if column.blank:
            shown = [("", "—"), *shown]
        return forms.ChoiceField(choices=shown, **{**options, "required": not column.blank})
    return column.formfield(**options)


def build_form(
    model: type[Record],
    names: Iterable[str],
    *,
    user: Any,
    slug_of: Any,
    base: type[PageForm] = PageForm,
) -> Any:
    """Return a form's class for some fields, by their names on the wire.

    Links offer what ``user`` sees; of colleagues everybody.
    """
    fields: dict[str, forms.Field] = {}
    known = {field.name: field for field in model._meta.concrete_fields}
    for name in names:
        if name == "related_to" and issubclass(model, LinkedRecord):
            fields[name] = RelatedField(
                kinds=model.link_kinds(), label=field_label(name), required=False
            )
            continue
        column = known.get(name) or known.get(name.removesuffix("_id"))
        if column is None:
            continue
        field = base.declared(name, column) or field_of(column, name, slug_of=slug_of)
        if field is None:
            continue
        if isinstance(field, LookupField) and column.related_model._meta.label != "accounts.User":
            field.queryset = field.queryset.visible_to(user)
        fields[column.name] = field
    meta = type(
        "Meta", (), {"model": model, "fields": [name for name in fields if name != "related_to"]}
    )
    return type(f"{model.__name__}Form", (base,), {**fields, "Meta": meta})
