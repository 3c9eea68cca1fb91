"""The forms of deals on pages: the whole deal, and a move to another stage."""

from typing import Any

from django import forms
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from crm.core.company import ExchangeRate
from crm.core.errors import DomainError
from crm.core.formfields import AmountField
from crm.core.lineforms import LinesField, LinesForm
from crm.core.money import base_currency
from crm.core.wording import field_label

from . import deals
from .models import Deal, Pipeline
from .pipelines import default_pipeline
from .stages import LONGEST_NAME, Stage, StageKind

#: what the stage says where it is left empty
DECIDED = ("stage", "probability")


class PipelineField(forms.ModelChoiceField):
    """One of the pipelines in use, by name."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data) and super().has_changed(initial, data)


class DealForm(LinesForm):
    """A deal, with its stages and currencies to choose from.

    What the stage decides may be left empty: it is then the stage's own.
    """

    def __init__(self, *args: Any, **options: Any):
        asked = options.get("initial") or {}
        super().__init__(*args, **options)
        if self.instance._state.adding:
            self._begin(asked)
        fields: Any = self.fields
        pipelines = self._pipelines()
        if "pipeline" in fields:
            fields["pipeline"].queryset = pipelines
        if "stage" in fields:
            fields["stage"].choices = self._stages(list(pipelines))
            fields["stage"].widget.attrs["data-stages"] = "id_pipeline"
        if "currency" in fields:
            known = {base_currency(), self.instance.currency, self.initial["currency"]}
            known |= set(ExchangeRate.objects.values_list("currency", flat=True).distinct())
            fields["currency"].choices = [(code, code) for code in sorted(known)]

    def _begin(self, asked: dict[str, Any]) -> None:
        """Let a new deal begin where the operation would, unless something else is asked for."""
        pipeline = Pipeline.objects.filter(pk=asked.get("pipeline")).first() or default_pipeline()
        stage = pipeline.stage(asked.get("stage", "")) or pipeline.first_stage()
        self.initial.update(pipeline=pipeline.pk, stage=stage.name, probability=None)
        self.initial["currency"] = asked.get("currency") or base_currency()

    def _pipelines(self) -> models.QuerySet[Pipeline]:
        """Return the pipelines that can be chosen: those in use, and the deal's own."""
        offered = models.Q(active=True)
        if not self.instance._state.adding:
            own = models.Q(pk=self.instance.pipeline_id)
            offered = offered | own if "pipeline" in self.fields else own
        return Pipeline.objects.filter(offered).order_by("name")

    def _stages(self, pipelines: list[Pipeline]) -> list[Any]:
        """Return the stages to choose from, by pipeline where there are several."""
        groups: list[Any] = [
            (pipeline.name, [(stage.name, stage.name) for stage in pipeline.all_stages()])
            for pipeline in pipelines
        ]
        now = self.instance.stage
        if not any((now, now) in stages for _name, stages in groups):
            groups.insert(0, ("", [(now, now)]))
        return groups if len(groups) > 1 else groups[0][1]

    @classmethod
    def declared(cls, name: str, column: models.Field) -> forms.Field | None:
        """Return selects for what exists, and a probability that may be left to the stage."""
        label = field_label(name, "deal")
        match name:
            case "pipeline_id":
                return PipelineField(Pipeline.objects.none(), label=label, empty_label=None)
            case "stage":
                return forms.ChoiceField(choices=[], label=label, required=False)
            case "currency":
                return forms.ChoiceField(choices=[], label=label)
            case "items":  # products belong to a higher domain: named, not imported
                products: Any = apps.get_model("crm", "Product")
                return LinesField(products=products.objects.all(), label=label)
            case "probability":
                return forms.IntegerField(
                    label=label,
                    required=False,
                    min_value=0,
                    max_value=100,
                    help_text=_("Per cent. Empty is what the stage says."),
                )
        return None

    def changed_values(self) -> dict[str, Any]:
        """Return what was typed over, without what was left to the stage."""
        return said(super().changed_values())

    def _store(self) -> None:
        if self.instance._state.adding:
            self.cleaned_data = said(self.cleaned_data)
            if self.cleaned_data.get("items") and "amount" not in self.changed_data:
                self.cleaned_data.pop("amount", None)  # the lines say it
            self.instance.given = frozenset(self.cleaned_data)
        super()._store()


def said(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values without those that the stage decides because they are empty."""
    return {
        name: value
        for name, value in values.items()
        if name not in DECIDED or value not in ("", None)
    }


class MoveForm(forms.Form):
    """Where a deal goes and what that asks for; moves it while validating.

    Without a known stage it asks for one, with everything that one may need.
    """

    stage = forms.ChoiceField(choices=[], label=_("Stage"))
    amount = AmountField(label=_("Amount"), required=False)
    loss_reason = forms.CharField(
        label=_("Why was it lost?"), max_length=255, required=False, strip=True
    )
    from_stage = forms.CharField(
        max_length=LONGEST_NAME, required=False, widget=forms.HiddenInput, strip=False
    )
    revision = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)
    before = forms.ModelChoiceField(Deal.objects.none(), required=False, widget=forms.HiddenInput)
    after = forms.ModelChoiceField(Deal.objects.none(), required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, deal: Deal, user: Any, wanted: str = "", **options: Any):
        self.deal, self.user = deal, user
        #: a rule of the business said no: shown as a whole, nothing to fill in
        self.refusal = ""
        initial = {
            "from_stage": deal.stage,
            "revision": deal.revision,
            "amount": deal.amount or None,
            "stage": wanted or deal.stage,
        }
        options["initial"] = initial
        super().__init__(*args, **options)
        stages = deal.pipeline.all_stages()
        self.target: Stage | None = next((s for s in stages if s.name == wanted), None)
        fields: Any = self.fields
        fields["stage"].choices = [(stage.name, stage.name) for stage in stages]
        fields["before"].queryset = fields["after"].queryset = Deal.objects.visible_to(user)
        self._ask(deal)

    def _ask(self, deal: Deal) -> None:
        """Keep the questions that the stage asks."""
        fields: Any = self.fields
        kind = self.target.kind if self.target else None
        if kind is not None:
            fields["stage"].widget = forms.HiddenInput()
        if kind not in (None, StageKind.WON) or deal.items:  # lines make the amount
            del fields["amount"]
        if kind not in (None, StageKind.LOST):
            del fields["loss_reason"]
        if kind is None:
            fields["loss_reason"].help_text = _("Needed where the deal is lost.")

    @property
    def asks(self) -> bool:
        """Whether there is anything to fill in."""
        return bool(self.visible_fields())

    def clean(self) -> dict[str, Any]:
        """Move the deal; whatever the move refuses stands beside its field."""
        values = super().clean() or self.cleaned_data
        if self.errors:
            return values
        asked = {name: value for name, value in values.items() if value not in ("", None)}
        try:
            with transaction.atomic():
                deals.move_deal(self.deal, asked.pop("stage"), by=self.user, **asked)
        except ValidationError as refusal:
            for name, messages in refusal.message_dict.items():
                self.add_error(name if name in self.fields else None, messages)
        except (PermissionDenied, DomainError) as refusal:
            self.refusal = str(refusal)
            self.add_error(None, str(refusal))
        return values
