"""The form of the staff site: it writes through the verbs, and shows their refusals."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.forms.models import construct_instance

from . import records
from .errors import DomainError


class RecordForm(forms.ModelForm):
    """Stores while it validates, so that whatever a verb refuses stands beside its field.

    ``request`` is set by the admin. The revision that was shown travels along: who saves
    over somebody else's change is told instead of undoing it.
    """

    request: Any
    shown_revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if not self.instance._state.adding:
            self.fields["shown_revision"].initial = self.instance.revision
        for name, field in self.fields.items():
            if isinstance(field, forms.ModelChoiceField):
                self._keep_stored_link(name, field)

    def _keep_stored_link(self, name: str, field: forms.ModelChoiceField) -> None:
        """The link as it is stays valid, even to a record out of sight or in the bin."""
        stored = getattr(self.instance, f"{name}_id", None)
        if stored and field.queryset is not None:
            seen = field.queryset.order_by().values("pk")
            everything = getattr(field.queryset.model, "all_objects", field.queryset.model.objects)
            field.queryset = everything.filter(Q(pk__in=seen) | Q(pk=stored))

    def _post_clean(self) -> None:
        """Replace Django's own checks of the instance by the verb, which makes its own."""
        if self.errors:
            return
        try:
            with transaction.atomic():
                self.store()
        except ValidationError as refusal:
            self._tell(refusal)
        except (PermissionDenied, DomainError) as refusal:
            self.add_error(None, str(refusal))

    def store(self) -> None:
        """Create or change the record. Raises what the verbs raise."""
        by = self.request.user
        if self.instance._state.adding:
            construct_instance(self, self.instance, self._meta.fields, self._meta.exclude)
            records.create(self.instance, by=by)
        else:
            revision = self.cleaned_data.get("shown_revision")
            records.change(self.instance, self.changed_values(), by=by, if_revision=revision)

    def changed_values(self) -> dict[str, Any]:
        """Return what was typed over."""
        names = {field.name for field in self._meta.model._meta.concrete_fields}
        return {name: self.cleaned_data[name] for name in self.changed_data if name in names}

    def _tell(self, refusal: ValidationError) -> None:
        if not hasattr(refusal, "error_dict"):
            self.add_error(None, refusal)
            return
        for name, messages in refusal.message_dict.items():
            field = name if name in self.fields else name.removesuffix("_id")
            self.add_error(field if field in self.fields else None, messages)

    def save(self, commit: bool = True) -> Any:
        """Return what was stored when the form was found valid."""
        return self.instance

    def save_m2m(self) -> None:
        """Records have no such fields."""
