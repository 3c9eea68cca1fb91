"""The demo company is whole, coherent, founded once, and never in production."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import CharField, Count, F, Q
from django.utils import timezone

from accounts.models import Team, User
from crm.core import records
from crm.core.bases import Record
from crm.core.models import Event, LinkedRecord
from crm.core.numbering import next_number
from crm.demo.staff import PASSWORD, SIGN_INS
from crm.models import (
    Account,
    Customer,
    Deal,
    Invoice,
    Lead,
    Meeting,
    Order,
    Pipeline,
    Task,
    Ticket,
    TicketComment,
)

pytestmark = pytest.mark.django_db

#: teams are told apart; a pipeline is there from the beginning
OF_THE_HOUSE = (Team, Pipeline)
ENTITIES = [
    model for model in apps.get_models() if issubclass(model, Record) and model not in OF_THE_HOUSE
]
CENT = Decimal("0.01")


def demo_data(*arguments: str) -> str:
    output = StringIO()
    call_command("demo_data", *arguments, stdout=output)
    return output.getvalue()


def stored() -> dict[str, tuple]:
    """What there is of each table, and when it was last changed."""
    counts = {"event": (Event.objects.count(),)}
    for model in (*ENTITIES, Team):
        rows = model.all_objects.order_by("-updated_at").values_list("pk", "updated_at")
        counts[model._meta.model_name] = (len(rows), rows.first())
    return counts


@pytest.fixture(scope="module", autouse=True)
def company(django_db_setup, django_db_blocker):
    """One small company for all tests here; gone after the last of them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield demo_data()
        transaction.set_rollback(True)


def test_every_entity_has_records(company):
    counts = {model: model.objects.count() for model in ENTITIES}

    # the 20 entities, templates of mails, rules of assignment, an entity of their own with records
    assert len(counts) == 24
    assert all(counts.values())
    assert 1_500 <= sum(counts.values()) <= 3_000
    assert all(model._meta.model_name in company for model in ENTITIES)
    assert all(email in company for email in SIGN_INS)


def test_eight_people_in_two_teams():
    assert User.objects.count() == 8
    assert (
        Team.objects.filter(manager__role=User.Role.MANAGER, members__isnull=False)
        .distinct()
        .count()
        == 2
    )
    assert all(user.email.endswith("@nexa.example") for user in User.objects.all())
    for email, role in zip(SIGN_INS, User.Role.values, strict=True):
        user = User.objects.get(email=email)
        assert user.role == role
        assert user.is_active
        assert user.check_password(PASSWORD)


@pytest.mark.parametrize("model", ENTITIES, ids=lambda model: model._meta.model_name)
def test_records_keep_the_rules(model):
    connection.check_constraints([model._meta.db_table])
    for record in model.all_objects.all():
        records.check_values(record)
        assert record.search_text == record.searchable()
        assert record.created_at <= record.updated_at <= timezone.now()


@pytest.mark.parametrize("model", ENTITIES, ids=lambda model: model._meta.model_name)
def test_every_choice_occurs(model):
    for field in model._meta.concrete_fields:
        if isinstance(field, CharField) and field.choices:
            wanted = {value for value, _ in field.choices if value}
            found = set(model.objects.order_by().values_list(field.name, flat=True))
            assert wanted <= found, field.name


@pytest.mark.parametrize(
    "model", [model for model in ENTITIES if issubclass(model, LinkedRecord)],
    ids=lambda model: model._meta.model_name,
)  # fmt: skip
def test_links_lead_to_live_records(model):
    wanted = defaultdict(set)
    for kind, key in model.objects.values_list("related_to_type", "related_to_id"):
        if key:
            wanted[kind].add(key)
    assert wanted
    for kind, keys in wanted.items():
        target = apps.get_model("crm", kind)
        assert target.objects.filter(pk__in=keys).count() == len(keys), kind


@pytest.mark.parametrize("model", [Order, Invoice])
def test_totals_add_up(model):
    for document in model.all_objects.all():
        subtotal = Decimal(0)
        for line in document.items:
            exact = Decimal(str(line["quantity"])) * Decimal(str(line["unit_price"]))
            total = (exact - Decimal(str(line["discount"]))).quantize(CENT, "ROUND_HALF_UP")
            assert Decimal(str(line["total"])) == total
            subtotal += total
        shipping = getattr(document, "shipping_cost", 0)
        assert document.subtotal == subtotal
        assert document.total == subtotal - document.discount + document.tax + shipping


def test_customers_spent_what_they_paid():
    spent = defaultdict(Decimal)
    for invoice in Invoice.objects.all():
        paid = invoice.status == Invoice.Status.PAID
        assert (invoice.amount_paid == invoice.total) == paid
        assert (invoice.invoice_number is None) == (invoice.status == Invoice.Status.DRAFT)
        spent[invoice.customer_id] += invoice.total if paid else 0
        assert sum(p.amount for p in invoice.payments.all()) == invoice.amount_paid
    assert any(spent.values())
    for customer in Customer.objects.all():
        assert customer.total_spent == spent[customer.pk]


def test_states_and_their_dates_agree():
    won, lost = Q(stage=Deal.Stage.CLOSED_WON), Q(stage=Deal.Stage.CLOSED_LOST)
    converted, done = Q(status=Lead.Status.CONVERTED), Q(status=Task.Status.COMPLETED)
    solved = Q(status__in=(Ticket.Status.RESOLVED, Ticket.Status.CLOSED))

    assert not Deal.objects.filter(won).exclude(probability=100, amount__gt=0).exists()
    assert not Deal.objects.filter(lost).exclude(~Q(loss_reason=""), probability=0).exists()
    assert not Deal.objects.exclude(won | lost).exclude(close_date=None).exists()
    assert not Deal.objects.filter(won | lost, close_date=None).exists()
    assert not Deal.objects.exclude(stage_changes__isnull=False).exists()
    for deal in Deal.objects.prefetch_related("stage_changes"):
        steps = list(deal.stage_changes.all())
        assert (steps[0].from_stage, steps[-1].to_stage) == ("", deal.stage)
        spent = int(deal.stage_changed_at.timestamp()) - int(deal.created_at.timestamp())
        assert sum(step.seconds for step in steps) == spent
    assert not Deal.objects.exclude(contact__account=F("account")).exists()
    complete = {f"converted_{name}__isnull": False for name in ("date", "contact", "account")}
    assert not Lead.objects.filter(converted).exclude(**complete).exists()
    assert Lead.objects.filter(converted_deal__isnull=False).exists()
    assert not Task.objects.filter(done, completed_date=None).exists()
    assert (
        not Ticket.objects.filter(solved).filter(Q(resolved_date=None) | Q(resolution="")).exists()
    )
    assert not Meeting.objects.filter(end_time__lte=F("start_time")).exists()
    assert Lead.objects.filter(assigned_to=None).exists()
    assert Lead.all_objects.exclude(deleted_at=None).exists()


def test_tickets_and_their_promises_agree():
    now = timezone.now() - timedelta(minutes=15)  # the company was founded since
    waiting = Q(status=Ticket.Status.PENDING)
    assert not Ticket.objects.filter(first_response_due=None).exists()
    assert not Ticket.objects.exclude(waiting).filter(resolution_due=None).exists()
    assert not Ticket.objects.filter(waiting).exclude(resolution_due=None).exists()
    late = Q(first_responded_at__gt=F("first_response_due")) | Q(
        resolved_date__gt=F("resolution_due")
    )
    assert not Ticket.objects.filter(late, sla_breached=False).exists()
    assert not Ticket.objects.newly_late(now).exists()
    breached = Ticket.objects.filter(sla_breached=True)
    assert 0.03 < breached.count() / Ticket.objects.count() < 0.5
    assert breached.filter(escalated_to__isnull=False).exists()
    assert Ticket.objects.overdue(now).exists()
    first = TicketComment.objects.filter(ticket__first_responded_at=F("created_at"))
    assert first.filter(internal=False, from_customer=False).exists()
    assert TicketComment.objects.filter(from_customer=True).exists()


def test_history_is_told_and_delivered():
    created = Event.objects.filter(name__endswith=".created")
    assert created.count() == sum(model.all_objects.count() for model in (*ENTITIES, Team))
    assert not Event.objects.filter(delivered_at=None).exists()
    for model, field in ((Lead, "status"), (Deal, "stage"), (Ticket, "status")):
        name = f"{model._meta.model_name}.updated"
        last = {
            event.record_id: event.data for event in Event.objects.filter(name=name).order_by("id")
        }
        assert last
        for record in model.all_objects.filter(pk__in=last):
            assert last[record.pk]["changes"][field][1] == getattr(record, field)


def test_numbers_go_on_after_the_demo():
    assert next_number("account", prefix="ACC") == f"ACC-{Account.all_objects.count() + 1:05}"
    assert next_number("order", prefix="ORD") == f"ORD-{Order.all_objects.count() + 1:05}"
    assert next_number("ticket", prefix="T") == f"T-{Ticket.all_objects.count() + 1:05}"
    repeated = Invoice.objects.values("invoice_number").annotate(n=Count("pk")).filter(n__gt=1)
    assert not repeated.exclude(invoice_number=None).exists()


def test_a_second_run_changes_nothing():
    before = stored()
    assert "Nothing was changed" in demo_data("--size", "large")
    assert demo_data("--if-empty") == ""
    assert stored() == before


def test_the_recycle_bin_does_not_make_room_for_a_second_company():
    User.objects.filter(email=SIGN_INS[0]).update(deleted_at=timezone.now())
    before = stored()
    assert "Nothing was changed" in demo_data()
    assert stored() == before


def test_production_refuses(settings):
    settings.APP_ENV = "production"
    User.objects.filter(email=SIGN_INS[0]).update(email="somebody@example.com")
    before = stored()
    for arguments in ([], ["--if-empty"]):
        with pytest.raises(CommandError):
            demo_data(*arguments)
    assert stored() == before
