"""Bring the data of the earlier Node backend here."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from crm.exchange import nodedatabase
from crm.exchange.migration.entities import targets
from crm.exchange.migration.node import is_secret, node
from crm.exchange.migration.run import Options, migrate
from crm.exchange.sources import BadSource
from crm.management.importing import ImportCommand


class Command(ImportCommand):
    """Load the tables of the Node backend, with ids, dates, states and password hashes."""

    help = (
        "Load the 20 tables of the earlier Node backend from its PostgreSQL, which is only read. "
        "People sign in with their old passwords. Sends no mail. Can be repeated: what is stored "
        "already is left alone. Exits with 1 where rows were refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--source",
            required=True,
            help="postgres://user:password@host:5432/name?sslmode=verify-full; - reads it from "
            "stdin, where no list of processes shows the password.",
        )
        parser.add_argument("--dry-run", action="store_true", help="Report only; store nothing.")
        parser.add_argument("--report", type=Path, help="Write the whole report there, as JSON.")

    def handle(
        self, *args: Any, source: str, dry_run: bool, report: Path | None, **options: Any
    ) -> None:
        self.begin_report(report)
        address = self.stdin_line() if source == "-" else source
        wanted = Options(node(), dry_run=dry_run, samples=True)
        tables = {target.model._meta.db_table: name for name, target in targets().items()}
        try:
            with nodedatabase.opened(address, tables, is_secret) as found:
                done = migrate(found, wanted, tell=self.told)
        except BadSource as error:
            raise CommandError(str(error)) from error
        self.conclude(done, report)
