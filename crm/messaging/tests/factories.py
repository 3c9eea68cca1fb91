import factory

from crm.messaging.models import Email, EmailTemplate


class EmailFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Email

    from_email = "crm@example.com"
    to_email = factory.Sequence("to{}@example.com".format)
    subject = factory.Sequence("Subject {}".format)
    body = "Hello"


class EmailTemplateFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = EmailTemplate

    name = factory.Sequence("Template {}".format)
    subject = "Hello {{ first_name }}"
    body = "Dear {{ first_name }}"
