"""Two persons are taken out of columns whose values no two rows share."""

import itertools

import pytest
from django.apps import apps
from django.db import models

from crm.declared.models import DeclaredRecord
from crm.declared.tests.factories import DeclaredEntityFactory, DeclaredRecordFactory
from crm.marketing.models import CampaignRecipient
from crm.marketing.tests.factories import CampaignFactory
from crm.messaging.models import EmailTemplate, Suppression
from crm.people.tests.factories import AccountFactory
from crm.privacy.blanks import text_fields
from crm.privacy.mentions import Mentions
from crm.privacy.tests.conftest import EMAIL
from crm.privacy.tests.test_erase import erase
from crm.sales.models import Pipeline

pytestmark = pytest.mark.django_db
BOB = "bob@example.com"
#: ids for rows that get theirs from the database
COUNTING = itertools.count(1)


@pytest.fixture
def both(max, client_of):
    """Erase the two persons, one after the other."""

    def both():
        erase(client_of(max))
        erase(client_of(max), email=BOB)

    return both


def test_numbers_of_other_systems_become_empty(folder, both):
    entity = DeclaredEntityFactory(name="Booking")
    accounts = [AccountFactory(external_id=address) for address in (EMAIL, BOB)]
    held = [
        DeclaredRecordFactory(declaration=entity, external_id=f"of {address}")
        for address in (EMAIL, BOB)
    ]
    both()
    for row in (*accounts, *held):
        row.refresh_from_db()
        assert row.external_id == ""
    assert DeclaredRecord.objects.count() == 2


@pytest.mark.parametrize("model", [EmailTemplate, Pipeline])
def test_names_stay_and_differ_by_the_id_of_the_row(model, folder, both):
    rows = [model.objects.create(name=f"Answer to {address}") for address in (EMAIL, BOB)]
    long = model.objects.create(name=f"{'x' * 200} {EMAIL}")
    both()
    for row in rows:
        row.refresh_from_db()
        assert row.name == f"Answer to (erased) {row.pk}"
    long.refresh_from_db()
    assert long.name.endswith(f" {long.pk}")
    assert "quist" not in long.name


def test_every_column_that_is_unique_takes_two(folder):
    """Whatever its rule is: what is left of two mentions is not the same."""
    rules = 0
    for model in apps.get_app_config("crm").get_models():
        for field in text_fields(model):
            if not _unique(model, field):
                continue
            rules += 1
            left = [Mentions([EMAIL]).taken_out(_row(model, field)) for _ in range(2)]
            found = [values[field.name] for values in left]
            assert found[0] != found[1] or (found[0] == "" and _may_be_empty(model, field)), field
    assert rules > 20


def _row(model, field):
    row = model(**{field.name: EMAIL})
    row.pk = row.pk or next(COUNTING)
    return row


def _unique(model, field):
    named = {name for rule in _rules(model) for name in rule.fields}
    return field.unique or field.name in named


def _rules(model):
    rules = model._meta.constraints
    return [rule for rule in rules if isinstance(rule, models.UniqueConstraint)]


def _may_be_empty(model, field):
    rules = [rule for rule in _rules(model) if field.name in rule.fields]
    return not field.unique and all(f"('{field.name}', '')" in str(r.condition) for r in rules)


def test_addresses_that_no_two_share_go_too(folder, both):
    campaign = CampaignFactory()
    for address in (f"x {EMAIL}", f"x {BOB}"):
        CampaignRecipient.objects.create(campaign=campaign, address=address)
        Suppression.objects.create(address=address, reason="manual")
    both()
    for model in (CampaignRecipient, Suppression):
        left = set(model.objects.values_list("address", flat=True))
        assert len(left) == 2
        assert not [address for address in left if "example.com" in address]
