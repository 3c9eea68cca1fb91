"""The demo company as a whole."""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection, transaction

from accounts.models import User

from . import (
    activities,
    automation,
    commerce,
    installations,
    marketing,
    messaging,
    people,
    sales,
    staff,
    support,
)
from .scene import Scene

SMALL = {
    "product": 30, "supplier": 12, "account": 90, "contact": 220, "customer": 80, "deal": 150,
    "lead": 300, "order": 110, "invoice": 120, "ticket": 130, "campaign": 14, "linkanalytics": 24,
    "task": 180, "meeting": 80, "call": 120, "activity": 220, "email": 130, "document": 60,
    "workflow": 10, "emailtemplate": 5, "installation": 24,
}  # fmt: skip
LARGE = {
    "product": 120, "supplier": 60, "account": 900, "contact": 2_200, "customer": 750,
    "deal": 1_500, "lead": 3_600, "order": 1_100, "invoice": 1_200, "ticket": 1_300,
    "campaign": 40, "linkanalytics": 120, "task": 1_700, "meeting": 700, "call": 1_100,
    "activity": 2_200, "email": 1_200, "document": 500, "workflow": 20, "emailtemplate": 5,
    "installation": 200,
}  # fmt: skip
HUGE = {
    "product": 240, "supplier": 150, "account": 8_000, "contact": 25_000, "customer": 6_500,
    "deal": 15_000, "lead": 200_000, "order": 8_000, "invoice": 9_000, "ticket": 10_000,
    "campaign": 100, "linkanalytics": 400, "task": 15_000, "meeting": 6_000, "call": 10_000,
    "activity": 25_000, "email": 12_000, "document": 4_000, "workflow": 20, "emailtemplate": 5,
    "installation": 2_000,
}  # fmt: skip
#: how many records of each entity, and of how many of them the history is told
SIZES: dict[str, tuple[Mapping[str, int], int | None]] = {
    "small": (SMALL, None),
    "large": (LARGE, None),
    "200k": (HUGE, 2_000),
}


def is_founded() -> bool:
    """Whether the demo company is there already, be it in the recycle bin."""
    return User.all_objects.filter(email=staff.ADMIN).exists()


@transaction.atomic
def found_company(size: str, *, now: datetime) -> Mapping[str, int]:
    """Store a whole company with its last months; return how many records of each entity.

    All or nothing. ``size`` is one of :data:`SIZES`.
    """
    counts, histories = SIZES[size]
    scene = Scene(counts, now, histories=histories)
    firms = iter(scene.names.firms(counts["account"] + counts["supplier"]))
    staff.hire(scene)
    commerce.name_company(scene)
    commerce.fill_shelves(scene)
    people.open_accounts(scene, firms)
    people.find_suppliers(scene, firms)
    people.win_customers(scene)
    sales.make_deals(scene)
    sales.share_out(scene)
    sales.gather_leads(scene)
    commerce.trade(scene)
    support.answer_tickets(scene)
    marketing.run_campaigns(scene)
    marketing.shorten_links(scene)
    scene.arrange(["lead", "order", "invoice", "ticket", "campaign"])
    activities.plan_tasks(scene)
    activities.hold_meetings(scene)
    activities.make_calls(scene)
    activities.tell_timeline(scene)
    messaging.keep_templates(scene)
    messaging.write_mails(scene)
    messaging.file_documents(scene)
    automation.set_rules(scene)
    installations.install_devices(scene)
    scene.ledger.close()
    _refresh_statistics()
    return dict(sorted(scene.ledger.counts.items()))


def _refresh_statistics() -> None:
    """Let the database look at what was loaded, or its first plans are made for empty tables.

    Table by table: looking at all would wait for whoever holds PostgreSQL's shared catalogues.
    """
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True):
            cursor.execute(f"ANALYZE {connection.ops.quote_name(table)}")
