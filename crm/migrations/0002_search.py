from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

from crm.core.searchindex import trigram_index

ENTITIES = (
    "account", "activity", "call", "campaign", "contact", "customer", "deal", "document", "email",
    "invoice", "lead", "linkanalytics", "meeting", "order", "product", "supplier", "task",
    "ticket", "workflow",
)


class Migration(migrations.Migration):
    dependencies = [("crm", "0001_initial")]

    operations = [TrigramExtension(), *(trigram_index("crm", name) for name in ENTITIES)]
