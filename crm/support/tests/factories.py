import factory

from crm.support.models import Ticket


class TicketFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Ticket

    ticket_number = factory.Sequence("TN-{}".format)
    subject = factory.Sequence("Ticket {}".format)
    description = "It does not work."
