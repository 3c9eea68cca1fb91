"""The forms of what selling goes by: stages as rows, and conditions as rows."""

import re
from typing import Any

from django import forms
from django.db import models
from django.db.models import Count
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Team, User
from crm.core.conditions import ALLOWED
from crm.core.entity import Column, entity_of
from crm.core.forms import PageForm
from crm.core.pages.facets import OPERATOR_WORDS
from crm.core.wording import choice_label, field_label

from .models import Deal, Lead
from .rulemodels import AssignmentRule
from .stageforms import StagesField, StagesWidget
from .stages import ForecastCategory, StageKind

#: how the operation names a part of a row, such as ``[2].probability: an open stage …``
OF_ROW = re.compile(r"^\[(\d+)\](?:\.(\w+))?:? ?(.*)$", re.DOTALL)
BLANK_ROWS = 2
OPERATORS = ("", "ne", "contains", "startswith", "gte", "lte", "isnull")
SKIPPED = ("json", "id")


class StageRows(StagesWidget):
    """The stages as rows of a page's form; ``counts`` are the deals in each."""

    template_name = "components/widgets/stages.html"
    wide = True
    counts: dict[str, int] = {}  # noqa: RUF012  (replaced, never changed)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        rows = [{**row, "count": self.counts.get(row.get("name"), 0)} for row in context["rows"]]
        context["rows"] = rows
        context["kinds"] = [(kind, choice_label(kind)) for kind in StageKind.values]
        context["categories"] = [(name, choice_label(name)) for name in ForecastCategory.values]
        return context


class PipelineForm(PageForm):
    """A pipeline with its stages."""

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        field: Any = self.fields.get("stages")
        if field is not None and not self.instance._state.adding:
            deals = Deal.objects.filter(pipeline=self.instance).order_by()
            counts = deals.values_list("stage").annotate(count=Count("pk"))
            field.widget.counts = dict(counts)

    @classmethod
    def declared(cls, name: str, column: models.Field) -> forms.Field | None:
        """Return the rows of stages."""
        if name != "stages":
            return None
        return StagesField(label=gettext_lazy("In their order"), widget=StageRows)

    def add_error(self, field: Any, error: Any) -> None:
        """Name rows as people count them."""
        if field == "stages" and isinstance(error, list):
            error = [in_rows(str(message)) for message in error]
        super().add_error(field, error)


def in_rows(message: str) -> str:
    """Return a refusal with its row counted from one."""
    found = OF_ROW.match(message)
    if not found:
        return message
    number, part, rest = found.groups()
    words = {"row": int(number) + 1, "part": field_label(part) if part else "", "told": rest}
    if part:
        return _("Row %(row)s, %(part)s: %(told)s") % words
    return _("Row %(row)s: %(told)s") % words


class ConditionRows(forms.Widget):
    """Which leads a rule is for: one comparison a row, and some empty rows."""

    template_name = "components/widgets/conditions.html"
    wide = True

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, "", attrs)
        rows = [row_of(key, values) for key, values in (value or {}).items()]
        context["rows"] = [*rows, *[{"field": "", "operator": "", "values": ""}] * BLANK_ROWS]
        context["fields"] = [
            (column.name, field_label(column.name, "lead")) for column in comparable()
        ]
        context["operators"] = [(name, operator_words(name)) for name in OPERATORS]
        return context

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        # The house's own templates; those of forms are looked for among Django's.
        return render_to_string(self.template_name, self.get_context(name, value, attrs))

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        columns = [data.getlist(f"{name}-{part}") for part in ("field", "operator", "values")]
        found = {}
        for field, operator, text in zip(*columns, strict=False):
            values = [part.strip() for part in text.split(",") if part.strip()]
            if not field:
                continue
            if operator == "isnull":
                values = [v.lower() for v in values] or ["true"]
            key = f"{field}__{operator}" if operator else field
            found[key] = values if len(values) != 1 else values[0]
        return found

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}-field" not in data


class ConditionsField(forms.Field):
    """Conditions by name, as lists of leads take them; the rule's own checks read them."""

    widget = ConditionRows

    def has_changed(self, initial: Any, data: Any) -> bool:
        plain = {name: plain_value(value) for name, value in (initial or {}).items()}
        return plain != {name: plain_value(value) for name, value in (data or {}).items()}


class RuleForm(PageForm):
    """A rule of assignment: which leads, and who gets them."""

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        for name, rows in (("user", people()), ("team", Team.objects.order_by("name"))):
            field: Any = self.fields.get(name)
            if field is not None:
                field.queryset = rows

    @classmethod
    def declared(cls, name: str, column: models.Field) -> forms.Field | None:
        """Return the rows of conditions, and selects for who gets the leads."""
        match name:
            case "conditions":
                return ConditionsField(
                    label=gettext_lazy("All of these must fit"),
                    required=False,
                    help_text=gettext_lazy(
                        "Several values with commas between mean any of them. "
                        "Without conditions the rule is for every lead."
                    ),
                )
            case "how":
                return forms.ChoiceField(label=gettext_lazy("How"), choices=HOW)
            case "user_id":
                return PersonChoice(
                    User.objects.none(),
                    label=gettext_lazy("Person"),
                    required=False,
                    empty_label="—",
                )
            case "team_id":
                return forms.ModelChoiceField(
                    Team.objects.none(),
                    label=gettext_lazy("Team"),
                    required=False,
                    empty_label=gettext_lazy("Everybody who sells"),
                )
        return None


class PersonChoice(forms.ModelChoiceField):
    """A colleague, by name."""

    def label_from_instance(self, person: Any) -> str:
        return str(person.full_name)


HOW = (
    (AssignmentRule.How.USER.value, gettext_lazy("Always the same person")),
    (AssignmentRule.How.ROUND_ROBIN.value, gettext_lazy("The members of a team, in turn")),
    (AssignmentRule.How.LEAST_LOADED.value, gettext_lazy("Who has the fewest open leads")),
)


def people() -> Any:
    """Return the colleagues who can be given leads."""
    return User.objects.filter(status=User.Status.ACTIVE).order_by("full_name")


def comparable() -> list[Column]:
    """Return the fields of leads that a condition can compare."""
    entity = entity_of(Lead)
    assert entity is not None
    return [column for column in entity.columns.values() if column.kind not in SKIPPED]


def operator_words(name: str) -> str:
    """Return what a comparison is called."""
    return str(OPERATOR_WORDS[name]) if name else _("is")


def row_of(key: str, values: Any) -> dict[str, str]:
    """Return a condition as a row: its field, its comparison, and its values as text."""
    field, _sep, operator = key.rpartition("__")
    if not field or operator not in ALLOWED["text"]:
        field, operator = key, ""
    return {"field": field, "operator": operator, "values": ", ".join(plain_value(values))}


def plain_value(value: Any) -> list[str]:
    """Return the values of a condition as texts."""
    items = value if isinstance(value, list) else [value]
    return [str(item).lower() if isinstance(item, bool) else str(item) for item in items]
