"""What the operations of leads take and answer, beside the lead itself."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from crm.core.bodyfields import BooleanField, EmailField, LinkField, MoneyField, TextField
from crm.core.serializers import RECORD_FIELDS, RecordSerializer
from crm.core.shapes import TEXT, UUID_TEXT, Schema, array, obj, or_null
from crm.people.models import Account, Contact

from .conversion import Wishes
from .rulemodels import AssignmentRule


class AssignmentRuleSerializer(RecordSerializer):
    class Meta:
        model = AssignmentRule
        fields = (
            "id",
            "name",
            "position",
            "active",
            "conditions",
            "how",
            "user_id",
            "team_id",
            *RECORD_FIELDS,
        )


class ChoiceOfRecordsSerializer(serializers.Serializer):
    """Which account and contact a lead turns out to be; without, they are looked for."""

    account_id = LinkField(queryset=Account.objects.all(), required=False, allow_null=True)
    contact_id = LinkField(queryset=Contact.objects.all(), required=False, allow_null=True)


class ConvertSerializer(ChoiceOfRecordsSerializer):
    """What a conversion is asked for; the deal's fields count with ``create_deal`` only."""

    create_deal = BooleanField(default=False)
    deal_name = TextField(required=False, allow_blank=True, max_length=255)
    amount = MoneyField(
        required=False, allow_null=True, max_digits=15, decimal_places=2, min_value=Decimal(0)
    )
    stage = TextField(required=False, allow_blank=True, max_length=50)


class EnquirySerializer(serializers.Serializer):
    """What the public web form takes. ``fax_number`` is a trap: people don't see it."""

    first_name = TextField(max_length=255)
    last_name = TextField(max_length=255)
    email = EmailField(max_length=254)
    phone = TextField(required=False, allow_blank=True, max_length=255)
    company = TextField(required=False, allow_blank=True, max_length=255)
    title = TextField(required=False, allow_blank=True, max_length=255)
    website = TextField(required=False, allow_blank=True, max_length=255)
    city = TextField(required=False, allow_blank=True, max_length=255)
    country = TextField(required=False, allow_blank=True, max_length=255)
    message = TextField(required=False, allow_blank=True, max_length=5000)
    consent = BooleanField()
    fax_number = TextField(required=False, allow_blank=True, max_length=255)

    def validate_consent(self, value: bool) -> bool:
        if not value:
            raise serializers.ValidationError("Without consent we may not keep this.")
        return value


def wishes_of(values: dict[str, Any]) -> Wishes:
    """Return what the checked values of a body ask of a conversion."""
    names = {"account_id": "account", "contact_id": "contact"}
    return Wishes(**{names.get(name, name): value for name, value in values.items()})


SCORE = obj(
    {
        "score": {"type": "integer", "minimum": 0, "maximum": 100},
        "is_manual": {"type": "boolean"},
        "rules": array(obj({"rule": TEXT, "points": {"type": "integer"}, "why": TEXT})),
    }
)
MATCH = obj(
    {
        "action": {"enum": ["found", "made", "none"]},
        "by": {"enum": ["", "id", "email", "domain", "name", "contact"]},
        "record": or_null(obj({"id": UUID_TEXT, "type": TEXT, "label": TEXT})),
        "values": {"type": "object"},
    }
)
PREVIEW = obj(
    {
        "account": MATCH,
        "contact": MATCH,
        "moves": {"type": "object", "additionalProperties": {"type": "integer"}},
        "already_converted": {"type": "boolean"},
    }
)


def match_row(match: Any) -> Schema:
    """Return one side of a preview as it is answered."""
    found = match.record if match.action == "found" else None
    values = {
        name: value for name, value in match.values.items() if name != "account"
    }  # the account stands beside it
    return {
        "action": match.action,
        "by": match.by,
        "record": found
        and {"id": found.pk, "type": str(found._meta.model_name), "label": str(found)},
        "values": values,
    }
