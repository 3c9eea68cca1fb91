from datetime import UTC, datetime

import factory

from crm.commerce.models import Invoice, Order, Product


class ProductFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Product

    name = factory.Sequence("Product {}".format)
    sku = factory.Sequence("SKU-{}".format)
    price = 10
    cost = 4


class OrderFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Order

    order_number = factory.Sequence("O-{}".format)


class InvoiceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Invoice

    invoice_number = factory.LazyAttributeSequence(
        lambda invoice, number: None if invoice.status == "draft" else f"I-{number}"
    )
    status = "draft"
    notes = factory.Sequence("Note {}".format)
    due_date = datetime(2026, 4, 1, tzinfo=UTC)
