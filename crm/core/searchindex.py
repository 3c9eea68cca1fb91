"""Indexes that PostgreSQL has and SQLite hasn't; there the column is read through."""

from typing import Any

from django.db import migrations


def trigram_index(app_label: str, model_name: str) -> migrations.RunPython:
    """Return the migration step that indexes one entity's ``search_text``, for ``search=``."""
    return _gin(app_label, model_name, "{table}_search", "search_text gin_trgm_ops")


def values_index(app_label: str, model_name: str) -> migrations.RunPython:
    """Return the migration step that indexes the values in an entity's ``custom_fields``.

    It answers which rows have a value under a key (:mod:`crm.core.queries.jsonvalues`).
    """
    return _gin(app_label, model_name, "{table}_values", "custom_fields jsonb_path_ops")


def _gin(app_label: str, model_name: str, name: str, column: str) -> migrations.RunPython:
    def create(apps: Any, schema_editor: Any) -> None:
        _execute(
            apps,
            schema_editor,
            f"CREATE INDEX IF NOT EXISTS {name} ON {{table}} USING gin ({column})",
        )

    def drop(apps: Any, schema_editor: Any) -> None:
        _execute(apps, schema_editor, f"DROP INDEX IF EXISTS {name}")

    def _execute(apps: Any, schema_editor: Any, sql: str) -> None:
        if schema_editor.connection.vendor == "postgresql":
            table = apps.get_model(app_label, model_name)._meta.db_table
            schema_editor.execute(sql.format(table=table))

    return migrations.RunPython(create, drop)
