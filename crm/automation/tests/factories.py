import factory

from crm.automation.models import Workflow


class WorkflowFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Workflow

    name = factory.Sequence("Workflow {}".format)
