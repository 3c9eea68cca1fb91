"""Bring the data of a Base44 app here."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.passwords import forgot_password
from crm.core.plain import readable
from crm.exchange import sources
from crm.exchange.migration import live
from crm.exchange.migration.report import Report, TableReport
from crm.exchange.migration.run import Options, migrate


class Command(BaseCommand):
    """Load an export, or a live app, with its ids, dates, authors and states."""

    help = (
        "Load the data of a Base44 app from an export (a folder, a ZIP archive or one table as "
        "CSV, JSON or JSONC) or from the app itself (--url, --token). Sends no mail. Can be "
        "repeated: what is stored already is left alone. Exits with 1 where rows were refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", nargs="?", type=Path, help="The export.")
        parser.add_argument("--url", help="The address of the live app's server.")
        parser.add_argument("--token", help="A token of the app's owner; - reads it from stdin.")
        parser.add_argument(
            "--app-id", default=settings.BASE44_APP_ID, help="The app's id (BASE44_APP_ID)."
        )
        parser.add_argument("--dry-run", action="store_true", help="Report only; store nothing.")
        parser.add_argument(
            "--include-samples", action="store_true", help="Take rows with is_sample too."
        )
        parser.add_argument(
            "--invite",
            action="store_true",
            help="Mail each colleague who came a link to set a password. Else nothing is mailed.",
        )
        parser.add_argument("--report", type=Path, help="Write the whole report there, as JSON.")

    def handle(
        self,
        *args: Any,
        path: Path | None,
        url: str | None,
        token: str | None,
        app_id: str,
        dry_run: bool,
        include_samples: bool,
        invite: bool,
        report: Path | None,
        **options: Any,
    ) -> None:
        if (path is None) == (url is None):
            raise CommandError("Name an export, or a live app by --url and --token.")
        if report is not None:
            try:
                report.touch()
            except OSError as error:
                raise CommandError(f"The report can't be written: {error}") from error
        wanted = Options(app_id, dry_run=dry_run, samples=include_samples)
        try:
            if path is not None:
                with sources.opened(path) as source:
                    done = migrate(source, wanted, tell=self._tell)
            else:
                if token == "-":  # noqa: S105
                    token = self.stdin_line()
                with live.app(str(url), token or "", app_id) as source:
                    done = migrate(source, wanted, tell=self._tell)
        except sources.BadSource as error:
            raise CommandError(str(error)) from error
        self._conclude(done)
        if invite and not dry_run:
            self._invite(done)
        if report is not None:
            report.write_text(json.dumps(done.as_json(), indent=2, ensure_ascii=False) + "\n")
        if not done.is_clean:
            raise CommandError("Something was refused; the report names it.", returncode=1)

    def stdin_line(self) -> str:
        """Return the first line of the standard input."""
        return input().strip()

    def _tell(self, table: TableReport) -> None:
        for line in table.lines():
            self.stdout.write(line)
        self.stdout.flush()

    def _invite(self, report: Report) -> None:
        for address in report.invited:
            forgot_password(address)
        self.stdout.write(f"{len(report.invited)} people are mailed a link to set a password.")

    def _conclude(self, report: Report) -> None:
        for name, reason in report.aside:
            self.stdout.write(readable(f"{name}: {reason}"))
        if report.new_people:
            self.stdout.write(
                "Authors whom nobody knew, added as inactive people: "
                + ", ".join(report.new_people)
            )
        for name, count in report.files.items():
            self.stdout.write(f"files {name}: {count:,}")
        if report.dry_run:
            self.stdout.write("This was a dry run: nothing was stored.")
