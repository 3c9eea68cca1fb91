"""An index by which PostgreSQL finds records of apps by single values."""

from django.db import migrations

from crm.core.searchindex import values_index


class Migration(migrations.Migration):

    dependencies = [("crm", "0018_declared_entities")]

    operations = [values_index("crm", "declaredrecord")]
