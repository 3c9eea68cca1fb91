"""Declare the entities that a Base44 app has of its own."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from crm.core.plain import readable
from crm.exchange import sources
from crm.exchange.declaring import declare


class Command(BaseCommand):
    """Declare entities from the schemas in an app's code."""

    help = (
        "Declare the entities of a Base44 app that are none of ours, from its code (a folder or a "
        "ZIP archive with entities/*.jsonc) or from one schema. Who may do what follows from each "
        "schema's rls. Can be repeated. Exits with 1 where a schema was refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="The app's code, or one schema.")
        parser.add_argument("--dry-run", action="store_true", help="Report only; store nothing.")
        parser.add_argument(
            "--update", action="store_true", help="Take the new schema of what is declared already."
        )

    def handle(self, *args: Any, path: Path, dry_run: bool, update: bool, **options: Any) -> None:
        refused = 0
        try:
            with sources.opened(path) as source, transaction.atomic():
                schemas = [source.alone] if source.alone else source.schemas
                if not schemas:
                    raise CommandError(f"There is no entities/*.jsonc in {path}.")
                for found in declare(schemas, update=update):
                    refused += found.refused
                    word = "refused: " if found.refused else ""
                    self.stdout.write(readable(f"{found.name}: {word}{found.told}"))
                transaction.set_rollback(dry_run)
        except sources.BadSource as error:
            raise CommandError(str(error)) from error
        if dry_run:
            self.stdout.write("Dry run: nothing was stored.")
        if refused:
            raise CommandError(f"{refused} refused.")
