"""Bring the data of a Base44 app here."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from accounts.passwords import forgot_password
from crm.core.plain import flaw_of_text
from crm.exchange import sources
from crm.exchange.migration import live
from crm.exchange.migration.dialects import base44
from crm.exchange.migration.report import Report
from crm.exchange.migration.run import Options, migrate
from crm.management.importing import ImportCommand


class Command(ImportCommand):
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
        parser.add_argument(
            "--files-from",
            action="append",
            default=[],
            metavar="HOST",
            help="A further host from which a live app's files are fetched; can be repeated. "
            "The app's own host needs no mention.",
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
        files_from: list[str],
        dry_run: bool,
        include_samples: bool,
        invite: bool,
        report: Path | None,
        **options: Any,
    ) -> None:
        self.begin_report(report)
        if (path is None) == (url is None):
            raise CommandError("Name an export, or a live app by --url and --token.")
        if files_from and url is None:
            raise CommandError("--files-from goes with --url: an export has its files beside it.")
        if flaw := flaw_of_text(app_id):
            raise CommandError(f"--app-id: {flaw}")
        wanted = Options(base44(app_id), dry_run=dry_run, samples=include_samples)
        try:
            if path is not None:
                with sources.opened(path) as source:
                    done = migrate(source, wanted, tell=self.told)
            else:
                if token == "-":  # noqa: S105
                    token = self.stdin_line()
                with live.app(str(url), token or "", app_id, files_from=files_from) as source:
                    done = migrate(source, wanted, tell=self.told)
        except (sources.BadSource, OSError) as error:
            raise CommandError(str(error)) from error
        if invite and not dry_run:
            self._invite(done)
        self.conclude(done, report)

    def _invite(self, report: Report) -> None:
        for address in report.invited:
            forgot_password(address)
        self.stdout.write(f"{len(report.invited)} people are mailed a link to set a password.")
