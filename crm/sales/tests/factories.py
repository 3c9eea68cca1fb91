import factory

from crm.sales.models import Deal, Lead


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
