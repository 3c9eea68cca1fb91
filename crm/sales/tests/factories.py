import factory
from django.utils import timezone

from accounts.tests.factories import TeamFactory
from crm.sales.models import Deal, Lead, Pipeline
from crm.sales.pipelines import default_pipeline
from crm.sales.rulemodels import AssignmentRule
from crm.sales.stages import CERTAIN, ENDS, StageKind


class LeadFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Lead

    first_name = factory.Sequence("Lea{}".format)
    last_name = "Lead"
    email = factory.Sequence("lead{}@example.com".format)


class PipelineFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Pipeline

    name = factory.Sequence("Pipeline {}".format)


class DealFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Deal

    deal_name = factory.Sequence("Deal {}".format)
    pipeline = factory.LazyFunction(default_pipeline)

    @factory.lazy_attribute
    def stage_kind(self):
        stage = self.pipeline.stage(getattr(self, "stage", Deal.Stage.QUALIFICATION))
        return stage.kind if stage else StageKind.OPEN

    @factory.lazy_attribute
    def forecast_category(self):
        stage = self.pipeline.stage(getattr(self, "stage", Deal.Stage.QUALIFICATION))
        return stage.forecast_category if stage else "pipeline"

    @factory.lazy_attribute
    def close_date(self):
        return timezone.now() if self.stage_kind in ENDS else None

    @factory.lazy_attribute
    def probability(self):
        return CERTAIN.get(self.stage_kind, 10)


class AssignmentRuleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AssignmentRule

    name = factory.Sequence("Rule {}".format)
    how = "round_robin"
    team = factory.SubFactory(TeamFactory)
