"""Examine this installation and say what to do where something is wrong."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from nexa import doctor


class Command(BaseCommand):
    """Print what was found, a line a part; fail where a part does not work."""

    help = "Check database, cache, storage, mail, workers, queues, folders and settings."
    requires_system_checks: list[str] = []  # noqa: RUF012  (it has to run where they fail)

    def handle(self, *args: Any, **options: Any) -> None:
        failed = 0
        for finding in doctor.examine():
            failed += finding.is_failure
            mark = "FAIL" if finding.is_failure else "note" if finding.remedy else "ok"
            self.stdout.write(f"{mark:5}{finding.part:12}{finding.found}")
            if finding.remedy:
                self.stdout.write(f"     {'':12}→ {finding.remedy}")
        if failed:
            raise CommandError(f"{failed} of the parts need attention.")
        self.stdout.write("All is well.")
