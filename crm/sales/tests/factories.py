import factory

from accounts.tests.factories import TeamFactory
from crm.sales.models import Deal, Lead
from crm.sales.rulemodels import AssignmentRule


class LeadFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Lead

    first_name = factory.Sequence("Lea{}".format)
    last_name = "Lead"
    email = factory.Sequence("lead{}@example.com".format)


class DealFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Deal

    deal_name = factory.Sequence("Deal {}".format)


class AssignmentRuleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AssignmentRule

    name = factory.Sequence("Rule {}".format)
    how = "round_robin"
    team = factory.SubFactory(TeamFactory)
