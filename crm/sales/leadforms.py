"""The forms of leads on pages."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from crm.core.errors import DomainError
from crm.core.formfields import AmountField
from crm.core.forms import LookupField, PageForm
from crm.core.wording import choice_label, field_label
from crm.people.models import Account, Contact

from . import conversion, operations
from .conversion import Conversion, Wishes
from .leads import moves_from
from .models import Lead
from .pipelines import default_pipeline
from .stages import LONGEST_NAME


class LeadForm(PageForm):
    """A lead, with the statuses that it can go to."""

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        field: Any = self.fields.get("status")
        if field is not None:
            now = self.instance.status
            is_new = self.instance._state.adding
            named = [s.value for s in Lead.Status if s == now or is_new or s in moves_from(now)]
            known = [s for s in named if s == now or s != Lead.Status.CONVERTED]
            if now not in known:
                known.insert(0, now)  # it came with a lead from another system
            field.choices = [(status, choice_label(status)) for status in known]

    @classmethod
    def declared(cls, name: str, column: models.Field) -> forms.Field | None:
        """Return the score's field, which may be emptied."""
        if name != "lead_score":
            return None
        return forms.IntegerField(
            label=field_label(name, "lead"),
            required=False,
            min_value=0,
            max_value=100,
            help_text=_("From 0 to 100. Empty lets the rules compute it."),
        )


class AssignForm(forms.Form):
    """Whom a lead goes to; hands it over while validating."""

    assigned_to = forms.ModelChoiceField(
        User.objects.none(), label=_("Owner"), required=False, empty_label=_("Nobody")
    )

    def __init__(self, *args: Any, lead: Lead, user: Any, **options: Any):
        self.lead, self.user = lead, user
        options["initial"] = {"assigned_to": lead.assigned_to_id}
        super().__init__(*args, **options)
        field: Any = self.fields["assigned_to"]
        field.queryset = people_to_give_to(user)
        field.label_from_instance = lambda person: person.full_name

    def clean(self) -> dict[str, Any]:
        """Hand the lead over; what that refuses is shown."""
        values = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                operations.assign_lead(self.lead, values["assigned_to"], by=self.user)
            except ValidationError as refusal:
                self.add_error("assigned_to", refusal.messages)
            except (PermissionDenied, DomainError) as refusal:
                self.add_error(None, str(refusal))
        return values


def people_to_give_to(user: Any) -> models.QuerySet[User]:
    """Return the active people to whom somebody may hand leads, as far as their right goes."""
    active = User.objects.filter(status=User.Status.ACTIVE).order_by("full_name")
    match user.assigning("lead"):
        case "all":
            return active
        case "team":
            return active.filter(
                models.Q(pk__in=user.members_managed().values("pk")) | models.Q(pk=user.pk)
            )
        case "take":
            return active.filter(pk=user.pk)
    return active.none()


class ConvertForm(forms.Form):
    """What a conversion is asked for; ``convert`` carries it out while validating."""

    account = LookupField(Account.objects.none(), label=_("Company"), required=False)
    contact = LookupField(Contact.objects.none(), label=_("Contact"), required=False)
    create_deal = forms.BooleanField(label=_("Make a deal as well"), required=False, initial=True)
    deal_name = forms.CharField(label=_("Deal"), max_length=255, required=False)
    amount = AmountField(label=_("Amount"), required=False)
    stage = forms.ChoiceField(choices=[], label=_("Stage"), required=False)

    def __init__(self, *args: Any, lead: Lead, user: Any, is_final: bool = False, **options: Any):
        self.lead, self.user, self.is_final = lead, user, is_final
        self.done: Conversion | None = None
        options["initial"] = {"deal_name": lead.company or str(lead)}
        super().__init__(*args, **options)
        fields: Any = self.fields
        for name, model in (("account", Account), ("contact", Contact)):
            seen = model.objects.visible_to(user)
            fields[name].queryset = seen
            fields[name].widget.slug = f"{name}s"
        self.pipeline = default_pipeline()
        stages = [stage.name for stage in self.pipeline.all_stages() if not stage.is_end]
        fields["stage"].choices = [(name, name) for name in stages]
        if not user.has_perm("crm.add_deal"):
            for name in ("create_deal", "deal_name", "amount", "stage"):
                del fields[name]

    @property
    def wishes(self) -> Wishes:
        """What was asked for, as far as it is valid."""
        sent = getattr(self, "cleaned_data", {})
        return Wishes(
            account=sent.get("account"),
            contact=sent.get("contact"),
            create_deal=sent.get("create_deal", False),
            deal_name=sent.get("deal_name", ""),
            amount=sent.get("amount"),
            stage=sent.get("stage", "")[:LONGEST_NAME],
        )

    def clean(self) -> dict[str, Any]:
        """Convert the lead, if that is what was asked for; what it refuses is shown."""
        values = super().clean() or self.cleaned_data
        if self.errors or not self.is_final:
            return values
        try:
            self.done = conversion.convert_lead(self.lead, self.wishes, by=self.user)
        except ValidationError as refusal:
            self._tell(refusal)
        except (PermissionDenied, DomainError) as refusal:
            self.add_error(None, str(refusal))
        return values

    def _tell(self, refusal: ValidationError) -> None:
        if not hasattr(refusal, "error_dict"):
            self.add_error(None, refusal)
            return
        for name, messages in refusal.message_dict.items():
            self.add_error(name if name in self.fields else None, messages)
