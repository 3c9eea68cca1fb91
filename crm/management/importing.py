"""What the commands that bring data here print, write and answer."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from crm.core.plain import readable
from crm.exchange.migration.report import Report, TableReport


class ImportCommand(BaseCommand):
    """A command that loads tables and reports on each."""

    def begin_report(self, path: Path | None) -> None:
        """Refuse a report that can't be written, and empty that of an earlier run."""
        if path is None:
            return
        try:
            path.write_text("")
        except OSError as error:
            raise CommandError(f"The report can't be written: {error}") from error

    def told(self, table: TableReport) -> None:
        """Print what became of one table."""
        for line in table.lines():
            self.stdout.write(line)
        self.stdout.flush()

    def conclude(self, report: Report, path: Path | None) -> None:
        """Print what is left to say and write the report; fail where rows were refused."""
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
        if path is not None:
            path.write_text(json.dumps(report.as_json(), indent=2, ensure_ascii=False) + "\n")
        if not report.is_clean:
            raise CommandError("Something was refused; the report names it.", returncode=1)

    def stdin_line(self) -> str:
        """Return the first line of the standard input. Raises ``CommandError`` without any."""
        try:
            return input().strip()
        except (EOFError, UnicodeDecodeError) as error:
            raise CommandError("There is no line of text on the standard input.") from error
