"""Declared entities and their records with the least that they need."""

import factory

from crm.declared.models import DeclaredEntity, DeclaredRecord


class DeclaredEntityFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DeclaredEntity

    name = factory.Sequence(lambda n: f"Thing{n}")
    schema = factory.LazyFunction(lambda: {"properties": {"name": {"type": "string"}}})


class DeclaredRecordFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DeclaredRecord

    declaration = factory.SubFactory(DeclaredEntityFactory)
    custom_fields = factory.LazyFunction(lambda: {"name": "First"})
