from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

from crm.core.searchindex import trigram_index

ENTITIES = ("user", "team")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [TrigramExtension(), *(trigram_index("accounts", name) for name in ENTITIES)]
