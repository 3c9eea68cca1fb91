"""The index behind ``search=`` on PostgreSQL: trigrams of the folded text."""

from typing import Any

from django.db import migrations


def trigram_index(app_label: str, model_name: str) -> migrations.RunPython:
    """Return the migration step that indexes one entity's ``search_text``.

    SQLite has no such index; there the column is scanned.
    """

    def create(apps: Any, schema_editor: Any) -> None:
        _execute(
            apps,
            schema_editor,
            "CREATE INDEX IF NOT EXISTS {name} ON {table} USING gin (search_text gin_trgm_ops)",
        )

    def drop(apps: Any, schema_editor: Any) -> None:
        _execute(apps, schema_editor, "DROP INDEX IF EXISTS {name}")

    def _execute(apps: Any, schema_editor: Any, sql: str) -> None:
        if schema_editor.connection.vendor == "postgresql":
            table = apps.get_model(app_label, model_name)._meta.db_table
            schema_editor.execute(sql.format(name=f"{table}_search", table=table))

    return migrations.RunPython(create, drop)
