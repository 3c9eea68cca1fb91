"""The REST face of leads and of the rules by which they are assigned."""

from typing import ClassVar

from django.utils import timezone
from rest_framework.decorators import action

from crm.core.filters import OwnedFilter
from crm.core.matchedviews import MatchedViewSet
from crm.core.reading import Reader
from crm.core.schema import Contract
from crm.core.shapes import answered, obj, or_null
from crm.core.views import body_of, ok
from crm.core.viewsets import RecordViewSet
from crm.people.serializers import AccountSerializer, ContactSerializer

from . import assignment, conversion, leads, operations, scoring
from .leadserializers import (
    PREVIEW,
    SCORE,
    AssignmentRuleSerializer,
    ChoiceOfRecordsSerializer,
    ConvertSerializer,
    match_row,
    wishes_of,
)
from .matches import Match
from .models import Lead
from .rulemodels import AssignmentRule
from .serializers import AssignSerializer, DealSerializer, LeadSerializer

SIDES = {"contact": ContactSerializer, "account": AccountSerializer, "deal": DealSerializer}
CONVERSION = obj(
    {
        "lead": answered(LeadSerializer.entity()),
        **{name: or_null(answered(side.entity())) for name, side in SIDES.items()},
        "already_converted": {"type": "boolean"},
    }
)


class LeadViewSet(MatchedViewSet):
    queryset = Lead.objects.all()
    serializer_class = LeadSerializer
    filterset_class = OwnedFilter
    create_query: ClassVar[dict[str, str]] = {
        **MatchedViewSet.create_query,
        "assign": "`rules` gives a lead without owner to whom the assignment rules say.",
    }

    def plain_creation(self):
        by_rules = self.one_of("assign", "rules")
        return assignment.create_by_rules if by_rules else super().plain_creation()

    @action(detail=True, methods=["put"], verb="change", contract=Contract(body=AssignSerializer))
    def assign(self, request, id):
        """Hand the lead to somebody else, or take a free one for oneself."""
        lead = self.get_for("view", id)
        owner = body_of(request, AssignSerializer)["assigned_to"]
        lead = operations.assign_lead(
            lead, owner, by=request.user, if_revision=self.expected_revision()
        )
        return self.shown(lead, message="Lead assigned successfully")

    @action(
        detail=True,
        verb="change",
        contracts={
            "GET": Contract(
                data=PREVIEW,
                query=(
                    ("account_id", "As if this account were chosen."),
                    ("contact_id", "As if this contact were chosen."),
                ),
            ),
            "POST": Contract(
                body=ConvertSerializer, data=CONVERSION, optional_body=True, message=True
            ),
        },
    )
    def convert(self, request, id):
        """What a conversion would find, make, fill and move. Nothing is written."""
        lead = self.get_for("change", id)
        self.take_only("account_id", "contact_id")
        chosen = ChoiceOfRecordsSerializer(data=request.GET.dict(), context={"request": request})
        chosen.is_valid(raise_exception=True)
        if lead.status == Lead.Status.CONVERTED:
            done = conversion.conversion_of(lead)
            sides = Match(done.account, "id"), Match(done.contact, "id")
        else:
            wishes = wishes_of(chosen.validated_data)
            plan = conversion.plan_conversion(lead, wishes, by=request.user)
            sides = plan.account, plan.contact
        account, contact = (match_row(side) for side in sides)
        return ok(
            {
                "account": account,
                "contact": contact,
                "moves": conversion.count_links(lead),
                "already_converted": lead.status == Lead.Status.CONVERTED,
            }
        )

    @convert.mapping.post
    def convert_now(self, request, id):
        """Make a contact, an account and perhaps a deal of the lead. Again: the first result."""
        lead = self.get_for("change", id)
        values = body_of(request, ConvertSerializer) if request.stream is not None else {}
        done = conversion.convert_lead(lead, wishes_of(values), by=request.user)
        word = "was converted already" if done.already_converted else "converted successfully"
        return ok(self.converted_row(done), message=f"Lead {word}")

    def converted_row(self, done):
        """Return a conversion as its caller may see it; what is out of sight is null."""
        row = {"lead": self.one(Lead.all_objects, str(done.lead.pk))[0]}
        for name, serializer in SIDES.items():
            record, entity = getattr(done, name), serializer.entity()
            visible = entity.model.objects.visible_to(self.request.user)
            rows = (
                Reader(entity, user=self.request.user).rows(visible.filter(pk=record.pk))
                if record
                else []
            )
            row[name] = rows[0] if rows else None
        return {**row, "already_converted": done.already_converted}

    @action(detail=True, verb="view", contract=Contract(data=SCORE))
    def score(self, request, id):
        """Where the score comes from: each rule, its points and why."""
        lead = self.get_for("view", id)
        self.take_only()
        did = scoring.behaviour_of(lead)
        rules = scoring.explain(lead, did, now=timezone.now())
        return ok({"score": lead.lead_score, "is_manual": lead.score_is_manual, "rules": rules})

    @action(
        detail=True,
        methods=["post"],
        verb="change",
        url_path="score/release",
        contract=Contract(message=True),
    )
    def release_score(self, request, id):
        """Let the rules compute a score again that somebody had set."""
        lead = self.get_for("change", id)
        lead = leads.release_score(lead, by=request.user)
        return self.shown(lead, message="The score follows the rules again")


class AssignmentRuleViewSet(RecordViewSet):
    queryset = AssignmentRule.objects.all()
    serializer_class = AssignmentRuleSerializer
