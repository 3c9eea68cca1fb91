import factory

from crm.messaging.models import Email


class EmailFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Email

    from_email = "crm@example.com"
    to_email = factory.Sequence("to{}@example.com".format)
    subject = factory.Sequence("Subject {}".format)
    body = "Hello"
