"""Who gets which lead, as rules that administrators write."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core import fields
from crm.core.bases import Record, index, not_negative
from crm.core.conditions import Unknown, condition
from crm.core.entity import entity_of

from .models import Lead


class AssignmentRule(Record):
    """Which new leads go to whom; of several that fit, the first by position decides."""

    class How(models.TextChoices):
        USER = "user"
        ROUND_ROBIN = "round_robin"
        LEAST_LOADED = "least_loaded"

    CONDITION = {
        "type": ["string", "number", "boolean", "array"],
        "minLength": 1,
        "maxLength": 1000,
        "items": {"type": ["string", "number", "boolean"], "minLength": 1},
        "minItems": 1,
        "maxItems": 100,
    }

    owner_field = None
    search_fields = ("name",)

    name = fields.string(required=True)
    position = fields.whole(0, help_text="The lowest that fits decides.")
    active = models.BooleanField(default=True)
    conditions = fields.ShapedJSONField(
        schema={"type": "object", "maxProperties": 50, "additionalProperties": CONDITION},
        blank=True,
        default=dict,
        help_text='Filters as lists of leads take them, such as {"country": "DE"}; all must fit.',
    )
    how = fields.choice(How)
    user = fields.link(settings.AUTH_USER_MODEL)
    team = fields.link(
        "accounts.Team", help_text="Whose members take turns; empty is everybody who sells."
    )
    last_assigned = fields.link(settings.AUTH_USER_MODEL, editable=False)

    class Meta(Record.Meta):
        db_table = "assignment_rules"
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(how="user") | Q(user__isnull=False),
                name="assignment_rule_knows_whom",
                violation_error_message=gettext_lazy("Name the user who gets these leads."),
            ),
            not_negative("position"),
        ]
        indexes = [*Record.Meta.indexes, index("position")]

    def clean(self) -> None:
        """Refuse a rule that names nobody, and conditions that no list of leads would take."""
        super().clean()
        if self.how == self.How.USER and self.user_id is None:
            raise ValidationError({"user_id": _("Name the person who gets these leads.")})
        if isinstance(self.conditions, dict):
            self.reads()

    def reads(self) -> list[tuple[Q, dict[str, Any]]]:
        """Return the conditions as the database reads them. Raises ``ValidationError``."""
        entity, found = entity_of(Lead), []
        assert entity is not None
        for name, value in self.conditions.items():
            values = [_text(item) for item in (value if isinstance(value, list) else [value])]
            try:
                if not values or "" in values:
                    raise ValueError(_("A value is missing."))
                found.append(condition(entity, name, values, user=None))
            except (Unknown, ValueError) as error:
                raise ValidationError({"conditions": f"{name}: {error}"}) from error
        return found


def _text(value: Any) -> str:
    """Return a value as it would stand in an address."""
    return str(value).lower() if isinstance(value, bool) else str(value)
