import factory

from crm.people.models import Account, Contact, Customer, Supplier


class AccountFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Account

    account_name = factory.Sequence("Company {}".format)
    account_number = factory.Sequence("A-{}".format)


class ContactFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Contact

    first_name = factory.Sequence("Carla{}".format)
    last_name = "Contact"
    email = factory.Sequence("contact{}@example.com".format)


class CustomerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Customer

    name = factory.Sequence("Customer {}".format)
    email = factory.Sequence("customer{}@example.com".format)


class SupplierFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Supplier

    name = factory.Sequence("Supplier {}".format)
